"""Kinds of product and forms of magnesium, as rows that staff keep: a new one needs no code.

They are few and change rarely, so each process reads them once per version (`kinds`, `forms`); products hold their codes.
"""

import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from shop.content.memo import memoised
from shop.content.models import Content
from shop.content.scopes import SITE
from shop.content.texts import Scope
from shop.content.translations import Translated
from shop.regions.models import TaxClass

PACKS = {"CAP": "capsules", "TAB": "tablets", "PWD": "powder", "SPR": "spray", "CRY": "crystals", "LIQ": "liquid",
         "GUM": "gummies", "SAC": "sachets"}  # fmt: skip
ROUNDING = Decimal("1.02")  # whole milligrams on labels, and raw material that is not quite pure


class JudgedAs(models.TextChoices):
    """The kinds that the claims check knows (shop.claims.check.KINDS); each kind of product is read as one of them."""

    FOOD_SUPPLEMENT = "food_supplement", "Food supplement: swallowed, authorised sentences may stand"
    COSMETIC_TOPICAL = "cosmetic_topical", "Cosmetic for the skin: no health claim at all"
    BATH_SALT = "bath_salt", "Cosmetic for the bath: no health claim at all"


SMALL_LETTERS = RegexValidator(r"^[a-z][a-z_]*\Z", "Use small letters, with _ between words.")


class ProductKind(Translated, Content):
    """What the law takes a product for."""

    translatable = ("name", "use_words", "used_on")

    code = models.CharField(
        max_length=20,
        unique=True,
        validators=[SMALL_LETTERS],
        help_text="Names the kind for the shop and in addresses of the list; it can’t change later.",
    )
    name = models.CharField(max_length=40, unique=True, help_text="“Food supplement”.")
    use_words = models.CharField(
        "words for its use", max_length=30, help_text="In the shop’s filter: “To take”, “For the bath”."
    )
    used_on = models.CharField(
        "where it is used",
        max_length=30,
        blank=True,
        help_text="“It is a cosmetic for …”: the skin, the bath. Empty for what is swallowed.",
    )
    is_swallowed = models.BooleanField(
        "swallowed",
        default=False,
        help_text="Then its packs state milligrams, and pages show a day’s amount, its level and a sheet for doctors.",
    )
    judged_as = models.CharField(
        "claims rules that hold",
        max_length=20,
        choices=JudgedAs.choices,
        help_text="As what its words are read by the claims check.",
    )
    tax_class = models.CharField(
        max_length=12,
        choices=TaxClass.choices,
        default=TaxClass.STANDARD,
        help_text="For new products of this kind; each product has its own.",
    )
    other_substitutes = models.BooleanField(
        "others may stand in",
        default=False,
        help_text="While none of its kind is to be had, its pages lead to something else that is not swallowed.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "kind of product"
        verbose_name_plural = "kinds of product"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_swallowed=True, judged_as=JudgedAs.FOOD_SUPPLEMENT)
                | Q(is_swallowed=False) & ~Q(judged_as=JudgedAs.FOOD_SUPPLEMENT),
                name="kind_judged_by_its_use",
            ),
        ]

    def __str__(self):
        return self.name

    def claim_scope(self):
        return Scope(kinds=(self.judged_as,)) if self.judged_as in JudgedAs.values else None

    def clean(self):
        wrong = {}
        if self.is_swallowed != (self.judged_as == JudgedAs.FOOD_SUPPLEMENT):
            wrong["judged_as"] = "What is swallowed is read as a food supplement, all else as a cosmetic."
        if not self.is_swallowed and not self.used_on:
            wrong["used_on"] = "Say what it is for: shoppers read “It is a cosmetic for the skin”."
        if self.is_swallowed and self.other_substitutes:
            wrong["other_substitutes"] = "What is swallowed is never replaced by something that is not."
        if self.pk and self._has_products_of_the_other_use():
            wrong["is_swallowed"] = (
                "There are products of this kind. Make a new kind for what is used otherwise."
            )
        if wrong:
            raise ValidationError(wrong)

    def _has_products_of_the_other_use(self) -> bool:
        before = ProductKind.objects.filter(pk=self.pk).values_list("is_swallowed", "judged_as").first()
        products = ProductKind._meta.apps.get_model("catalogue", "Product").objects
        moved = before is not None and before != (self.is_swallowed, self.judged_as)
        return moved and products.filter(kind=self.code).exists()


class FormOfMagnesium(Translated, Content):
    """The compound: citrate, glycinate, oil or Epsom salt."""

    translatable = ("name", "words")

    code = models.CharField(
        max_length=12,
        unique=True,
        validators=[SMALL_LETTERS],
        help_text="Names the form for the shop and in addresses of the list; it can’t change later.",
    )
    name = models.CharField(max_length=40, unique=True, help_text="“Citrate”.")
    words = models.CharField(
        "words for shoppers",
        max_length=60,
        help_text="On the home page: “To take: capsules, tablets, powder”.",
    )
    kinds = models.ManyToManyField(
        ProductKind, related_name="+", help_text="The kinds of product that it may be sold as."
    )
    share = models.DecimalField(
        "elemental magnesium (% of the compound)",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(100)],
        help_text="By weight. No pack may state more than that. Empty: no intake is told, as for what stays on the skin.",
    )
    source = models.CharField(max_length=200, help_text="Where the share is from, or why no intake is told.")
    checked_on = models.DateField(help_text="When somebody last compared this with the source.")
    sku_code = models.CharField(
        "SKUs begin with",
        max_length=4,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2,4}\Z", "Use two to four capital letters.")],
        help_text="CIT, as in CIT-CAP-90.",
    )
    sku_packs = models.CharField(
        "then one of",
        max_length=40,
        help_text=f"With blanks between: {', '.join(f'{code} ({name})' for code, name in PACKS.items())}.",
    )
    colour = models.CharField(
        max_length=7,
        default="#1E2B2F",
        validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}\Z", "Write it like #D9A441.")],
        help_text="Of the stripe on pictures for social networks.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "form of magnesium in the shop"
        verbose_name_plural = "forms of magnesium in the shop"
        constraints = [
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__gt=0, share__lte=100), name="form_share_is_a_share"
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        self.sku_packs = " ".join(dict.fromkeys(self.sku_packs.upper().replace(",", " ").split()))
        unknown = [pack for pack in self.sku_packs.split() if pack not in PACKS]
        if unknown or not self.sku_packs:
            raise ValidationError({"sku_packs": f"Use {', '.join(PACKS)}, with blanks between."})

    @property
    def sku_example(self) -> str:
        return f"{self.sku_code}-{(self.sku_packs.split() or ['CAP'])[0]}-90"

    @property
    def sku_rule(self) -> str:
        """In words: it stands in the form, and is the reason when a SKU is refused."""
        packs = [f"{code} ({PACKS.get(code, code)})" for code in self.sku_packs.split()]
        last = f"{', '.join(packs[:-1])} or {packs[-1]}" if len(packs) > 1 else "".join(packs)
        return f"{self.sku_code}, {last}, and two to four digits for the size, such as {self.sku_example}"

    def refuse_sku(self, sku: str) -> None:
        if not re.fullmatch(rf"{self.sku_code}-({'|'.join(self.sku_packs.split())})-[0-9]{{2,4}}", sku):
            raise ValidationError({"sku": f"The SKU of {self.name} has {self.sku_rule}."})

    def refuse_magnesium(self, mg: int | None, compound_mg: int | None) -> None:
        """More elemental magnesium than its compound can hold is a slip of the pen, or another compound."""
        if mg is None:
            return
        if self.share is None:
            raise ValidationError(
                {"magnesium_mg": f"No intake is told of {self.name}: {self.source} Leave it empty."}
            )
        most = compound_mg and compound_mg * self.share / 100
        if most and mg > most * ROUNDING + 1:
            raise ValidationError(
                {
                    "magnesium_mg": f"{compound_mg} mg of the compound hold {most:.0f} mg at most: {self.name} is "
                    f"{self.share.normalize():f} % magnesium ({self.source})."
                }
            )


def kinds() -> dict[str, ProductKind]:
    """All kinds by code, in order; without a query where they are remembered. Read-only."""
    return memoised(
        "kinds of product", lambda: {row.code: row for row in ProductKind.objects.all()}, scope=SITE
    )


def magnesium_forms() -> dict[str, FormOfMagnesium]:
    """All forms by code, in order; without a query where they are remembered. Read-only."""
    return memoised(
        "forms of magnesium", lambda: {row.code: row for row in FormOfMagnesium.objects.all()}, scope=SITE
    )


def kind_names() -> dict[str, str]:
    """In the language that is being drawn."""
    return {code: row.translated.name for code, row in kinds().items()}


def form_names() -> dict[str, str]:
    return {code: row.translated.name for code, row in magnesium_forms().items()}


def judged_as(kind: str) -> str | None:
    """As what the claims check reads a kind of product; None for one that is not known."""
    row = kinds().get(kind)
    return row.judged_as if row else None
