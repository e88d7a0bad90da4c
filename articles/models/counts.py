"""How many articles are published in a region, in all, under each topic and by each author: kept, since to count them
takes as long as there are articles.

Both tables are written by articles.models.counting and by nothing else.
"""

from datetime import UTC, datetime

from django.db import models
from django.db.models import Q

from shop.regions.models import Region

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)  # began before anybody counted
FOREVER = datetime(9000, 1, 1, tzinfo=UTC)  # nothing known today ends it


class CountKind(models.TextChoices):
    ALL = "all", "All"
    TOPIC = "topic", "Topic"
    AUTHOR = "author", "Author"


class ArticleCount(models.Model):
    """How many articles more there are from a moment on; fewer where it is negative.

    What there is at a moment is the sum of all rows that have begun. `of`: the pk of the topic or author, 0 for all.
    """

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=6, choices=CountKind.choices)
    of = models.PositiveBigIntegerField()
    since = models.DateTimeField()
    articles = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "kind", "of", "since"], name="articlecount_once"),
            models.CheckConstraint(condition=Q(kind__in=CountKind.values), name="articlecount_kind_known"),
        ]

    def __str__(self):
        return f"{self.articles:+} of {self.kind} {self.of} in region {self.region_id}"


class CountedArticle(models.Model):
    """What an article was counted as in a region: [kind, of, since, until] of each, moments as ISO texts.

    The article may be gone for as long as it takes to notice: it is taken out of the counts by what stands here.
    """

    article = models.PositiveBigIntegerField()
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+", db_index=False)
    counted = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "region"], name="countedarticle_once"),
        ]

    def __str__(self):
        return f"article {self.article} in region {self.region_id}"
