"""One mail that asks what somebody thinks of their order: only for those who wanted it, once an order, days after it came."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from shop.orders.models import Order, OrderLine
from shop.outbox.keys import about_order, review_key
from shop.outbox.send import KEEP_WORDS, write_mail
from shop.payments.models import RefundLine, RefundStatus
from shop.regions.languages import speaking
from shop.regions.models import Seller
from shop.reminders.reckon import AT, arrives_on
from shop.reviews.models import Review, ReviewAsk, ReviewReport, ReviewState
from shop.reviews.writing import Written, lines_to_review, offered
from shop.sweeps.alone import each_alone

MAX_PER_SWEEP = 200
NOT_SENT_YET = timedelta(days=7)  # the question waits for the parcel
NO_LONGER = timedelta(days=180)


def due_at(order: Order) -> datetime | None:
    """When the mail would go. None where the region asks nobody."""
    days = order.region.review_days
    if not days:
        return None
    day = arrives_on(order) + timedelta(days=days)
    return datetime.combine(day, AT, order.region.zone).astimezone(UTC)


def can_ask(order: Order, now: datetime | None = None) -> bool:
    due = due_at(order) if order.is_paid and order.email else None
    return due is not None and due > (now or timezone.now())


def asked(order: Order) -> ReviewAsk | None:
    return ReviewAsk.objects.filter(order=order, told_at=None).first()


def ask(order: Order) -> ReviewAsk | None:
    """Keep the wish. It is one mail about an order, to the address that all mails about it go to."""
    due = due_at(order)
    if due is None or not can_ask(order):
        return None
    ReviewAsk.objects.bulk_create([ReviewAsk(order=order, due_at=due)], ignore_conflicts=True)
    return asked(order)


@dataclass(frozen=True)
class Invitation:
    """What an order's page says of reviews. `ask`: the mail that is to come; `due`: when it would, if it can be asked for."""

    written: list[Written]
    ask: ReviewAsk | None
    due: datetime | None


def invitation(order: Order) -> Invitation:
    """Three queries, however many lines."""
    ask = ReviewAsk.objects.filter(order=order).first() if order.is_paid else None
    due = due_at(order) if ask is None and can_ask(order) else None
    return Invitation(offered(order), ask if ask and ask.told_at is None else None, due)


def stop(order: Order) -> None:
    ReviewAsk.objects.filter(order=order, told_at=None).delete()


def lines_to_ask_about(order: Order) -> list[OrderLine]:
    """What they still have and did not get their money back for, and have not written about."""
    lines = [line for line in lines_to_review(order) if line.sent > line.returned]
    written = set(Review.objects.filter(line__in=lines).values_list("line_id", flat=True))
    back = _refunded(lines)
    return [line for line in lines if line.pk not in written and back.get(line.pk, 0) < line.quantity]


def _refunded(lines: Iterable[OrderLine]) -> dict[int, int]:
    rows = RefundLine.objects.filter(line__in=list(lines)).exclude(refund__status=RefundStatus.FAILED)
    return dict(rows.order_by().values_list("line_id").annotate(packs=Sum("quantity")))


def due_asks(now):
    return ReviewAsk.objects.filter(told_at=None, due_at__lte=now)


def send_review_asks(at: datetime | None = None) -> int:
    """Write to those who wanted it and keep something they have not written about; how many questions ended."""
    now = at or timezone.now()
    rows = due_asks(now).select_related("order__region").order_by("due_at", "pk")
    return each_alone(rows, lambda row: _ask(row, now), sweep="send_review_asks", most=MAX_PER_SWEEP, at=at)


def _ask(row: ReviewAsk, now: datetime) -> bool:
    order = row.order
    waits = order.is_paid and any(line.to_send for line in OrderLine.objects.filter(order=order))
    if waits and row.asked_at > now - NO_LONGER:
        return bool(ReviewAsk.objects.filter(pk=row.pk, told_at=None).update(due_at=now + NOT_SENT_YET))
    if not ReviewAsk.objects.filter(pk=row.pk, told_at=None).update(told_at=now):
        return False
    lines = lines_to_ask_about(order)
    if lines and order.email and order.region.review_days:
        _mail(order, lines)
    return True


def _mail(order: Order, lines: list[OrderLine]) -> None:
    with speaking(order.storefront):
        write_mail(
            key=review_key("ask", order.pk),
            to=order.email,
            about=about_order(order.pk),
            template="review_ask",
            context={
                "order": order,
                "region": order.storefront,
                "seller": Seller.current(),
                "lines": [
                    {
                        "name": f"{line.title}, {line.label}",
                        "url": settings.SITE_URL + reverse("reviews:of_line", args=[order.token, line.sku]),
                    }
                    for line in lines
                ],
                "how_url": settings.SITE_URL
                + reverse("help", kwargs={"region": order.storefront.code, "page": "reviews"}),
            },
        )


def forget_reviews(at: datetime | None = None) -> int:
    """Delete, half a year later, what is over: refused words, settled reports, questions that were asked; how many."""
    before = (at or timezone.now()) - KEEP_WORDS
    over = [
        Review.objects.filter(state=ReviewState.REFUSED, decided_at__lt=before, published=None),
        ReviewReport.objects.filter(settled_at__lt=before),
        ReviewAsk.objects.filter(told_at__lt=before),
    ]
    done = 0
    for rows in over:
        with transaction.atomic():
            pks = list(rows.order_by("pk").values_list("pk", flat=True)[:500])
            done += rows.model._default_manager.filter(pk__in=pks).delete()[1].get(rows.model._meta.label, 0)
    return done
