"""Links in trouble, ranked by what they lose: a page for staff, and a mail to the owner on Mondays."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.db.models.functions import Coalesce, TruncDate
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from articles.evidence.outside_links import dead_links
from articles.models import Reference, Version
from articles.products.health import MOST, has_many_articles, known_troubles, losses, still_so, troubles_now
from articles.reading.published import current_publications
from shop.attribution.count import flush, fold
from shop.outbox.keys import link_report_key
from shop.outbox.models import Mail
from shop.outbox.send import write_mail
from shop.regions.models import Region, Seller

OLD_AFTER = timedelta(days=365)
MONDAY, FROM_HOUR = 0, 6  # UTC
MAX_IN_MAIL = 15
A_PAGE = 30
SHOWN = (
    "article",
    "title",
    "medical_reviewer",
    "reviewed_on",
    "changed_since_review",
    "changed_at",
    "reviewed_words",
    "words_digest",
)  # of an old version


def old_articles(at=None, most: int | None = None) -> list[Version]:
    """Live versions whose medical review, or where there was none whose text, is older than a year; the oldest first.

    At most so many of a region, if given.
    """
    before = (at or timezone.now()) - OLD_AFTER
    found: dict[int, Version] = {}
    for region in Region.all_open():
        rows = current_publications(region).filter(
            Q(version__reviewed_on__lt=before.date())
            | Q(version__reviewed_on=None, version__changed_at__lt=before)
        )
        rows = rows.order_by(Coalesce("version__reviewed_on", TruncDate("version__changed_at")))[:most]
        rows = (
            rows.select_related(None)
            .select_related("version")
            .only("article", *(f"version__{name}" for name in SHOWN))
        )
        found |= {row.article_id: row.version for row in rows}
    return sorted(found.values(), key=lambda version: version.reviewed_on or version.changed_at.date())[:most]


def retracted():
    """Retracted sources that a published article may still cite."""
    return Reference.objects.exclude(Q(retracted_on=None)).order_by("key")


def link_report(request, site):
    """The page. It looks anew, so that it is right while no worker runs, and keeps nothing.

    Of a great many articles it looks anew at the rows of the page alone: what is over by now is left out.
    """
    if not request.user.has_perm("articles.view_version"):
        raise PermissionDenied
    flush()
    fold()
    has_many = has_many_articles()
    rows = losses() if has_many else losses(rows=troubles_now())
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    if has_many:
        so = {row.pk for row in still_so([loss.row for loss in shown])}
        shown = [loss for loss in shown if loss.row.pk in so]
    context = {
        **site.each_context(request),
        "title": "Links in trouble",
        "page": page,
        "losses": shown,
        "more": max(known_troubles().count() - MOST, 0),
        "most": MOST,
        "dead": dead_links()[:A_PAGE],
        "asks_outside": settings.CHECK_OUTSIDE_LINKS,
        "old": old_articles(most=A_PAGE),
        "retracted": retracted()[:A_PAGE],
    }
    return render(request, "admin/link_report.html", context)


def write_link_report(at=None) -> Mail | None:
    """On Mondays, once: the report as a mail to the seller. Nothing to tell, no mail."""
    now = at or timezone.now()
    seller = Seller.current()
    key = link_report_key(now)
    if now.weekday() != MONDAY or now.hour < FROM_HOUR or seller is None:
        return None
    if Mail.objects.filter(key=key).exists():
        return None
    found, dead, old, gone = losses(now), list(dead_links()), old_articles(now), list(retracted())
    if not (found or dead or old or gone):
        return None
    context = {
        "losses": found[:MAX_IN_MAIL],
        "dead": dead[:MAX_IN_MAIL],
        "old": old[:MAX_IN_MAIL],
        "retracted": gone,
        "in_all": {"losses": len(found), "dead": len(dead), "old": len(old)},
        "more": {
            name: max(len(rows) - MAX_IN_MAIL, 0)
            for name, rows in (("losses", found), ("dead", dead), ("old", old))
        },
        "seller": seller,
        "url": settings.SITE_URL + reverse("admin:link_report"),
    }
    return write_mail(key=key, to=seller.email, template="staff_links", context=context)
