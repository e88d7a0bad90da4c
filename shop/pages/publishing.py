"""Drafts of pages, and what publishes them. Every check that matters is the database's."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from shop.pages.models import PageBlock, PageVersion
from shop.pages.reading import rows_of
from shop.regions.local import moment_words
from shop.regions.models import Region

COPIED = ("kind", "heading", "body", "drawn", "picture_id", "source", "seen", "to_check")


def draft_of(page: str, region: Region) -> PageVersion | None:
    return PageVersion.objects.filter(page=page, region=region, starts_at=None).first()


def start_draft(page: str, region: Region, like: PageVersion | None = None) -> PageVersion:
    """The page's draft: the one that there is, else a new one with the words of `like`, by default those in force."""
    if there := draft_of(page, region):
        return there
    version, blocks = (like, list(like.blocks.all())) if like else rows_of(page, region)
    try:
        with transaction.atomic():
            rows = PageVersion.objects.filter(page=page, region=region)
            last = rows.aggregate(last=Max("edition"))["last"] or 0
            made = PageVersion.objects.create(
                page=page, region=region, edition=last + 1, title=version.title, lead=version.lead
            )
            PageBlock.objects.bulk_create(
                PageBlock(version=made, ordering=place, **{name: getattr(block, name) for name in COPIED})
                for place, block in enumerate(blocks, start=1)
            )
    except IntegrityError:  # somebody else began one at the same moment
        if there := draft_of(page, region):
            return there
        raise
    return made


def publish(version: PageVersion, *, by: str, at: datetime | None = None) -> datetime:
    """Show a draft from a moment on, by default now. Raises ValidationError where its words can't be shown."""
    blocks = list(version.blocks.all())
    if not blocks:
        raise ValidationError("There is nothing on this page yet.")
    version.full_clean(validate_unique=False, validate_constraints=False)
    for block in blocks:
        block.full_clean(validate_unique=False, validate_constraints=False)
    now = timezone.now()
    start = max(at or now, now)
    if at is not None and at < now:
        raise ValidationError("This moment is over. Leave it empty to publish now.")
    try:
        with transaction.atomic():
            rows = PageVersion.objects.filter(pk=version.pk, starts_at=None)
            done = rows.update(starts_at=start, published_at=now, published_by=by)
    except IntegrityError:
        raise ValidationError("Another version begins at this very moment.")
    if not done:
        raise ValidationError("It was published meanwhile.")
    return start


def take_back(version: PageVersion) -> None:
    """Make a version that nobody has seen yet a draft again."""
    with transaction.atomic():
        if draft_of(version.page, version.region):
            raise ValidationError("There is another draft of this page: publish or delete that one first.")
        rows = PageVersion.objects.filter(pk=version.pk, starts_at__gt=timezone.now())
        if not rows.update(starts_at=None, published_at=None, published_by=""):
            raise ValidationError("Readers see it already. Make a new version instead.")


def state_words(version: PageVersion, now: datetime) -> str:
    """Draft; from Mon 23 Nov, 14:00 GMT; since …: by the region's clock."""
    if version.starts_at is None:
        return "draft"
    words = moment_words(version.starts_at, version.region)
    return f"from {words}" if version.starts_at > now else f"since {words}"
