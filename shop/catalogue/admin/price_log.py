"""The history of prices: what shoppers saw, and since when. The database writes it; nobody changes it."""

from django.contrib import admin
from django.db.models import OuterRef, Subquery

from shop.catalogue.admin.stock_log import OfProduct
from shop.catalogue.models import PriceLog, Variant
from shop.regions.local import moment_words


class OfPacksOfProduct(OfProduct):
    def queryset(self, request, queryset):
        product = self.product_pk()
        packs = Variant.objects.filter(product=product).values("pk")
        return queryset if product is None else queryset.filter(variant__in=packs)


@admin.register(PriceLog)
class PriceLogAdmin(admin.ModelAdmin):
    list_display = ["recorded_at", "pack", "region", "price_words", "what", "from_words"]
    list_filter = [OfPacksOfProduct, "region", "recorded_at"]
    list_select_related = ["region"]
    search_fields = ["variant__sku"]
    search_help_text = "SKU of a pack."
    date_hierarchy = "recorded_at"
    ordering = ["-pk"]
    fields = ["recorded_at", "pack", "region", "price_words", "what", "from_words"]

    def get_queryset(self, request):
        """With the SKU looked for beside: a row outlives its pack, and a join would hide it."""
        skus = Variant.objects.filter(pk=OuterRef("variant_id")).values("sku")[:1]
        return super().get_queryset(request).annotate(sku=Subquery(skus))

    @admin.display(description="Pack")
    def pack(self, row):
        return row.sku or "a deleted pack"

    @admin.display(description="Price")
    def price_words(self, row):
        return row.region.money(row.amount) if row.amount else "not sold"

    @admin.display(description="What happened")
    def what(self, row):
        if row.gone:
            return "taken back, or deleted"
        return "planned" if row.valid_from > row.recorded_at else "asked from then on"

    @admin.display(description="From")
    def from_words(self, row):
        return moment_words(row.valid_from, row.region)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, row=None):
        return False

    def has_delete_permission(self, request, row=None):
        return False
