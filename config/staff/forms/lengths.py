"""A long list of the admin costs what a short one does: it counts no further than MOST rows, and offers no order that only
a look at all rows could give.
"""

from collections.abc import Iterator
from functools import cached_property

from django.contrib import messages
from django.contrib.admin import ModelAdmin, ShowFacets
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy

MOST = 10_000  # rows that are counted, and led to by numbers of pages
LONG = 5000  # a table of more rows is ordered by what an index begins with


class FirstOfMany(Paginator):
    """Pages of the first MOST rows; `is_cut` says that there are more, which a filter or a search leads to."""

    @cached_property
    def _counted(self) -> int:
        rows = self.object_list
        return rows.order_by()[: MOST + 1].count() if isinstance(rows, QuerySet) else len(rows)

    @cached_property
    def count(self) -> int:
        return min(self._counted, MOST)

    @property
    def is_cut(self) -> bool:
        return self._counted > MOST


class Lengths(ModelAdmin):
    """What every list is made of."""

    paginator = FirstOfMany
    list_per_page = 50
    show_full_result_count = False  # it would count all rows of the table
    show_facets = ShowFacets.NEVER  # they would count them once for each choice of each filter

    def get_sortable_by(self, request):
        offered = super().get_sortable_by(request)
        newest = self.model._base_manager.order_by("-pk").values_list("pk", flat=True)
        if not newest[LONG : LONG + 1]:
            return offered
        first = set(_led_by_an_index(self.model))
        return [name for name in offered if self._orders_by(name) in first]

    def _orders_by(self, name) -> str:
        """The column that a column of the list is ordered by; "" for none of this table: rows of another one have an order
        of their own, which no index of this one gives.
        """
        try:
            column = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            pass
        else:
            return "" if column.is_relation else column.attname
        _, shown = label_for_field(name, self.model, self, return_attr=True)
        given = getattr(shown, "admin_order_field", None)
        if isinstance(given, OrderBy):
            given = given.expression
        if isinstance(given, F):
            given = given.name
        return given.lstrip("-") if isinstance(given, str) else ""

    def response_action(self, request, queryset):
        """“All” of a list that is cut would be more than its page can say."""
        if request.POST.get("select_across", "0") not in {"", "0"} and FirstOfMany(queryset, 1).is_cut:
            words = f"These are more than {MOST:,}. Filter or search first, then choose all that is left."
            self.message_user(request, words, messages.ERROR)
            return None
        return super().response_action(request, queryset)


def _led_by_an_index(model) -> Iterator[str]:
    """Columns that some index of all rows begins with."""
    meta = model._meta
    lists = [index.fields for index in meta.indexes if index.condition is None and index.fields]
    lists += [
        rule.fields for rule in meta.constraints if getattr(rule, "condition", 0) is None and rule.fields
    ]
    for names in [*lists, *meta.unique_together]:
        yield meta.get_field(names[0].lstrip("-")).attname
    yield from (field.attname for field in meta.concrete_fields if field.unique or field.db_index)


def lengths(admin_class):
    """The admin class, whose lists may be long."""
    return type(admin_class.__name__, (Lengths, admin_class), {"__module__": admin_class.__module__})
