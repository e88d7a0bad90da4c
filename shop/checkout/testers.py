"""Who tries stolen cards: known by what banks decline, never by how many order from one address.

Behind one address of a mobile carrier, a firm or a school stand thousands of people, so honest orders count for the
address, not against it. Somebody who tries cards has many declined, or orders under many names from one browser.
"""

from datetime import timedelta

from django.db.models import Case, Count, F, IntegerField, Q, Sum, Value, When
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from shop.checkout.models import OrderStart
from shop.content.throttle import address_of, scrambled
from shop.orders.models import Order
from shop.payments.models import Payment

WITHIN = timedelta(hours=1)
MOST_DECLINED = 8  # cards, within an hour, of one browser, e-mail address or network
A_PAYER_MAKES_UP_FOR = 4  # of a network: so many payments allow for one more declined card
SLIPS = 2  # declined cards of an order that was paid in the end
MOST_NAMES = 8  # e-mail addresses that one browser orders under
MOST_UNPAID = 300  # orders of one network that nobody pays: they hold stock
KEEP = timedelta(days=1)


def remember(request, order: Order) -> None:
    """Note from where an order was placed; again when it is placed again."""
    visitor = scrambled(request.session.session_key) if request.session.session_key else ""
    OrderStart.objects.update_or_create(
        order=order,
        defaults={"network": scrambled(address_of(request)), "visitor": visitor, "at": timezone.now()},
    )


def may_order(request, email: str, at=None) -> bool:
    """Whether this looks like somebody who shops."""
    visitor = scrambled(request.session.session_key) if request.session.session_key else ""
    return not _is_tester(scrambled(address_of(request)), visitor, email, at or timezone.now())


def is_tested(order: Order, at=None) -> bool:
    """Whether the one who placed this order tries cards."""
    start = OrderStart.objects.filter(order=order).first()
    network, visitor = (start.network, start.visitor) if start else ("", "")
    return _is_tester(network, visitor, order.email, at or timezone.now())


def forget_starts(at=None) -> int:
    """Delete those older than a day; how many."""
    return OrderStart.objects.filter(at__lt=(at or timezone.now()) - KEEP).delete()[0]


def _is_tester(network: str, visitor: str, email: str, now) -> bool:
    starts = OrderStart.objects.filter(at__gt=now - WITHIN)
    if network:
        here = starts.filter(network=network)
        told = here.aggregate(paid=Count("pk", filter=~Q(order__paid_at=None)), all=Count("pk"))
        if _declined(here) >= MOST_DECLINED + told["paid"] // A_PAYER_MAKES_UP_FOR:
            return True
        if told["all"] - told["paid"] >= MOST_UNPAID + told["paid"]:
            return True
    if visitor:
        own = starts.filter(visitor=visitor)
        names = own.aggregate(n=Count(Lower("order__email"), distinct=True))["n"]
        if names >= MOST_NAMES or _declined(own) >= MOST_DECLINED:
            return True
    return _declined(starts.filter(order__email__iexact=email)) >= MOST_DECLINED


def _declined(starts) -> int:
    """Declined cards of their orders, but for a slip or two before one was paid."""
    paid_for = Case(
        When(order__paid_at=None, then=F("declined")),
        When(declined__gt=SLIPS, then=F("declined") - SLIPS),
        default=Value(0),
        output_field=IntegerField(),
    )
    payments = Payment.objects.filter(order__in=starts.values("order"), declined__gt=0)
    return payments.aggregate(n=Coalesce(Sum(paid_for), 0))["n"]
