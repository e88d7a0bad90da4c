"""Packs: sizes, prices of now and stock, a row each."""

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html

from shop.catalogue.admin.planned import (
    clean_planned,
    planned_words,
    planning_fields,
    reduction_words,
    save_planned,
)
from shop.catalogue.admin.prices import ask_about
from shop.catalogue.models import Stock, StockCause, Told, Variant
from shop.catalogue.offers import amounts_in_force, amounts_known
from shop.catalogue.reductions import history
from shop.regions.models import Region
from shop.text.fields import MeantField, MoneyField, NumberInput, WholeField
from shop.web.admin_pages import Paged


class VariantForm(forms.ModelForm):
    """A variant with its price and stock in each region: what staff type is what shoppers see."""

    meant = MeantField(label="The new price is meant")
    stock_why = forms.CharField(
        label="Why the stock changes",
        required=False,
        max_length=200,
        help_text="For the stock log.",
    )

    class Meta:
        model = Variant
        exclude: list[str] = []

    def __init__(self, *args, amounts=None, steps=None, planned=None, **kwargs):
        """For all packs of the page at once. `amounts`: as `amounts_in_force`; `steps`, `planned`: see admin/planned.py."""
        super().__init__(*args, **kwargs)
        self.amounts: dict[int, int | None] = {}
        self.stock: dict[int, Stock] = {}
        self.steps, planned = steps or {}, planned or {}
        self.told: list[str] = []  # what staff read of prices after saving
        if self.instance.pk:
            amounts = amounts_in_force([self.instance]) if amounts is None else amounts
            self.amounts = amounts.get(self.instance.pk, {})
            self.stock = {row.region_id: row for row in self.instance.stock.all()}
        for region in Region.markets():
            amount = self.amounts.get(region.pk)
            self.fields[f"price_{region.code}"] = MoneyField(
                label=f"Price {region.short_name} ({region.currency})",
                currency=region.currency,
                required=False,
                initial=amount,
                help_text=self._words_of(region, planned),
            )
            self.fields.update(planning_fields(region, planned.get((self.instance.pk, region.pk), [])))
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

    def _words_of(self, region: Region, planned) -> str:
        """Under a price: whether it is shown as reduced, and what is planned."""
        key = (self.instance.pk, region.pk)
        told = [
            reduction_words(self.steps.get(key, []), region, self.amounts.get(region.pk)),
            planned_words(planned.get(key, []), region),
        ]
        return " ".join(filter(None, ["Empty: not sold there.", *told]))

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        clean_planned(self)
        for region in Region.markets():
            row = self.stock.get(region.pk)
            count = cleaned.get(f"stock_{region.code}")
            if row and count is None and f"stock_{region.code}" not in self.errors:
                self.add_error(f"stock_{region.code}", "Type how many there are: 0 for none.")
            if row and row.held and count is not None and count < row.held:
                self.add_error(
                    f"stock_{region.code}",
                    f"{row.held} packs belong to orders not sent yet; not lower than that.",
                )
        prices = [
            (f"{name}_{region.code}", region) for name in ("price", "next") for region in Region.markets()
        ]
        ask_about(
            self,
            [
                (name, at, self.amounts.get(at.pk), cleaned.get(name))
                for name, at in prices
                if not (name.startswith("next") and cleaned.get(name) is None)
            ],
        )
        return cleaned

    def save_regions(self, who: str = ""):
        """Add a price row where a price changed or is planned, and set stock where it was typed. `who`: for the stock's log."""
        for region in Region.markets():
            amount = self.cleaned_data.get(f"price_{region.code}")
            if amount != self.amounts.get(region.pk):
                self.instance.set_price(region, amount)
                words = reduction_words(self.steps.get((self.instance.pk, region.pk), []), region, amount)
                if words:
                    self.told.append(f"{self.instance.label} in {region.the_name}: {words}")
            count = self.cleaned_data.get(f"stock_{region.code}")
            if count is not None and f"stock_{region.code}" in self.changed_data:
                row = self.stock.get(region.pk) or Stock(variant=self.instance, region=region)
                row.on_hand = count
                row.save(told=Told(StockCause.COUNTED, who, self.cleaned_data.get("stock_why", "")))
        self.told += save_planned(self)


class VariantFormSet(BaseInlineFormSet):
    who = ""  # saves it

    @cached_property
    def amounts(self) -> dict[int, dict[int, int | None]]:
        return amounts_in_force(self.get_queryset())

    @cached_property
    def known(self) -> dict:
        """What each form reads, of all packs of the page: three queries."""
        packs = self.get_queryset()
        return {
            "amounts": self.amounts,
            "steps": history(packs),
            "planned": amounts_known(packs, timezone.now()),
        }

    def get_form_kwargs(self, index):
        return {**super().get_form_kwargs(index), **self.known}

    def save_new(self, form, commit=True):
        variant = super().save_new(form, commit)
        form.save_regions(self.who)
        return variant

    def save(self, commit=True):
        saved = super().save(commit)
        for form in self.initial_forms:
            if form not in self.deleted_forms and form.has_changed():
                form.save_regions(self.who)
        return saved


def _to_come(product) -> str:
    words = "It changes by itself then. What has begun stays in the history of prices"
    if product is None:
        return f"{words}."
    every = reverse("admin:catalogue_pricelog_changelist")
    return format_html('{}: <a href="{}?product={}">all of this product</a>.', words, every, product.pk)


class VariantInline(Paged, admin.StackedInline):
    model = Variant
    a_page = 5
    form = VariantForm
    formset = VariantFormSet
    extra = 0
    show_change_link = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product").prefetch_related("stock")

    def get_formset(self, request, obj=None, **kwargs):
        kwargs["fields"] = None
        kwargs["exclude"] = []
        formset = super().get_formset(request, obj, **kwargs)
        return type(formset.__name__, (formset,), {"who": request.user.get_username()})

    def get_fieldsets(self, request, obj=None):
        regions = Region.markets()
        return [
            (
                None,
                {
                    "fields": [
                        ("sku", "label", "is_active", "position"),
                        (*(f"price_{region.code}" for region in regions), "meant"),
                        (*(f"stock_{region.code}" for region in regions), "stock_why"),
                    ]
                },
            ),
            (
                "Prices to come",
                {
                    "classes": ["collapse"],
                    "description": _to_come(obj),
                    "fields": [
                        (f"next_{region.code}", f"from_{region.code}", f"drop_{region.code}")
                        for region in regions
                    ],
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


@admin.register(Variant)
class VariantAdmin(admin.ModelAdmin):
    """Only here for the autocomplete of other forms; variants are edited with their product."""

    search_fields = ["sku", "product__name", "label"]
    list_select_related = ["product"]
    ordering = ["sku"]

    def get_model_perms(self, request):
        return {}

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, variant=None):
        return False

    def has_delete_permission(self, request, variant=None):
        return False
