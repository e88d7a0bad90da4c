"""Whether Stripe's events are still read: who doesn't, learns of no refund, dispute or late payment whose webhook was lost."""

from collections.abc import Iterator
from datetime import datetime

from shop.ledger.among import ALL, Among
from shop.ledger.breach import PATIENCE, Breach, _day, _payments
from shop.payments.models import EventCursor


def events_are_read(now: datetime, among: Among = ALL) -> Iterator[Breach]:
    """The list of Stripe's events was read to its end within the last hour, or there is nothing to read about yet."""
    read_until = EventCursor.objects.values_list("read_until", flat=True).first()
    last = read_until or _payments().order_by("started_at").values_list("started_at", flat=True).first()
    if last is None or last >= now - PATIENCE:
        return
    since = f"since {last:%d %B %Y, %H:%M} UTC" if read_until else "yet"
    words = f"Stripe’s events were not read {since}: refunds and disputes may be unknown here. Is the worker running?"
    yield Breach("reading", words, 1, _day(last))
