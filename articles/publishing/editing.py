"""What staff do to an article: drafts, history, publishing, taking back. Readers see none of it until publishing.

Editors work on the one open draft of an article. Every state that was saved stays: before a save changes the
draft, its state is copied to a frozen version. Publishing freezes the draft itself. Nothing here is ever lost.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone

from articles.evidence.claims import store
from articles.evidence.findings import claims_without_source, left_out
from articles.evidence.ticks import is_current
from articles.models import Article, MedicalReview, OldAddress, Publication, Version
from articles.publishing.versions import copy_version
from shop.regions.models import Region
from shop.sweeps.alone import each_alone

BIN_DAYS = 30


class NotPossible(Exception):
    """Why something can't be done, in words for staff."""


class NeedsReason(NotPossible):
    """Only the Owner can do it, and only with a reason that is kept."""


@transaction.atomic
def open_draft(article: Article, by: str) -> Version:
    """The article's draft; if it has none, a copy of what was saved last. Raises NotPossible if there is nothing."""
    Article.objects.select_for_update().get(pk=article.pk)
    draft = article.draft
    if draft is None:
        if article.newest() is None:
            raise NotPossible(
                "Nothing was ever written at this address. Write an article with it, or bin it."
            )
        draft = copy_version(article.newest(), is_draft=True)
        Version.objects.filter(pk=draft.pk).update(changed_by=by, changed_at=timezone.now(), note="")
        draft.refresh_from_db()
    return draft


@transaction.atomic
def restore(version: Version, by: str) -> Version:
    """A new draft with the words of an old version. A draft that is open goes to the history."""
    Article.objects.select_for_update().get(pk=version.article_id)
    version.article.versions.filter(is_draft=True).update(is_draft=False)
    draft = copy_version(version, is_draft=True)
    note = f"Restored from {version.changed_at:%-d %B %Y, %H:%M} UTC"
    Version.objects.filter(pk=draft.pk).update(changed_by=by, changed_at=timezone.now(), note=note)
    draft.refresh_from_db()
    if not is_current(draft):
        store(draft)
    return draft


@dataclass(frozen=True)
class Slot:
    """Where and when a version is to be published. Aware times."""

    region: Region
    starts_at: datetime
    ends_at: datetime | None = None


@transaction.atomic
def publish(version: Version, slots: list[Slot], by: str, left_out_because: str = "") -> list[Publication]:
    """Publish a version in these slots. The draft is frozen by it: readers see exactly what was looked at.

    Its claims are checked anew where the rules have changed since, or what was ticked.
    A later publication of the same region that was only scheduled is replaced. Raises NotPossible, also for a
    sentence marked as a claim that cites no source; and NeedsReason where a study that found no difference is left
    out (see `left_out`) and no reason is given.
    """
    if not slots:
        raise NotPossible("Choose at least one region.")
    if version.article.binned_at is not None:
        raise NotPossible("It is in the bin. Take it out first.")
    _check_sources(version, slots, left_out_because)
    Article.objects.select_for_update().get(pk=version.article_id)
    now = timezone.now()
    Version.objects.filter(pk=version.pk).update(is_draft=False, handed_in_at=None, handed_in_by="")
    if not is_current(version):
        store(version)
    made = []
    for slot in slots:
        starts_at = max(slot.starts_at, now)
        if slot.ends_at is not None and slot.ends_at <= starts_at:
            raise NotPossible(f"{slot.region.short_name}: the end must be later than the start.")
        version.article.publications.filter(region=slot.region, starts_at__gt=now).delete()
        made.append(
            Publication.objects.create(
                version=version,
                region=slot.region,
                starts_at=starts_at,
                ends_at=slot.ends_at,
                published_by=by,
                left_out_because=left_out_because,
            )
        )
    return made


def _check_sources(version, slots, left_out_because) -> None:
    blocks = version.blocks()
    bare = claims_without_source(blocks)
    if bare:
        sentences = "; ".join(f"“{sentence[:100]}”" for sentence in bare[:3])
        raise NotPossible(
            f"{len(bare)} marked claim{'s' if len(bare) > 1 else ''} without a source: {sentences}. Cite a source that "
            "the article lists, or take the [[claim]] mark away."
        )
    for slot in slots:
        missing = left_out(blocks, slot.region)
        if missing and not left_out_because.strip():
            keys = ", ".join(reference.key for reference in missing)
            raise NeedsReason(
                f"{slot.region.short_name}: it shows studies that found something and leaves out {keys}, which found "
                "no difference or harm. Add them as references, or have the Owner publish it with a reason."
            )


@transaction.atomic
def hand_in(version: Version, by: str) -> None:
    """A writer says that a draft is ready; editors find it on their start page. Raises NotPossible."""
    if not Version.objects.filter(pk=version.pk, is_draft=True).update(
        handed_in_at=timezone.now(), handed_in_by=by
    ):
        raise NotPossible("There is no draft to hand in.")


@transaction.atomic
def record_review(
    version: Version, reviewer: str, reviewed_on: date, by: str, note: str = ""
) -> MedicalReview:
    """Log that a named person has read this version, and show it to readers of its words.

    Versions with the same words (with other product links, or saved again) get it too, so that it reaches what is
    published; versions made from them later inherit it.

    Raises NotPossible for a date in the future or without a name.
    """
    if not reviewer.strip():
        raise NotPossible("Give the name and the qualification of the person who has read it.")
    if reviewed_on > timezone.localdate():
        raise NotPossible("The date of the review lies in the future.")
    review = MedicalReview.objects.create(
        version=version, reviewer=reviewer.strip(), reviewed_on=reviewed_on, recorded_by=by, note=note
    )
    Version.objects.filter(pk__in=same_words(version)).update(
        medical_reviewer=review.reviewer,
        reviewed_on=reviewed_on,
        reviewed_words=version.words_digest,
        changed_since_review="",
    )
    return review


def same_words(version: Version) -> list[int]:
    """The pks of it and of those of the article's versions whose readers read the same in every region."""
    others = version.article.versions.filter(words_digest=version.words_digest).exclude(words_digest="")
    words = _read_in_each_region(version.region_facts)
    same = [
        pk for pk, facts in others.values_list("pk", "region_facts") if _read_in_each_region(facts) == words
    ]
    return [version.pk, *same]


def _read_in_each_region(facts) -> dict:
    return {code: fact.get("digest") for code, fact in facts.items()}


def empty_bin(at=None) -> int:
    """Delete for good what has lain in the bin for thirty days; how many articles. Safe to repeat.

    An article that was ever published keeps its row, so that its address goes on answering 410.
    """
    before = (at or timezone.now()) - timedelta(days=BIN_DAYS)

    def delete(article) -> bool:
        try:
            with transaction.atomic():
                MedicalReview.objects.filter(version__article=article).delete()
                article.delete()
        except ProtectedError:  # something of the shop's history stands on it: it stays in the bin
            return False
        return True

    old = Article.objects.filter(binned_at__lt=before, publications=None).order_by("pk")
    return each_alone(old, delete, sweep="empty_bin", at=at)


@transaction.atomic
def take_back(article: Article, region: Region) -> str:
    """End what is published in a region and drop what is scheduled there; say what was done. Raises NotPossible."""
    now = timezone.now()
    rows = article.publications.filter(region=region)
    scheduled, _ = rows.filter(starts_at__gt=now).delete()
    current = rows.filter(starts_at__lte=now).order_by("-starts_at", "-pk").first()
    ended = 0
    if current is not None:
        ended = rows.filter(pk=current.pk).filter(Q(ends_at=None) | Q(ends_at__gt=now)).update(ends_at=now)
    if not scheduled and not ended:
        raise NotPossible(f"Nothing of it is live or scheduled in {region.the_name}.")
    done = [words for words, was in (("taken back", ended), ("schedule dropped", scheduled)) if was]
    return f"{region.short_name}: {', '.join(done)}"


def check_address(slug: str, article_pk: int | None, take_over: bool = False) -> None:
    """Raises NotPossible if another article has this address, or, without `take_over`, had it and readers are led on."""
    if slug in {"feed", "authors"}:
        raise NotPossible("This address is the site's own. Choose another one.")
    if Article.objects.filter(slug=slug, versions__isnull=False).exclude(pk=article_pk).exists():
        raise NotPossible("Another article has this address. Choose another one.")
    old = OldAddress.objects.filter(slug=slug).exclude(article=article_pk).select_related("article").first()
    if old is not None and not take_over:
        raise NotPossible(
            f"Readers are led from this address to “{old.article}”, which had it before. Choose another, or change the "
            "address on the article’s own page with “take it over” ticked."
        )


def let_go_of(slug: str) -> None:
    """Free an address at which nothing was ever written."""
    Article.objects.filter(slug=slug, versions=None, publications=None).delete()


@transaction.atomic
def move(article: Article, slug: str, take_over: bool = False) -> None:
    """Give an article a new address, at once and in every region. Raises NotPossible."""
    check_address(slug, article.pk, take_over)
    if slug != article.slug:
        let_go_of(slug)
    article.move_to(slug)


@dataclass(frozen=True)
class RegionState:
    """What readers of a region get now, and what comes next."""

    region: Region
    current: Publication | None
    scheduled: Publication | None

    @property
    def words(self) -> str:
        if self.current is None:
            return "not live"
        until = self.local(self.current.ends_at)
        return f"live since {self.local(self.current.starts_at)}" + (f", until {until}" if until else "")

    @property
    def next_words(self) -> str:
        return f"from {self.local(self.scheduled.starts_at)}" if self.scheduled else ""

    def local(self, moment) -> str:
        return f"{moment.astimezone(self.region.zone):%-d %b %Y, %H:%M}" if moment else ""


def region_states(article: Article, at=None) -> list[RegionState]:
    """One per open region, from the article's `publications` (prefetch them, with their versions)."""
    now = at or timezone.now()
    rows = sorted(article.publications.all(), key=lambda row: (row.starts_at, row.pk))
    states = []
    for region in Region.all_open():
        own = [row for row in rows if row.region_id == region.pk]
        begun = [row for row in own if row.starts_at <= now]
        coming = [row for row in own if row.starts_at > now]
        last = begun[-1] if begun else None
        current = last if last and (last.ends_at is None or last.ends_at > now) else None
        states.append(RegionState(region, current, coming[0] if coming else None))
    return states


def still_scheduled(article: Article, version: Version) -> list[str]:
    """A sentence for each region that waits for other words than those of `version`, so that nobody is surprised."""
    rows = article.publications.filter(starts_at__gt=timezone.now()).select_related("region", "version")
    waiting = []
    for row in rows.order_by("starts_at"):
        code = row.region.code
        waits, new = (one.region_facts.get(code, {}).get("digest") for one in (row.version, version))
        if row.version_id != version.pk and (waits != new or not new):
            starts_at = row.starts_at.astimezone(row.region.zone)
            waiting.append(
                f"{row.region.short_name}: from {starts_at:%-d %b %Y, %H:%M} readers get the version of "
                f"{row.version.changed_at:%-d %b %Y, %H:%M} UTC, without these words. Publish this one there for that "
                "time, too, if they should have them."
            )
    return waiting


def local_moment(typed: datetime, region: Region) -> datetime:
    """A typed wall-clock time in the region's zone as an aware time.

    Of an hour that comes twice the first counts. Raises NotPossible for one that a clock change leaves out.
    """
    moment = typed.replace(tzinfo=region.zone)
    try:
        back = moment.astimezone(UTC).astimezone(region.zone)
    except OverflowError:
        raise NotPossible(f"{region.short_name}: the year {typed.year} is out of reach.")
    if back.replace(tzinfo=None) != typed:
        raise NotPossible(
            f"{region.short_name}: {typed:%-d %B %Y, %H:%M} does not exist there: the clocks go forward that night."
        )
    return moment.astimezone(UTC)
