"""Rows of an admin form whose chosen things are loaded with the rows: no query for each row."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.forms.models import BaseInlineFormSet


class _Loaded:
    """Stands for the queryset of a field's choices while a widget draws what is chosen."""

    def __init__(self, field, rows):
        self.field, self.rows, self.queryset = field, rows, self

    def using(self, alias):
        return self

    def filter(self, **wanted):
        [pks] = wanted.values()
        return [self.rows[pk] for pk in sorted(pks)]


class LoadedSelect(AutocompleteSelect):
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


if TYPE_CHECKING:  # what it is mixed into
    from django.contrib.admin.options import InlineModelAdmin as Inline
else:
    Inline = object


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
