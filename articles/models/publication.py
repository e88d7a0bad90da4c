"""Which version is published where, from when until when."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal
from django.utils import timezone

from articles.models.article import Article
from articles.models.blocks import ReferenceBlock
from articles.models.version import Version
from articles.models.where import shows
from shop.content.models import Content, ContentQuerySet
from shop.regions.models import Region

FOREVER = datetime(9000, 1, 1, tzinfo=UTC)  # nothing known today ends it
AT_ONCE = 300  # articles in memory
published_anew = Signal()  # `articles`: pks whose publications changed, sent in the transaction of the change


class PublicationQuerySet(ContentQuerySet):
    def current_by_region(self, at=None) -> dict[int, "Publication"]:
        """Of one article's publications (filter first): the current one of each region, by region pk."""
        rows = self.current(at).order_by("starts_at", "pk")
        return {row.region_id: row for row in rows}

    def current(self, at=None):
        """Those that readers see at a moment, default now."""
        at = at or timezone.now()
        return self.filter(starts_at__lte=at, until__gt=at, article__binned_at=None)

    @transaction.atomic
    def update(self, **kwargs):
        pks = list(self.order_by().values_list("pk", flat=True))
        before = _places(pks)
        rows = super().update(**kwargs)
        follow_each_other(before | _places(pks))
        return rows

    @transaction.atomic
    def delete(self):
        before = _places(list(self.order_by().values_list("pk", flat=True)))
        result = super().delete()
        follow_each_other(before)
        return result

    @transaction.atomic
    def bulk_create(self, objs, *args, **kwargs):
        rows = super().bulk_create(objs, *args, **kwargs)
        follow_each_other({(row.article_id, row.region_id) for row in rows})
        return rows


class Publication(Content):
    """A version is published in a region from a moment on, until its end if it has one or until the next one begins."""

    scheduled_by = ("starts_at", "ends_at")

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="publications", editable=False
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="publications")
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Empty: until further notice.")
    # These follow from the article's publications in the region and from the version (`follow_each_other`), so that lists
    # need no other row.
    until = models.DateTimeField(default=FOREVER, db_default=FOREVER, editable=False)
    first_at = models.DateTimeField(
        default=timezone.now,
        db_default=Now(),
        editable=False,
        help_text="When the article was first published there: correcting a word makes no article new.",
    )
    sources = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="How many different ones its readers find there."
    )
    published_by = models.CharField(max_length=150, blank=True, editable=False)
    left_out_because = models.CharField(
        max_length=300,
        blank=True,
        editable=False,
        help_text="The Owner's reason for leaving a study out that found no difference, or harm.",
    )

    # In an edition whose language it is not in, for a translation that is missing; kept by articles/models/standing_in.py.
    stands_in = models.BooleanField(default=False, db_default=False, editable=False)
    # Whether colleagues were told that it is live (articles/notices.py); of what was published before that began, yes.
    is_told = models.BooleanField(default=False, db_default=True, editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        indexes = [
            models.Index(fields=["starts_at"], condition=Q(is_told=False), name="publication_untold"),
            models.Index(fields=["article", "region", "-starts_at"], name="publication_live"),
            models.Index(fields=["starts_at"], name="publication_begins"),
            models.Index(fields=["ends_at"], name="publication_ends"),
            models.Index(fields=["region", "-first_at", "-article"], name="publication_newest"),
            models.Index(
                fields=["region", "-sources", "-first_at", "-article"], name="publication_most_sources"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="publication_ends_after_start",
            ),
        ]

    def __str__(self):
        return f"{self.region.short_name} from {self.starts_at:%Y-%m-%d %H:%M}"

    @transaction.atomic
    def save(self, *args, **kwargs):
        self.article_id = self.version.article_id
        before = _places([self.pk]) if self.pk else set()
        super().save(*args, **kwargs)
        follow_each_other(before | {(self.article_id, self.region_id)})
        kept = type(self)._base_manager.values_list("until", "first_at", "sources")
        self.until, self.first_at, self.sources = kept.get(pk=self.pk)

    @transaction.atomic
    def delete(self, *args, **kwargs):
        before = _places([self.pk])
        result = super().delete(*args, **kwargs)
        follow_each_other(before)
        return result


def _places(pks: list[int]) -> set[tuple[int, int]]:
    """(article, region) of publications."""
    rows = Publication._base_manager.filter(pk__in=pks).order_by()
    return set(rows.values_list("article_id", "region_id"))


def follow_each_other(places: Iterable[tuple[int, int]]) -> None:
    """Write until when each publication of these articles in these regions shows, when the first one began, and how many
    sources it has.

    Called after the change that it follows from: that waits for others of content, so none is missed.
    """
    places = set(places)
    articles = sorted({article for article, _ in places})
    regions = {region for _, region in places}
    for start in range(0, len(articles), AT_ONCE):
        stored = Publication._base_manager.filter(
            article__in=articles[start : start + AT_ONCE], region__in=regions
        )
        by_place: dict[tuple[int, int], list[Publication]] = {}
        for row in stored.order_by("starts_at", "pk"):
            by_place.setdefault((row.article_id, row.region_id), []).append(row)
        cited = _cited({row.version_id for rows in by_place.values() for row in rows})
        changed = [row for rows in by_place.values() for row in _followed(rows, cited)]
        Publication._base_manager.bulk_update(changed, ["until", "first_at", "sources"], batch_size=AT_ONCE)
    published_anew.send(Publication, articles=articles)


Cited = dict[int, list[tuple[int, str, str]]]  # by version: a source, and where it is shown


def _cited(versions: set[int]) -> Cited:
    found: Cited = {}
    blocks = ReferenceBlock._base_manager.filter(parent__in=versions).order_by()
    for version, *block in blocks.values_list("parent", "reference", "show_in", "region_codes"):
        found.setdefault(version, []).append((block[0], block[1], block[2]))
    return found


def _followed(rows: list[Publication], cited: Cited) -> Iterable[Publication]:
    """Those of an article's publications in a region, in their order, that change by `follow_each_other`."""
    regions = {region.pk: region for region in Region.all_cached()}
    nexts = [*(row.starts_at for row in rows[1:]), FOREVER]
    for row, then in zip(rows, nexts, strict=True):
        region = regions.get(row.region_id) or row.region
        sources = {pk for pk, show_in, only in cited.get(row.version_id, ()) if shows(show_in, only, region)}
        held = min(row.ends_at or FOREVER, then), rows[0].starts_at, len(sources)
        if (row.until, row.first_at, row.sources) != held:
            row.until, row.first_at, row.sources = held
            yield row


def _after_source(sender, instance, **kwargs) -> None:
    """A source of a published text was added, changed or taken away."""
    rows = Publication._base_manager.filter(version=instance.parent_id).order_by()
    follow_each_other(rows.values_list("article_id", "region_id"))


for changed in (post_save, post_delete):
    changed.connect(_after_source, sender=ReferenceBlock, dispatch_uid="sources of publications")
