"""What buyers do: write, change their words, take them back."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from shop.orders.models import Order, OrderLine
from shop.reviews.judging import claims_in
from shop.reviews.models import PublishedReview, Reason, Review, ReviewState


@dataclass(frozen=True)
class Written:
    """A line of an order that was sent, with what its buyer wrote; `review`: None until then."""

    line: OrderLine
    review: Review | None


def lines_to_review(order: Order) -> QuerySet[OrderLine]:
    """What was paid for and sent. Who sent it back had it in their hands and may say so."""
    rows = OrderLine.objects.filter(order=order, sent__gt=0) if order.is_paid else OrderLine.objects.none()
    return rows.select_related("variant__product").order_by("pk")


def offered(order: Order) -> list[Written]:
    """For the order's page: two queries, however many lines."""
    lines = list(lines_to_review(order))
    reviews = (
        {row.line_id: row for row in Review.objects.filter(line__in=lines).select_related("published")}
        if lines
        else {}
    )
    return [Written(line, reviews.get(line.pk)) for line in lines]


@transaction.atomic
def write(line: OrderLine, *, stars: int, text: str, name: str) -> Review:
    """Keep the newest words. They wait for a person; what can never stand beside a product is refused at once.

    What was shown before stays until the new words are decided on. The same words again change nothing.
    """
    now, found = (
        timezone.now(),
        claims_in(line.variant.product, line.variant, line.order.storefront, [text, name]),
    )
    never = any(row["never"] for row in found)
    words = {"stars": stars, "text": text, "name": name}
    values = {
        **words,
        "found": found,
        "state": ReviewState.REFUSED if never else ReviewState.WAITING,
        "reason": Reason.CLAIM if never else "",
        "why": "",
        "written_at": now,
        "decided_at": now if never else None,
        "decided_by": "",
    }
    first = Review(line=line, product_id=line.variant.product_id, region=line.order.region, **values)
    Review.objects.bulk_create([first], ignore_conflicts=True)
    review = Review.objects.select_for_update(of=("self",)).get(line=line)
    may_now = review.state == ReviewState.REFUSED and review.reason == Reason.CLAIM and not never
    if may_now or any(getattr(review, column) != value for column, value in words.items()):
        for column, value in values.items():
            setattr(review, column, value)
        review.save()
    return review


@transaction.atomic
def take_back(review: Review) -> None:
    """The buyer's own words go at once, wherever they stand, with what readers reported of them."""
    PublishedReview.objects.filter(review=review).delete()
    review.delete()


@transaction.atomic
def forget_names(orders: list[int]) -> None:
    """The words of orders that name their buyer no longer stay, without the name that stood beside them."""
    Review.objects.filter(line__order__in=orders).exclude(name="").update(name="")
    for shown in PublishedReview.objects.filter(review__line__order__in=orders).exclude(name=""):
        shown.name = ""
        shown.save()
