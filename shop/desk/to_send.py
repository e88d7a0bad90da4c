"""Which orders wait to be sent, and which wait too long."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef

from shop.orders.models import OrderLine, OrderStatus

LATE_AFTER = timedelta(days=2)
FEW = 10_000


def unsent_by_key(orders):
    """Of these, the paid ones that are not sent whole; by their keys while they are few.

    No database guesses how few of very many paid orders are still unsent: asked in one, it reads all of their lines.
    """
    paid = orders.filter(status=OrderStatus.PAID, sent_at=None).order_by("paid_at")
    pks = list(paid.values_list("pk", flat=True)[: FEW + 1])
    return orders.filter(pk__in=pks) if len(pks) <= FEW else orders


def to_send(orders):
    """Of these, the paid ones with something left that may be sent: no bank disputes them, and their money is here."""
    return _unsent(orders).filter(stopped="", disputed_at=None)


def _unsent(orders):
    left = OrderLine.objects.filter(order=OuterRef("pk"), quantity__gt=F("sent") + F("cancelled"))
    return orders.filter(status=OrderStatus.PAID, sent_at=None).filter(Exists(left))
