import re
from datetime import time
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.numbers import is_currency
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models

from shop.content.codes import CodeField
from shop.content.memo import memoised
from shop.content.models import Content
from shop.content.scopes import SITE
from shop.content.texts import Scope
from shop.content.translations import ENGLISH, Translated, active
from shop.money import format_money
from shop.regions.calendar import Place, place_named
from shop.regions.classes import TaxClass as TaxClass
from shop.regions.classes import name_in as name_in
from shop.regions.editions import Edition
from shop.regions.keys import MarketKey
from shop.regions.laws import LawPack as LawPack
from shop.regions.laws import LawSource as LawSource
from shop.regions.laws import LawVersion as LawVersion
from shop.regions.laws import law_names, laws
from shop.regions.proposed import Decision as Decision
from shop.regions.proposed import ProposedRate as ProposedRate
from shop.regions.rates import SalesTaxRate as SalesTaxRate
from shop.regions.rates import VatRate as VatRate
from shop.regions.sellers import Seller as Seller


def known_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("Name a time zone such as Europe/London or America/New_York.")


def known_locale(name: str) -> None:
    """All money of the region is written by it, on staff pages too: an unknown one would stop them."""
    try:
        Locale.parse(name)
    except (ValueError, UnknownLocaleError):
        raise ValidationError("Name a language and a country that are known together, such as en_AU.")


def known_currency(code: str) -> None:
    if not is_currency(code):
        raise ValidationError("No currency is known by these letters. Name one such as AUD.")


def known_holidays(name: str) -> None:
    try:
        place_named(name)
    except ValueError as error:
        raise ValidationError(f"{error} Name a country, or a part of one, such as NL or GB-SCT.")


class LinkPolicy(models.TextChoices):
    CAREFUL = (
        "careful",
        "Careful: products after an article that names a condition, none beside a red finding",
    )
    SEPARATE = "separate", "Separate: no product at all in an article that names a condition"
    OPEN = "open", "Open: findings advise only"


class Region(Edition):
    code = models.SlugField(
        max_length=8,
        unique=True,
        help_text="Stands in every address, such as uk in /uk/shop/. It can't change later.",
        validators=[RegexValidator(r"^[a-z]{2,8}\Z", "Use two to eight small letters.")],
    )
    name = models.CharField(max_length=60, help_text="As in “Delivered to the United Kingdom”.")
    short_name = models.CharField(max_length=20, help_text="As on the region switch: UK.")
    the_name = models.CharField(
        max_length=60, help_text="With its article: the UK. Used in sentences such as “Not sold in the UK”."
    )
    currency = models.CharField(max_length=3, validators=[RegexValidator(r"^[A-Z]{3}\Z"), known_currency])
    currency_symbol = models.CharField(max_length=3)
    locale = models.CharField(
        max_length=10, help_text="Writes numbers and dates, such as en_GB.", validators=[known_locale]
    )
    hreflang = models.CharField(
        max_length=10, help_text="For search engines: en-GB, en-US, or en for the EU."
    )
    law = CodeField(max_length=8, names=law_names)
    link_policy = models.CharField(
        max_length=8,
        choices=LinkPolicy.choices,
        default=LinkPolicy.CAREFUL,
        help_text="Where articles may show products. The Owner decides, with advice on the law.",
    )
    prices_include_tax = models.BooleanField(default=True)
    tax_words = models.CharField(
        max_length=30, help_text="Beside every price: “incl. VAT”, “plus sales tax”."
    )
    delivery_days_min = models.PositiveSmallIntegerField(
        "delivery days, at least", default=2, help_text="Working days."
    )
    delivery_days_max = models.PositiveSmallIntegerField(
        "delivery days, at most", default=5, help_text="Working days."
    )
    ships_from = models.CharField(max_length=60)
    dispatch_cutoff = models.TimeField(
        "cut-off",
        default=time(14),
        help_text="What is paid before this leaves on the same working day. By the clock of the place we ship from.",
    )
    dispatch_time_zone = models.CharField(
        "clock there",
        max_length=40,
        default="Europe/London",
        help_text="Of the place we ship from, such as America/Los_Angeles.",
        validators=[known_time_zone],
    )
    dispatch_holidays = models.CharField(
        "holidays there",
        max_length=12,
        default="GB-ENG",
        help_text="Whose public holidays stop parcels from leaving: a country, or a part of it: NL, US, GB-ENG.",
        validators=[known_holidays],
    )
    time_zone = models.CharField(
        max_length=40,
        default="Europe/London",
        help_text="The clock of this region’s shoppers, such as America/New_York: on pages, in mails and invoices, in "
        "reports, and for what editors schedule.",
        validators=[known_time_zone],
    )
    vat_number = models.CharField(
        "VAT number", max_length=60, blank=True, help_text="The seller's number in this region."
    )
    tax_number_name = models.CharField(
        "that number is called",
        max_length=30,
        blank=True,
        default="",
        db_default="",
        help_text="ABN. Empty: after the tax beside prices, such as “VAT number”.",
    )
    invoice_title = models.CharField(
        max_length=30,
        default="Invoice",
        db_default="Invoice",
        help_text="What stands above invoices there: “Tax invoice” where the law names them so, as in Australia.",
    )
    least_days_left = models.PositiveSmallIntegerField(
        "days left when sold",
        default=60,
        db_default=60,
        help_text="A pack of a batch is sold while it is good for at least so many more days.",
    )
    review_days = models.PositiveSmallIntegerField(
        "days until a review is asked for",
        default=14,
        db_default=14,
        validators=[MaxValueValidator(365)],
        help_text="After the last day of the delivery promise, by mail, those alone who wanted it. 0: nobody is asked.",
    )
    is_open = models.BooleanField("open", default=True, help_text="Shoppers see only open regions.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(delivery_days_min__lte=models.F("delivery_days_max")),
                name="region_delivery_days_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(edition_of=None) | ~models.Q(edition_of=models.F("id")),
                name="region_not_an_edition_of_itself",
            ),
            models.UniqueConstraint(
                fields=["edition_of", "language"],
                condition=models.Q(edition_of__isnull=False),
                name="region_edition_once",
            ),
        ]

    def __str__(self):
        return f"{self.short_name} ({self.currency})"

    def claim_scope(self):
        return Scope([self]) if self.law in laws() else None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def dispatch_zone(self) -> ZoneInfo:
        return ZoneInfo(self.dispatch_time_zone)

    @property
    def dispatch_place(self) -> Place:
        return place_named(self.dispatch_holidays)

    @property
    def legal(self) -> LawPack:
        return laws()[self.law]

    @property
    def claims_law(self) -> str:
        """The law by whose rules claims are judged here (shop.claims.rules.LAWS)."""
        return self.legal.claims_as

    @property
    def pages_as(self) -> str:
        """The law whose forms of labels, addresses, terms and paper pages take; see shop.regions.laws."""
        return self.legal.pages_as

    @property
    def country_codes(self) -> list[str]:
        """The ISO codes of its countries in order, memoised like the regions."""
        return list(known_countries().get(self.market_id, {}))

    @property
    def tax_name(self) -> str:
        """What the tax beside its prices is called: “VAT” in “incl. VAT”, “GST” in “incl. GST”."""
        return name_in(self.tax_words)

    @property
    def tax_number_words(self) -> str:
        """The seller's number there, with what it is called; "" where there is none."""
        name = self.tax_number_name or f"{self.tax_name} number"
        return f"{name[:1].upper()}{name[1:]} {self.vat_number}" if self.vat_number else ""

    def money(self, minor: int) -> str:
        return format_money(minor, self.currency, self.locale)

    @classmethod
    def all_open(cls) -> list["Region"]:
        """The open regions in order, memoised; never older than the content version."""
        return [region for region in cls.all_cached() if region.is_open]

    @classmethod
    def all_cached(cls) -> list["Region"]:
        return memoised("regions", lambda: list(cls.objects.all()), scope=SITE)

    @classmethod
    def by_code(cls, code: str) -> "Region | None":
        return next((region for region in cls.all_open() if region.code == code), None)

    @classmethod
    def of_country(cls, country: str) -> "Region | None":
        """The open region that delivers to an ISO country code."""
        row = Country.objects.filter(code=country).first()
        return row and next((region for region in cls.all_open() if region.pk == row.region_id), None)


class Country(Translated, Content):
    """A country that a region delivers to. Each country belongs to one region."""

    translatable = ("name", "adjective")

    region = MarketKey(Region, on_delete=models.CASCADE, related_name="countries")
    code = models.CharField(max_length=2, unique=True, help_text="ISO 3166: GB, IT, US.")
    name = models.CharField(max_length=60)
    adjective = models.CharField(max_length=40, blank=True, help_text="As in “incl. Italian VAT”.")
    postcode_pattern = models.CharField(
        max_length=120, blank=True, help_text="Usual form. An unusual postcode is asked about, not refused."
    )

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "countries"

    def __str__(self):
        return self.name

    @property
    def the_name(self) -> str:
        """As it stands in a sentence: the Netherlands, Spain."""
        name = self.translated.name
        return f"the {name}" if active() == ENGLISH and self.code in {"GB", "NL", "US"} else name


def known_countries() -> dict[int, dict[str, Country]]:
    """The countries by ISO code, in order, by the pk of their region; memoised like the regions. Read-only."""

    def load():
        found: dict[int, dict[str, Country]] = {}
        for country in Country.objects.all():
            found.setdefault(country.region_id, {})[country.code] = country
        return found

    return memoised("countries of regions", load, scope=SITE)


class ZoneRule(models.TextChoices):
    NONE = "none", "We don’t deliver there"
    RATE = "rate", "Its own VAT rates (rows of VAT rates that name the zone)"
    SAME = "same", "Like the rest of the country"


class PostalZone(Translated, Content):
    """A place in a country's post with a rule of its own. shop/regions/zones.py finds it in what was typed.

    Checkout, tax and the delivery page all take the rule from here. The place is known by its postcodes, by the
    prefix that some people write before them, by the names that stand in its town's field, or by words of a line.
    """

    translatable = ("name", "reason", "remedy")

    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="zones")
    code = models.SlugField(max_length=40, help_text="Names the zone for the project; it can’t change later.")
    name = models.CharField(max_length=60, help_text="As in “We don’t deliver to the Canary Islands”.")
    rule = models.CharField(max_length=4, choices=ZoneRule.choices, default=ZoneRule.NONE)
    pattern = models.CharField(
        "postcodes",
        max_length=200,
        blank=True,
        help_text="A pattern for the whole postcode in capital letters, without blanks, hyphens and the country’s "
        "prefix: (35|38)\\d{3}.",
    )
    prefixes = models.CharField(
        max_length=60,
        blank=True,
        help_text="What stands before the postcode and gives the place away, with blanks between: AX ALA.",
    )
    places = models.TextField(
        blank=True,
        help_text="Names that people type as the town, one per line; accents and capitals don’t matter. "
        "“Willemstad except 4797” leaves out postcodes that begin with 4797: a town of the same name.",
    )
    lines = models.CharField(
        "words in a line",
        max_length=200,
        blank=True,
        help_text="A pattern looked for in town and address lines, in small letters without accents and signs.",
    )
    reason = models.CharField(
        max_length=200,
        blank=True,
        help_text="Why we don’t deliver there, for the shopper: “our carrier does not go there.” Of a place like the rest "
        "of the country: what its shoppers should know.",
    )
    remedy = models.CharField(
        max_length=200, blank=True, help_text="What to do instead. Empty: “Please give another address in …”."
    )
    source = models.CharField(
        max_length=120,
        blank=True,
        db_default="",
        help_text="Where the rule is from, such as “Directive 2006/112/EC, art. 6”. Shoppers read it too.",
    )

    class Meta:
        ordering = ["country", "name"]
        constraints = [
            models.UniqueConstraint(fields=["country", "code"], name="postalzone_code_once"),
            models.CheckConstraint(
                condition=models.Q(rule__in=ZoneRule.values), name="postalzone_rule_known"
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        wrong = {}
        for name in ("pattern", "lines"):
            try:
                re.compile(getattr(self, name))
            except re.error as error:
                wrong[name] = f"This is not a pattern: {error}."
        if not (self.pattern or self.prefixes or self.places.strip() or self.lines):
            wrong["pattern"] = "Give postcodes or names: nothing would be found without."
        if self.rule == ZoneRule.NONE and not self.reason:
            wrong["reason"] = "Say why: the shopper reads it."
        if wrong:
            raise ValidationError(wrong)

    @property
    def refusal(self) -> str:
        """What a shopper reads: place, reason, and what to do."""
        remedy = self.translated.remedy or f"Please give another address in {self.country.the_name}."
        return f"We don’t deliver to {self.translated.name}: {self.why} {remedy} Your basket and what you typed are kept."

    @property
    def why(self) -> str:
        """The reason with its source, as one sentence."""
        reason = self.translated.reason
        return (
            f"{reason.removesuffix('.')} ({self.source})." if self.source and active() == ENGLISH else reason
        )

    @property
    def told(self) -> str:
        """What a shopper reads whose address lies there, where something is delivered; "" where there is nothing to say."""
        if self.rule == ZoneRule.RATE:
            where = next((row for row in Region.all_cached() if row.pk == self.country.region_id), None)
            tax = where.tax_name if where else "tax"
            name = self.translated.name
            words = f"{name[:1].upper()}{name[1:]} has {tax} rates of its own: the price stays, the {tax} in it differs"
            return f"{words} ({self.source})." if self.source and active() == ENGLISH else f"{words}."
        return self.why if self.rule == ZoneRule.SAME else ""
