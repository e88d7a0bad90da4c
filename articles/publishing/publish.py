"""Publishing a version by region and moment, and taking it back; words that wait; local moments.

Publishing freezes the draft itself: readers get exactly what was looked at.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from articles.evidence.claims import store
from articles.evidence.findings import claims_without_source, left_out
from articles.evidence.ticks import is_current
from articles.models import Article, Publication, Version
from articles.publishing.errors import NeedsReason, NotPossible
from articles.publishing.proposals import put_live_with
from articles.publishing.translations import follow, why_not
from shop.regions.local import typed_moment
from shop.regions.models import Region


@dataclass(frozen=True)
class Slot:
    """Where and when a version is to be published. Aware times."""

    region: Region
    starts_at: datetime
    ends_at: datetime | None = None


@transaction.atomic
def publish(version: Version, slots: list[Slot], by: str, left_out_because: str = "") -> list[Publication]:
    """Publish a version in these slots, one a region. The draft is frozen by it: readers see exactly what was looked at.

    What is proposed for the rows of the library that a draft shows goes live with it, at once.
    Its claims are checked anew where the rules have changed since, or what was ticked.
    A later publication of the same region that was only scheduled is replaced. Raises NotPossible, also for a
    region of another language, and for a sentence marked as a claim that cites no source; and NeedsReason where a study that found no difference is left
    out (see `left_out`) and no reason is given.
    """
    if not slots:
        raise NotPossible("Choose at least one region.")
    if version.article.binned_at is not None:
        raise NotPossible("It is in the bin. Take it out first.")
    refused = [why for slot in slots if (why := why_not(version.article, slot.region))]
    if refused:
        raise NotPossible(" ".join(dict.fromkeys(refused)))
    Article.objects.select_for_update().get(pk=version.article_id)
    blocks = version.blocks()
    if put_live_with(version, blocks):
        version.refresh_from_db()
        blocks = version.blocks()
    _check_sources(blocks, slots, left_out_because)
    now = timezone.now()
    Version.objects.filter(pk=version.pk).update(
        is_draft=False, handed_in_at=None, handed_in_by="", sent_back_because="", sent_back_by=""
    )
    if not is_current(version):
        store(version)
    made = []
    for slot in slots:
        starts_at = max(slot.starts_at, now)
        if slot.ends_at is not None and slot.ends_at <= starts_at:
            raise NotPossible(f"{slot.region.short_name}: the end must be later than the start.")
        made.append(
            Publication(
                article_id=version.article_id,
                version=version,
                region=slot.region,
                starts_at=starts_at,
                ends_at=slot.ends_at,
                published_by=by,
                left_out_because=left_out_because,
            )
        )
    regions = [slot.region for slot in slots]
    version.article.publications.filter(region__in=regions, starts_at__gt=now).delete()
    done = Publication.objects.bulk_create(made)
    follow([version.article], by)
    return done


def _check_sources(blocks, slots, left_out_because) -> None:
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
        raise NotPossible(f"Nothing of it is live or scheduled in {region.short_name}.")
    done = [words for words, was in (("taken back", ended), ("schedule dropped", scheduled)) if was]
    return f"{region.short_name}: {', '.join(done)}"


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
    try:
        return typed_moment(typed, region)
    except ValueError as error:
        raise NotPossible(str(error))
