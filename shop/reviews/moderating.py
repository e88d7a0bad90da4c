"""What staff decide on a buyer's words: show them, or refuse them with a reason that the buyer reads."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from shop.claims.rules import version
from shop.orders.models import Order
from shop.outbox.keys import about_order, review_key
from shop.outbox.send import write_mail
from shop.regions.languages import speaking
from shop.regions.models import Seller
from shop.reviews import sums
from shop.reviews.judging import claims_in
from shop.reviews.models import PublishedReview, Reason, Review, ReviewReport, ReviewState
from shop.sweeps.alone import each_alone

THE_CHECK = "the claims check"
MOST = 50  # at a time


class NotThese(Exception):
    """They can't be decided on so: why, in words for staff."""


def to_read() -> QuerySet[Review]:
    """What waits to be read, the oldest first."""
    return Review.objects.filter(state=ReviewState.WAITING).order_by("written_at", "pk")


def reported() -> QuerySet[ReviewReport]:
    return ReviewReport.objects.filter(settled_at=None).order_by("at", "pk")


def _locked(review: Review, seen_at: datetime) -> Review:
    """As it is now; `seen_at`: when the words that staff have read were written. Raises NotThese if its buyer wrote something newer than what staff have read."""
    found = Review.objects.select_for_update(of=("self",)).filter(pk=review.pk).first()
    if found is None:
        raise NotThese("Its buyer has taken it back meanwhile.")
    if found.written_at != seen_at:
        raise NotThese("Its buyer has changed the words meanwhile. Read the new ones, then decide.")
    return found


def claims_now(review: Review) -> list[dict]:
    """By the rules of today."""
    return claims_in(review.product, review.variant, review.region, [review.text, review.name])


@transaction.atomic
def show(review: Review, *, by: str, seen_at: datetime | None = None) -> PublishedReview:
    """Show these words, in place of what was shown of them before. Reports on them are settled: they were read.

    The rules of today decide, not those of the day on which it was written. `seen_at`: see `_locked`.
    """
    row = _locked(review, seen_at or review.written_at)
    row.found = claims_now(row)
    if row.never:
        Review.objects.filter(pk=row.pk).update(found=row.found)
        sentence = row.never[0]["sentence"]
        raise NotThese(
            f"“{sentence}” can’t stand beside a product. Refuse it with the first reason; its buyer may change it."
        )
    now = timezone.now()
    before = PublishedReview.objects.select_for_update(of=("self",)).filter(review=row).first()
    shown = before or PublishedReview(
        review=row, product_id=row.product_id, region_id=row.region_id, first_at=now
    )
    if before is None:
        sums.add(shown, count=1, stars=row.stars)
    elif (before.stars, before.text, before.name) != (row.stars, row.text, row.name):
        sums.add(shown, count=0, stars=row.stars - before.stars)
        shown.changed_at = now
    shown.stars, shown.text, shown.name, shown.rules = row.stars, row.text, row.name, version()
    shown.save()
    row.state, row.reason, row.why, row.decided_at, row.decided_by = ReviewState.SHOWN, "", "", now, by[:150]
    row.save()
    row.reports.filter(settled_at=None).update(settled_at=now)
    return shown


@transaction.atomic
def refuse(
    review: Review, *, reason: str, why: str, by: str, seen_at: datetime | None = None, by_rules: bool = False
) -> None:
    """Show these words no (longer). Their buyer gets a mail with the reason, and may change them.

    `by_rules`: nobody read them, the rules have changed.
    """
    row = _locked(review, seen_at or review.written_at)
    if reason not in Reason.values:
        raise NotThese("Choose a reason: without one nothing is hidden.")
    now = timezone.now()
    for shown in PublishedReview.objects.filter(review=row):
        shown.delete()
    row.state, row.reason, row.why, row.decided_at, row.decided_by = (
        ReviewState.REFUSED,
        reason,
        why[:400],
        now,
        by[:150],
    )
    row.save()
    row.reports.filter(settled_at=None).update(settled_at=now)
    _tell(row, by_rules)


def look_again(at: datetime | None = None) -> int:
    """Read what is shown by the rules of today, once they have changed; how many. What may stand no longer goes at once."""
    rules = version()
    rows = PublishedReview.objects.exclude(rules=rules).order_by("pk")
    return each_alone(
        rows, lambda row: _looked_at(row, rules), sweep="look_again_at_reviews", most=MOST, at=at
    )


def _looked_at(shown: PublishedReview, rules: str) -> bool:
    review = Review.objects.select_for_update(of=("self",)).get(pk=shown.review_id)
    found = claims_in(shown.product, review.variant, shown.region, [shown.text, shown.name])
    if not any(row["never"] for row in found):
        PublishedReview.objects.filter(pk=shown.pk).update(rules=rules)
        return True
    if review.state == ReviewState.SHOWN:
        review.found = found
        review.save(update_fields=["found"])
        refuse(review, reason=Reason.CLAIM, why="", by=THE_CHECK, by_rules=True)
    else:
        shown.delete()  # its buyer's newer words are decided on for themselves
    return True


def _tell(review: Review, by_rules: bool) -> None:
    line = review.line
    order = Order.objects.select_related("region").get(pk=line.order_id) if line else None
    if line is None or order is None or not order.email:
        return
    with speaking(order.storefront):
        write_mail(
            key=review_key("refused", review.pk, review.decided_at),
            to=order.email,
            about=about_order(order.pk),
            template="review_refused",
            context={
                "review": review,
                "by_rules": by_rules,
                "name": review.what,
                "region": order.storefront,
                "seller": Seller.current(),
                "url": settings.SITE_URL + reverse("reviews:of_line", args=[order.token, line.sku]),
            },
        )
