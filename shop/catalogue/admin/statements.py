"""Statements as boxes to tick: those of the law's list; which a product may not make, and why."""

from typing import Any, cast

from django import forms
from django.http import QueryDict

from shop.catalogue.models import ProductWording
from shop.claims.statements import as_listed, statements
from shop.regions.models import Region


class StatementBoxes(forms.CheckboxSelectMultiple):
    """Boxes, a line each, of which some can't be ticked."""

    closed: frozenset[str] = frozenset()

    def create_option(self, name, value, label, selected, index, subindex=None, attrs=None):
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        if value in self.closed and not selected:
            option["attrs"]["disabled"] = True
        return option


class StatementsField(forms.MultipleChoiceField):
    """Kept as text, a statement a line."""

    widget = StatementBoxes(attrs={"class": "statement-boxes"})

    def prepare_value(self, value):
        return value.splitlines() if isinstance(value, str) else value

    def valid_value(self, value):
        return True  # the model says more of what is on no list than “not a valid choice”

    def clean(self, value):
        return "\n".join(super().clean(value))

    def has_changed(self, initial, data):
        return set(self.prepare_value(initial) or ()) != set(data or ())


class WordingForm(forms.ModelForm):
    statements = StatementsField(required=False)

    class Meta:
        model = ProductWording
        fields = "__all__"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["statements"]
        region, data = self._region(), cast("QueryDict", self.data)
        if region is None:
            field.help_text = "Choose the region and save: the sentences that it allows can then be ticked."
            return
        kept = as_listed(self.instance.statement_list, region.claims_law, region.language)
        self.initial["statements"] = "\n".join(kept)
        typed = data.getlist(self.add_prefix("statements")) if self.is_bound else []
        product = self.instance.product if self.instance.product_id else None
        choices, closed, mg_a_day = [], set(), self.instance.mg_a_day()
        for row in statements(region.claims_law, region.language):
            lacking = row.why_not((product.judged_as or "") if product else "", mg_a_day)
            choices.append((row.written, f"{row.written} – {lacking}" if lacking else row.written))
            closed |= {row.written} if lacking else set()
        on_list = {written for written, _ in choices}
        strange = [line for line in dict.fromkeys([*kept, *typed]) if line not in on_list]
        choices += [(line, f"{line} – not on the list: untick it") for line in strange]
        field.choices, field.widget.closed = choices, frozenset(closed)
        field.help_text = (
            f"What a product may state in {region.the_name}, word for word. The amount is that of the pack with the "
            "least magnesium, times the daily amount as saved."
        )

    def _region(self) -> Region | None:
        typed = self.data.get(self.add_prefix("region")) if self.is_bound else None
        pk = str(typed or self.instance.region_id or "")
        return next((region for region in Region.all_cached() if str(region.pk) == pk), None)
