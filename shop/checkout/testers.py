"""Who tries stolen cards: known by what banks decline, never by how many order from one address.

Behind one address of a mobile carrier, a firm or a school stand thousands of people, so honest orders count for the
address, not against it. Somebody who tries cards has many declined, or orders under many names from one browser; and
changes some of network, browser, e-mail address and postal address from card to card, seldom all.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Lower
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from shop.checkout.models import OrderStart
from shop.checkout.totals import Address
from shop.content.throttle import address_of, scrambled
from shop.orders.models import Order
from shop.text.findable import compact

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Cards declined within an hour, and within a day, of orders that have this in common.
MAX_DECLINED = {
    "network": (8, 16),
    "site": (10, 20),
    "visitor": (8, 10),
    "mailbox": (8, 10),
    "place": (8, 10),
}
A_PAYER_MAKES_UP_FOR = 4  # so many payments allow for one more declined card
SLIPS = 2  # declined cards of an order that was paid in the end
MAX_NAMES = 8  # e-mail addresses that one browser orders under, within an hour
MAX_UNPAID = 300  # orders of one network that nobody pays, within an hour: they hold stock
KEEP = DAY
DOTS_MEAN_NOTHING = {"gmail.com", "googlemail.com"}

MANY_DECLINED = gettext_lazy(
    "Many cards were declined for orders from your connection, under your e-mail address or to this address, so we take "
    "no further ones for an hour."
)
MANY_DECLINED_TODAY = gettext_lazy(
    "Many cards were declined for orders from your connection, under your e-mail address or to this address, so we take "
    "no further ones for a day."
)
MANY_NAMES = gettext_lazy(
    "Orders under many e-mail addresses came from this browser within an hour, so it has to wait for an hour."
)
MANY_UNPAID = gettext_lazy(
    "Many orders from your connection wait to be paid, so we take no further ones from it for an hour."
)
NOTHING_ORDERED = gettext_lazy(
    "Nothing was ordered or charged; your basket and what you typed are kept. If it can’t wait, write to us."
)


@dataclass(frozen=True)
class Declined:
    """Cards declined of orders with one trace, but for a slip or two before one was paid, and how many of those were."""

    cards: int
    paid: int

    def is_more_than(self, most: int) -> bool:
        return self.cards >= most + self.paid // A_PAYER_MAKES_UP_FOR


def remember(request: HttpRequest, order: Order) -> None:
    """Note from where an order was placed; again when it is placed again."""
    found = {**_traces(request, order.email, order), "at": timezone.now()}
    OrderStart.objects.update_or_create(order=order, defaults=found)


def why_not(request: HttpRequest, email: str, where: Address | Order, at: datetime | None = None) -> str:
    """Why this does not look like somebody who shops, in words for them; "" if it does."""
    words = _why_not(_traces(request, email, where), at or timezone.now())
    return f"{words} {NOTHING_ORDERED}" if words else ""


def is_tested(order: Order, at: datetime | None = None) -> bool:
    """Whether the one who placed this order tries cards."""
    start = OrderStart.objects.filter(order=order).first()
    traces = (
        {name: getattr(start, name) for name in MAX_DECLINED} if start else _own_traces(order.email, order)
    )
    return bool(_why_not(traces, at or timezone.now()))


def forget_starts(at: datetime | None = None) -> int:
    """Delete those older than a day; how many."""
    return OrderStart.objects.filter(at__lt=(at or timezone.now()) - KEEP).delete()[0]


def _traces(request: HttpRequest, email: str, where: Address | Order) -> dict[str, str]:
    network, session = address_of(request), request.session.session_key
    site = _site(network)
    return {
        "network": scrambled(network),
        "site": scrambled(site) if site else "",
        "visitor": scrambled(session) if session else "",
        **_own_traces(email, where),
    }


def _own_traces(email: str, where: Address | Order) -> dict[str, str]:
    place = f"{where.country} {compact(where.postcode)} {compact(where.line1)}"
    return {"mailbox": scrambled(_mailbox(email)), "place": scrambled(place)}


def _site(network: str) -> str:
    """Of an IPv6 network the /48 around it: so much do providers give to one customer; else ""."""
    try:
        found = ipaddress.ip_network(network)
    except ValueError:
        return ""
    return str(found.supernet(new_prefix=48)) if found.version == 6 else ""


def _mailbox(email: str) -> str:
    """One for all spellings that reach it: whatever stands behind a + is for its owner to sort by."""
    local, _, host = email.strip().casefold().rpartition("@")
    local = local.split("+")[0]
    return f"{local.replace('.', '') if host in DOTS_MEAN_NOTHING else local}@{host}"


def _why_not(traces: dict[str, str], now: datetime) -> str:
    for name, (in_an_hour, in_a_day) in MAX_DECLINED.items():
        if not traces.get(name):
            continue
        starts = OrderStart.objects.filter(**{name: traces[name]}, at__gt=now - DAY)
        if _declined(starts.filter(at__gt=now - HOUR)).is_more_than(in_an_hour):
            return str(MANY_DECLINED)
        if _declined(starts).is_more_than(in_a_day):
            return str(MANY_DECLINED_TODAY)
    lately = OrderStart.objects.filter(at__gt=now - HOUR)
    if visitor := traces.get("visitor"):
        names = lately.filter(visitor=visitor).aggregate(n=Count(Lower("order__email"), distinct=True))["n"]
        if names >= MAX_NAMES:
            return str(MANY_NAMES)
    if network := traces.get("network"):
        here = lately.filter(network=network)
        orders = here.aggregate(paid=Count("pk", filter=~Q(order__paid_at=None)), all=Count("pk"))
        if orders["all"] - 2 * orders["paid"] >= MAX_UNPAID:
            return str(MANY_UNPAID)
    return ""


def _declined(starts: QuerySet[OrderStart]) -> Declined:
    cards = Case(
        When(order__paid_at=None, then=F("order__payments__declined")),
        When(order__payments__declined__gt=SLIPS, then=F("order__payments__declined") - SLIPS),
        default=Value(0),
        output_field=IntegerField(),
    )
    paid = Count("pk", distinct=True, filter=~Q(order__paid_at=None))
    return Declined(**starts.aggregate(cards=Coalesce(Sum(cards), 0), paid=paid))
