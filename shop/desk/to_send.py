"""Which orders wait to be sent, and which wait too long."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef

from shop.orders.models import OrderLine, OrderStatus

LATE_AFTER = timedelta(days=2)


def to_send(orders):
    """Of these, the paid ones with something left that may be sent: no bank disputes them, and their money is here."""
    return _unsent(orders).filter(stopped="", disputed_at=None)


def _unsent(orders):
    left = OrderLine.objects.filter(order=OuterRef("pk"), quantity__gt=F("sent") + F("cancelled"))
    return orders.filter(status=OrderStatus.PAID, sent_at=None).filter(Exists(left))
