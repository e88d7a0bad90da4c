"""Which version is published where, from when until when."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from articles.models.article import Article
from articles.models.version import Version
from shop.content.models import Content, ContentQuerySet
from shop.regions.models import Region

FOREVER = datetime(9000, 1, 1, tzinfo=UTC)  # nothing known today ends it
AT_ONCE = 300  # articles in memory


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
    # Both follow from the article's publications in the region (`follow_each_other`), so that lists need no other row.
    until = models.DateTimeField(default=FOREVER, db_default=FOREVER, editable=False)
    first_at = models.DateTimeField(
        default=timezone.now,
        db_default=Now(),
        editable=False,
        help_text="When the article was first published there: correcting a word makes no article new.",
    )
    published_by = models.CharField(max_length=150, blank=True, editable=False)
    left_out_because = models.CharField(
        max_length=300,
        blank=True,
        editable=False,
        help_text="The Owner's reason for leaving a study out that found no difference, or harm.",
    )

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        indexes = [
            models.Index(fields=["article", "region", "-starts_at"], name="publication_live"),
            models.Index(fields=["starts_at"], name="publication_begins"),
            models.Index(fields=["ends_at"], name="publication_ends"),
            models.Index(fields=["region", "-first_at", "-article"], name="publication_newest"),
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
        self.until, self.first_at = type(self)._base_manager.values_list("until", "first_at").get(pk=self.pk)

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
    """Write until when each publication of these articles in these regions shows, and when the first one began.

    Called after the change that it follows from: that waits for others of content, so none is missed.
    """
    articles = sorted({article for article, _ in places})
    regions = {region for _, region in places}
    for start in range(0, len(articles), AT_ONCE):
        stored = Publication._base_manager.filter(
            article__in=articles[start : start + AT_ONCE], region__in=regions
        )
        by_place: dict[tuple[int, int], list[Publication]] = {}
        for row in stored.order_by("starts_at", "pk"):
            by_place.setdefault((row.article_id, row.region_id), []).append(row)
        changed = [row for rows in by_place.values() for row in _followed(rows)]
        Publication._base_manager.bulk_update(changed, ["until", "first_at"], batch_size=AT_ONCE)


def _followed(rows: list[Publication]) -> Iterable[Publication]:
    """Those of an article's publications in a region, in their order, that change by `follow_each_other`."""
    nexts = [*(row.starts_at for row in rows[1:]), FOREVER]
    for row, then in zip(rows, nexts, strict=True):
        held = min(row.ends_at or FOREVER, then), rows[0].starts_at
        if (row.until, row.first_at) != held:
            row.until, row.first_at = held
            yield row
