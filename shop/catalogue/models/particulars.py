"""What a law wants to be told of a product before it is bought, as rows; and what of it a product lacks, kept for staff.

What is for sale is asked of the stored columns themselves, in SQL (`told_in`) or of loaded rows (`all_told`), so a pack is
not for sale however a particular became empty.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.catalogue.models.kinds import kind_names
from shop.content.codes import CodeField
from shop.content.memo import memoised
from shop.content.models import Content
from shop.content.scopes import SITE
from shop.regions.laws import law_names, laws
from shop.regions.models import Region, Seller

REVIEW_EVERY = timedelta(days=365)  # the shop's own rule
WORD = r"\w"  # what has no letter and no digit says nothing
SAYS_SOMETHING = re.compile(WORD).search


def in_a_year() -> datetime:
    """The first of the month after a year, in UTC: many products whose facts end together cost lists one count."""
    day = timezone.now() + REVIEW_EVERY
    return datetime(day.year + day.month // 12, day.month % 12 + 1, 1, tzinfo=UTC)


class Fact(models.TextChoices):
    """Where a particular stands: the row (product, wording of the region, pack or seller) and its column; as shoppers read it."""

    LEGAL_NAME = "wording.legal_name", _("What it is")
    NET_QUANTITY = "pack.net_quantity", _("Net quantity")
    COMPOUND = "pack.compound", _("Source of the magnesium")
    MAGNESIUM = "pack.magnesium_mg", _("Magnesium (elemental)")
    UNITS_PER_DAY = "wording.units_per_day", _("A day")
    DIRECTIONS = "wording.directions", _("Directions")
    WARNINGS = "wording.warnings", _("Warnings")
    INGREDIENTS = "product.ingredients", _("Ingredients")
    ALLERGENS = "product.allergens", _("Allergens")
    STORAGE = "product.storage", _("Storage")
    SKU = "pack.sku", _("Product identifier")
    SELLER_NAME = "seller.legal_name", _("Sold by")
    SELLER_ADDRESS = "seller.address", _("Address")
    EU_PERSON = "seller.eu_responsible_person", _("Responsible person in the EU")
    US_CONTACT = "seller.us_contact", _("To report an adverse event")

    @property
    def owner(self) -> str:
        return self.value.split(".")[0]

    @property
    def column(self) -> str:
        return self.value.split(".")[1]


class Particular(Content):
    """One thing that a law wants to be told of a kind of product before it is bought.

    A kind without any row in a law can't be sold where that law holds: nobody has said what must be told there.
    """

    law = CodeField(max_length=8, names=law_names)
    kind = CodeField(max_length=20, names=kind_names)
    get_kind_display: Callable[[], str]
    fact = models.CharField(max_length=40, choices=Fact.choices)
    words = models.CharField(
        max_length=200,
        blank=True,
        help_text="Words that must be in it; several spellings with | between them. Empty: anything that is not blank.",
    )
    asks = models.CharField(
        max_length=120,
        help_text="What must be told, as staff read it: “the warning not to exceed the daily dose”.",
    )
    source = models.CharField(max_length=200, help_text="The law and its article.")
    checked_on = models.DateField(help_text="When somebody last compared this with the source.")
    is_verified = models.BooleanField(
        "seen in the source",
        default=False,
        help_text="Untick what is known from hearsay: a lawyer should look at it.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["law", "kind", "position", "pk"]
        verbose_name = "particular that a law wants"
        verbose_name_plural = "particulars that laws want"
        constraints = [
            models.UniqueConstraint(fields=["law", "kind", "fact", "words"], name="particular_once"),
            models.CheckConstraint(condition=Q(fact__in=Fact.values), name="particular_fact_known"),
        ]

    def __str__(self):
        return f"{self.asks} ({self.get_kind_display()}, {self.law})"

    def clean(self):
        if self.words and not self.spellings:
            raise ValidationError({"words": "Write words, with | between spellings of the same."})

    @cached_property
    def place(self) -> tuple[str, str]:
        """Where it is told: (owner, column) of its fact."""
        fact = Fact(self.fact)
        return fact.owner, fact.column

    @cached_property
    def spellings(self) -> list[str]:
        return [spelling.strip().lower() for spelling in self.words.split("|") if spelling.strip()]

    def holds(self, value: Any) -> bool:
        """Whether a column's value tells it: as `condition` says in SQL."""
        if isinstance(value, int):
            return value > 0
        text = value or ""
        if self.spellings:
            text = text.lower()
            return any(spelling in text for spelling in self.spellings)
        return bool(SAYS_SOMETHING(text))

    def condition(self, path: str = "") -> Q:
        """The same of a queryset's rows; `path` leads to the row with the column, ending in "__"."""
        column = path + Fact(self.fact).column
        if Fact(self.fact) in (Fact.MAGNESIUM, Fact.UNITS_PER_DAY):
            return Q(**{f"{column}__gt": 0})
        if self.spellings:
            return Q(*(Q(**{f"{column}__icontains": one}) for one in self.spellings), _connector=Q.OR)
        return Q(**{f"{column}__regex": WORD})


class Lack(models.Model):
    """What a product that has a price in a region lacks to be sold there, from a moment on. Kept by shop.catalogue.shelving."""

    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="lacks")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(help_text="Later than now: its facts must be checked again by then.")
    asks = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "region", "since"], name="lack_once")]
        indexes = [models.Index(fields=["since"], name="lack_since")]

    def __str__(self):
        return f"{self.product} in {self.region.short_name}: {', '.join(self.asks)}"


def particulars_of(law: str) -> dict[str, list[Particular]]:
    """By kind of product what a law wants to be told; without a query where it is remembered."""

    def load() -> dict[str, dict[str, list[Particular]]]:
        found: dict[str, dict[str, list[Particular]]] = defaultdict(lambda: defaultdict(list))
        for row in Particular.objects.all():
            found[row.law][row.kind].append(row)
        return {law: dict(kinds) for law, kinds in found.items()}

    return memoised("particulars", load, scope=SITE).get(law, {})


def told_of(row: models.Model, owner: str, columns: frozenset[str]) -> tuple[bool, ...]:
    """Of the particulars that some law wants to stand in these columns of a row, which are told. No query where remembered."""
    return tuple(
        particular.holds(getattr(row, Fact(particular.fact).column))
        for law in laws()
        for rows in particulars_of(law).values()
        for particular in rows
        if Fact(particular.fact).owner == owner and Fact(particular.fact).column in columns
    )


def told_by_seller(particulars: list[Particular]) -> bool:
    """Whether the seller's row holds what it must for a kind of product."""
    seller = Seller.current()
    return all(
        seller is not None and row.holds(getattr(seller, Fact(row.fact).column))
        for row in particulars
        if Fact(row.fact).owner == "seller"
    )


def told_in(region, at, wordings) -> Q:
    """Of variants: that all is told which the region's law wants, and that the facts were looked at in time.

    `wordings`: a queryset of the wordings. No query.
    """
    told = Q(pk__in=[])
    for kind, particulars in particulars_of(region.law).items():
        if not told_by_seller(particulars):
            continue
        here = wordings.filter(product=models.OuterRef("product"), region=region, review_by__gt=at)
        of_pack = Q(product__kind=kind)
        for row in particulars:
            owner = Fact(row.fact).owner
            if owner == "wording":
                here = here.filter(row.condition())
            elif owner == "product":
                of_pack &= row.condition("product__")
            elif owner == "pack":
                of_pack &= row.condition()
        told |= of_pack & Q(models.Exists(here))
    return told


def copy_particulars(sender, old, new, **kwargs) -> None:
    """A copied law wants the same told; nobody has seen it in the new law's sources yet."""
    rows = list(Particular.objects.filter(law=old.code))
    for row in rows:
        row.pk, row.law, row.is_verified = None, new.code, False
    Particular.objects.bulk_create(rows)
