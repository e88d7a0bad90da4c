"""Choices of admin forms: what was sent that no row can be called by, and rows whose chosen things are loaded with them."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet, ModelMultipleChoiceField

BIGGEST = 2**63 - 1  # of an id that a column holds
if TYPE_CHECKING:  # what it is mixed into
    from django.contrib.admin.options import InlineModelAdmin as Inline
    from django.contrib.admin.widgets import AutocompleteMixin as Autocomplete
else:
    Inline = Autocomplete = object


class Chosen(Autocomplete):
    """Asks the database for ids alone. The form refuses what else was sent, and is drawn again."""

    def optgroups(self, name, value, attr=None):
        pk = self.field.remote_field.model._meta.pk
        return super().optgroups(name, [one for one in value if _can_be(pk, one)], attr)


class ChosenSelect(Chosen, AutocompleteSelect):
    pass


class ChosenSelectMultiple(Chosen, AutocompleteSelectMultiple):
    pass


def _can_be(pk, value) -> bool:
    try:
        made = pk.to_python(value)
    except ValidationError:
        return False
    return not isinstance(made, int) or abs(made) <= BIGGEST


class ChosenField(ModelMultipleChoiceField):
    """Refuses an id that no column holds, such as one of forty digits, in words."""

    def clean(self, value):
        rows: Any = self.queryset
        for one in value if isinstance(value, list | tuple) else []:
            if not _can_be(rows.model._meta.pk, one):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": one}
                )
        return super().clean(value)


class Choices(Inline):
    """Mix into every admin and inline: their autocompletes are of these kinds."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request) and not isinstance(self, LoadedChoices):
            kwargs.setdefault("widget", ChosenSelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs.setdefault("form_class", ChosenField)
        if db_field.name in self.get_autocomplete_fields(request):
            made = ChosenSelectMultiple(db_field, self.admin_site, using=kwargs.get("using"))
            kwargs.setdefault("widget", made)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class _Loaded:
    """Stands for the queryset of a field's choices while a widget draws what is chosen."""

    def __init__(self, field, rows):
        self.field, self.rows, self.queryset = field, rows, self

    def using(self, alias):
        return self

    def filter(self, **wanted):
        [pks] = wanted.values()
        return [self.rows[pk] for pk in sorted(pks)]


class LoadedSelect(ChosenSelect):
    """An autocomplete that knows some rows already: by pk as text, in `loaded`, shared by all forms of a set."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.loaded: dict[str, object] = {}

    def optgroups(self, name, value, attr=None):
        chosen = {str(pk) for pk in value if pk not in self.choices.field.empty_values}
        if not chosen <= set(self.loaded):
            return super().optgroups(name, value, attr)
        choices = self.choices
        self.choices = _Loaded(choices.field, self.loaded)
        try:
            return super().optgroups(name, value, attr)
        finally:
            self.choices = choices


class LoadedFormSet(BaseInlineFormSet):
    """Hands what its rows point at to the widgets."""

    def get_queryset(self):
        rows = super().get_queryset()
        for name, field in self.form.base_fields.items():
            select = getattr(field.widget, "widget", field.widget)
            if isinstance(select, LoadedSelect):
                for row in rows:
                    chosen = getattr(row, name, None)
                    if chosen is not None:
                        select.loaded[str(chosen.pk)] = chosen
        return rows


class LoadedChoices(Inline):
    """Mix into an inline. `few`: fields whose choices are loaded once for all its rows, without links to change them."""

    formset: type[BaseInlineFormSet] = LoadedFormSet
    few: tuple[str, ...] = ()

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        names = self.autocomplete_fields
        return rows.select_related(*names) if names else rows

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request) and "widget" not in kwargs:
            kwargs["widget"] = LoadedSelect(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in self.few:
            field.choices = list(field.choices)
            field.widget.can_add_related = field.widget.can_change_related = field.widget.can_view_related = (
                False
            )
        return field
