"""How orders are asked for and changed in numbers."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from shop.orders.models.states import ACTIVE
from shop.orders.models.words import FOUND_BY, write_words
from shop.web.periods import ByPeriods

if TYPE_CHECKING:
    from shop.orders.models.orders import Order


class OrderQuerySet(ByPeriods["Order"]):
    def active(self) -> "OrderQuerySet":
        return self.filter(status__in=ACTIVE)

    def locked(self, pk: int) -> "Order":
        """The order, locked until the transaction ends: whatever moves it, its packs or its money holds this first."""
        return self.select_for_update(of=("self",), no_key=True).select_related("region").get(pk=pk)

    def to_review(self) -> "OrderQuerySet":
        return self.exclude(review_cause="")

    def end_review(self) -> int:
        return self.to_review().update(needs_review="", review_cause="")

    def update(self, **fields: Any) -> int:
        """The words by which orders are found change with what they are made of."""
        if not set(FOUND_BY) & set(fields):
            return super().update(**fields)
        with transaction.atomic():
            pks = list(self.values_list("pk", flat=True))
            done = super().update(**fields)
            self.write_words_of(pks)
        return done

    def bulk_create(self, objs: Iterable["Order"], *args: Any, **kwargs: Any) -> list["Order"]:
        with transaction.atomic():
            made = super().bulk_create(objs, *args, **kwargs)
            self.write_words_of([order.pk for order in made])
        return made

    def write_words_of(self, pks: Sequence[int]) -> None:
        for start in range(0, len(pks), 500):
            write_words(self.model.objects.filter(pk__in=pks[start : start + 500]))
