"""What waits for the person who signs in: the start page of the admin."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from articles.models import Publication, Version
from shop.orders.models import Order
from shop.payments.models import Refund, RefundStatus, StripeEvent
from shop.pictures.models import Picture

MOST = 8


@dataclass(frozen=True)
class Item:
    words: str
    about: str
    url: str


def todays_work(user) -> list[tuple[str, list[Item]]]:
    """(heading, items) for what this person may see; one query a heading, empty ones left out."""
    parts = []
    if user.has_perm("articles.view_version"):
        parts += [("Drafts: yours first", _drafts(user)), ("Scheduled", _scheduled())]
    if user.has_perm("pictures.change_picture"):
        parts.append(("Pictures that could not be rendered", _pictures()))
    if user.has_perm("orders.view_order"):
        parts.append(("Orders to look at", _orders()))
    if user.has_perm("payments.view_payment"):
        parts += [("Refunds that failed", _refunds()), ("Stripe events that wait", _events())]
    return [(heading, items) for heading, items in parts if items]


def _desk(article_pk) -> str:
    return reverse("admin:articles_article_change", args=[article_pk])


def _drafts(user) -> list[Item]:
    drafts = Version.objects.filter(is_draft=True, article__binned_at=None).order_by("-changed_at")[
        : MOST * 4
    ]
    name = user.get_username()
    rows = sorted(drafts, key=lambda draft: draft.changed_by != name)[:MOST]
    return [
        Item(
            draft.title,
            f"{draft.changed_by or '–'}, {draft.changed_at:%-d %b, %H:%M} UTC",
            _desk(draft.article_id),
        )
        for draft in rows
    ]


def _scheduled() -> list[Item]:
    rows = Publication.objects.filter(starts_at__gt=timezone.now()).order_by("starts_at")
    return [
        Item(
            row.version.title,
            f"{row.region.short_name}, {row.starts_at.astimezone(row.region.zone):%-d %b %Y, %H:%M} there",
            _desk(row.article_id),
        )
        for row in rows.select_related("version", "region")[:MOST]
    ]


def _pictures() -> list[Item]:
    rows = Picture.objects.exclude(failed="")[:MOST]
    return [
        Item(row.title, row.failed, reverse("admin:pictures_picture_change", args=[row.pk])) for row in rows
    ]


def _orders() -> list[Item]:
    rows = Order.objects.exclude(needs_review="")[:MOST]
    return [
        Item(row.number, row.needs_review, reverse("admin:orders_order_change", args=[row.pk]))
        for row in rows
    ]


def _refunds() -> list[Item]:
    rows = Refund.objects.filter(status=RefundStatus.FAILED).select_related("payment__order__region")[:MOST]
    return [
        Item(str(row), row.reason, reverse("admin:payments_refund_change", args=[row.pk])) for row in rows
    ]


def _events() -> list[Item]:
    rows = StripeEvent.objects.filter(is_done=False)[:MOST]
    return [
        Item(row.type, row.outcome, reverse("admin:payments_stripeevent_change", args=[row.pk]))
        for row in rows
    ]
