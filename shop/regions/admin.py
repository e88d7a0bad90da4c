from django.contrib import admin
from django.utils import timezone

from shop.regions.models import Country, PostalZone, Region, SalesTaxRate, Seller, VatRate


class CountryInline(admin.TabularInline):
    model = Country
    extra = 0
    classes = ["collapse"]


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin):
    list_display = ["short_name", "name", "currency", "law", "tax_words", "is_open"]
    inlines = [CountryInline]
    fieldsets = [
        (
            None,
            {
                "fields": [("code", "is_open", "position"), ("short_name", "name", "the_name"), "time_zone"],
            },
        ),
        (
            "Money and law",
            {
                "fields": [
                    ("currency", "currency_symbol", "locale"),
                    ("law", "hreflang"),
                    ("prices_include_tax", "tax_words"),
                    "vat_number",
                ]
            },
        ),
        ("Articles and products", {"fields": ["link_policy"]}),
        (
            "Delivery",
            {
                "fields": [
                    ("delivery_days_min", "delivery_days_max", "ships_from"),
                    ("dispatch_cutoff", "dispatch_time_zone", "dispatch_holidays"),
                    "least_days_left",
                ]
            },
        ),
    ]

    def get_readonly_fields(self, request, region=None):
        """What prices, orders and the words of articles and products were checked by stays as it is."""
        return ["code", "currency", "law"] if region else []

    def has_delete_permission(self, request, region=None):
        return False


class DatedAdmin(admin.ModelAdmin):
    """Rates that hold from a day on: what has begun stays as it was, for invoices and returns; a new row follows it."""

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not _has_begun(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not _has_begun(obj)


def _has_begun(row) -> bool:
    """By the row as it is stored: a form that is sent may name another day."""
    return (
        row is not None
        and type(row)._default_manager.filter(pk=row.pk, valid_from__lte=timezone.now()).exists()
    )


@admin.register(VatRate)
class VatRateAdmin(DatedAdmin):
    list_display = ["country", "zone", "tax_class", "rate", "valid_from", "source"]
    list_filter = ["tax_class", "country"]
    list_select_related = ["country", "zone"]
    search_fields = ["country__name", "country__code"]


@admin.register(SalesTaxRate)
class SalesTaxRateAdmin(DatedAdmin):
    list_display = ["state", "rate", "valid_from", "source"]
    search_fields = ["state"]


@admin.register(PostalZone)
class PostalZoneAdmin(admin.ModelAdmin):
    list_display = ["name", "country", "rule", "pattern", "reason", "source"]
    list_filter = ["rule", "country"]
    list_select_related = ["country"]
    search_fields = ["name", "places"]

    def get_readonly_fields(self, request, zone=None):
        return ["country", "code"] if zone else []

    def has_delete_permission(self, request, zone=None):
        """A place that is forgotten gets parcels and wrong tax; its rule can say “like the rest of the country”."""
        return False


@admin.register(Seller)
class SellerAdmin(admin.ModelAdmin):
    def has_add_permission(self, request):
        return not Seller.objects.exists()

    def has_delete_permission(self, request, seller=None):
        return False
