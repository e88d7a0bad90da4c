"""A list of the admin is filtered by what it offers as a filter, and by nothing else.

Django lets whoever may see a list ask about every column of its table: `?token__regex=^a` reads a secret one letter at
a time, by whether a row is shown. What Django's own filters and its date hierarchy put into an address passes here.
"""

from collections.abc import Iterator

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.widgets import url_params_from_lookup_dict
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, ForeignObject
from django.http import HttpRequest

LOOKS = {"exact", "isnull", "isempty", "gte", "lt", "year", "month", "day"}


class Filtering(ModelAdmin):
    """Refuses what is no filter of the list; Django answers with its page for a bad request."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        if request is None:  # Django always says it; the way without ends with version 6
            return False
        if not self._names_column(lookup):
            return super().lookup_allowed(lookup, value, request)
        if self._is_of_a_chooser(lookup, value):
            return True
        return any(_asks_by(path, lookup, self.model) for path in self._offered(request))

    def _names_column(self, lookup: str) -> bool:
        name = lookup.partition("__")[0]
        try:
            self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return name in {"pk", "id"}
        return True

    def _is_of_a_chooser(self, lookup: str, value) -> bool:
        """The window in which a row is chosen for another form shows those that the form allows."""
        for limit in self.model._meta.related_fkey_lookups:
            limits = url_params_from_lookup_dict(limit() if callable(limit) else limit)
            if limits.get(lookup) == value:
                return True
        return False

    def _offered(self, request) -> Iterator[str]:
        """Paths of fields, and names of filters that take their own value."""
        if self.date_hierarchy:
            yield self.date_hierarchy
        for one in self.get_list_filter(request):
            if isinstance(one, type) and issubclass(one, SimpleListFilter):
                yield one.parameter_name or ""
            else:
                yield str(one[0] if isinstance(one, list | tuple) else one)


def _asks_by(path: str, lookup: str, model) -> bool:
    if lookup == path:
        return True
    begin, _, rest = lookup.partition(f"{path}__")
    return not begin and (rest in LOOKS or rest == f"{_key_of(model, path)}__exact")


def _key_of(model, path: str) -> str:
    """Of the model that a path of relations leads to, the name of what a filter tells its rows apart by."""
    field: Field | None = None
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return ""
        model = field.related_model or model
    if isinstance(field, ForeignObject):
        return field.target_field.name
    return model._meta.pk.name if field is not None and field.is_relation else ""


def filtering(admin_class):
    """The admin class, asked by its own filters alone."""
    return type(admin_class.__name__, (Filtering, admin_class), {"__module__": admin_class.__module__})
