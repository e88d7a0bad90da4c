"""What staff paste into forms of the admin, read as shop.text.typed reads what shoppers type."""

from django import forms
from django.contrib.admin.options import FORMFIELD_FOR_DBFIELD_DEFAULTS
from django.contrib.admin.widgets import AdminEmailInputWidget, AdminTextInputWidget, AdminURLFieldWidget
from django.db import models

from shop.text.typed import MailField, one_spelling, without_format


class StaffLineField(forms.CharField):
    """One line in a form of the admin: a name, an SKU, a DOI, a time zone."""

    def to_python(self, value):
        return super().to_python(value if value in self.empty_values else without_format(str(value)))


class StaffSlugField(forms.SlugField):
    """A part of an address."""

    def to_python(self, value):
        return super().to_python(value if value in self.empty_values else one_spelling(str(value)))


def install() -> None:
    """Every admin form reads lines of text, parts of addresses and e-mail addresses this way."""
    for column, form_class, widget in (
        (models.CharField, StaffLineField, AdminTextInputWidget),
        (models.SlugField, StaffSlugField, AdminTextInputWidget),
        (models.EmailField, MailField, AdminEmailInputWidget),
        (models.URLField, forms.URLField, AdminURLFieldWidget),  # else it would be read as any line of text
    ):
        FORMFIELD_FOR_DBFIELD_DEFAULTS[column] = {"form_class": form_class, "widget": widget}
