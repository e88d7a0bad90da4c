"""What the start page says of reviews: those to read, and those that readers reported."""

from django.urls import reverse

from config.staff.law_reminders import Item, Listing
from shop.reviews.moderating import reported, to_read


def _page_of(pk: int) -> str:
    return reverse("admin:reviews_review_change", args=[pk])


def reviews_to_read() -> Listing:
    """The oldest first."""
    rows = to_read().select_related("line", "product", "region")
    return rows, lambda row: Item(
        f"{row.stars} of 5, {row.what}",
        f"{row.region.short_name}, {row.written_at:%-d %b, %H:%M} UTC",
        _page_of(row.pk),
    )


def reviews_reported() -> Listing:
    """A report hides nothing: each waits for somebody who looks."""
    rows = reported().select_related("review__line", "review__product")
    return rows, lambda row: Item(
        f"{row.review.stars} of 5, {row.review.what}",
        f"{row.get_reason_display()}, {row.at:%-d %b, %H:%M} UTC",
        _page_of(row.review_id),
    )
