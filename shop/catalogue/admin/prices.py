"""Prices that are planned."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils import timezone

from shop.catalogue.admin.planned import reduction_words
from shop.catalogue.models import Price
from shop.catalogue.offers import last_amount
from shop.catalogue.reductions import history
from shop.catalogue.stated import refuse_to_sell
from shop.text.fields import MeantField, NumberInput, ask_once, money_typed, moved_far


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
        super().clean()
        cleaned = self.cleaned_data
        region, variant, start = (cleaned.get(name) for name in ("region", "variant", "valid_from"))
        if region is None:
            return cleaned
        try:
            self.instance.amount = money_typed(cleaned.get("price"), region.currency)
        except ValidationError as error:
            self.add_error("price", error)
            return cleaned
        if start and start < timezone.now() - timedelta(minutes=5):
            self.add_error("valid_from", "What is over stays as it was: type now, or a moment to come.")
        if variant and start:
            before = last_amount(variant, region, start)
            ask_about(self, [("price", region, before, self.instance.amount)])
        if variant and self.instance.amount is not None:
            try:
                refuse_to_sell(variant.product, [region])
            except ValidationError as error:
                self.add_error("variant", error)
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
    ordering = ["-valid_from", "-pk"]
    sortable_by = ["variant", "valid_from"]  # an index answers each
    autocomplete_fields = ["variant"]

    def get_fields(self, request, price=None):
        return self.fields if price is None else ["variant", "region", "price_text", "valid_from"]

    def get_readonly_fields(self, request, price=None):
        return [] if price is None else ["price_text"]

    @admin.display(description="Price")
    def price_text(self, price):
        return str(price)

    def save_model(self, request, price, form, change):
        super().save_model(request, price, form, change)
        steps = history([price.variant], price.region).get((price.variant_id, price.region_id), [])
        if words := reduction_words(steps, price.region, price.amount, max(price.valid_from, timezone.now())):
            messages.warning(request, words)

    def has_change_permission(self, request, price=None):
        return False

    def has_delete_permission(self, request, price=None):
        return price is None or price.valid_from > timezone.now()
