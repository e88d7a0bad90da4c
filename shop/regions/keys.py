"""Keys of rows about money, stock and orders to their market: an edition of a region stands for its market in them.

So `filter(region=edition)` finds the prices, stock or orders of its market, and `Order(region=edition)` is an order of it. What
is given as a number is taken as it is. Words, which each edition has its own, hang on plain keys.
"""

from typing import Any

from django.db import models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from django.db.models.fields.related_lookups import RelatedExact, RelatedIn


def market_of(value: Any) -> Any:
    """The pk of an edition's market; anything but a region as it is."""
    return value.market_id if hasattr(value, "market_id") else value


class ToMarket(ForwardManyToOneDescriptor):
    def __set__(self, instance, value):
        super().__set__(instance, value.market if hasattr(value, "market_id") else value)


class MarketKey(models.ForeignKey):
    """A foreign key to Region that never names an edition. Migrations see a plain one."""

    forward_related_accessor_class = ToMarket

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:  # type: ignore[override]
        field: Any = super().formfield(**kwargs)
        if field is not None and hasattr(field, "queryset"):
            field.queryset = field.queryset.filter(edition_of=None)
        return field


@MarketKey.register_lookup
class MarketExact(RelatedExact):
    def get_prep_lookup(self):
        self.rhs = market_of(self.rhs)
        return super().get_prep_lookup()


@MarketKey.register_lookup
class MarketIn(RelatedIn):
    def get_prep_lookup(self):
        if isinstance(self.rhs, list | tuple | set):
            self.rhs = [market_of(value) for value in self.rhs]
        return super().get_prep_lookup()
