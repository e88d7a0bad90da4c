"""Form fields for numbers and money, read as shop.text.numbers reads them; `install` puts them into every admin form."""

import re

from django import forms
from django.contrib.admin.options import FORMFIELD_FOR_DBFIELD_DEFAULTS
from django.core.exceptions import ValidationError
from django.db import models

from shop.money import to_decimal
from shop.text.numbers import Unreadable, read_money, read_number, read_whole

MAX_MONEY = 100_000_00


class NumberInput(forms.TextInput):
    """Plain text: an <input type="number"> sends nothing at all for what its browser can't read."""

    def __init__(self, attrs=None, mode="numeric"):
        super().__init__({"inputmode": mode, "autocomplete": "off", "size": 8, **(attrs or {})})


class WholeField(forms.IntegerField):
    widget = NumberInput

    def __init__(self, *, mark: str | None = ".", units=(), **kwargs):
        super().__init__(**kwargs)
        self.mark, self.units = mark, units

    def to_python(self, value):
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        is_signed = (
            self.min_value is None or self.min_value < 0
        )  # of a column that may hold less than nothing
        if is_signed and re.fullmatch(r"-?[0-9]{1,18}", str(value)):
            return int(value)
        try:
            return read_whole(value, mark=self.mark, units=self.units)
        except Unreadable as error:
            raise ValidationError(str(error), code="invalid")


class DecimalField(forms.DecimalField):
    """A number with a fraction; a per cent sign behind it is read over."""

    widget = NumberInput

    def __init__(self, *, mark: str | None = ".", **kwargs):
        super().__init__(**kwargs)
        self.mark = mark

    def to_python(self, value):
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        places = 4 if self.decimal_places is None else self.decimal_places
        try:
            return read_number(value, places=places, mark=self.mark, units=("%",))
        except Unreadable as error:
            raise ValidationError(str(error), code="invalid")


def money_typed(text, currency: str, *, least: int = 1, most: int = MAX_MONEY) -> int | None:
    """Minor units of what was typed; None for nothing. Raises ValidationError, in words for the form."""
    if text is None or not str(text).strip():
        return None
    try:
        amount = read_money(text, currency)
    except Unreadable as error:
        raise ValidationError(str(error), code="invalid")
    if not least <= amount <= most:
        low, high = to_decimal(least, currency), to_decimal(most, currency)
        raise ValidationError(f"Type an amount from {low} to {high} {currency}.", code="range")
    return amount


def money_text(amount: int | None, currency: str) -> str:
    """As it stands in a form's field: 14.99; nothing for None."""
    return "" if amount is None else str(to_decimal(amount, currency))


class MoneyField(forms.Field):
    """Cleans to minor units of `currency`, or None; its initial value is minor units too."""

    widget = NumberInput

    def __init__(self, *, currency: str, least: int = 1, most: int = MAX_MONEY, **kwargs):
        kwargs.setdefault("widget", NumberInput(mode="decimal"))
        super().__init__(**kwargs)
        self.currency, self.least, self.most = currency, least, most

    def prepare_value(self, value):
        return money_text(value, self.currency) if isinstance(value, int) else value

    def to_python(self, value):
        if isinstance(value, int):
            return value
        return money_typed(value, self.currency, least=self.least, most=self.most)


class _Tick(forms.CheckboxInput):
    """A box that sends what it was asked about, never ticked by itself."""

    def __init__(self, asked: str):
        super().__init__(check_test=lambda value: False)
        self.asked = asked

    def format_value(self, value):
        return self.asked


class MeantField(forms.CharField):
    """Out of sight until `ask_once` has something to ask: then a box to tick."""

    def __init__(self, **kwargs):
        super().__init__(required=False, widget=forms.HiddenInput, **kwargs)


def ask_once(form: forms.Form, name: str, asked: dict[str, tuple[str, str]]) -> None:
    """Refuse a form until its MeantField `name` is ticked for exactly this.

    `asked`: by field, (what is asked about, such as "uk:1499", and the question in words). Another value than the one
    that was asked about is asked about anew.
    """
    key = " ".join(sorted(about for about, _ in asked.values()))
    if not asked or form.cleaned_data.get(name) == key:
        return
    form.fields[name].widget = _Tick(key)
    for field, (_, words) in asked.items():
        form.add_error(field, words)


def moved_far(was: int | None, now: int | None) -> bool:
    """Whether a price went up or down by more than half of what it was."""
    return was is not None and now is not None and bool(was and now) and abs(now - was) * 2 > was


def install() -> None:
    """Every admin form reads numbers this way, those of apps that are still to be written too."""
    FORMFIELD_FOR_DBFIELD_DEFAULTS[models.IntegerField] = {
        "form_class": WholeField,
        "widget": NumberInput({"class": "vIntegerField"}),
    }
    FORMFIELD_FOR_DBFIELD_DEFAULTS[models.BigIntegerField] = {
        "form_class": WholeField,
        "widget": NumberInput({"class": "vBigIntegerField"}),
    }
    FORMFIELD_FOR_DBFIELD_DEFAULTS[models.DecimalField] = {
        "form_class": DecimalField,
        "widget": NumberInput({"class": "vDecimalField"}, mode="decimal"),
    }
