"""What articles rest on: sources, the questions they answer, and the forms of magnesium."""

import re

from django.db import models
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from shop.content.models import Content
from shop.content.translations import Translated

NOT_STATED = gettext_noop("not stated")


class Question(Translated, Content):
    """What studies were asked, such as “Magnesium and restless legs”. A table shows all that we have read on it."""

    translatable = ("name",)

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "study question"

    def __str__(self):
        return self.name


class Direction(models.TextChoices):
    """What was found, in words that claim nothing. Empty: not stated."""

    BETTER = "better", _("better than the comparison")
    UNCONTROLLED = "uncontrolled", _("better than before, nothing to compare with")
    MIXED = "mixed", _("some outcomes or times better, others not")
    NO_DIFFERENCE = "no_difference", _("no difference")
    WORSE = "worse", _("worse")
    UNCLEAR = "unclear", _("unclear")


UNWELCOME = (Direction.NO_DIFFERENCE, Direction.WORSE)


class Reference(Translated, Content):
    """A source, once for all articles that cite it by its key: [[walker2003]].

    What we did not read stays empty and is shown as “not stated”; it is never guessed.
    """

    translatable = ("kind", "outcome", "direction_note", "finding", "funder")

    class Certainty(models.TextChoices):
        HIGH = "high", _("high")
        MODERATE = "moderate", _("moderate")
        LOW = "low", _("low")
        VERY_LOW = "very-low", _("very low")

    class Seen(models.TextChoices):
        VERIFIED = "verified", "Abstract or page seen"
        PARTLY = "partly", "Some fields from general knowledge"
        UNVERIFIED = "unverified", "General knowledge only"

    key = models.SlugField(max_length=40, unique=True, help_text="Cite it in text as [[key]].")
    authors = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    title = models.CharField(max_length=300)
    journal = models.CharField(max_length=200, blank=True)
    doi = models.CharField("DOI", max_length=100, blank=True)
    pmid = models.CharField("PMID", max_length=12, blank=True)
    link = models.URLField(blank=True, help_text="Used when there is no DOI.")
    kind = models.CharField("type of study", max_length=160, blank=True)
    size = models.PositiveIntegerField("n", null=True, blank=True)
    size_unit = models.CharField(
        "n counts", max_length=20, choices=[("people", "people"), ("studies", "studies")], default="people"
    )
    population = models.CharField(max_length=200, blank=True, help_text="Who was studied.")
    outcome = models.CharField(max_length=200, blank=True, help_text="What was measured.")
    question = models.ForeignKey(
        Question,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="references",
        help_text="Puts it into the table of what studies say on that question.",
    )
    direction = models.CharField(
        max_length=16, choices=Direction.choices, blank=True, help_text="Empty: not stated."
    )
    direction_note = models.CharField(max_length=120, blank=True, help_text="Such as: after 2 months, not 1.")
    finding = models.TextField(blank=True)
    certainty = models.CharField(max_length=20, choices=Certainty.choices, blank=True)
    funder = models.CharField(max_length=200, blank=True, help_text="Empty: not stated.")
    checked_on = models.DateField(null=True, blank=True, help_text="When somebody read the source itself.")
    seen = models.CharField("what we saw of it", max_length=12, choices=Seen.choices, default=Seen.UNVERIFIED)
    note = models.TextField(blank=True, help_text="For colleagues.")
    retracted_on = models.DateField(
        null=True, blank=True, help_text="Set by hand or by “manage.py flag_retractions FILE”."
    )

    class Meta:
        ordering = ["key"]

    def __str__(self):
        return f"{self.key}: {self.title}"

    @property
    def url(self) -> str:
        if self.doi:
            return f"https://doi.org/{self.doi}"
        if self.link.startswith(("https://", "http://")):
            return self.link
        return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/" if self.pmid else ""

    @property
    def short_name(self) -> str:
        """“Marshall 2019”: the first author's family name, or the body that published it, and the year."""
        first = self.authors.split(",")[0]
        name = re.sub(r"(?<!\s)\s+[A-Z]{1,3}$", "", first)
        return f"{name} {self.year}" if self.year else name

    @property
    def size_words(self) -> str:
        return f"{self.size} {self.size_unit}" if self.size else gettext(NOT_STATED)

    @property
    def direction_words(self) -> str:
        if not self.direction:
            return gettext(NOT_STATED)
        return self.get_direction_display() + (
            f" ({self.translated.direction_note})" if self.direction_note else ""
        )

    @property
    def certainty_words(self) -> str:
        return self.get_certainty_display() or gettext(NOT_STATED)

    @property
    def funder_words(self) -> str:
        return self.translated.funder or gettext(NOT_STATED)

    @property
    def checked_words(self) -> str:
        return f"{self.checked_on:%-d %B %Y}" if self.checked_on else gettext(NOT_STATED)


class MagnesiumForm(Translated, Content):
    """A compound as an article compares it: what is in it by chemistry, and what is known of it.

    `elemental_percent` is the share of magnesium by formula weight (Mg 24.305).
    """

    translatable = ("name", "raw_material", "known")

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    formula = models.CharField(max_length=60)
    elemental_percent = models.DecimalField(max_digits=5, decimal_places=2)
    raw_material = models.CharField(
        max_length=120, blank=True, help_text="What is usual in trade, such as 15–16 %."
    )
    is_swallowed = models.BooleanField(
        default=True, help_text="Untick for what goes on the skin or in a bath."
    )
    known = models.CharField("what is known", max_length=250, blank=True, help_text="Cite as [[key]].")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "form of magnesium"
        verbose_name_plural = "forms of magnesium"

    def __str__(self):
        return self.name

    @property
    def mg_for_100(self) -> int:
        """Milligrams of the compound that hold 100 mg of elemental magnesium."""
        return round(10_000 / self.elemental_percent)
