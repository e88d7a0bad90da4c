"""The page that asks before a deletion shows counts and the first of what goes with it, however much that is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import quote
from django.db.models import CASCADE, PROTECT, Model, QuerySet
from django.db.models.deletion import get_candidate_relations_to_delete
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

MOST = 100  # rows that belong to what is deleted; up to here Django's own page names them all
FIRST = 10  # of each kind, where there are more


@dataclass
class Belonging:
    """Rows of one kind that go with what is deleted, or that keep it from being deleted."""

    rows: QuerySet
    protects: bool

    @property
    def model(self) -> type[Model]:
        return self.rows.model


def belonging_to(rows: QuerySet, above: tuple[type[Model], ...] = ()) -> Iterator[Belonging]:
    """What a deletion of these rows would reach, a query for each way to it; none is asked yet."""
    above = (*above, rows.model)
    relations: Iterable[Any] = get_candidate_relations_to_delete(rows.model._meta)
    for relation in relations:
        model = relation.related_model
        if relation.on_delete not in (CASCADE, PROTECT) or model in above:
            continue
        reached = model._base_manager.filter(**{f"{relation.field.name}__in": rows.order_by().values("pk")})
        if relation.on_delete is PROTECT:
            yield Belonging(reached, protects=True)
        else:
            yield Belonging(reached, protects=False)
            yield from belonging_to(reached, above)


def are_many(found: list[Belonging]) -> bool:
    left = MOST
    for one in found:
        left -= one.rows.order_by()[: left + 1].count()
        if left < 0:
            return True
    return False


class Deleting(ModelAdmin):
    """Django's page collects every row first. Where they are many, they are counted instead, and the first are named."""

    def get_deleted_objects(self, objs, request):
        rows = self.model._base_manager.filter(pk__in=[row.pk for row in objs])
        found = list(belonging_to(rows))
        if not are_many(found):
            return super().get_deleted_objects(objs, request)
        needed: set[str] = set()
        named: list = [self._named(row, request, needed) for row in objs[:MOST]]
        counts = {self.opts.verbose_name_plural: len(objs)}
        protected: list = []
        for one in found:
            count = one.rows.count()
            if not count:
                continue
            # What protects is not deleted, so nobody needs to be allowed to delete it.
            lacking = set() if one.protects else needed
            first = [self._named(row, request, lacking) for row in one.rows.order_by("pk")[:FIRST]]
            if count > FIRST:
                first.append(f"and {count - FIRST} more {one.model._meta.verbose_name_plural}")
            if one.protects:
                protected += first
            else:
                kind = one.model._meta.verbose_name_plural
                counts[kind] = counts.get(kind, 0) + count
                named.append(first)
        return named, counts, needed, protected

    def _named(self, row: Model, request, needed: set[str]) -> str:
        """As Django names it; `needed` takes in the kind where this person may not delete it."""
        kind, site = capfirst(row._meta.verbose_name), self.admin_site
        if not site.is_registered(type(row)):
            return f"{kind}: {row}"
        if not site.get_model_admin(type(row)).has_delete_permission(request, row):
            needed.add(str(row._meta.verbose_name))
        try:
            name = f"{site.name}:{row._meta.app_label}_{row._meta.model_name}_change"
            return format_html('{}: <a href="{}">{}</a>', kind, reverse(name, args=[quote(row.pk)]), row)
        except NoReverseMatch:
            return f"{kind}: {row}"


def deleting(admin_class):
    """The admin class with that page; what it says itself of a deletion has the last word."""
    return type(admin_class.__name__, (admin_class, Deleting), {"__module__": admin_class.__module__})
