"""The log of what people answered for: sign-offs and ticks of “no claim”, with what they were said of, and if they hold."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q

from articles.evidence.sentences import name_of
from articles.models import Article, ClaimChange, ClaimSignOff, NoClaim, Publication, RulesInForce, Version
from articles.models.review import SIGNED_OFF
from shop.claims import rules
from shop.claims.rules import AMBER, GREEN, RED
from shop.regions.models import Region

BATCH = 100  # articles whose rows are in memory together
SIGN_OFF, NO_CLAIM = "Sign-off", "No claim"
RULES_CHANGED = "the rules changed"
WORDS_CHANGED = "the words changed"
ANYTHING_CHANGED = "the words, the links or the rules changed"


@dataclass(frozen=True)
class Said:
    """A sentence that somebody answered for: its words, and what was found in it by which rule and source."""

    words: str
    finding: str
    rule: str
    source: str


@dataclass
class Entry:
    """One answer, for one region or all. `lapsed_at` may be unknown of one that lapsed."""

    kind: str
    article: str
    title: str
    version: str
    region: str
    law: str
    said: list[Said]
    reason: str
    by: str
    at: datetime
    rules: str
    holds: bool = True
    lapsed_at: datetime | None = None
    lapsed_because: str = ""

    @property
    def standing(self) -> str:
        if self.holds:
            return "holds"
        since = f" since {self.lapsed_at:%Y-%m-%d %H:%M} UTC" if self.lapsed_at else ""
        return f"lapsed{since}: {self.lapsed_because}"


@dataclass
class _Past:
    """What happened to some articles, for telling since when an answer has lapsed."""

    in_force: str  # the rules of now
    regions: dict[
        tuple[str, str], str
    ]  # the names of the open regions by language and law; of all laws by ""
    rules: list[RulesInForce]
    changes: dict[tuple[int, str], list[datetime]] = field(
        default_factory=dict
    )  # by version pk and region code
    saved: dict[int, list[datetime]] = field(default_factory=dict)  # by article pk, in their order
    ticked: dict[int, set[str]] = field(default_factory=dict)  # by article pk, in what is read or worked on

    def rules_left(self, named: str, after: datetime) -> datetime | None:
        return next((row.since for row in self.rules if row.since > after and row.rules != named), None)


def entries(begin: date | None = None, end: date | None = None, signed=None, ticked=None) -> Iterator[Entry]:
    """Those of these days (UTC, both included), by article and region, the oldest first; so many queries a BATCH.

    `signed` and `ticked`: the rows concerned, otherwise all.
    """
    signed = ClaimSignOff.objects.all() if signed is None else signed
    ticked = NoClaim.objects.all() if ticked is None else ticked
    if begin:
        first = datetime.combine(begin, time(), UTC)
        signed, ticked = signed.filter(signed_at__gte=first), ticked.filter(ticked_at__gte=first)
    if end:
        after = datetime.combine(end, time(), UTC) + timedelta(days=1)
        signed, ticked = signed.filter(signed_at__lt=after), ticked.filter(ticked_at__lt=after)
    concerned = Article.objects.filter(
        Q(pk__in=signed.order_by().values("version__article")) | Q(pk__in=ticked.order_by().values("article"))
    )
    pks = list(concerned.order_by("slug").values_list("pk", flat=True))
    spoken = {region.language for region in Region.all_open()} | set(
        concerned.values_list("language", flat=True)
    )
    regions = {(language, law): _regions(language, law) for language in spoken for law in ("", *rules.LAWS)}
    known = rules.version(), regions, list(RulesInForce.objects.all())
    for start in range(0, len(pks), BATCH):
        some = pks[start : start + BATCH]
        yield from _of_articles(signed, ticked, some, known)


def _of_articles(signed, ticked, pks: list[int], known: tuple) -> Iterator[Entry]:
    signed = list(signed.filter(version__article__in=pks).select_related("version__article", "region"))
    ticked = list(ticked.filter(article__in=pks).select_related("article", "end"))
    past = _past(pks, {row.version_id for row in signed}, known)
    titles = {row.article_id: row.title for row in _counting(pks)}
    found = [_of_sign_off(row, past) for row in signed]
    found += [_of_tick(row, titles.get(row.article_id, ""), past) for row in ticked]
    yield from sorted(found, key=lambda row: (row.article, row.region, row.at))


def _counting(pks: list[int]) -> list[Version]:
    published = Publication.objects.filter(article__in=pks).values("version")
    rows = Version.objects.filter(Q(pk__in=published) | Q(is_draft=True), article__in=pks)
    return list(rows.only("article_id", "title", "claims").order_by("changed_at"))


def _past(pks: list[int], versions: set[int], known: tuple) -> _Past:
    past = _Past(*known)
    changes = ClaimChange.objects.filter(
        version__in=versions, before__in=[colour + SIGNED_OFF for colour in (RED, AMBER, GREEN)]
    )
    for row in changes.order_by("changed_at"):
        past.changes.setdefault((row.version_id, row.region_code), []).append(row.changed_at)
    saved = Version.objects.filter(article__in=pks).order_by("changed_at")
    for article, at in saved.values_list("article", "changed_at"):
        past.saved.setdefault(article, []).append(at)
    for version in _counting(pks):
        met = past.ticked.setdefault(version.article_id, set())
        for found in version.claims.values():
            met.update(found.get("ticked", ()))
    return past


def _of_sign_off(row: ClaimSignOff, past: _Past) -> Entry:
    entry = Entry(
        kind=SIGN_OFF,
        article=row.version.article.slug,
        title=row.version.title,
        version=f"{row.version.changed_at:%Y-%m-%d %H:%M} UTC",
        region=row.region.short_name,
        law=row.region.claims_law,
        said=[
            Said(found["sentence"], found["phrase"], name_of(found["rule"]), found["source"])
            for found in row.findings
            if found["severity"] == RED
        ],
        reason=row.reason,
        by=row.signed_by,
        at=row.signed_at,
        rules=row.rules,
    )
    if row.version.claims_in(row.region).get("state") == row.state:
        return entry
    at = row.signed_at
    by_rules = past.rules_left(row.rules, at)
    changes = past.changes.get((row.version_id, row.region.code), [])
    others = [change for change in (*changes, row.version.changed_at) if change > at]
    entry.holds = False
    entry.lapsed_at = min([moment for moment in (by_rules, *others) if moment], default=None)
    is_by_rules = by_rules is not None and entry.lapsed_at == by_rules
    entry.lapsed_because = RULES_CHANGED if is_by_rules else ANYTHING_CHANGED
    return entry


def _of_tick(row: NoClaim, title: str, past: _Past) -> Entry:
    entry = Entry(
        kind=NO_CLAIM,
        article=row.article.slug,
        title=title,
        version="",
        region=past.regions[row.article.language, row.law],
        law=row.law or ", ".join(rules.LAWS),
        said=[Said(row.sentence, row.place, "not recognised as allowed", "")],
        reason=row.reason,
        by=row.ticked_by,
        at=row.ticked_at,
        rules=row.rules,
    )
    ended = getattr(row, "end", None)
    if ended is not None:
        entry.holds, entry.lapsed_at = False, ended.ended_at
        entry.lapsed_because = f"withdrawn by {ended.ended_by}"
    elif row.rules != past.in_force:
        entry.holds, entry.lapsed_at = False, past.rules_left(row.rules, row.ticked_at)
        entry.lapsed_because = RULES_CHANGED
    elif row.digest not in past.ticked.get(row.article_id, ()):
        saved = past.saved.get(row.article_id, [])
        entry.holds, entry.lapsed_at = False, next((at for at in saved if at > row.ticked_at), None)
        entry.lapsed_because = WORDS_CHANGED
    return entry


def _regions(language: str, law: str) -> str:
    """The open regions of a law, or of all, where an article in this language can be published."""
    there = [region for region in Region.all_open() if region.language == language]
    named = [region.short_name for region in there if law in ("", region.claims_law)]
    return ", ".join(named)
