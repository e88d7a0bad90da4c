import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from babel.dates import format_date
from content_editor.models import Region as ContentRegion
from django.db import models
from django.db.models import Count, F, Q, Value
from django.urls import reverse
from django.utils import timezone

from articles.models.where import Regional, shows
from shop.attribution.origins import sign_article
from shop.catalogue.models import Product, ProductTag, RelatedProductTag
from shop.content.addresses import KeepsAddresses, OldSlug
from shop.content.models import Content, ContentQuerySet
from shop.pictures.models import Picture
from shop.regions.models import LinkPolicy, Region


def new_token() -> str:
    """256 bits that nobody guesses."""
    return secrets.token_urlsafe(32)


NOT_REVIEWED = "Not yet medically reviewed"


class Author(KeepsAddresses):
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True)
    about = models.TextField(help_text="Who they are, honestly: qualifications only if they exist.")
    is_team = models.BooleanField("a team", default=False, help_text="Untick for one person.")

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def url_in(self, region) -> str:
        return reverse("articles:author", kwargs={"region": region.code, "slug": self.slug})


class Topic(KeepsAddresses):
    """What readers filter by; may be a condition. Never used on products."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class OldTopic(OldSlug):
    """A slug that a topic had, or that of a topic merged into it."""

    owner = "topic"
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="old_slugs")


class OldAuthor(OldSlug):
    owner = "author"
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="old_slugs")


class Article(KeepsAddresses):
    """The address that stays. What readers see is a Version; a Publication says which, where and when."""

    slug = models.SlugField(max_length=100, unique=True)
    uid = models.UUIDField(
        default=uuid4, unique=True, editable=False
    )  # names it in feeds, whatever its address
    binned_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        permissions = [
            ("publish_article", "Can publish, schedule and take back articles"),
            ("sign_off_claims", "Can let products show beside a red finding, with a reason"),
            ("link_products", "Can link products to articles that are live"),
            ("leave_out_study", "Can publish without a study that found no difference, with a reason"),
        ]

    def __str__(self):
        return self.slug

    @property
    def draft(self):
        """The version that is being worked on; None if there is none."""
        return self.versions.filter(is_draft=True).first()

    def move_to(self, slug: str) -> None:
        """Give the article another address; the old one leads to it."""
        if slug != self.slug:
            self.slug = slug
            self.save()

    @classmethod
    def found_by_readers(cls, slug):
        """An article that nobody could read yet does not stand in the way of the one that left its address."""
        row, old = super().found_by_readers(slug)
        if row is not None and old is None:
            begun = row.publications.filter(starts_at__lte=timezone.now())
            before = OldAddress.objects.filter(slug=row.slug).exclude(article=row).select_related("article")
            if not begun.exists() and (left := before.first()) is not None:
                return left.article, left
        return row, old

    def newest(self):
        """The draft, else what was saved last; None for an address at which nothing was ever written."""
        return self.versions.first()

    def url_in(self, region) -> str:
        return reverse("articles:article", kwargs={"region": region.code, "slug": self.slug})

    def uid_in(self, region) -> UUID:
        """Names it in a region's feed for ever: it outlives every new address."""
        return uuid5(self.uid, region.code)

    @property
    def source(self) -> str:
        """The signed id that an add-to-basket form in this article carries."""
        return sign_article(self.pk)


class OldAddress(OldSlug):
    owner = "article"
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="old_addresses")


class Version(Content):
    """One state of an article's words. Blocks hang on it; publications point at it.

    `store_facts` (articles/evidence/facts.py) works out the fields that hold facts about its words.
    Editors work on the open draft (`is_draft`, one per article); a frozen version never changes.
    """

    regions = [ContentRegion(key="main", title="Text")]
    block_kinds: list[type] = []  # what blocks.py offers
    # (blocks, linked products, topic pks) that were typed and not saved, instead of those of the database.
    unsaved: "tuple[list, LinkedProducts, list[int]] | None" = None

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, help_text="Two sentences, for cards and search engines.")
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="versions")
    topics = models.ManyToManyField(Topic, through="VersionTopic", related_name="+", blank=True)
    tags = models.ManyToManyField(RelatedProductTag, through="VersionTag", related_name="+", blank=True)
    medical_reviewer = models.CharField(max_length=200, blank=True, editable=False)
    reviewed_on = models.DateField(null=True, blank=True, editable=False)
    reviewed_words = models.CharField(max_length=32, blank=True, editable=False)
    changed_since_review = models.CharField(
        max_length=200,
        blank=True,
        help_text="For readers, once it was reviewed: what has changed since then, such as “a section on iron”.",
    )
    note = models.CharField(max_length=200, blank=True, help_text="What changed, for colleagues.")
    is_draft = models.BooleanField(default=True, editable=False)
    made_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    # A copy with other product links that were taken back: history, and nothing is made from it any more.
    is_taken_back = models.BooleanField(default=False, editable=False)
    changed_by = models.CharField(max_length=150, blank=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    condition_regions = models.JSONField(default=list, editable=False)
    title_condition_regions = models.JSONField(default=list, editable=False)
    # By region code: {"words": how many, "digest": of what is read there, "title_is_quiet"}. See `store_facts`.
    region_facts = models.JSONField(default=dict, editable=False)
    # By region code: what the claims check found, and in which colour (articles/evidence/claims.py).
    claims = models.JSONField(default=dict, editable=False)
    claims_rules = models.CharField(max_length=40, blank=True, editable=False, db_index=True)
    words_digest = models.CharField(max_length=32, blank=True, editable=False)
    findings_count = models.PositiveSmallIntegerField(default=0, editable=False)
    handed_in_at = models.DateTimeField(null=True, blank=True, editable=False)
    handed_in_by = models.CharField(max_length=150, blank=True, editable=False)

    class Meta:
        ordering = ["-is_draft", "is_taken_back", "-changed_at", "-pk"]
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

    @property
    def review_state(self) -> str:
        return self.review_state_in("en_GB")

    def review_state_in(self, locale: str) -> str:
        """Who reviewed it and when, as the people of a region write dates; without the full stop at the end."""
        if not self.medical_reviewer:
            return NOT_REVIEWED
        told = f"Medically reviewed by {self.medical_reviewer}, {format_date(self.reviewed_on, 'long', locale=locale)}"
        if self.changed_since_review:
            return f"{told}. Changed since: {self.changed_since_review.rstrip('. ')}"
        if self.reviewed_words and self.reviewed_words != self.words_digest:
            return f"{told}. The text was changed after that"
        return told

    def names_condition_in(self, region) -> bool:
        """Stored by `classify`, so that a page view costs nothing."""
        return region.code in self.condition_regions

    def claims_in(self, region) -> dict:
        """{"colour", "findings", "signed_off", "rules"}; stored, so that a page view costs nothing."""
        return self.claims.get(region.code, {})

    def shows_products_in(self, region) -> bool:
        """Whether the region's link policy lets products stand with this text."""
        if region.link_policy == LinkPolicy.OPEN:
            return True
        if region.link_policy == LinkPolicy.SEPARATE and self.names_condition_in(region):
            return False
        claims = self.claims_in(region)
        return claims.get("colour") != "red" or bool(claims.get("signed_off"))

    def shows_inline_in(self, region) -> bool:
        """Whether cards may stand between its paragraphs: only where nothing was found and no condition is named."""
        if region.link_policy == LinkPolicy.OPEN:
            return True
        quiet = (
            not self.names_condition_in(region) and self.claims_in(region).get("colour", "green") == "green"
        )
        return quiet and self.shows_products_in(region)

    def topic_pks(self):
        """The topics it is filed under: a list, or a query to stand inside another one."""
        if self.unsaved is not None:
            return self.unsaved[2]
        return VersionTopic.objects.filter(version=self).values("topic")

    def blocks(self) -> list:
        """Every block in its order, with what it points at."""
        return self.parts()[0]

    def parts(self) -> tuple[list, "LinkedProducts"]:
        """(every block in its order with what it points at, the products linked by hand and by tag).

        One query for both, however many blocks of however many kinds, and one for each kind of thing pointed at.
        """
        if self.unsaved is not None:
            return self.unsaved[0], self.unsaved[1]
        kinds = self.block_kinds
        members = [*(kind.as_rows(self) for kind in kinds), *LinkedProducts.as_rows(self)]
        rows = list(members[0].union(*members[1:], all=True))
        found = [kinds[row["block_kind"]].from_row(row, self) for row in rows if row["block_kind"] >= 0]
        for kind in kinds:
            kind.load_targets([block for block in found if type(block) is kind])
        blocks = sorted(found, key=lambda block: (block.ordering, block._meta.model_name, block.pk))
        return blocks, LinkedProducts.of([row for row in rows if row["block_kind"] < 0])


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


class ProductLink(Regional, Content):
    """A product chosen by hand for some regions or all: pinned before what the tags bring, or kept out."""

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
            models.UniqueConstraint(fields=["version", "product", "kind"], name="productlink_once_per_kind"),
            models.CheckConstraint(condition=Q(kind__in=["pin", "exclude"]), name="productlink_kind_known"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.product}{self._where()}"


class LinkChange(models.Model):
    """Products or tags that were linked to articles, many at once: what was done, and whether it was taken back."""

    class Deed(models.TextChoices):
        PIN = "pin", "Show a product first"
        EXCLUDE = "exclude", "Never show a product"
        REMOVE = "remove", "Take a product’s link away"
        TAG = "tag", "Add a related-product tag"
        UNTAG = "untag", "Take a related-product tag away"

    deed = models.CharField(max_length=8, choices=Deed.choices)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", null=True)
    tag = models.ForeignKey(RelatedProductTag, on_delete=models.SET_NULL, related_name="+", null=True)
    region_codes = models.CharField(max_length=60, blank=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField(default=timezone.now)
    done = models.JSONField(default=list)  # by version: what it was, what it is now, its links before
    undone_by = models.CharField(max_length=150, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        thing = self.product or self.tag or "a deleted tag"
        where = f" in {self.region_codes.upper()}" if self.region_codes else ""
        return f"{self.get_deed_display()}: {thing}{where}"

    @property
    def articles(self) -> int:
        return len({part["article"] for part in self.done})


@dataclass(frozen=True)
class Linked:
    """What is linked in one region: product pks that an editor pinned, in order; those kept out; by pk the shared tags."""

    pins: list[int]
    excluded: set[int]
    shared: dict[int, int]

    def products(self, cards: set[int]) -> set[int]:
        """All that is linked, with the products of cards in the text, less those kept out."""
        return (set(self.pins) | set(self.shared) | cards) - self.excluded


@dataclass(frozen=True)
class LinkedProducts:
    """The products of a version: by hand in their order, as (product pk, kind, show_in, region codes), and by tag."""

    by_hand: list[tuple[int, str, str, str]]
    shared: dict[int, int]

    def in_region(self, region) -> Linked:
        here = [
            (product, kind)
            for product, kind, show_in, codes in self.by_hand
            if shows(show_in, codes, region.code)
        ]
        return Linked(
            pins=[product for product, kind in here if kind == ProductLink.Kind.PIN],
            excluded={product for product, kind in here if kind == ProductLink.Kind.EXCLUDE},
            shared=self.shared,
        )

    BY_HAND = -1  # where the rows of blocks have the number of their kind
    BY_TAG = -2

    @classmethod
    def as_rows(cls, version) -> list:
        """Rows with the columns of a block's: the link's kind as `text_a`, the number of tags as `ordering`."""
        empty = Value("", models.TextField())

        def rest(text, kind):  # in the order of Block.as_rows
            return {
                "text_a": text,
                "text_b": empty,
                "body_text": empty,
                "target": F("product_id"),
                "block_kind": Value(kind, models.IntegerField()),
            }

        by_hand = (
            ProductLink.objects.filter(version=version)
            .order_by()
            .annotate(ordering=F("position"))
            .values("pk", "ordering", "show_in", "region_codes", **rest(F("kind"), cls.BY_HAND))
        )
        by_tag = (
            ProductTag.objects.filter(tag__versiontag__version=version)
            .order_by()
            .values("product_id")
            .annotate(
                ordering=Count("pk"),
                show_in=empty,
                region_codes=empty,
                **rest(Value("tag", models.TextField()), cls.BY_TAG),
            )
        )
        return [by_hand, by_tag]

    @classmethod
    def of(cls, rows) -> "LinkedProducts":
        by_hand = sorted(
            (row for row in rows if row["block_kind"] == cls.BY_HAND),
            key=lambda row: (row["ordering"], row["pk"]),
        )
        return cls(
            by_hand=[(row["target"], row["text_a"], row["show_in"], row["region_codes"]) for row in by_hand],
            shared={row["target"]: row["ordering"] for row in rows if row["block_kind"] == cls.BY_TAG},
        )


class PublicationQuerySet(ContentQuerySet):
    def live_by_region(self, at=None) -> dict[int, "Publication"]:
        """Of one article's publications (filter first): the live one of each region, by region pk.

        Each has `first_at`: when the article was first live in that region.
        """
        at = at or timezone.now()
        latest: dict[int, Publication] = {}
        first: dict[int, datetime] = {}
        for row in self.filter(starts_at__lte=at, article__binned_at=None).order_by("starts_at", "pk"):
            row.first_at = first.setdefault(row.region_id, row.starts_at)
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
    left_out_because = models.CharField(
        max_length=300,
        blank=True,
        editable=False,
        help_text="The Owner's reason for leaving a study out that found no difference, or harm.",
    )

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


class MedicalReview(models.Model):
    """That a named person has read a version: the log behind the line that readers see. Never changed."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="medical_reviews")
    reviewer = models.CharField(
        max_length=200, help_text="A real person’s name and qualification, as readers are to see it."
    )
    reviewed_on = models.DateField()
    note = models.TextField(blank=True, help_text="For colleagues: what was asked, what was changed.")
    recorded_by = models.CharField(max_length=150)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-recorded_at"]

    def __str__(self):
        return f"{self.reviewer}, {self.reviewed_on:%-d %B %Y}"


class Comment(models.Model):
    """What somebody with a preview link said about a paragraph."""

    link = models.ForeignKey(PreviewLink, on_delete=models.CASCADE, related_name="comments")
    about = models.CharField(max_length=160, help_text="How the paragraph began.")
    name = models.CharField(max_length=80)
    words = models.TextField(max_length=2000)
    made_at = models.DateTimeField(default=timezone.now)
    done_by = models.CharField(max_length=150, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at"]

    def __str__(self):
        return f"{self.name}: {self.words[:60]}"


class ClaimSignOff(models.Model):
    """The Owner's word that products may stand beside a red finding. Never changed; it lapses by itself.

    It holds for exactly these words, these links and these rules: `claims` of the version says whether it does.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="sign_offs")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=300)
    signed_by = models.CharField(max_length=150)
    signed_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=32, editable=False)
    rules = models.CharField(max_length=40, editable=False)
    findings = models.JSONField(default=list, editable=False)

    class Meta:
        ordering = ["-signed_at"]
        verbose_name = "sign-off of claims"
        verbose_name_plural = "sign-offs of claims"

    def __str__(self):
        return f"{self.version} in {self.region.short_name}, by {self.signed_by}"


class ClaimChange(models.Model):
    """That an article's colour changed in a region without anybody touching its text: rules, tags or products did."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="claim_changes")
    region_code = models.CharField(max_length=8)
    before = models.CharField(max_length=30)
    after = models.CharField(max_length=30)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-changed_at", "-pk"]

    def __str__(self):
        return f"{self.region_code}: {self.before or 'not checked'} → {self.after}"
