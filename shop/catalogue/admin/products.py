from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html_join

from shop.catalogue.admin.copying import copying
from shop.catalogue.admin.grid import grid
from shop.catalogue.admin.packs import VariantInline
from shop.catalogue.admin.particulars import sold_where
from shop.catalogue.admin.statements import WordingForm
from shop.catalogue.admin.stock_log import log_of
from shop.catalogue.admin.to_region import to_region
from shop.catalogue.models import (
    Product,
    ProductPicture,
    ProductTag,
    ProductWording,
    Stock,
    Variant,
)
from shop.catalogue.models.kinds import kinds, magnesium_forms
from shop.catalogue.offers import amounts_loaded, lowest_amounts
from shop.catalogue.stated import refuse_to_sell
from shop.catalogue.to_region import MOST, above_level
from shop.pictures.thumbnails import thumbnail, thumbnail_url
from shop.regions.models import Region, TaxClass
from shop.web.admin_choices import LoadedChoices


class WordingFormSet(BaseInlineFormSet):
    def clean(self):
        super().clean()
        for form in self.forms:
            data = getattr(form, "cleaned_data", None) or {}
            if data.get("units_per_day") and not data.get("DELETE"):
                try:
                    if region := data.get("region"):
                        above_level(self.instance, region, data["units_per_day"])
                except ValidationError as error:
                    form.add_error("units_per_day", error)


class WordingInline(LoadedChoices, admin.StackedInline):
    model = ProductWording
    form = WordingForm
    formset = WordingFormSet
    extra = 0
    classes = ["collapse"]
    few = ("region",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product", "region")

    def get_extra(self, request, obj=None, **kwargs):
        """An empty row while a region has no words yet: without JavaScript there is no other way to add them."""
        if obj is None:
            return self.extra
        return int(obj.wordings.count() < len(Region.all_cached()))


class PictureInline(LoadedChoices, admin.TabularInline):
    model = ProductPicture
    extra = 0
    autocomplete_fields = ["picture"]
    few = ("variant",)
    fields = ["preview", "picture", "variant", "position"]
    readonly_fields = ["preview"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("picture", "variant__product")

    @admin.display(description="Picture")
    def preview(self, row):
        return thumbnail(row.picture if row.pk else None)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "variant":
            product_id = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = Variant.objects.filter(product_id=product_id).select_related("product")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class TagInline(LoadedChoices, admin.TabularInline):
    model = ProductTag
    extra = 0
    autocomplete_fields = ["tag"]
    verbose_name = "related-product tag"


class BinFilter(admin.SimpleListFilter):
    """What is in the bin stays out of sight until it is asked for."""

    title = "bin"
    parameter_name = "bin"

    def lookups(self, request, model_admin):
        return [("1", "In the bin")]

    def queryset(self, request, queryset):
        if self.value() == "1":
            return queryset.exclude(binned_at=None)
        return queryset.filter(binned_at=None)


class ProductForm(forms.ModelForm):
    """Asks before a product is withdrawn: the page then lists where it is used."""

    withdraw = forms.BooleanField(required=False, widget=forms.HiddenInput, label="Withdraw it all the same")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and "tax_class" in self.fields:
            choices = [("", "As its kind says"), *TaxClass.choices]
            self.fields["tax_class"] = forms.ChoiceField(choices=choices, required=False, initial="")

    def clean_tax_class(self):
        """Of a new product that of its kind, unless somebody chose one; the kind stands before it in the form."""
        kind = kinds().get(self.cleaned_data.get("kind", ""))
        return self.cleaned_data["tax_class"] or (kind.tax_class if kind else TaxClass.STANDARD)

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        withdrawn = self.instance.pk and "is_active" in self.changed_data and not cleaned.get("is_active")
        if withdrawn and not cleaned.get("withdraw"):
            self.fields["withdraw"].widget = forms.CheckboxInput()
            self.add_error(
                "is_active",
                "Look below at where it is used: articles then show the nearest product in its place, or none. "
                "Tick “Withdraw it all the same” to go on; nothing is saved yet.",
            )
        return cleaned


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    form = ProductForm
    autocomplete_fields = ["successor"]
    list_display = ["preview", "name", "form", "kind", "prices", "stock", "is_active"]
    list_display_links = ["preview", "name"]
    list_filter = [
        ("form", admin.ChoicesFieldListFilter),
        ("kind", admin.ChoicesFieldListFilter),
        "is_active",
        "vegan",
        BinFilter,
    ]
    search_fields = ["name", "slug", "variants__sku"]
    actions = ["put_into_bin", "take_out_of_bin", "carry"]
    readonly_fields = ["sold_where", "sku_rules", "stock_log"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [VariantInline, PictureInline, TagInline, WordingInline]
    save_on_top = True
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name", "slug"),
                    ("form", "kind", "vegan"),
                    "sku_rules",
                    "summary",
                    "description",
                ],
            },
        ),
        (
            "On sale",
            {"fields": [("is_active", "position", "tax_class"), "sold_where", "successor", "withdraw"]},
        ),
        ("Stock log", {"classes": ["collapse"], "fields": ["stock_log"]}),
        (
            "Ingredients and storage",
            {"classes": ["collapse"], "fields": ["ingredients", "us_ingredients", "allergens", "storage"]},
        ),
    ]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .prefetch_related("pictures__picture", amounts_loaded(), "variants__stock")
        )

    @admin.action(
        description="Put into the bin (its page then says that it is no longer sold)", permissions=["change"]
    )
    def put_into_bin(self, request, products):
        if "confirmed" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": "Put into the bin?",
                "products": products,
                "checkbox": ACTION_CHECKBOX_NAME,
            }
            return render(request, "admin/catalogue/product/bin.html", context)
        count = products.filter(binned_at=None).update(binned_at=timezone.now())
        self.message_user(request, f"{count} put into the bin. Orders and articles keep their memory of it.")

    @admin.action(description="Take out of the bin", permissions=["change"])
    def take_out_of_bin(self, request, products):
        taken = []
        for product in products.exclude(binned_at=None):
            try:
                refuse_to_sell(product, Region.all_cached())
            except ValidationError as error:
                self.message_user(
                    request, f"{product} stays in the bin. {' '.join(error.messages)}", messages.ERROR
                )
            else:
                taken.append(product.pk)
        count = Product.objects.filter(pk__in=taken).update(binned_at=None)
        self.message_user(request, f"{count} taken out of the bin.")

    @admin.action(description="Copy wordings and prices to another region", permissions=["change"])
    def carry(self, request, products):
        chosen = list(products.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
        if len(chosen) > MOST:
            self.message_user(
                request, f"These are the first {MOST}; do it again for the rest.", messages.WARNING
            )
        query = urlencode([("product", pk) for pk in chosen[:MOST]])
        return HttpResponseRedirect(f"{reverse('admin:catalogue_product_to_region')}?{query}")

    def get_changeform_initial_data(self, request):
        """A new product is a draft: nothing of it shows before somebody puts it on sale."""
        return {"is_active": False, **super().get_changeform_initial_data(request)}

    @admin.display(description="Where it is sold")
    def sold_where(self, product):
        return sold_where(product, timezone.now()) if product.pk else "nowhere yet"

    @admin.display(description="SKUs of its packs")
    def sku_rules(self, product):
        """Of its form; of every form while it has none."""
        known = magnesium_forms()
        shown = [known[product.form]] if product.form in known else known.values()
        return format_html_join(
            "", "<div><strong>{}</strong>: {}.</div>", ((row.name, row.sku_rule) for row in shown)
        )

    @admin.display(description="Changes of stock")
    def stock_log(self, product):
        return log_of(product) if product.pk else "nothing yet"

    @admin.display(description="Picture")
    def preview(self, product):
        first = next(iter(product.pictures.all()), None)
        return thumbnail(first and first.picture)

    @admin.display(description="Prices from")
    def prices(self, product):
        lowest = lowest_amounts(product).items()
        return " · ".join(region.money(amount) for region, amount in lowest) or "none"

    @staticmethod
    def _left(product) -> dict[Region, int]:
        totals: dict[int, int] = {}
        for variant in product.variants.all():
            for row in variant.stock.all():
                totals[row.region_id] = totals.get(row.region_id, 0) + row.sellable
        return {region: totals[region.pk] for region in Region.all_cached() if region.pk in totals}

    def autocomplete_result(self, product) -> dict:
        """A choice in other forms: picture, pack numbers, the price in each region or that it is not sold there."""
        first = next(iter(product.pictures.all()), None)
        lowest, left = lowest_amounts(product), self._left(product)
        notes = []
        for region in Region.all_open():
            if region not in lowest or product.is_withdrawn:
                notes.append(f"not sold in {region.the_name}")
            else:
                sold_out = "" if left.get(region) else " (sold out)"
                notes.append(f"{region.short_name} {region.money(lowest[region])}{sold_out}")
        skus = ", ".join(variant.sku for variant in product.variants.all())
        return {
            "text": product.name,
            "note": f"{skus} · {' · '.join(notes)}",
            "picture": thumbnail_url(first.picture) if first else "",
        }

    @admin.display(description="Can be sold")
    def stock(self, product):
        return " · ".join(f"{region.short_name} {count}" for region, count in self._left(product).items())

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path(
                "grid/", view(lambda request: grid(request, self.admin_site)), name="catalogue_product_grid"
            ),
            path(
                "to-region/",
                view(lambda request: to_region(request, self)),
                name="catalogue_product_to_region",
            ),
            path("<int:pk>/copy/", view(self.copy_view), name="catalogue_product_copy"),
            *super().get_urls(),
        ]

    def copy_view(self, request, pk):
        return copying(request, self.get_object(request, str(pk)), self)

    def has_delete_permission(self, request, product=None):
        return False

    def view_on_site(self, product):
        return product.url_in(Region.all_open()[0])

    def rows_to_lock(self, pk):
        """Its stock is locked before anything is read, in the order in which shoppers lock it."""
        return [Stock.objects.filter(variant__product=pk)]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        product = form.instance
        for told in [told for formset in formsets for pack in formset for told in getattr(pack, "told", [])]:
            messages.warning(request, told)
        missing = [
            region.short_name
            for region in Region.all_open()
            if not product.wordings.filter(region=region).exists()
        ]
        if missing:
            messages.warning(
                request, f"No wording yet for {', '.join(missing)}: directions and warnings are missing."
            )
