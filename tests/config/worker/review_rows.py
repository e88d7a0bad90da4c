"""Rows and cases for the sweeps of reviews (see rows.py)."""

from datetime import timedelta

from django.utils import timezone

from shop.reviews import asking, moderating
from shop.reviews.models import PublishedReview, Review, ReviewAsk, ReviewState
from tests.config.worker.rows import COUNT, Case, patching
from tests.support.factories import an_order, region, set_stock, variant


def questions():
    set_stock("CIT-CAP-90", "uk", 100)
    now = timezone.now()
    for number in range(COUNT):
        order = an_order(email=f"a{number}@example.org")
        ReviewAsk.objects.create(order=order, due_at=now - timedelta(minutes=60 - number))
    return list(ReviewAsk.objects.order_by("pk").values_list("pk", flat=True))


def shown_by_older_rules():
    uk, product = region("uk"), variant().product
    for number in range(COUNT):
        words = {"product": product, "region": uk, "stars": 4, "text": f"Pack {number} came in two days."}
        review = Review.objects.create(**words, state=ReviewState.SHOWN)
        PublishedReview.objects.create(**words, review=review, rules="of before")
    return list(PublishedReview.objects.order_by("pk").values_list("pk", flat=True))


REVIEWS = {
    "send_review_asks": Case(
        questions,
        patching(asking, "_ask"),
        lambda pks: set(ReviewAsk.objects.exclude(told_at=None).values_list("pk", flat=True)) & set(pks),
        lambda: asking.send_review_asks(),
    ),
    "look_again_at_reviews": Case(
        shown_by_older_rules,
        patching(moderating, "_looked_at"),
        lambda pks: (
            set(PublishedReview.objects.exclude(rules="of before").values_list("pk", flat=True)) & set(pks)
        ),
        lambda: moderating.look_again(),
    ),
}
