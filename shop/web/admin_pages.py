"""Inlines with many rows, a page of them at a time. What is saved is the rows that were shown; the others stay as they are."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin.utils import unquote
from django.core.paginator import Page, Paginator
from django.forms.models import _get_foreign_key

from shop.text.numbers import whole_or_none

if TYPE_CHECKING:  # what it is mixed into
    from django.contrib.admin.options import InlineModelAdmin as Inline
else:
    Inline = object


class Paged(Inline):
    """Mix into an inline before all else. `page` is the one that is shown; None where a form comes back with errors."""

    a_page = 25
    page: Page | None = None

    @property
    def page_name(self) -> str:
        """Of the page in an address."""
        return f"{self.model._meta.model_name}-page"

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        parent = whole_or_none(unquote(request.resolver_match.kwargs.get("object_id") or ""))
        if request.method not in {"GET", "HEAD"} or parent is None:
            return rows
        key: Any = _get_foreign_key(self.parent_model, self.model, fk_name=self.fk_name)
        ordered = rows.filter(**{key.attname: parent}).order_by(
            *rows.query.order_by or self.model._meta.ordering
        )
        pages = Paginator(ordered.values_list("pk", flat=True), self.a_page)
        self.page = pages.get_page(request.GET.get(self.page_name))
        return rows.filter(pk__in=list(self.page))
