"""Which version is published where, from when until when."""

from datetime import datetime

from django.db import models
from django.db.models import F, Min, Q, Window
from django.utils import timezone

from articles.models.article import Article
from articles.models.version import Version
from shop.content.models import Content, ContentQuerySet
from shop.regions.models import Region


class PublicationQuerySet(ContentQuerySet):
    def current_by_region(self, at=None) -> dict[int, "Publication"]:
        """Of one article's publications (filter first): the current one of each region, by region pk.

        Each has `first_at`: when the article was first published in that region.
        """
        at = at or timezone.now()
        rows = self.filter(starts_at__lte=at, article__binned_at=None).order_by("starts_at", "pk")
        first_at = Window(Min("starts_at"), partition_by=[F("article"), F("region")])
        latest = {row.region_id: row for row in rows.annotate(first_at=first_at)}
        return {pk: row for pk, row in latest.items() if row.ends_at is None or row.ends_at > at}


class Publication(Content):
    """A version is published in a region from a moment on, until its end if it has one."""

    scheduled_by = ("starts_at", "ends_at")
    first_at: datetime  # an annotation: when the article was first published in the region

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="publications", editable=False
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="publications")
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Empty: until further notice.")
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
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="publication_ends_after_start",
            ),
        ]

    def __str__(self):
        return f"{self.region.short_name} from {self.starts_at:%Y-%m-%d %H:%M}"

    def save(self, *args, **kwargs):
        self.article_id = self.version.article_id
        super().save(*args, **kwargs)
