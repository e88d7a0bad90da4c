"""Filters and dates of admin lists that are known without reading the rows."""

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import Min, QuerySet

MODES = (("live", "live"), ("test", "test"), ("sandbox", "sandbox"))


def by_mode(column: str) -> type[SimpleListFilter]:
    """By the payment mode in this column. Django would read the whole column to learn which there are."""

    class ByMode(SimpleListFilter):
        title = "payment mode"
        parameter_name = column

        def lookups(self, request, model_admin):
            return MODES

        def queryset(self, request, queryset: QuerySet) -> QuerySet:
            value = self.value()
            return queryset.filter(**{column: value}) if value in dict(MODES) else queryset

    return ByMode


def by_values(column: str, words: str) -> type[SimpleListFilter]:
    """By the values of this column, of which there are few; an index begins with it, so that each is found at once."""

    class ByValue(SimpleListFilter):
        title = words
        parameter_name = column

        def lookups(self, request, model_admin):
            found, rows = [], model_admin.model._base_manager.order_by()
            while (value := rows.aggregate(first=Min(column))["first"]) is not None:
                found.append((value, value))
                rows = rows.filter(**{f"{column}__gt": value})
            return found

        def queryset(self, request, queryset: QuerySet) -> QuerySet:
            return queryset.filter(**{column: self.value()}) if self.value() else queryset

    return ByValue


class NoDatesOfASearch(ModelAdmin):
    """For a list with a date hierarchy: without it while somebody searches. The first date of a few rows found makes
    PostgreSQL walk all rows in the order of their dates. A year, month or day is ordered by its own date for the same reason.
    """

    def get_ordering(self, request):
        dates = self.date_hierarchy
        if any(name.startswith(f"{dates}__") for name in request.GET):
            return [f"-{dates}", "-pk"]
        return super().get_ordering(request)

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        if changelist.query:
            changelist.date_hierarchy = None
        return changelist
