"""Tells that products may stand differently in lists: shop.catalogue.shelving listens."""

from typing import Any, ClassVar

from django.db import transaction
from django.dispatch import Signal

from shop.content.models import Content, ContentQuerySet

products_changed = (
    Signal()
)  # sender: what changed, a model; products: their pks. Sent after the change, in its transaction


SHELVED_BY = {  # the models whose rows decide it, by name, and where their product stands
    "product": "pk",
    "variant": "product",
    "price": "variant__product",
    "stock": "variant__product",
    "productwording": "product",
    "producttag": "product",
}


def products_of(model, pks) -> set[int]:
    """The pks of the products that rows of a model in SHELVED_BY belong to."""
    found: set[int] = set()
    for start in range(0, len(pks), 500):
        rows = model._base_manager.filter(pk__in=pks[start : start + 500])
        found.update(rows.values_list(SHELVED_BY[model._meta.model_name], flat=True))
    return found


class ShelvedQuerySet(ContentQuerySet):
    """Of rows that decide what lists show of a product: bulk changes tell of it as well."""

    @transaction.atomic
    def update(self, **kwargs):
        pks = list(self.order_by().values_list("pk", flat=True))
        before = products_of(self.model, pks)
        rows = super().update(**kwargs)
        self._tell(before | products_of(self.model, pks))
        return rows

    @transaction.atomic
    def bulk_create(self, objs, *args, **kwargs):
        rows = super().bulk_create(objs, *args, **kwargs)
        self._tell(products_of(self.model, [row.pk for row in rows if row.pk]))
        return rows

    def _tell(self, products) -> None:
        if products:
            products_changed.send(self.model, products=products)


class Shelved(Content):
    """A row that decides what lists show of a product: it is saved together with what follows from it."""

    objects: ClassVar[Any] = ShelvedQuerySet.as_manager()

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args, **kwargs):
        """The product that it leaves stands differently as well."""
        before = products_of(type(self), [self.pk]) if self.pk else set()
        super().save(*args, **kwargs)
        products_changed.send(type(self), products=before | products_of(type(self), [self.pk]))
