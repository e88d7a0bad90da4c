from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.shortcuts import render
from django.utils import timezone

from shop.catalogue.cards import cards_on_sale
from shop.catalogue.models import (
    Collection,
    CollectionProduct,
    Price,
    Product,
    ProductPicture,
    ProductTag,
    ProductWording,
    RelatedProductTag,
    Stock,
    Variant,
    tags_by_product,
)
from shop.content.kept import kept
from shop.pictures.thumbnails import thumbnail, thumbnail_url
from shop.regions.models import Region
from shop.text.fields import MeantField, MoneyField, NumberInput, WholeField, ask_once, money_typed, moved_far
from shop.web.admin_choices import LoadedChoices


def ask_about(form, moved) -> None:
    """Ask once about prices that move by more than half. `moved`: (field, region, minor units before, from now on)."""
    ask_once(
        form,
        "meant",
        {
            name: (
                f"{region.code}:{now}",
                f"{region.money(was)} becomes {region.money(now)}: more than half. If that is meant, tick "
                "“The new price is meant”; nothing is saved yet.",
            )
            for name, region, was, now in moved
            if moved_far(was, now)
        },
    )


class VariantForm(forms.ModelForm):
    """A variant with its price and stock in each region: what staff type is what shoppers see."""

    meant = MeantField(label="The new price is meant")

    class Meta:
        model = Variant
        exclude = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        now = timezone.now()
        self.prices, self.stock = {}, {}
        if self.instance.pk:
            for row in sorted(self.instance.prices.all(), key=lambda row: row.valid_from):
                if row.valid_from <= now:
                    self.prices[row.region_id] = row.amount
            self.stock = {row.region_id: row for row in self.instance.stock.all()}
        for region in Region.all_cached():
            amount = self.prices.get(region.pk)
            self.fields[f"price_{region.code}"] = MoneyField(
                label=f"Price {region.short_name} ({region.currency})",
                currency=region.currency,
                required=False,
                initial=amount,
                help_text="Empty: not sold there.",
            )
            row = self.stock.get(region.pk)
            held = row.held if row else 0
            self.fields[f"stock_{region.code}"] = WholeField(
                label=f"Stock {region.short_name}",
                required=False,
                min_value=0,
                max_value=1_000_000,
                initial=row.on_hand if row else None,
                help_text=f"{held} held by orders" if held else "",
                widget=NumberInput({"class": "vIntegerField"}),
            )

    def clean(self):
        cleaned = super().clean()
        for region in Region.all_cached():
            row = self.stock.get(region.pk)
            count = cleaned.get(f"stock_{region.code}")
            if row and count is None and f"stock_{region.code}" not in self.errors:
                self.add_error(f"stock_{region.code}", "Type how many there are: 0 for none.")
            if row and row.held and count is not None and count < row.held:
                self.add_error(
                    f"stock_{region.code}",
                    f"{row.held} packs belong to orders not sent yet; not lower than that.",
                )
        regions = [(f"price_{region.code}", region) for region in Region.all_cached()]
        ask_about(self, [(name, at, self.prices.get(at.pk), cleaned.get(name)) for name, at in regions])
        return cleaned

    def save_regions(self):
        """Add a price row where a price changed, and set stock where it was typed."""
        now = timezone.now()
        for region in Region.all_cached():
            amount = self.cleaned_data.get(f"price_{region.code}")
            if amount != self.prices.get(region.pk):
                Price.objects.create(variant=self.instance, region=region, amount=amount, valid_from=now)
            count = self.cleaned_data.get(f"stock_{region.code}")
            if count is not None and f"stock_{region.code}" in self.changed_data:
                row = self.stock.get(region.pk) or Stock(variant=self.instance, region=region)
                row.on_hand = count
                row.save()


class VariantFormSet(BaseInlineFormSet):
    def save_new(self, form, commit=True):
        variant = super().save_new(form, commit)
        form.save_regions()
        return variant

    def save(self, commit=True):
        saved = super().save(commit)
        for form in self.initial_forms:
            if form not in self.deleted_forms and form.has_changed():
                form.save_regions()
        return saved


class VariantInline(admin.StackedInline):
    model = Variant
    form = VariantForm
    formset = VariantFormSet
    extra = 0
    show_change_link = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product").prefetch_related("prices", "stock")

    def get_formset(self, request, obj=None, **kwargs):
        kwargs["fields"] = None
        kwargs["exclude"] = []
        return super().get_formset(request, obj, **kwargs)

    def get_fieldsets(self, request, obj=None):
        regions = Region.all_cached()
        return [
            (
                None,
                {
                    "fields": [
                        ("sku", "label", "is_active", "position"),
                        (*(f"price_{region.code}" for region in regions), "meant"),
                        tuple(f"stock_{region.code}" for region in regions),
                    ]
                },
            ),
            (
                "Pack",
                {
                    "classes": ["collapse"],
                    "fields": [
                        ("pack_units", "unit_name", "net_quantity"),
                        ("net_weight_g", "net_volume_ml", "ship_weight_g"),
                        ("compound", "compound_mg", "magnesium_mg"),
                        ("hs_code", "barcode"),
                    ],
                },
            ),
        ]


class WordingFormSet(BaseInlineFormSet):
    def clean(self):
        super().clean()
        for form in self.forms:
            data = getattr(form, "cleaned_data", None) or {}
            if data.get("units_per_day") and not data.get("DELETE"):
                region = data.get("region")
                mg = max(
                    (v.magnesium_mg or 0 for v in self.instance.variants.all()) if self.instance.pk else [0],
                    default=0,
                )
                if region and mg * data["units_per_day"] > region.pack.upper_level_mg:
                    form.add_error(
                        "units_per_day",
                        ValidationError(
                            f"{mg * data['units_per_day']} mg a day is above {region.the_name}’s level of "
                            f"{region.pack.upper_level_mg} mg ({region.pack.upper_level_source})."
                        ),
                    )


class WordingInline(admin.StackedInline):
    model = ProductWording
    formset = WordingFormSet
    extra = 0
    classes = ["collapse"]


class PictureInline(LoadedChoices, admin.TabularInline):
    model = ProductPicture
    extra = 0
    autocomplete_fields = ["picture"]
    fields = ["preview", "picture", "variant", "position"]
    readonly_fields = ["preview"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("picture", "variant__product")

    @admin.display(description="")
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

    def clean(self):
        cleaned = super().clean()
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
    list_filter = ["form", "kind", "is_active", "vegan", BinFilter]
    search_fields = ["name", "slug", "variants__sku"]
    actions = ["put_into_bin", "take_out_of_bin"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [VariantInline, PictureInline, TagInline, WordingInline]
    save_on_top = True
    fieldsets = [
        (
            None,
            {
                "fields": [("name", "slug"), ("form", "kind", "vegan"), "summary", "description"],
            },
        ),
        ("On sale", {"fields": [("is_active", "position", "tax_class"), "successor", "withdraw"]}),
        (
            "Ingredients and storage",
            {"classes": ["collapse"], "fields": ["ingredients", "us_ingredients", "allergens", "storage"]},
        ),
    ]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .prefetch_related("pictures__picture", "variants__prices__region", "variants__stock__region")
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
        count = products.exclude(binned_at=None).update(binned_at=None)
        self.message_user(request, f"{count} taken out of the bin.")

    @admin.display(description="")
    def preview(self, product):
        first = next(iter(product.pictures.all()), None)
        return thumbnail(first and first.picture)

    @admin.display(description="Prices from")
    def prices(self, product):
        lowest = sorted(self._lowest(product).items(), key=lambda pair: pair[0].position)
        return " · ".join(region.money(amount) for region, amount in lowest) or "none"

    @staticmethod
    def _lowest(product) -> dict:
        """The lowest price of now by region, from prefetched rows."""
        now, lowest = timezone.now(), {}
        for variant in product.variants.all():
            current = {}
            for row in sorted(variant.prices.all(), key=lambda row: row.valid_from):
                if row.valid_from <= now:
                    current[row.region] = row.amount
            for region, amount in current.items():
                if amount is not None and variant.is_active:
                    lowest[region] = min(amount, lowest.get(region, amount))
        return lowest

    @staticmethod
    def _left(product) -> dict:
        totals = {}
        for variant in product.variants.all():
            for row in variant.stock.all():
                totals[row.region] = totals.get(row.region, 0) + row.sellable
        return totals

    def autocomplete_result(self, product) -> dict:
        """A choice in other forms: picture, pack numbers, the price in each region or that it is not sold there."""
        first = next(iter(product.pictures.all()), None)
        lowest, left = self._lowest(product), self._left(product)
        told = []
        for region in Region.all_open():
            if region not in lowest or product.is_withdrawn:
                told.append(f"not sold in {region.the_name}")
            else:
                sold_out = "" if left.get(region) else " (sold out)"
                told.append(f"{region.short_name} {region.money(lowest[region])}{sold_out}")
        skus = ", ".join(variant.sku for variant in product.variants.all())
        return {
            "text": product.name,
            "note": f"{skus} · {' · '.join(told)}",
            "picture": thumbnail_url(first.picture) if first else "",
        }

    @admin.display(description="Can be sold")
    def stock(self, product):
        return " · ".join(
            f"{region.short_name} {count}"
            for region, count in sorted(self._left(product).items(), key=lambda pair: pair[0].position)
        )

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
        missing = [
            region.short_name
            for region in Region.all_open()
            if not product.wordings.filter(region=region).exists()
        ]
        if missing:
            messages.warning(
                request, f"No wording yet for {', '.join(missing)}: directions and warnings are missing."
            )


class CollectionProductInline(admin.TabularInline):
    model = CollectionProduct
    extra = 0
    autocomplete_fields = ["product"]
    verbose_name = "product"
    verbose_name_plural = "products put in by hand: these come first, in this order"


@admin.register(Collection)
class CollectionAdmin(admin.ModelAdmin):
    """Groups of products with a page of their own, by hand and by rule."""

    list_display = ["name", "rule", "now", "position", "is_open"]
    list_editable = ["position", "is_open"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["picture", "rule_tag"]

    class Media:
        js = ["js/staff.js"]

    inlines = [CollectionProductInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "summary", "picture", "is_open"]}),
        ("Rule: fills itself", {"fields": ["rule_tag", "rule_form", "rule_kind", "rule_vegan"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("rule_tag").prefetch_related("by_hand")

    @admin.display(description="Rule")
    def rule(self, row):
        told = [
            f"tag “{row.rule_tag}”" if row.rule_tag_id else "",
            row.get_rule_form_display(),
            row.get_rule_kind_display(),
            "vegan" if row.rule_vegan else "",
        ]
        return " and ".join(filter(None, told)) or "by hand only"

    @admin.display(description="Products now")
    def now(self, row):
        tags = kept("tags by product", tags_by_product)
        found = [
            (region.short_name, len(row.cards_among(cards_on_sale(region), tags)))
            for region in Region.all_open()
        ]
        return " · ".join(f"{name} {count}" for name, count in found)

    def view_on_site(self, row):
        return row.url_in(Region.all_open()[0])


@admin.register(RelatedProductTag)
class RelatedProductTagAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


class PriceForm(forms.ModelForm):
    """A price from a moment on, typed as on the product's page: in pounds, dollars or euros."""

    price = forms.CharField(
        required=False,
        help_text="In the region’s currency, such as 14.99. Empty: not sold there from then on.",
        widget=NumberInput(mode="decimal"),
    )
    meant = MeantField(label="The new price is meant")

    class Meta:
        model = Price
        fields = ["variant", "region", "valid_from"]

    def clean(self):
        cleaned = super().clean()
        region, variant, start = (cleaned.get(name) for name in ("region", "variant", "valid_from"))
        if region is None:
            return cleaned
        try:
            self.instance.amount = money_typed(cleaned.get("price"), region.currency)
        except ValidationError as error:
            self.add_error("price", error)
            return cleaned
        if variant and start:
            before = Price.objects.filter(variant=variant, region=region, valid_from__lt=start)
            row = before.exclude(amount=None).order_by("-valid_from").first()
            ask_about(self, [("price", region, row and row.amount, self.instance.amount)])
        return cleaned


@admin.register(Price)
class PriceAdmin(admin.ModelAdmin):
    """The price history and prices of the future. Rows are added, never changed."""

    form = PriceForm
    fields = ["variant", "region", "price", "valid_from", "meant"]
    list_display = ["variant", "region", "__str__", "valid_from"]
    list_filter = ["region", "valid_from"]
    list_select_related = ["variant__product", "region"]
    search_fields = ["variant__sku", "variant__product__name"]
    date_hierarchy = "valid_from"
    autocomplete_fields = ["variant"]

    def get_fields(self, request, price=None):
        return self.fields if price is None else ["variant", "region", "price_text", "valid_from"]

    def get_readonly_fields(self, request, price=None):
        return [] if price is None else ["price_text"]

    @admin.display(description="Price")
    def price_text(self, price):
        return str(price)

    def has_change_permission(self, request, price=None):
        return False

    def has_delete_permission(self, request, price=None):
        return price is None or price.valid_from > timezone.now()


@admin.register(Variant)
class VariantAdmin(admin.ModelAdmin):
    """Only here for the autocomplete of other forms; variants are edited with their product."""

    search_fields = ["sku", "product__name", "label"]
    list_select_related = ["product"]

    def get_model_perms(self, request):
        return {}
