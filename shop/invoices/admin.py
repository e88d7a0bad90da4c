from django.contrib import admin
from django.urls import reverse

from shop.invoices.models import Document
from shop.web.admin_filters import NoDatesOfASearch, by_mode


@admin.register(Document)
class DocumentAdmin(NoDatesOfASearch):
    """Invoices and credit notes as they were issued: to find and to read, never to change."""

    list_display = ["number", "kind", "order", "country", "total_text", "tax_point", "issued_at"]
    list_filter = ["kind", "region", by_mode("mode"), "tax_point"]
    list_select_related = ["order", "region"]
    search_fields = ["number", "order__number"]
    found_by = ("number", "order__number")
    search_help_text = "Number of the document or of the order; parts of them find the last 1,000."
    date_hierarchy = "tax_point"
    fields = readonly_fields = (
        "number",
        "kind",
        "order",
        "refund",
        "country",
        "total_text",
        "tax_point",
        "issued_at",
        "sha256",
    )

    def get_queryset(self, request):
        return super().get_queryset(request).defer("pdf", "data")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, document=None):
        return False

    def has_delete_permission(self, request, document=None):
        return False

    def view_on_site(self, document):
        return reverse("checkout:document", args=[document.order.token, document.number])

    @admin.display(description="Total")
    def total_text(self, document):
        return document.total_text
