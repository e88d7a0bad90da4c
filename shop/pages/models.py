import re

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from shop.content.models import Content, ContentQuerySet
from shop.content.texts import Scope
from shop.pages.names import EVERY
from shop.pages.words import unknown_names
from shop.pictures.models import Picture
from shop.regions.models import Region

REPAIR = re.compile(r"\brepairs?\b", re.IGNORECASE)


class PageVersionQuerySet(ContentQuerySet):
    def shown(self, at=None):
        """Published by a moment, default now; of a page in a region the first of these is what readers see."""
        return self.filter(starts_at__lte=at or timezone.now()).order_by("-starts_at", "-pk")


class PageVersion(Content):
    """One state of a region's page. A draft until it has a start; from then on the database keeps it as it is."""

    scheduled_by = ("starts_at",)

    page = models.CharField(max_length=16, choices=EVERY.items())
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    edition = models.PositiveIntegerField("version", editable=False)
    title = models.CharField(max_length=120)
    lead = models.TextField(
        max_length=400, blank=True, help_text="A sentence or two below the title; search engines show it."
    )
    change = models.CharField(
        "what is new", max_length=200, blank=True, help_text="For colleagues: why there is this version."
    )
    starts_at = models.DateTimeField("published from", null=True, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.CharField(max_length=150, blank=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PageVersionQuerySet.as_manager()  # type: ignore[misc]  # the base says it as a ClassVar

    class Meta:
        ordering = ["region__position", "page", "-edition"]
        verbose_name = "page"
        permissions = [("publish_pageversion", "Can publish pages")]
        constraints = [
            models.UniqueConstraint(fields=["page", "region", "edition"], name="page_version_number"),
            models.UniqueConstraint(
                fields=["page", "region"], condition=Q(starts_at=None), name="page_has_one_draft"
            ),
            models.UniqueConstraint(fields=["page", "region", "starts_at"], name="page_version_start"),
            models.CheckConstraint(
                condition=Q(starts_at=None, published_at=None) | Q(starts_at__gte=F("published_at")),
                name="page_is_published_forwards",
            ),
        ]

    def __str__(self):
        return f"{self.get_page_display()}, {self.region.short_name}, version {self.edition}"

    @property
    def is_draft(self) -> bool:
        return self.starts_at is None

    def is_due(self, at=None) -> bool:
        """Scheduled: it is published at a moment to come."""
        return self.starts_at is not None and self.starts_at > (at or timezone.now())

    def clean(self):
        super().clean()
        if wrong := unknown_names(self.title, self.lead):
            raise ValidationError({"lead": wrong})


class BlockKind(models.TextChoices):
    TEXT = "text", "Text"
    NOTE = "note", "Note in a box"
    QUESTION = "question", "Question and answer"
    PICTURE = "picture", "Picture, such as an official notice"
    DATA = "data", "Drawn from data"


class PageBlock(Content):
    """A part of a page: words, or the name of what is drawn from data (shop.pages.drawn)."""

    version = models.ForeignKey(PageVersion, on_delete=models.CASCADE, related_name="blocks")
    ordering = models.PositiveSmallIntegerField("place", default=0)
    kind = models.CharField(max_length=8, choices=BlockKind, default=BlockKind.TEXT)
    heading = models.CharField("heading or question", max_length=120, blank=True)
    body = models.TextField(
        "words",
        max_length=6000,
        blank=True,
        help_text="An empty line begins a paragraph, “- ” a line of a list; **bold**, [words](https://…). "
        "{order_button} and its like are filled from data: the list stands above.",
    )
    drawn = models.CharField("drawn from data", max_length=24, blank=True)
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(
        max_length=300,
        blank=True,
        help_text="Where it says so: the law with its article. For colleagues and lawyers.",
    )
    seen = models.DateField("seen on", null=True, blank=True, help_text="The day the source was read.")
    to_check = models.BooleanField(
        "for the lawyer",
        default=False,
        help_text="Not verified: it stands in the list for the owner’s lawyer.",
    )

    class Meta:
        ordering = ["ordering", "pk"]
        verbose_name = "block"
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="data") & ~Q(drawn="")) | (~Q(kind="data") & Q(drawn="")),
                name="page_block_is_drawn_or_words",
                violation_error_message="A block is words, or drawn from data: choose the kind that fits.",
            ),
        ]

    def __str__(self):
        return (self.heading or self.body or self.drawn)[:70]

    def claim_scope(self) -> Scope | None:
        version = self._state.fields_cache.get("version") or (self.version if self.version_id else None)
        return Scope([version.region]) if version and version.region_id else None

    def words_for_claims(self, name: str) -> str:
        """As they are, but for what law says of goods and a claim of bodies: terms speak of repairs."""
        return REPAIR.sub("replacement", getattr(self, name))

    def clean(self):
        super().clean()
        if wrong := unknown_names(self.heading, self.body):
            raise ValidationError({"body": wrong})
        if self.kind == BlockKind.DATA and not self.drawn:
            raise ValidationError({"drawn": "Choose what is drawn."})
        if self.kind != BlockKind.DATA and self.drawn:
            raise ValidationError({"drawn": "Only a block of the kind “Drawn from data” has this."})
        if (self.kind == BlockKind.PICTURE) != (self.picture_id is not None):
            raise ValidationError({"picture": "A block of the kind “Picture” has one, and no other has."})
        if self.kind not in (BlockKind.DATA, BlockKind.PICTURE) and not self.body.strip():
            raise ValidationError({"body": "Some words are missing."})
        if self.kind == BlockKind.QUESTION and not self.heading.strip():
            raise ValidationError({"heading": "A question is missing."})


class AgreedText(models.Model):
    """A page's words as a shopper agreed to them, data filled in. Only ever added: the database refuses the rest.

    The same words are one row, however many orders agreed to them.
    """

    page = models.CharField(max_length=16)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(PageVersion, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=120)
    html = models.TextField()
    text = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    first_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.title}, {self.first_at:%-d %B %Y}"

    @property
    def number(self) -> str:
        """What names it for people: the beginning of its fingerprint."""
        return self.digest[:8].upper()
