"""Links to other sites: asked politely, once a day at most, as robots.txt allows, and never an address inside a network."""

import html
import logging
import re
import urllib.robotparser
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from articles.models import (
    Article,
    Callout,
    Faq,
    OutsideLink,
    Publication,
    Reference,
    ReferenceBlock,
    RichText,
    Version,
)
from shop.sweeps.alone import each_alone
from shop.web.outside import NoAnswer, NotAllowed, Page, fetch, is_open

log = logging.getLogger(__name__)
EVERY = timedelta(days=1)
LATE_COMMIT = timedelta(minutes=10)
MAX_REDIRECTS = 5
SURE_AFTER = 2  # failures in a row, a day apart, before a link counts as dead
AGENT = f"{settings.BRAND}Links/1.0 (+{settings.SITE_URL})"
HREF = re.compile(r'href="(https?://[^"]+)"')
HEAD = re.compile(r"<(title|h1)\b[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
GONE = re.compile(
    r"^\W*(?:error\W*)?404\b|\b404\W+(?:error|page|not)|(?:page|article|site|content|document|file|resource)\s+(?:was\s+|could\s+)?not\s+(?:be\s+)?found"
    r"|^\W*not\s+found|(?:page|article|site|content)\s+(?:\w+\s+){0,4}(?:not\s+exist|n['’]t\s+exist|unavailable|removed|no\s+longer)"
    r"|can(?:no|['’])t\s+(?:be\s+)?find\s+(?:the|this|that|your)?\s*page|no\s+longer\s+(?:available|exists?)",
    re.IGNORECASE,
)


def collect(articles: QuerySet | None = None) -> int:
    """Bring the list of outside links to what live articles and drafts lead to; how many there are.

    Of all articles; of these alone, only what is new is added.
    """
    found: set[str] = set()
    published = Publication.objects.filter(article__binned_at=None).order_by().values("version")
    versions = Version.objects.filter(Q(pk__in=published) | Q(is_draft=True)).order_by()
    if articles is not None:
        versions = versions.filter(article__in=articles)
    for model, field in ((RichText, "body"), (Callout, "body"), (Faq, "answer")):
        texts = model.objects.filter(parent__in=versions.values("pk"), **{f"{field}__contains": 'href="http'})
        for text in texts.order_by().values_list(field, flat=True).iterator():
            found |= {html.unescape(url) for url in HREF.findall(text)}
    cited = ReferenceBlock.objects.filter(parent__in=versions.values("pk")).order_by().values("reference")
    found |= {row.url for row in Reference.objects.filter(pk__in=cited) if row.url}
    found = {url for url in found if _leads_outside(url) and len(url) <= 500}
    if articles is None:
        OutsideLink.objects.exclude(url__in=found).delete()
    known = set(OutsideLink.objects.filter(url__in=found).values_list("url", flat=True))
    OutsideLink.objects.bulk_create(
        [OutsideLink(url=url) for url in sorted(found - known)], ignore_conflicts=True
    )
    return len(found)


class CollectLinks:
    """Each hour the articles that were changed since the last time; after a start and once a day all of them."""

    __name__ = "collect_outside_links"

    def __init__(self):
        self.looked_at: datetime | None = None
        self.all_next: datetime | None = None

    def __call__(self) -> int:
        now, articles = timezone.now(), None
        if self.looked_at is None or self.all_next is None or now >= self.all_next:
            self.all_next = now + EVERY
        else:  # what was changed is written with the moment, and may be committed a while later
            changed = Article.objects.filter(changed_at__gte=self.looked_at - LATE_COMMIT)
            articles = changed.order_by().values("pk")
        found = collect(articles)
        self.looked_at = now
        return found


def _leads_outside(url: str) -> bool:
    """True for what is no address at all, too: asking it tells staff so."""
    try:
        return urlsplit(url).netloc != urlsplit(settings.SITE_URL).netloc
    except ValueError:
        return True


def dead_links():
    """Those that failed on two days running, longest first."""
    return OutsideLink.objects.filter(failures__gte=SURE_AFTER).order_by("failing_since")


def look_at_outside_link(at=None) -> bool:
    """Ask one address that is due; whether there was one. Does nothing where CHECK_OUTSIDE_LINKS is off."""
    if not settings.CHECK_OUTSIDE_LINKS:
        return False
    now = at or timezone.now()

    def look(link) -> bool:
        claimed = OutsideLink.objects.filter(pk=link.pk, checked_at=link.checked_at).update(checked_at=now)
        if claimed:
            record(link, *ask(link.url), now)
        return bool(claimed)

    rows = due_outside_links(now).order_by("checked_at", "pk")
    return bool(each_alone(rows, look, sweep="look_at_outside_link", most=1, atomic=False, at=now))


def due_outside_links(now):
    """Those nobody asked today. `now` may be the database's Now()."""
    return OutsideLink.objects.filter(Q(checked_at=None) | Q(checked_at__lte=now - EVERY))


def record(link: OutsideLink, status: int | None, problem: str, now) -> None:
    link.status, link.problem, link.checked_at = status, problem[:120], now
    if problem:
        link.failures = min(link.failures + 1, 999)
        link.failing_since = link.failing_since or now
    else:
        link.failures, link.failing_since = 0, None
    link.save()


def _page(url: str, is_allowed: Callable[[str], bool]) -> Page:
    return fetch(url, {"User-Agent": AGENT, "Accept": "text/html,*/*;q=0.5"}, is_allowed=is_allowed)


def ask(url: str, is_allowed: Callable[[str], bool] = is_open) -> tuple[int | None, str]:
    """(status, problem or ""). `is_allowed` says of an IP address whether it may be asked; each hop is checked."""
    try:
        if not _robots_allow(url, is_allowed):
            return None, ""
        here = url
        for _ in range(MAX_REDIRECTS):
            answer = _page(here, is_allowed)
            if answer.status not in {301, 302, 303, 307, 308} or not answer.location:
                return answer.status, judge(answer.status, url, here, answer.body)
            here = urljoin(here, answer.location)
        return None, "It redirects in circles."
    except NotAllowed:
        return None, "It leads into a private network."
    except (NoAnswer, ValueError) as error:
        return None, f"No answer: {error}"[:120]


def judge(status: int, asked: str, reached: str, body: str) -> str:
    """What is wrong with an answer; "" if nothing is. Recognises pages that say “not found” with status 200.

    A site that refuses robots (401, 403, 429) or has a bad moment tells nothing about the page.
    """
    if status in {401, 403, 405, 429, 503}:
        return ""
    if status >= 400:
        return f"It answers {status}."
    heads = [html.unescape(re.sub(r"<[^>]+>", " ", part)) for _, part in HEAD.findall(body)]
    if any(GONE.search(head) for head in heads):
        return "The page says that it is not there, though it answers 200."
    path, end = urlsplit(asked).path.rstrip("/"), urlsplit(reached).path.rstrip("/")
    if path and not end and urlsplit(asked).netloc == urlsplit(reached).netloc:
        return "It leads to the site’s first page: what it named is gone."
    return ""


def _robots_allow(url: str, is_allowed: Callable[[str], bool]) -> bool:
    """Raises NotAllowed. A site whose rules don't come allows everything."""
    parts = urlsplit(url)
    robots = urllib.robotparser.RobotFileParser()
    try:
        answer = _page(f"{parts.scheme}://{parts.netloc}/robots.txt", is_allowed)
    except NoAnswer:
        return True
    if answer.status != 200:
        return True
    robots.parse(answer.body.splitlines())
    return robots.can_fetch(AGENT, url)
