"""The law a region follows: rules and figures as rows that staff copy and edit, each fact with its source and date.

A Region holds the code of one. They are few, so each process reads them once per version (`laws`). What is shipped stands in
laws.json. What only code can do is a choice in the row: by which rules claims are judged (`claims_as`), and whose forms of
labels, addresses, terms and paper pages take (`pages_as`).
"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models, transaction
from django.dispatch import Signal

from shop.content.memo import memoised
from shop.content.models import Content
from shop.content.scopes import SITE
from shop.content.texts import Scope

SHIPPED = Path(__file__).with_name("laws.json")
law_copied = Signal()  # sender: LawPack; old and new: rows


class KnownLaw(models.TextChoices):
    """The laws that code knows: their claims rules, and their forms of pages."""

    GB = "GB", "as in the United Kingdom"
    EU = "EU", "as in the European Union"
    US = "US", "as in the United States"


class LawPack(Content):
    """A named set of rules and figures. Each change of it is kept as a LawVersion."""

    code = models.CharField(
        max_length=8,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2,8}\Z", "Use two to eight capital letters.")],
        help_text="AU. Regions and particulars name it; it can’t change later.",
    )
    name = models.CharField(max_length=60, unique=True, help_text="Australia.")
    language = models.CharField(
        max_length=8,
        default="en",
        db_default="en",
        help_text="In which its words are written: en, de, fr. Editions in that language follow it.",
    )
    copied_from = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="All its rules, figures and particulars are copied. Then compare each with the sources of the new law.",
    )
    claims_as = models.CharField(
        "claims are judged",
        max_length=2,
        choices=KnownLaw.choices,
        help_text="By which rules of the claims check.",
    )
    pages_as = models.CharField(
        "pages look",
        max_length=2,
        choices=KnownLaw.choices,
        help_text="Forms of labels, addresses at the checkout, terms, and paper of invoices.",
    )
    review_by = models.DateField(
        "good until",
        help_text="Compare all of it with its sources, then move the day on. The start page reminds you.",
    )
    order_button = models.CharField(max_length=60, help_text="Words of the button that orders.")
    reference_mg = models.PositiveSmallIntegerField(
        "reference value (mg)",
        validators=[MinValueValidator(1)],
        help_text="Of magnesium a day, for per cents.",
    )
    reference_label = models.CharField("its name on labels", max_length=20, help_text="NRV, DV.")
    upper_level_mg = models.PositiveSmallIntegerField(
        "upper level (mg a day)", validators=[MinValueValidator(1)]
    )
    upper_level_source = models.CharField(
        "who set that level", max_length=120, help_text="Shoppers read it beside the level."
    )
    facts_title = models.CharField("title of the facts", max_length=40)
    supplement_name = models.CharField("a supplement is called", max_length=40)
    disclaimer = models.TextField(
        blank=True, max_length=400, help_text="Beside statements, where the law wants one."
    )
    doctor = models.CharField("whom to ask", max_length=30, help_text="“a GP”, “a doctor”.")
    emergency = models.CharField("in an emergency", max_length=120, help_text="On the sheet for doctors.")
    report_to = models.CharField(
        "where effects are reported", max_length=160, help_text="On the sheet for doctors."
    )
    weight_unit = models.CharField("unit prices by weight", max_length=10)
    weight_unit_grams = models.DecimalField("grams in it", max_digits=15, decimal_places=10)
    volume_unit = models.CharField("unit prices by volume", max_length=10)
    volume_unit_ml = models.DecimalField("millilitres in it", max_digits=15, decimal_places=10)
    withdrawal_days = models.PositiveSmallIntegerField("days to withdraw or return")
    withdrawal_note = models.TextField("words about that", max_length=600)
    withdraw_here = models.CharField(
        "words of the link to the form",
        max_length=60,
        blank=True,
        help_text="Empty: this law knows no such form.",
    )
    withdraw_confirm = models.CharField("words of its last button", max_length=60, blank=True)
    withdraw = models.CharField("I … my contract", max_length=30, blank=True)
    withdrew = models.CharField("somebody … the contract", max_length=30, blank=True)
    withdrawn = models.CharField("an order is …", max_length=30, blank=True)
    ends_on_working_day = models.BooleanField(
        "goes on until a working day", default=False, help_text="Where its last day is none."
    )
    earlier_price = models.CharField(
        "whose rule reductions follow",
        max_length=160,
        blank=True,
        help_text="They name the lowest price of the 30 days before. Empty: no earlier price is shown.",
    )
    earlier_unit_price = models.BooleanField("with its unit price", default=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = "law"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(claims_as__in=KnownLaw.values, pages_as__in=KnownLaw.values),
                name="law_choices_known",
            ),
        ]

    def __str__(self):
        return self.name

    def claim_scope(self):
        """Law's own words in another language are compared with their source by a person (LawSource), not by the check."""
        return Scope() if self.language == "en" else None

    def clean(self):
        wrong: dict[str, str] = {}
        for unit in ("weight_unit_grams", "volume_unit_ml"):
            value = getattr(self, unit)
            if value is not None and value <= 0:
                wrong[unit] = "More than nothing."
        words = ("withdraw_here", "withdraw_confirm", "withdraw", "withdrew", "withdrawn")
        if self.withdraw_here:
            wrong |= {name: "The form needs these words." for name in words if not getattr(self, name)}
        if wrong:
            raise ValidationError(wrong)

    def facts(self) -> dict:
        """All that it says, for its history and for a copy."""
        own = {"id", "code", "name", "copied_from", "version", "language"}
        return {
            row.name: row.value_from_object(self) for row in self._meta.concrete_fields if row.name not in own
        }

    def keep_version(self, who: str) -> None:
        """Add a row to its history where it says something new."""
        said = json.loads(
            json.dumps({**self.facts(), "sources": list(self.sources.order_by("fact").values_list("fact", "source", "checked_on", "is_verified"))}, default=str)
        )  # fmt: skip
        with transaction.atomic():
            row = LawPack.objects.select_for_update().get(pk=self.pk)
            last = self.versions.order_by("-number").first()
            if last is None or last.said != said:
                LawVersion.objects.create(law=self, number=row.version + 1, said=said, changed_by=who)
                LawPack.objects.filter(pk=self.pk).update(version=row.version + 1)

    def lacks(self, today) -> list[str]:
        """What of it nobody has given a source, or looked at in time."""
        have = {row.fact for row in self.sources.all()}
        found = [f"no source for {Told(fact).label.lower()}" for fact in Told.values if fact not in have]
        return [*found, *(["to be compared with its sources again"] if self.review_by <= today else [])]


class Told(models.TextChoices):
    """What of a law needs a source."""

    REFERENCE = "reference", "Reference value and its name"
    LEVEL = "level", "Upper level"
    CONTRACT = "contract", "Words of the order button"
    UNITS = "units", "Unit prices"
    WITHDRAWAL = "withdrawal", "Withdrawal and returns"
    REDUCTIONS = "reductions", "Reductions"
    LABELS = "labels", "Names on labels, and a disclaimer"
    EMERGENCY = "emergency", "Whom to ask, and where effects are reported"


class LawSource(Content):
    """Where a fact of a law is from, and who looked when."""

    law = models.ForeignKey(LawPack, on_delete=models.CASCADE, related_name="sources")
    fact = models.CharField(max_length=12, choices=Told.choices)
    source = models.CharField(max_length=200, help_text="The law and its article.")
    checked_on = models.DateField(help_text="When somebody last compared this with the source.")
    is_verified = models.BooleanField(
        "seen in the source", default=False, help_text="Untick hearsay: a lawyer should look at it."
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = "source of a law"
        verbose_name_plural = "sources of a law"
        constraints = [models.UniqueConstraint(fields=["law", "fact"], name="lawsource_one_per_fact")]

    def __str__(self):
        return self.get_fact_display()


class LawVersion(models.Model):
    """What a law said from a moment on, and who wrote it. Rows are only ever added."""

    law = models.ForeignKey(LawPack, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    said = models.JSONField()
    changed_by = models.CharField(max_length=150)
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["law", "-number"]
        constraints = [models.UniqueConstraint(fields=["law", "number"], name="lawversion_once")]

    def __str__(self):
        return f"{self.law} {self.number}"


def laws() -> dict[str, LawPack]:
    """All laws by code; without a query where they are remembered. Read-only."""
    return memoised("laws", lambda: {row.code: row for row in LawPack.objects.all()}, scope=SITE)


def law_names() -> dict[str, str]:
    return {code: row.name for code, row in laws().items()}


def shipped() -> dict[str, LawPack]:
    """The laws of laws.json by code, as rows that are not stored; for tests, and for what reads no table."""
    found = {}
    for row in json.loads(SHIPPED.read_text(encoding="utf-8")):
        facts = {name: value for name, value in row.items() if name != "sources"}
        for unit in ("weight_unit_grams", "volume_unit_ml"):
            facts[unit] = Decimal(facts[unit])
        found[row["code"]] = LawPack(**facts, review_by=datetime(2027, 11, 1, tzinfo=UTC).date())
    return found


def copy_law(old: LawPack, new: LawPack) -> None:
    """Give a new law what an old one says. Its sources are to be looked at again: none counts as seen."""
    for name, value in old.facts().items():
        setattr(new, name, value)
    new.save()
    for row in old.sources.all():
        row.pk, row.law, row.is_verified = None, new, False
        row._state.adding = True
        row.save()
    law_copied.send(LawPack, old=old, new=new)
