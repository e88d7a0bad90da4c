"""What waits for the person who signs in: the start page of the admin."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from articles.evidence.recheck import progress
from articles.models import ClaimChange, Comment, LinkTrouble, Proposal, Publication, Version
from articles.models.proposal import KEYS
from config.staff.each_once import MAX_COUNTED, Once
from config.staff.law_reminders import Item, Listing, laws_to_compare, rates_to_decide
from config.staff.review_lists import reviews_reported, reviews_to_read
from config.staff.stock_days import running_out
from shop.catalogue.models import Lack, Stock
from shop.claims.rules import version
from shop.desk.to_send import LATE_AFTER, to_send, unsent_by_key
from shop.orders.models import Order
from shop.outbox.keys import order_pk_in
from shop.outbox.models import Mail
from shop.payments.models import Refund, RefundStatus, StripeEvent
from shop.pictures.models import Picture
from shop.sweeps.models import Setback
from shop.sweeps.staff_links import url_of
from shop.withdrawal.due import open_withdrawals
from shop.withdrawal.period import refund_due_on

MAX_SHOWN, MAX_OF_ONE = 8, 500
DUE_FOR = 600  # seconds after which it is looked anew which reviews are due
REVIEW_EVERY = timedelta(days=365)


@dataclass(frozen=True)
class Part:
    """A heading with the first of what waits under it."""

    heading: str
    items: list[Item]
    count: str  # of all, no further than MAX_COUNTED
    more: str = ""  # the address of all


def start_page_lists(user, all_of: str = "") -> list[Part]:
    """What waits for this person, and they may see; a few queries a heading, empty ones left out.

    The first of each, and how many more there are; of the heading `all_of` (as a slug) up to MAX_OF_ONE.
    """
    now = timezone.now()
    parts: list[tuple[str, Listing]] = []
    if user.has_perm("orders.view_order"):
        parts += [("Orders to send", _to_send(now)), ("Orders to look at", _orders())]
    if user.has_perm("reviews.change_review"):
        parts += [
            ("Reviews to read", reviews_to_read()),
            ("Reviews that readers reported", reviews_reported()),
        ]
    if user.has_perm("withdrawal.view_withdrawal"):
        parts.append(("Withdrawals: money to pay back", _withdrawals()))
    if user.has_perm("payments.view_payment"):
        parts += [("Refunds that failed", _refunds()), ("Stripe events that wait", _events())]
    if user.has_perm("articles.view_version"):
        if user.has_perm("articles.publish_article"):
            parts += [("Handed in, to publish", _handed_in()), ("Proposed changes", _proposals())]
        parts += [
            ("Sent back to you", _sent_back(user)),
            ("Drafts: yours first", _drafts(user)),
            ("Comments", _comments()),
            ("Drafts with findings", _with_findings()),
            ("Scheduled", _scheduled()),
            ("Went live this week", _went_live(now)),
            ("Articles being checked anew for claims", _recheck()),
            ("Links in trouble", _links()),
            ("Claims that changed this week", _claim_changes()),
        ]
        if user.has_perm("articles.add_medicalreview"):
            parts.append(("Medical reviews due", _due_reviews()))
    if user.has_perm("catalogue.view_stock"):
        parts += [("Stock that runs out", _running_out(now)), ("Stock that runs low", _low_stock())]
    if user.has_perm("catalogue.view_product"):
        parts.append(("Not sold, or soon not: facts are missing", _lacks(now)))
    if user.has_perm("regions.change_lawpack"):
        parts.append(("Laws to compare anew", laws_to_compare(now)))
    if user.has_perm("regions.add_vatrate"):
        parts.append(("Newer VAT rates to decide", rates_to_decide(now)))
    if user.has_perm("pictures.change_picture"):
        parts.append(("Pictures that could not be rendered", _pictures()))
    if user.has_perm("outbox.view_mail"):
        parts += [
            ("Mails that can’t be delivered", _dead_mails()),
            ("Mails that failed, tried again", _failed_mails()),
        ]
    if user.has_perm("sweeps.view_setback"):
        parts.append(("Background work that fails, tried again", _setbacks()))
    lists = [
        _part(heading, *listing, MAX_OF_ONE if slugify(heading) == all_of else MAX_SHOWN)
        for heading, listing in parts
    ]
    return [part for part in lists if part.items]


def _part(heading: str, rows, make, most: int) -> Part:
    first = list(rows[: most + 1])
    items = [make(row) for row in first[:most]]
    is_cut = len(first) > most
    count = _count(rows) if is_cut else str(len(first))
    return Part(heading, items, count, f"?all={slugify(heading)}" if is_cut else "")


def _count(rows) -> str:
    """How many there are, counted no further than MAX_COUNTED."""
    count = rows.order_by()[: MAX_COUNTED + 1].count() if isinstance(rows, QuerySet) else len(rows)
    return f"{count}" if count <= MAX_COUNTED else f"over {MAX_COUNTED}"


def _article_page(article_pk) -> str:
    return reverse("admin:articles_article_change", args=[article_pk])


def _drafts(user) -> Listing:
    mine = Case(When(changed_by=user.get_username(), then=0), default=1)
    rows = Version.objects.filter(is_draft=True, article__binned_at=None).order_by(mine, "-changed_at")
    return rows, lambda row: Item(
        row.title,
        f"{row.changed_by or '–'}, {row.changed_at:%-d %b, %H:%M} UTC",
        _article_page(row.article_id),
    )


def _handed_in() -> Listing:
    rows = Version.objects.filter(is_draft=True, handed_in_at__isnull=False, article__binned_at=None)
    return rows.order_by("handed_in_at"), lambda row: Item(
        row.title, f"{row.handed_in_by}, {row.handed_in_at:%-d %b, %H:%M} UTC", _article_page(row.article_id)
    )


def _proposals() -> Listing:
    rows = Proposal.objects.select_related(*KEYS.values()).order_by("made_at")
    return rows, lambda row: Item(
        str(row), f"{row.made_by}, {row.made_at:%-d %b, %H:%M} UTC", _page_of("articles_proposal", row)
    )


def _sent_back(user) -> Listing:
    rows = Version.objects.filter(is_draft=True, article__binned_at=None, handed_in_by=user.get_username())
    return rows.exclude(sent_back_because="").order_by("-changed_at"), lambda row: Item(
        row.title, f"{row.sent_back_by}: {row.sent_back_because}", _article_page(row.article_id), True
    )


def _comments() -> Listing:
    """What was said first, and is not resolved. The title is of what was saved last."""
    title = (
        Version.objects.filter(article=OuterRef("of")).order_by("-is_draft", "-changed_at").values("title")
    )
    rows = Comment.objects.filter(done_at=None, answers=None).order_by("-made_at", "-pk")
    rows = rows.annotate(of=Coalesce("article", "link__version__article")).annotate(title=Subquery(title[:1]))
    return rows, lambda row: Item(str(row), f"on {row.title}", f"{_article_page(row.of)}#comment-{row.pk}")


def _with_findings() -> Listing:
    rows = Version.objects.filter(is_draft=True, article__binned_at=None, findings_count__gt=0)
    return rows.order_by("-changed_at"), lambda row: Item(
        row.title, f"{row.findings_count} to look at", _article_page(row.article_id)
    )


def _claim_changes() -> Listing:
    rows = ClaimChange.objects.filter(changed_at__gt=timezone.now() - timedelta(days=7)).exclude(before="")
    return rows.select_related("version"), lambda row: Item(
        row.version.title, str(row), _article_page(row.version.article_id)
    )


def _recheck() -> Listing:
    """How far the check of all articles is after a change of rules; nothing once it is done."""
    done, total = progress()
    url = reverse("admin:claims_ownrule_changelist")
    words = f"by the rules {version()}; the rest follows by itself"
    return [] if done == total else [f"{done} of {total} checked"], lambda state: Item(state, words, url)


def _links() -> Listing:
    """An article once, with its regions; the oldest first. The report says what each loses."""
    troubles = LinkTrouble.objects.filter(ended_at=None)
    rows = Once(troubles, "since", "troubles")
    url = reverse("admin:link_report")

    def item(article):
        where: dict[str, list[str]] = {}
        for row in article.of_these:
            what = str(row.get_state_display()).lower() + (f", {row.product.name}" if row.product else "")
            where.setdefault(what, []).append(row.region.short_name)
        about = "; ".join(f"{', '.join(regions)}: {what}" for what, regions in where.items())
        return Item(article.title, about, url)

    return rows, item


def _due_reviews() -> Listing:
    """Of what is published: never read by a medical person, or more than a year ago, the oldest first.

    Which those are is asked of all articles, and remembered for a while; a review that was recorded counts at once.
    """
    pks = cache.get_or_set("start:reviews-due", lambda: _due(_published()), DUE_FOR)
    rows = Version.objects.filter(_is_due(), pk__in=pks).order_by(*OLDEST_REVIEW)
    return rows, lambda row: Item(
        row.title,
        f"last on {row.reviewed_on:%-d %B %Y}" if row.reviewed_on else "never yet",
        _article_page(row.article_id),
    )


OLDEST_REVIEW = (F("reviewed_on").asc(nulls_first=True), "changed_at")


def _is_due() -> Q:
    return Q(reviewed_on=None) | Q(reviewed_on__lt=timezone.localdate() - REVIEW_EVERY)


def _published() -> QuerySet[Version]:
    return Version.objects.filter(pk__in=Publication.objects.current().order_by().values("version"))


def _due(versions: QuerySet[Version]) -> list[int]:
    """The first MAX_COUNTED + 1 keys; only the keys are sorted, since rows of versions are wide."""
    rows = versions.filter(_is_due()).order_by(*OLDEST_REVIEW)
    return list(rows.values_list("pk", flat=True)[: MAX_COUNTED + 1])


def _scheduled() -> Listing:
    rows = Publication.objects.filter(starts_at__gt=timezone.now()).order_by("starts_at")
    return rows.select_related("version", "region"), lambda row: Item(
        row.version.title,
        f"{row.region.short_name}, {row.starts_at.astimezone(row.region.zone):%-d %b %Y, %H:%M} there",
        _article_page(row.article_id),
    )


def _went_live(now) -> Listing:
    """An article once, with its regions; the newest first."""
    rows = Publication.objects.filter(starts_at__gt=now - timedelta(days=7), starts_at__lte=now)

    def item(article):
        last = max(article.of_these, key=lambda row: row.starts_at)
        regions = ", ".join(dict.fromkeys(row.region.short_name for row in article.of_these))
        return Item(
            last.version.title, f"{regions}, {last.starts_at:%-d %b, %H:%M} UTC", _article_page(article.pk)
        )

    return Once(rows.filter(article__binned_at=None), "-starts_at", "publications"), item


def _page_of(name: str, row) -> str:
    return reverse(f"admin:{name}_change", args=[row.pk])


def _pictures() -> Listing:
    return Picture.objects.exclude(failed=""), lambda row: Item(
        row.title, row.failed, _page_of("pictures_picture", row)
    )


def _orders() -> Listing:
    return Order.objects.to_review(), lambda row: Item(
        row.number, row.needs_review, _page_of("orders_order", row)
    )


def _to_send(now) -> Listing:
    """The oldest first, with what each waits for; late from two days on."""
    rows = to_send(unsent_by_key(Order.objects.all())).order_by("paid_at")

    def item(row):
        is_late = row.paid_at < now - LATE_AFTER
        return Item(
            row.number, f"paid {_ago(now - row.paid_at)}, {row.name}", _page_of("orders_order", row), is_late
        )

    return rows, item


def _ago(passed: timedelta) -> str:
    hours = int(passed.total_seconds() // 3600)
    if hours < 48:
        return f"{hours} h ago" if hours > 0 else "just now"
    return f"{hours // 24} days ago"


def _withdrawals() -> Listing:
    """Those that hold or have no order to ask, the oldest first: after 14 days the money must be back."""
    rows = open_withdrawals().exclude(proven_at=None, order__isnull=False).order_by("declared_at")

    def item(row):
        if row.order is None:
            return Item(
                row.number, f"{row.name}: no order of that number", _page_of("withdrawal_withdrawal", row)
            )
        due = refund_due_on(row.order, row.declared_at)
        return Item(row.order.number, f"by {due:%-d %b}, {row.name}", _page_of("orders_order", row.order))

    return rows.select_related("order__region"), item


def _lacks(now) -> Listing:
    """What is not sold because of them, and what will not be within a month, unless somebody looks at its facts again."""
    rows = Lack.objects.filter(since__lte=now + timedelta(days=31)).select_related("product", "region")

    def item(row):
        about = ", ".join(row.asks) if row.since <= now else f"sold until {row.since:%-d %B %Y}"
        url = reverse("admin:catalogue_product_change", args=[row.product_id])
        return Item(f"{row.product} in {row.region.short_name}", about, url)

    return rows.order_by("since", "product", "region"), item


def _running_out(now) -> Listing:
    """At the pace of the last orders, within three weeks."""

    def item(row):
        where = f"{row.region.short_name}: {row.left} left"
        about = f"{where}, until about {row.day:%a %-d %b}" if row.left else f"{where}, still asked for"
        return Item(
            row.sku, about, reverse("admin:catalogue_product_change", args=[row.product]), not row.left
        )

    return running_out(now), item


def _low_stock() -> Listing:
    rows = Stock.objects.running_low().select_related("variant", "region")
    return rows, lambda row: Item(
        row.variant.sku,
        f"{row.region.short_name}: {row.sellable} left",
        reverse("admin:catalogue_product_change", args=[row.variant.product_id]),
    )


def _dead_mails() -> Listing:
    """Given up in the last two weeks. Those about an order lead to it: there the address can be corrected."""
    rows = Mail.objects.filter(gave_up_at__gt=timezone.now() - timedelta(days=14)).order_by("-gave_up_at")

    def item(row):
        order = order_pk_in(row.about)
        url = reverse("admin:orders_order_change", args=[order]) if order else _page_of("outbox_mail", row)
        return Item(row.subject, f"to {row.to}: {row.last_error[:80]}", url)

    return rows, item


def _failed_mails() -> Listing:
    rows = Mail.objects.filter(sent_at=None, gave_up_at=None).exclude(last_error="").order_by("-attempts")
    return rows, lambda row: Item(
        row.subject, f"{_tries(row.attempts)}: {row.last_error[:80]}", _page_of("outbox_mail", row)
    )


def _refunds() -> Listing:
    rows = Refund.objects.filter(status=RefundStatus.FAILED).select_related("payment__order__region")
    return rows, lambda row: Item(str(row), row.reason, _page_of("payments_refund", row))


def _events() -> Listing:
    return StripeEvent.objects.filter(is_done=False), lambda row: Item(
        row.type, row.outcome, _page_of("payments_stripeevent", row)
    )


def _setbacks() -> Listing:
    listed = reverse("admin:sweeps_setback_changelist")
    return Setback.objects.all(), lambda row: Item(
        str(row), f"{_tries(row.tries)}: {row.error[:120]}", url_of(row) or listed
    )


def _tries(count: int) -> str:
    return f"{count} tr{'y' if count == 1 else 'ies'}"
