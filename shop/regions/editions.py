"""A region in another language: an edition of it, with words of its own. What it sells, and by which prices, is its market's."""

from typing import Any, ClassVar

from babel import Locale, UnknownLocaleError
from django.core.exceptions import ValidationError
from django.db import models

from shop.content.models import Content
from shop.web.language import tag_of


def known_language(code: str) -> None:
    try:
        Locale.parse(code, sep="-")
    except (ValueError, UnknownLocaleError):
        raise ValidationError("No language is known by these letters. Name one such as de.")


SHARED = (
    "currency", "currency_symbol", "prices_include_tax", "delivery_days_min", "delivery_days_max", "dispatch_cutoff",
    "dispatch_time_zone", "dispatch_holidays", "time_zone", "vat_number", "least_days_left", "review_days", "link_policy",
)  # fmt: skip


class Edition(Content):
    """What Region is made of that is about languages; the rest stands in shop/regions/models.py."""

    pk: int
    currency: Any
    name: Any
    countries: Any
    editions: Any
    edition_of_id: int | None
    all_cached: ClassVar[Any]
    all_open: ClassVar[Any]

    language = models.CharField(
        max_length=8,
        default="en",
        db_default="en",
        validators=[known_language],
        help_text="In which its pages are written: en, de, fr. Texts of the shop itself stand in locale/.",
    )
    edition_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="editions",
        limit_choices_to={"edition_of": None},
        help_text="The region that it shows in another language: prices, stock, countries, taxes and orders are that one’s.",
    )

    articles_without_translation = models.CharField(
        "articles that are not translated",
        max_length=4,
        choices=[("hide", "Hide them"), ("show", "Show them in their own language, which says so")],
        default="hide",
        db_default="hide",
        help_text="Of an edition: what its readers see of an article of its region that nobody has translated yet.",
    )

    class Meta:
        abstract = True

    def clean(self):
        if self.edition_of is None:
            if self.pk and self.language != self._was("language") and self.editions.exists():
                raise ValidationError(
                    {"language": "It has editions in other languages: they are translated from this one."}
                )
            return
        wrong: dict[str, str] = {}
        if self.edition_of_id == self.pk or self.edition_of.edition_of_id:
            wrong["edition_of"] = "Name a region that is no edition itself."
        elif self.edition_of.currency != self.currency:
            wrong["currency"] = f"An edition has the prices of its region, in {self.edition_of.currency}."
        elif self.edition_of.language == self.language:
            wrong["language"] = (
                f"{self.edition_of.name} itself is in this language. An edition is for another one."
            )
        elif self.pk and (self._has_countries() or self.editions.exists()):
            wrong["edition_of"] = (
                "It has countries or editions of its own, so it is a region and no edition of one."
            )
        if wrong:
            raise ValidationError(wrong)

    def _has_countries(self) -> bool:
        """Of its own: `countries` of an edition are its market's, so it is asked for by number."""
        return self.countries.model.objects.filter(region=self.pk).exists()

    def _was(self, name: str):
        return type(self)._default_manager.filter(pk=self.pk).values_list(name, flat=True).first()

    @property
    def market_id(self) -> int:
        """The pk of its market; see `market`."""
        return self.edition_of_id or self.pk

    @property
    def market(self) -> Any:
        """Whose prices, stock, countries, taxes and orders hold here: the region itself, or the one it is an edition of."""
        if self.edition_of_id is None:
            return self
        found = next((row for row in self.all_cached() if row.pk == self.edition_of_id), None)
        return found if found is not None else type(self)._default_manager.get(pk=self.edition_of_id)

    @property
    def speaks(self) -> str:
        """Its language as Django's tag `language` wants it."""
        return tag_of(self)

    @property
    def language_name(self) -> str:
        """As its own speakers call it: Deutsch, Français."""
        name = Locale.parse(self.language, sep="-").get_display_name() or self.language
        return name[:1].upper() + name[1:]

    @property
    def in_all_languages(self) -> list[Any]:
        """The open regions that sell what this one sells: its market and that one's editions, in order."""
        return [row for row in self.all_open() if row.market_id == self.market_id]

    @classmethod
    def markets(cls) -> list[Any]:
        """Those with prices, stock and orders of their own, open or not, in order."""
        return [region for region in cls.all_cached() if region.edition_of_id is None]

    @classmethod
    def open_markets(cls) -> list[Any]:
        return [region for region in cls.markets() if region.is_open]

    @classmethod
    def codes_showing(cls) -> dict[int, list[str]]:
        """By the pk of a region, open or not, where its prices, stock and words show: its own code, and those of its editions."""
        found: dict[int, list[str]] = {}
        for region in cls.all_cached():
            for pk in {region.pk, region.market_id}:
                found.setdefault(pk, []).append(region.code)
        return found

    def save(self, *args, **kwargs):
        """What is about the sale rather than its words is its market's, and follows it."""
        if self.edition_of is not None:
            for name in SHARED:
                setattr(self, name, getattr(self.edition_of, name))
        super().save(*args, **kwargs)
        if self.edition_of is None:
            shared = {name: getattr(self, name) for name in SHARED}
            for edition in self.editions.all():
                if any(getattr(edition, name) != value for name, value in shared.items()):
                    edition.save()
