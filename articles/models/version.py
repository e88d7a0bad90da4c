"""One state of an article's words, and the products linked to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from babel.dates import format_date
from content_editor.models import Region as ContentRegion
from django.db import models, transaction
from django.db.models import Count, F, Q, Value
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from articles.models.article import Article
from articles.models.heads import head_claims
from articles.models.proposal import Values, show_proposed
from articles.models.shared import Author, Topic
from articles.models.where import Regional, shows
from shop.catalogue.models import Product, ProductTag, RelatedProductTag
from shop.claims.check import UNRECOGNISED
from shop.claims.rules import RED
from shop.content.compiled import Compiled
from shop.content.models import Content, ContentQuerySet
from shop.pictures.models import Picture
from shop.regions.models import LinkPolicy

if TYPE_CHECKING:
    from articles.models.blocks import Block

NOT_REVIEWED = gettext_noop("Not yet medically reviewed")


filed_anew = (
    Signal()
)  # `versions`: pks that got another author or other topics, sent in the transaction of the change


class VersionQuerySet(ContentQuerySet):
    def update(self, **kwargs):
        if not kwargs.keys().isdisjoint({"author", "author_id"}):
            with transaction.atomic():
                versions = list(self.order_by().values_list("pk", flat=True))
                done = super().update(**kwargs)
                filed_anew.send(Version, versions=versions)
            return done
        if "changed_at" not in kwargs:
            return super().update(**kwargs)
        articles = list(self.order_by().values_list("article", flat=True))
        done = super().update(**kwargs)
        Article._base_manager.filter(pk__in=articles).update(changed_at=kwargs["changed_at"])
        return done


class Version(Content):
    """One state of an article's words. Blocks hang on it; publications point at it.

    `save_version` (articles/publishing/versions.py) fills the fields that hold facts about its words.
    Editors work on the open draft (`is_draft`, one per article); a frozen version never changes.
    """

    regions = [ContentRegion(key="main", title="Text")]
    block_kinds: "list[type[Block]]" = []  # what blocks.py offers
    # (blocks, linked products, topic pks) that were typed and not saved, instead of those of the database.
    unsaved: "tuple[list, LinkedProducts, list[int]] | None" = None

    proposed_topics: "dict[int, Values]" = {}  # of a draft, once its parts are known
    kept: Any = None  # of the form it was made with, where that saved itself (articles/admin/autosave.py)

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, help_text="Two sentences, for cards and search engines.")
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="versions")
    topics: "models.ManyToManyField[Topic, VersionTopic]" = models.ManyToManyField(
        Topic, through="VersionTopic", related_name="+", blank=True
    )
    tags: "models.ManyToManyField[RelatedProductTag, VersionTag]" = models.ManyToManyField(
        RelatedProductTag, through="VersionTag", related_name="+", blank=True
    )
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
    # Of a translation the version of the original that it says: what changed there since is shown to its editors.
    translates = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    # A copy with other product links that were taken back: history, and nothing is made from it any more.
    is_taken_back = models.BooleanField(default=False, editable=False)
    changed_by = models.CharField(max_length=150, blank=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    condition_regions = models.JSONField(default=list, editable=False)
    title_condition_regions = models.JSONField(default=list, editable=False)
    # By region code: {"words": how many, "digest": of what is read there, "title_is_quiet"}. See facts.py.
    region_facts = models.JSONField(default=dict, editable=False)
    # By region code: what the claims check found, and in which colour (articles/evidence/claims.py).
    claims = models.JSONField(default=dict, editable=False)
    claims_rules = models.CharField(max_length=40, blank=True, editable=False, db_index=True)
    words_digest = models.CharField(max_length=32, blank=True, editable=False)
    findings_count = models.PositiveSmallIntegerField(default=0, editable=False)
    # Whether `changed_by` typed what stands here and has not saved it: a state on the way, and none of the history.
    autosaved = models.BooleanField(default=False, db_default=False, editable=False)
    handed_in_at = models.DateTimeField(null=True, blank=True, editable=False)
    handed_in_by = models.CharField(max_length=150, blank=True, editable=False)
    # Why an editor gave back what was handed in; gone once it is handed in again or published.
    sent_back_because = models.CharField(max_length=500, blank=True, db_default="", editable=False)
    sent_back_by = models.CharField(max_length=150, blank=True, db_default="", editable=False)

    objects: ClassVar[Any] = VersionQuerySet.as_manager()

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

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        rows = Article._base_manager.filter(pk=self.article_id, changed_at__lt=self.changed_at)
        rows.update(changed_at=self.changed_at)

    @property
    def review_state(self) -> str:
        return self.review_state_in("en_GB")

    def review_state_in(self, locale: str) -> str:
        """Who reviewed it and when, as the people of a region write dates; without the full stop at the end."""
        if not (self.medical_reviewer and self.reviewed_on):
            return _(NOT_REVIEWED)
        by, day = self.medical_reviewer, format_date(self.reviewed_on, "long", locale=locale)
        state = _("Medically reviewed by {by}, {day}").format(by=by, day=day)
        if self.changed_since_review:
            return _("{state}. Changed since: {what}").format(
                state=state, what=self.changed_since_review.rstrip(". ")
            )
        if self.reviewed_words and self.reviewed_words != self.words_digest:
            return _("{state}. The text was changed after that").format(state=state)
        return state

    def names_condition_in(self, region) -> bool:
        """Worked out by `facts.refresh`, so that a page view costs nothing."""
        return region.code in self.condition_regions

    def claims_in(self, region) -> dict:
        """{"colour", "findings", "signed_off", "rules"}; worked out before, so that a page view costs nothing."""
        return self.claims.get(region.code, {})

    def waits_in(self, region) -> bool:
        """Whether a sentence that no rule recognised as allowed waits for a person's “no claim”."""
        return any(row["rule"] == UNRECOGNISED for row in self.claims_in(region).get("findings", ()))

    def stands_apart_in(self, region) -> bool:
        """Whether the policy *separate* keeps it away from products: it names a condition, or may claim something."""
        apart = region.link_policy == LinkPolicy.SEPARATE
        return apart and (self.names_condition_in(region) or self.waits_in(region))

    def shows_products_in(self, region) -> bool:
        """Whether the region's link policy lets products stand with this text."""
        if region.link_policy == LinkPolicy.OPEN:
            return True
        # What it shows has changed, or the region is new, and nobody has looked yet.
        if self.claims and (not self.claims_rules or region.code not in self.claims):
            return False
        if self.stands_apart_in(region):
            return False
        claims = self.claims_in(region)
        return claims.get("colour") != RED or bool(claims.get("signed_off"))

    def head_claims_in(self, region) -> bool:
        """Whether what lists show of it claims something that nobody signed off: no product may stand beside that."""
        return head_claims(self.claims_in(region), region)

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
        return VersionTopic.objects.filter(version=self).values_list("topic", flat=True)

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
        rows = _parts(self.pk) if self.pk else []
        found = [kinds[row["block_kind"]].from_row(row, self) for row in rows if row["block_kind"] >= 0]
        for kind in kinds:
            kind.load_targets([block for block in found if type(block) is kind])
        blocks = sorted(found, key=lambda block: block.place)
        show_proposed([(self, blocks)])
        return blocks, LinkedProducts.of([row for row in rows if row["block_kind"] < 0])


@Compiled
def _parts(version: int):
    """Every block and link of a version, in columns that all share."""
    members = [*(kind.as_rows(version) for kind in Version.block_kinds), *LinkedProducts.as_rows(version)]
    return members[0].union(*members[1:], all=True)


class VersionTopicQuerySet(ContentQuerySet):
    @transaction.atomic
    def update(self, **kwargs):
        pks = list(self.order_by().values_list("pk", flat=True))
        before = self._versions(pks)
        done = super().update(**kwargs)
        filed_anew.send(VersionTopic, versions=before | self._versions(pks))
        return done

    @transaction.atomic(savepoint=False)
    def bulk_create(self, objs, *args, **kwargs):
        rows = super().bulk_create(objs, *args, **kwargs)
        filed_anew.send(VersionTopic, versions={row.version_id for row in rows})
        return rows

    def _versions(self, pks) -> set[int]:
        return set(self.model._base_manager.filter(pk__in=pks).values_list("version_id", flat=True))


class VersionTopic(Content):
    objects: ClassVar[Any] = VersionTopicQuerySet.as_manager()

    version = models.ForeignKey(Version, on_delete=models.CASCADE)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "topic"], name="versiontopic_once")]
        indexes = [models.Index(fields=["topic", "-version"], name="versiontopic_newest")]

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


class Tagged:
    """The products that a version is linked to by its tags. `shared` names all of them, which may be many."""

    def __init__(self, tags: Iterable[int] = (), shared: dict[int, int] | None = None):
        self.tags = sorted(tags)
        if shared is not None:
            self.shared = shared

    @cached_property
    def shared(self) -> dict[int, int]:
        """How many of the tags each product has, by its pk; one query where it was not known."""
        rows = ProductTag.objects.filter(tag__in=self.tags).order_by().values("product_id")
        return dict(rows.annotate(count=Count("pk")).values_list("product_id", "count")) if self.tags else {}


@dataclass(frozen=True)
class Linked:
    """What is linked in one region: product pks that an editor pinned, in order; those kept out; what tags bring."""

    pins: list[int]
    excluded: set[int]
    by_tag: Tagged = field(default_factory=Tagged)

    @property
    def shared(self) -> dict[int, int]:
        return self.by_tag.shared

    def products(self, cards: set[int]) -> set[int]:
        """All that is linked, with the products of cards in the text, less those kept out."""
        return (set(self.pins) | set(self.shared) | cards) - self.excluded


@dataclass(frozen=True)
class LinkedProducts:
    """The products of a version: by hand in their order, as (product pk, kind, show_in, region codes), and by tag."""

    by_hand: list[tuple[int, str, str, str]]
    by_tag: Tagged

    def in_region(self, region) -> Linked:
        here = [
            (product, kind) for product, kind, show_in, codes in self.by_hand if shows(show_in, codes, region)
        ]
        return Linked(
            pins=[product for product, kind in here if kind == ProductLink.Kind.PIN],
            excluded={product for product, kind in here if kind == ProductLink.Kind.EXCLUDE},
            by_tag=self.by_tag,
        )

    BY_HAND = -1  # where the rows of blocks have the number of their kind
    BY_TAG = -2

    @classmethod
    def as_rows(cls, version) -> list:
        """Rows with the columns of a block's: the link's kind as `text_a`; a tag as the target."""
        empty = Value("", models.TextField())

        def rest(target, text, kind):  # in the order of Block.as_rows
            return {
                "text_a": text,
                "text_b": empty,
                "body_text": empty,
                "target": F(target),
                "block_kind": Value(kind, models.IntegerField()),
            }

        by_hand = (
            ProductLink.objects.filter(version=version)
            .order_by()
            .annotate(ordering=F("position"))
            .values("pk", "ordering", "show_in", "region_codes", **rest("product_id", F("kind"), cls.BY_HAND))
        )
        by_tag = (
            VersionTag.objects.filter(version=version)
            .order_by()
            .annotate(ordering=Value(0), show_in=empty, region_codes=empty)
            .values(
                "pk",
                "ordering",
                "show_in",
                "region_codes",
                **rest("tag_id", Value("tag", models.TextField()), cls.BY_TAG),
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
            by_tag=Tagged(row["target"] for row in rows if row["block_kind"] == cls.BY_TAG),
        )
