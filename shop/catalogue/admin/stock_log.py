"""The stock log: every change of what is on hand. Nobody adds to it, and nobody changes it."""

from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shop.catalogue.models import Product, StockMovement
from shop.catalogue.references import ORDER
from shop.text.numbers import whole_or_none

SHOWN = 12  # of a product, on its page
MOST_PACKS = 60  # of a product, whose changes are looked for there


def order_link(movement: StockMovement) -> str | SafeString:
    """The order that it belongs to, at the desk."""
    pk = whole_or_none(movement.reference.removeprefix(ORDER))
    if pk is None:
        return ""
    try:
        url = reverse("admin:orders_order_change", args=[pk])
    except NoReverseMatch:
        return ""
    return format_html('<a href="{}">Order</a>', url)


def log_of(product) -> str | SafeString:
    """The last changes of its packs' stock, and the way to all of them."""
    skus = dict(product.variants.order_by("position", "pk").values_list("pk", "sku")[:MOST_PACKS])
    rows = list(
        StockMovement.objects.filter(variant__in=list(skus)).select_related("region").order_by("-pk")[:SHOWN]
    )
    if not rows:
        return "Nothing yet: it has had no stock."
    lines = format_html_join(
        "",
        '<li><b>{} {}</b> {} <span class="quiet">{}{} · {} UTC</span> {}</li>',
        (
            (skus[row.variant_id], row.region.short_name, row, row.get_cause_display(), _by(row), f"{row.at:%-d %b %Y, %H:%M}",
             order_link(row))
            for row in rows
        ),
    )  # fmt: skip
    every = reverse("admin:catalogue_stockmovement_changelist")
    return format_html(
        '<ul class="stock-log">{}</ul><p><a href="{}?product={}">All changes of its stock</a></p>',
        lines, every, product.pk,
    )  # fmt: skip


def _by(row: StockMovement) -> str:
    return "".join(f", {text}" for text in (row.who, row.why) if text)


class OfProduct(admin.SimpleListFilter):
    """Of the product whose page led here; a list of all products would be too long to choose from."""

    title = "product"
    parameter_name = "product"

    def lookups(self, request, model_admin):
        pk = whole_or_none(request.GET.get("product"))
        return [(product.pk, product.name) for product in Product.objects.filter(pk=pk)] if pk else []

    def product_pk(self) -> int | None:
        return whole_or_none(self.value())

    def queryset(self, request, queryset):
        pk = self.product_pk()
        return queryset if pk is None else queryset.filter(variant__product=pk)


@admin.register(StockMovement)
class StockMovementAdmin(admin.ModelAdmin):
    list_display = ["at", "pack", "region", "moved", "cause", "who", "why", "order"]
    list_filter = [OfProduct, "region", "cause", "at"]
    list_select_related = ["variant", "region"]
    search_fields = ["variant__sku", "who"]
    search_help_text = "SKU of a pack, or a name of staff."
    date_hierarchy = "at"
    ordering = ["-pk"]
    sortable_by = ["at"]  # an index answers it; of one pack or region the list is searched and filtered
    fields = ["at", "pack", "region", "moved", "cause", "who", "why", "order"]

    @admin.display(description="Pack")
    def pack(self, movement):
        return movement.variant.sku if movement.variant else "a deleted pack"

    @admin.display(description="Change")
    def moved(self, movement):
        return str(movement)

    @admin.display(description="Order")
    def order(self, movement):
        return order_link(movement)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, movement=None):
        return False

    def has_delete_permission(self, request, movement=None):
        return False
