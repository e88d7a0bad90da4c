from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from shop.regions.editions import SHARED
from shop.regions.laws import Told, copy_law
from shop.regions.models import Country, LawPack, LawSource, PostalZone, Region, SalesTaxRate, Seller, VatRate

SHOWN_VERSIONS = 30


class CountryInline(admin.TabularInline):
    model = Country
    classes = ["collapse"]

    def get_extra(self, request, obj=None, **kwargs):
        """A new region has room for countries, also without a script."""
        return 0 if obj else 3


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin):
    list_display = ["short_name", "name", "currency", "law", "tax_words", "is_open"]
    inlines = [CountryInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("code", "opens", "position"),
                    ("short_name", "name", "the_name"),
                    ("language", "edition_of"),
                    "articles_without_translation",
                    "time_zone",
                ],
            },
        ),
        (
            "Money and law",
            {
                "fields": [
                    ("currency", "currency_symbol", "locale"),
                    ("law", "hreflang"),
                    ("prices_include_tax", "tax_words"),
                    ("vat_number", "tax_number_name", "invoice_title"),
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
        ("Reviews", {"fields": ["review_days"]}),
    ]

    def get_readonly_fields(self, request, region=None):
        """What prices, orders and the words of articles and products were checked by stays as it is."""
        if not region:
            return ["opens"]
        fixed = ["code", "currency", "law", "language", "edition_of", "opens"]
        follows = SHARED if region.edition_of_id else ()
        return [*fixed, *(name for name in follows if name not in fixed)]

    def get_inlines(self, request, region=None):
        """An edition has the countries of its market, which are changed there."""
        return [] if region and region.edition_of_id else self.inlines

    def save_model(self, request, region, form, change):
        """A new region is closed: what opens it is its own page, once nothing is missing."""
        if not change:
            region.is_open = False
        super().save_model(request, region, form, change)

    @admin.display(description="Open")
    def opens(self, region):
        if not region.pk:
            return "A new region is closed. Once it is saved, a list says what it needs before it opens."
        return format_html(
            '{}. <a href="{}">What it needs, and opening or closing it</a>',
            "Shoppers see it" if region.is_open else "Shoppers see nothing of it",
            reverse("admin:region_opening", args=[region.pk]),
        )

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


class LawSourceInline(admin.TabularInline):
    model = LawSource
    extra = 0

    def get_max_num(self, request, obj=None, **kwargs):
        return len(Told.values)


@admin.register(LawPack)
class LawPackAdmin(admin.ModelAdmin):
    """A new law begins as a copy of another one; each change of it is kept with who made it."""

    list_display = ["name", "code", "copied_from", "review_by", "version"]
    list_select_related = ["copied_from"]
    search_fields = ["name", "code"]
    readonly_fields = ["history"]
    add_fieldsets = [(None, {"fields": [("name", "code"), ("copied_from", "language")]})]
    fieldsets = [
        (
            None,
            {"fields": [("name", "code", "copied_from"), ("claims_as", "pages_as", "language"), "review_by"]},
        ),
        (
            "Magnesium",
            {
                "fields": [
                    ("reference_mg", "reference_label"),
                    ("upper_level_mg", "upper_level_source"),
                    ("facts_title", "supplement_name"),
                    "disclaimer",
                    ("doctor", "emergency", "report_to"),
                ]
            },
        ),
        (
            "Orders and prices",
            {
                "fields": [
                    "order_button",
                    ("weight_unit", "weight_unit_grams"),
                    ("volume_unit", "volume_unit_ml"),
                    ("earlier_price", "earlier_unit_price"),
                ]
            },
        ),
        (
            "Withdrawal and returns",
            {
                "fields": [
                    ("withdrawal_days", "ends_on_working_day"),
                    "withdrawal_note",
                    ("withdraw_here", "withdraw_confirm"),
                    ("withdraw", "withdrew", "withdrawn"),
                ]
            },
        ),
        ("Versions", {"classes": ["collapse"], "fields": ["history"]}),
    ]

    def get_fieldsets(self, request, law=None):
        return self.fieldsets if law else self.add_fieldsets

    def get_readonly_fields(self, request, law=None):
        return ["code", "copied_from", *self.readonly_fields] if law else []

    def get_inlines(self, request, law=None):
        return [LawSourceInline] if law else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if not change and "copied_from" in form.base_fields:
            form.base_fields["copied_from"].required = True
        return form

    def has_delete_permission(self, request, law=None):
        return False

    def save_model(self, request, law, form, change):
        if change:
            super().save_model(request, law, form, change)
        else:
            copy_law(law.copied_from, law)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.instance.keep_version(request.user.get_username())

    @admin.display(description="Versions")
    def history(self, law):
        """What changed from one to the next, newest first."""
        rows = list(law.versions.all()[:SHOWN_VERSIONS])
        lines = [
            (row.number, f"{row.changed_at:%-d %B %Y, %H:%M}", row.changed_by, _changed(row, before))
            for row, before in zip(rows, [*rows[1:], None], strict=True)
        ]
        return (
            format_html_join("", "<div><strong>{}</strong>, {}, {}: {}</div>", lines) or "as it was shipped"
        )


def _changed(row, before) -> str:
    if before is None:
        return "the first that was kept"
    names = [name for name, value in row.said.items() if before.said.get(name) != value]
    return ", ".join(name.replace("_", " ") for name in names)
