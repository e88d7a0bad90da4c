"""Formsets of the editor whose rows are asked for together: a draft saves itself every few seconds, with all its rows.

Django asks once for each row that comes back, once for what it points at, and once more whether that is there.
"""

from functools import cached_property
from typing import Any

from django import forms

from shop.web.admin_choices import LoadedFormSet


class KnownForm(forms.ModelForm):
    """What a choice has just found need not be asked for again; what must be unique is asked as always."""

    _trusts = True

    def _get_validation_exclusions(self):
        stock: Any = super()
        excluded = stock._get_validation_exclusions()
        if self._trusts:
            for name, field in self.fields.items():
                if isinstance(field, forms.ModelChoiceField) and self.cleaned_data.get(name) is not None:
                    excluded.add(name)
        return excluded

    def validate_unique(self):
        self._trusts = False
        super().validate_unique()

    def validate_constraints(self):
        self._trusts = False
        stock: Any = super()
        stock.validate_constraints()


class KnownChoice(forms.ModelChoiceField):
    """A choice that was made ready for its form, and knows the rows that may have been chosen."""

    def __init__(self, made: forms.ModelChoiceField, known: dict[str, Any]):
        vars(self).update(vars(made))
        self.known = known

    def to_python(self, value):
        found = self.known.get(str(value)) if value not in self.empty_values else None
        return found if found is not None else super().to_python(value)


class KnownFormSet(LoadedFormSet):
    """Loads the rows of its choices at once, by what was posted."""

    @cached_property
    def _known(self) -> dict[str, dict[str, Any]]:
        return {}

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if self.is_bound:
            for name, field in form.fields.items():
                if type(field) is forms.ModelChoiceField:
                    form.fields[name] = KnownChoice(field, self._rows_of(name, field))

    def _rows_of(self, name, field) -> dict[str, Any]:
        """By pk as text: the rows of the form itself, what they point at, and at once what else was posted."""
        if name in self._known:
            return self._known[name]
        stored = self.get_queryset()
        if name == self.model._meta.pk.name:
            rows = list(stored)
        else:
            loaded = (
                [row._state.fields_cache.get(name) for row in stored]
                if not field.queryset.query.where
                else []
            )
            rows = [row for row in loaded if row is not None]
            typed = {
                self.data.get(f"{self.prefix}-{place}-{name}") for place in range(self.total_form_count())
            }
            pks = {int(pk) for pk in typed if pk and pk.isdecimal() and pk.isascii() and len(pk) < 16}
            pks -= {row.pk for row in rows}
            rows += list(field.queryset.filter(pk__in=pks)) if pks else []
        self._known[name] = {str(row.pk): row for row in rows}
        return self._known[name]
