"""Who ordered is forgotten once no law asks for it any more; numbers, sums and what was bought stay for the books.

How long tax law wants an order's documents, counted from the end of the year in which it was placed:

- UK: six years (VAT Notice 700/21, 2.4).
- EU: ten years, as records of the one-stop shop are kept (Directive 2006/112/EC, article 369k). No country asks for more.
- US: seven years, the longest that the IRS names (Publication 583, “Period of limitations”).

An order that nobody paid has no documents: half a year, as its mails.
"""

from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shop.invoices.models import Document
from shop.orders.models import BuyerVatNumber, Order, OrderEvent, OrderWord, Parcel
from shop.orders.models.states import ENDED
from shop.outbox.send import KEEP_WORDS
from shop.payments.models import Payment, StripeEvent
from shop.regions.laws import KnownLaw
from shop.regions.models import Region
from shop.reviews.writing import forget_names
from shop.withdrawal.models import Withdrawal

YEARS = {KnownLaw.GB: 6, KnownLaw.EU: 10, KnownLaw.US: 7}
LONGEST = max(YEARS.values())
AT_ONCE = 500
OF_NO_MONEY = ["checkout.session.expired", "checkout.session.async_payment_failed"]  # events
EMPTY = {
    **dict.fromkeys(("email", "name", "line1", "line2", "town", "postcode"), ""),
    **dict.fromkeys(("needs_review", "review_cause"), ""),
    "basket_pk": None,
}


def _begin_of(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


def forget_old_orders(at: datetime | None = None) -> int:
    """Take out of old orders, some at a time, whatever names a person; how many. Open disputes keep theirs."""
    now = at or timezone.now()
    named = Order.objects.exclude(email="").filter(disputed_at=None)
    over = Q(paid_at=None, status__in=ENDED, placed_at__lt=now - KEEP_WORDS)
    for region in Region.objects.filter(edition_of=None):
        begin = _begin_of(now.year - YEARS[KnownLaw(region.legal.pages_as)])
        over |= Q(region=region, placed_at__lt=begin) & (Q(paid_at=None) | Q(paid_at__lt=begin))
    pks = list(named.filter(over).order_by("placed_at").values_list("pk", flat=True)[:AT_ONCE])
    with transaction.atomic():
        empty(pks)
    return len(pks) + _empty_events(_begin_of(now.year - LONGEST), now - KEEP_WORDS)


def empty(pks: list[int]) -> None:
    """Take out of these orders whatever names a person."""
    Order.objects.filter(pk__in=pks).update(**EMPTY)
    OrderWord.objects.filter(order__in=pks).delete()
    Order.objects.write_words_of(pks)
    OrderEvent.objects.filter(order__in=pks).update(why="")
    Parcel.objects.filter(order__in=pks).update(tracking="", tracking_url="")
    BuyerVatNumber.objects.filter(order__in=pks).delete()
    Document.objects.filter(order__in=pks).update(data={}, pdf=b"")
    Payment.objects.filter(order__in=pks).update(params={}, session_url="")
    Payment.objects.filter(order__in=pks).exclude(outside="").update(outside_why="Forgotten.")
    Withdrawal.objects.filter(order__in=pks).update(name="", email="")
    forget_names(pks)


def _empty_events(before: datetime, unpaid_before: datetime) -> int:
    """What Stripe said of payments whose orders are forgotten."""
    over = Q(received_at__lt=before) | Q(received_at__lt=unpaid_before, type__in=OF_NO_MONEY)
    old = StripeEvent.objects.filter(over, is_done=True).exclude(body={})
    return StripeEvent.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:AT_ONCE])).update(body={})
