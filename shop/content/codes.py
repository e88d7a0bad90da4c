"""Columns that hold the code of a row which staff keep, such as a kind of product.

The rows are few, so they are read once per process and version (shop.content.memo) and no page joins them. That a code is
known is the database's word as well: see shop.catalogue.known_codes.
"""

from collections.abc import Callable
from functools import partialmethod

from django import forms
from django.core.exceptions import ValidationError
from django.db import models


class CodeField(models.CharField):
    """`names`: returns the rows' names by code, in their order. To a migration it is the CharField that it was."""

    def __init__(self, *args, names: Callable[[], dict[str, str]] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.names = names

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def clone(self):
        return type(self)(names=self.names, **self.deconstruct()[3])

    @property
    def flatchoices(self):
        """What lists and filters of staff show in place of the code."""
        return list((self.names or dict)().items())

    @flatchoices.setter
    def flatchoices(self, value):
        pass

    def contribute_to_class(self, cls, name, private_only=False):
        super().contribute_to_class(cls, name, private_only)
        if self.names:
            setattr(cls, f"get_{name}_display", partialmethod(cls._get_FIELD_display, field=self))

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if value and self.names and value not in self.names():
            raise ValidationError("“%(value)s” is not known.", params={"value": value})

    def formfield(self, **kwargs):  # type: ignore[override]
        """Choices are read when a form is made, so a new row is there at once."""
        if self.names is None:
            return super().formfield(**kwargs)
        names = self.names
        kwargs.pop("max_length", None)
        kwargs = {
            "label": kwargs.pop("label", self.verbose_name[:1].upper() + self.verbose_name[1:]),
            "help_text": self.help_text,
            "required": not self.blank,
            **{
                key: value
                for key, value in kwargs.items()
                if key in {"widget", "initial", "help_text", "required"}
            },
        }
        if (isinstance(kwargs.get("widget"), type) and not issubclass(kwargs["widget"], forms.Select)) or (
            "widget" in kwargs and not isinstance(kwargs["widget"], type | forms.Select)
        ):
            del kwargs["widget"]
        return forms.TypedChoiceField(
            choices=lambda: [("", "---------"), *names().items()], empty_value="", **kwargs
        )
