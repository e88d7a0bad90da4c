"""The ledger's rule on withdrawals: the money is back within 14 days of the declaration."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from shop.ledger.among import ALL
from shop.ledger.breach import Breach, Some, _day
from shop.orders.models import Order
from shop.withdrawal.due import claims_of, open_withdrawals
from shop.withdrawal.period import REFUND_DAYS


def withdrawn_money_is_back(now, among=ALL) -> Iterator[Breach]:
    """What was withdrawn from is paid back within 14 days.

    It asks about the orders of open withdrawals that are old enough; those are few, however many orders there are.
    """
    today = (now or timezone.now()).date()
    old = open_withdrawals().filter(
        declared_at__lt=now - timedelta(days=REFUND_DAYS), order__payment_mode=settings.PAYMENT_MODE
    )
    orders = Order.objects.filter(pk__in=old.exclude(proven_at=None).values("order"))
    for order in (some := Some(orders.select_related("region"))):
        for claim in claims_of(order):
            if claim.withdrawal.settled_at is None and not claim.is_paid_back and claim.due_on < today:
                yield Breach(
                    "withdrawn",
                    f"{order}: withdrawn on {claim.withdrawal.declared_at:%-d %B %Y}; {claim.missing_text} should have "
                    f"gone back by {claim.due_on:%-d %B %Y}.",
                    order.pk,
                    _day(now),
                    "",
                    order.pk,
                )
    yield from some.rest("withdrawn", now)
