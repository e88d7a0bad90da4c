import secrets

from content_editor.models import Region as ContentRegion
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from shop.catalogue.models import Product, RelatedProductTag
from shop.claims.conditions import names_condition
from shop.content.models import Content, ContentQuerySet
from shop.pictures.models import Picture
from shop.regions.models import Region


def new_token() -> str:
    """256 bits that nobody guesses."""
    return secrets.token_urlsafe(32)


NOT_REVIEWED = "Not yet medically reviewed"


class Author(Content):
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True)
    about = models.TextField(help_text="Who they are, honestly: qualifications only if they exist.")

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Topic(Content):
    """What readers filter by; may be a condition. Never used on products."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Reference(Content):
    """A source, once for all articles that cite it by its key: [[walker2003]]."""

    key = models.SlugField(max_length=40, unique=True, help_text="Cite it in text as [[key]].")
    authors = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    title = models.CharField(max_length=300)
    journal = models.CharField(max_length=200, blank=True)
    doi = models.CharField("DOI", max_length=100, blank=True)
    link = models.URLField(blank=True, help_text="Used when there is no DOI.")
    kind = models.CharField("type of study", max_length=160, blank=True)
    size = models.PositiveIntegerField("n", null=True, blank=True)
    finding = models.TextField(blank=True)
    certainty = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["key"]

    def __str__(self):
        return f"{self.key}: {self.title}"

    @property
    def url(self) -> str:
        return f"https://doi.org/{self.doi}" if self.doi else self.link


class ArticleQuerySet(ContentQuerySet):
    def published_in(self, region, at=None):
        """Articles live in `region`, each with its live version's pk as `live_version_id`, newest first.

        The publication with the latest start decides; if its end has passed, nothing is live. True by query, so
        a publication begins and ends on time whether or not a worker runs.
        """
        at = at or timezone.now()
        latest = Publication.objects.filter(
            article=models.OuterRef("pk"), region=region, starts_at__lte=at
        ).order_by("-starts_at", "-pk")
        return (
            self.filter(binned_at=None)
            .annotate(
                live_version_id=models.Subquery(latest.values("version")[:1]),
                live_until=models.Subquery(latest.values("ends_at")[:1]),
                live_since=models.Subquery(latest.values("starts_at")[:1]),
            )
            .filter(Q(live_until=None) | Q(live_until__gt=at))
            .exclude(live_version_id=None)
            .order_by("-live_since", "-pk")
        )


class Article(Content):
    """The address that stays. What readers see is a Version; a Publication says which, where and when."""

    slug = models.SlugField(max_length=100, unique=True)
    binned_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        permissions = [("publish_article", "Can publish, schedule and take back articles")]

    def __str__(self):
        return self.slug

    @property
    def draft(self) -> "Version | None":
        """The version that is being worked on, if there is one."""
        return self.versions.filter(is_draft=True).first()

    def move_to(self, slug: str) -> None:
        """Give the article another address; the old one leads to it. Call in a transaction.

        Taking an old address of its own again ends that redirect, so no loop can come about.
        """
        if slug == self.slug:
            return
        OldAddress.objects.filter(slug=slug, article=self).delete()
        OldAddress.objects.create(slug=self.slug, article=self)
        self.slug = slug
        self.save()

    def newest(self) -> "Version":
        """The draft, else what was saved last."""
        return self.versions.first()

    def url_in(self, region) -> str:
        return reverse("articles:article", kwargs={"region": region.code, "slug": self.slug})

    @property
    def source(self) -> str:
        """The signed id that an add-to-basket form in this article carries."""
        return signing.Signer(salt="article-source").sign(str(self.pk))


class OldAddress(Content):
    """A slug that an article had before. Readers who come by it are led on in one hop."""

    slug = models.SlugField(max_length=100, unique=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="old_addresses")
    left_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-left_at"]

    def __str__(self):
        return f"{self.slug} → {self.article.slug}"


class Version(Content):
    """One state of an article's words. Blocks hang on it; publications point at it.

    Editors work on the open draft (`is_draft`, one per article); a frozen version never changes.
    """

    regions = [ContentRegion(key="main", title="Text")]
    block_kinds: list[type] = []  # what blocks.py offers

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, help_text="Two sentences, for cards and search engines.")
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="versions")
    topics = models.ManyToManyField(Topic, through="VersionTopic", related_name="+", blank=True)
    tags = models.ManyToManyField(RelatedProductTag, through="VersionTag", related_name="+", blank=True)
    medical_reviewer = models.CharField(
        max_length=120, blank=True, help_text="A real person's name and qualification, or leave it empty."
    )
    reviewed_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, help_text="What changed, for colleagues.")
    is_draft = models.BooleanField(default=True, editable=False)
    changed_by = models.CharField(max_length=150, blank=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    condition_regions = models.JSONField(default=list, editable=False)
    title_condition_regions = models.JSONField(default=list, editable=False)

    class Meta:
        ordering = ["-is_draft", "-changed_at", "-pk"]
        verbose_name = "draft"
        constraints = [
            models.UniqueConstraint(
                fields=["article"], condition=Q(is_draft=True), name="version_one_draft_per_article"
            ),
            models.CheckConstraint(
                condition=Q(medical_reviewer="") | Q(reviewed_on__isnull=False),
                name="version_review_has_date",
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        if self.medical_reviewer and not self.reviewed_on:
            raise ValidationError(
                {"reviewed_on": "Say when the review was made, or leave the reviewer empty."}
            )

    @property
    def review_state(self) -> str:
        if not self.medical_reviewer:
            return NOT_REVIEWED
        return f"Medically reviewed by {self.medical_reviewer}, {self.reviewed_on:%-d %B %Y}"

    def names_condition_in(self, region) -> bool:
        """Stored by `classify`, so that a page view costs nothing."""
        return region.code in self.condition_regions

    def blocks(self) -> list:
        """Every block in its order, with what it points at: three queries, however many blocks and kinds."""
        kinds = self.block_kinds
        rows = kinds[0].as_rows(self).union(*(kind.as_rows(self) for kind in kinds[1:]), all=True)
        found = [kinds[row["kind"]].from_row(row, self) for row in rows]
        for kind in kinds:
            kind.load_targets([block for block in found if type(block) is kind])
        return sorted(found, key=lambda block: (block.ordering, block._meta.model_name, block.pk))

    def classify(self) -> None:
        """Work out in which regions the text names a condition, and store it. Call after blocks are saved."""
        blocks = self.blocks()
        head = f"{self.title}. {self.summary}"
        in_text, in_title = [], []
        for region in Region.all_cached():
            words = " ".join([head, *(block.plain_text() for block in blocks if block.shows_in(region))])
            if names_condition(words):
                in_text.append(region.code)
            if names_condition(head):
                in_title.append(region.code)
        self.condition_regions, self.title_condition_regions = in_text, in_title
        Version.objects.filter(pk=self.pk).update(condition_regions=in_text, title_condition_regions=in_title)


class VersionTopic(Content):
    version = models.ForeignKey(Version, on_delete=models.CASCADE)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "topic"], name="versiontopic_once")]

    def __str__(self):
        return self.topic.name


class VersionTag(Content):
    version = models.ForeignKey(Version, on_delete=models.CASCADE)
    tag = models.ForeignKey(RelatedProductTag, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "tag"], name="versiontag_once")]

    def __str__(self):
        return self.tag.name


class ProductLink(Content):
    """A product chosen by hand: pinned before what the tags bring, or kept out."""

    class Kind(models.TextChoices):
        PIN = "pin", "Show it first"
        EXCLUDE = "exclude", "Never show it"

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="product_links")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.PIN)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "product"], name="productlink_once"),
            models.CheckConstraint(condition=Q(kind__in=["pin", "exclude"]), name="productlink_kind_known"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.product}"


class PublicationQuerySet(ContentQuerySet):
    def live_by_region(self, at=None) -> dict[int, "Publication"]:
        """Of one article's publications (filter first): the live one of each region, by region pk."""
        at = at or timezone.now()
        latest: dict[int, Publication] = {}
        for row in self.filter(starts_at__lte=at, article__binned_at=None).order_by("starts_at", "pk"):
            latest[row.region_id] = row
        return {pk: row for pk, row in latest.items() if row.ends_at is None or row.ends_at > at}


class Publication(Content):
    """A version is live in a region from a moment on, until its end if it has one."""

    scheduled_by = ("starts_at", "ends_at")

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="publications", editable=False
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="publications")
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Empty: until further notice.")
    published_by = models.CharField(max_length=150, blank=True, editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        indexes = [models.Index(fields=["article", "region", "-starts_at"], name="publication_live")]
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


class PreviewLink(models.Model):
    """A link that shows a version to whoever has it, in one region and at one moment, for a time."""

    token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="preview_links")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(null=True, blank=True, help_text="Show it as at this moment; empty: as of now.")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self):
        return f"{self.version} for {self.region.short_name}"

    def get_absolute_url(self):
        return reverse("preview", args=[self.token])

    def is_open(self, at=None) -> bool:
        return self.revoked_at is None and (at or timezone.now()) < self.expires_at
