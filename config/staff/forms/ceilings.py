"""No text without a length, no form without a count: what a form of staff does not limit itself ends here."""

import re
from collections.abc import Iterable

from django import forms
from django.core.validators import MaxLengthValidator
from django_prose_editor.widgets import ProseEditorWidget

from shop.text.numbers import whole_or_none

GAPS = 50  # rows that a script took out
MOST = 20_000  # characters
MOST_RICH = 100_000  # of rich text; a dozen times the longest part of an article


def limit_texts(fields: Iterable[forms.Field]) -> None:
    """Give every text a length that has none. Call it on the fields of a form that was made, not of its class."""
    for one in fields:
        if is_text(one) and length_of(one) is None:
            most = MOST_RICH if isinstance(one.widget, ProseEditorWidget) else MOST
            one.validators.append(MaxLengthValidator(most))  # a form has copies of its class's lists


def is_text(one: forms.Field) -> bool:
    return isinstance(one, forms.CharField) and not isinstance(one, forms.JSONField)


def length_of(one: forms.Field) -> int | None:
    """The most characters that a text takes; None where it has no end."""
    return next((rule.limit_value for rule in one.validators if isinstance(rule, MaxLengthValidator)), None)


def limited_formset(formset):
    """The class of a formset, made for one request, whose rows have no text without a length."""

    def add_fields(self, form, index):
        formset.add_fields(self, form, index)
        limit_texts(form.fields.values())

    return type(formset.__name__, (formset,), {"__module__": formset.__module__, "add_fields": add_fields})


def sent_rows(data, prefix: str):
    """What was posted of a formset, whose count of rows is no more than what came, with some room for gaps.

    A browser sends each row that it shows; a number that somebody types would have as many forms made.
    """
    pattern = re.compile(rf"{re.escape(prefix)}-([0-9]{{1,6}})-")
    numbers = {int(found[1]) for name in data if (found := pattern.match(name))}
    most = min(max(numbers, default=-1) + 1, len(numbers) + GAPS)
    counts = [f"{prefix}-{name}" for name in ("TOTAL_FORMS", "INITIAL_FORMS")]
    over = [name for name in counts if (whole_or_none(data.get(name), digits=30) or 0) > most]
    if over:
        data = data.copy()
        for name in over:
            data[name] = str(most)
    return data
