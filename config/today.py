"""What waits for the person who signs in: the start page of the admin."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from articles.claims import progress
from articles.models import ClaimChange, Comment, LinkTrouble, Publication, Version
from shop.catalogue.offers import low_stock
from shop.claims.rules import version
from shop.desk.admin import LATE_AFTER, to_send
from shop.orders.mails import order_of
from shop.orders.models import Order
from shop.outbox.models import Mail
from shop.payments.models import Refund, RefundStatus, StripeEvent
from shop.pictures.models import Picture
from shop.sweeps.admin import url_of
from shop.sweeps.models import Setback

MOST = 8
REVIEW_EVERY = timedelta(days=365)


@dataclass(frozen=True)
class Item:
    words: str
    about: str
    url: str


def todays_work(user) -> list[tuple[str, list[Item]]]:
    """(heading, items) for what this person may see; a few queries a heading, empty ones left out."""
    parts = []
    if user.has_perm("articles.view_version"):
        if user.has_perm("articles.publish_article"):
            parts.append(("Handed in, to publish", _handed_in()))
        parts += [
            ("Drafts: yours first", _drafts(user)),
            ("Scheduled", _scheduled()),
            ("Comments by preview link", _comments()),
            ("Drafts with findings", _with_findings()),
        ]
        parts.append(("Articles being checked anew for claims", _recheck()))
        parts.append(("Links in trouble", _links()))
        parts.append(("Claims that changed this week", _claim_changes()))
        if user.has_perm("articles.add_medicalreview"):
            parts.append(("Medical reviews due", _due_reviews()))
    if user.has_perm("pictures.change_picture"):
        parts.append(("Pictures that could not be rendered", _pictures()))
    if user.has_perm("orders.view_order"):
        parts += [("Orders to look at", _orders()), ("Paid, not sent for two days", _late())]
    if user.has_perm("catalogue.view_stock"):
        parts.append(("Stock that runs low", _low_stock()))
    if user.has_perm("outbox.view_mail"):
        parts += [
            ("Mails that can’t be delivered", _dead_mails()),
            ("Mails that failed, tried again", _failed_mails()),
        ]
    if user.has_perm("payments.view_payment"):
        parts += [("Refunds that failed", _refunds()), ("Stripe events that wait", _events())]
    if user.has_perm("sweeps.view_setback"):
        parts.append(("Background work that fails, tried again", _setbacks()))
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


def _handed_in() -> list[Item]:
    rows = Version.objects.filter(is_draft=True, handed_in_at__isnull=False, article__binned_at=None)
    return [
        Item(
            row.title,
            f"{row.handed_in_by}, {row.handed_in_at:%-d %b, %H:%M} UTC",
            _desk(row.article_id),
        )
        for row in rows.order_by("handed_in_at")[:MOST]
    ]


def _comments() -> list[Item]:
    rows = Comment.objects.filter(done_at=None).select_related("link__version").order_by("-made_at")
    return [
        Item(str(row), f"on {row.link.version.title}", _desk(row.link.version.article_id))
        for row in rows[:MOST]
    ]


def _with_findings() -> list[Item]:
    rows = Version.objects.filter(is_draft=True, article__binned_at=None, findings_count__gt=0)
    return [
        Item(row.title, f"{row.findings_count} to look at", _desk(row.article_id))
        for row in rows.order_by("-changed_at")[:MOST]
    ]


def _claim_changes() -> list[Item]:
    rows = ClaimChange.objects.filter(changed_at__gt=timezone.now() - timedelta(days=7)).exclude(before="")
    return [
        Item(row.version.title, str(row), _desk(row.version.article_id))
        for row in rows.select_related("version")[:MOST]
    ]


def _recheck() -> list[Item]:
    """How far the check of all articles is after a change of rules; nothing once it is done."""
    done, total = progress()
    if done == total:
        return []
    url = reverse("admin:claims_ownrule_changelist")
    return [Item(f"{done} of {total} checked", f"by the rules {version()}; the rest follows by itself", url)]


def _links() -> list[Item]:
    """The oldest; the report says what each loses."""
    title = Version.objects.filter(article=OuterRef("article")).values("title")[:1]
    rows = LinkTrouble.objects.filter(ended_at=None).annotate(title=Subquery(title))
    url = reverse("admin:link_report")
    return [
        Item(
            row.title,
            f"{row.region.short_name}: {str(row.get_state_display()).lower()}"
            + (f", {row.product.name}" if row.product else ""),
            url,
        )
        for row in rows.select_related("region", "product")[:MOST]
    ]


def _due_reviews() -> list[Item]:
    """Of what is live: never read by a medical person, or more than a year ago, the oldest first."""
    due = timezone.localdate() - REVIEW_EVERY
    live = Publication.objects.filter(starts_at__lte=timezone.now(), article__binned_at=None)
    live = live.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))
    rows = (
        Version.objects.filter(pk__in=live.values("version"))
        .filter(Q(reviewed_on=None) | Q(reviewed_on__lt=due))
        .order_by(F("reviewed_on").asc(nulls_first=True), "changed_at")
    )
    return [
        Item(
            row.title,
            f"last on {row.reviewed_on:%-d %B %Y}" if row.reviewed_on else "never yet",
            _desk(row.article_id),
        )
        for row in rows[:MOST]
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


def _late() -> list[Item]:
    rows = to_send(Order.objects.filter(paid_at__lt=timezone.now() - LATE_AFTER)).order_by("paid_at")
    return [
        Item(
            row.number,
            f"paid {row.paid_at:%-d %b}, {row.name}",
            reverse("admin:orders_order_change", args=[row.pk]),
        )
        for row in rows[:MOST]
    ]


def _low_stock() -> list[Item]:
    return [
        Item(words, about, reverse("admin:catalogue_product_change", args=[product]))
        for product, words, about in low_stock()[:MOST]
    ]


def _dead_mails() -> list[Item]:
    """Given up in the last two weeks. Those about an order lead to it: there the address can be corrected."""
    rows = Mail.objects.filter(gave_up_at__gt=timezone.now() - timedelta(days=14)).order_by("-gave_up_at")
    found = []
    for row in rows[:MOST]:
        order = order_of(row)
        where = ("orders_order", order.pk) if order else ("outbox_mail", row.pk)
        url = reverse(f"admin:{where[0]}_change", args=[where[1]])
        found.append(Item(row.subject, f"to {row.to}: {row.last_error[:80]}", url))
    return found


def _failed_mails() -> list[Item]:
    rows = Mail.objects.filter(sent_at=None, gave_up_at=None).exclude(last_error="").order_by("-attempts")
    return [
        Item(
            row.subject,
            f"{row.attempts} tries: {row.last_error[:80]}",
            reverse("admin:outbox_mail_change", args=[row.pk]),
        )
        for row in rows[:MOST]
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


def _setbacks() -> list[Item]:
    listed = reverse("admin:sweeps_setback_changelist")
    return [
        Item(str(row), f"{row.tries} tries: {row.error[:120]}", url_of(row) or listed)
        for row in Setback.objects.all()[:MOST]
    ]
