"""What an order costs: goods, tax by destination, delivery 0, total. Server-side, minor units, per line."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from shop.basket.models import BasketRow
from shop.codes.automatic import Bought, best_discount
from shop.codes.discount import Discount
from shop.money import net_of, tax_on
from shop.regions.models import Region, ZoneRule
from shop.regions.tax import sales_tax_rate, vat_rate
from shop.regions.tax_words import tax_label, tax_words, total_words
from shop.regions.zones import zone_of

US_STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas",
    "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts",
    "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana",
    "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico",
    "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma",
    "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington",
    "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip


@dataclass(frozen=True)
class Address:
    name: str
    line1: str
    line2: str
    town: str
    state: str
    postcode: str
    country: str
    vat_number: str = ""  # of a business, for its invoice; it changes no tax


class NoTaxRate(Exception):
    """No tax rate is known for the destination, or it is not delivered to: nothing can be sold there."""


@dataclass(frozen=True)
class QuoteLine:
    row: BasketRow
    total: int
    rate: Decimal
    tax: int
    discount: int = 0

    @property
    def discount_text(self) -> str:
        return "−" + self.row.offer.region.money(self.discount)


@dataclass(frozen=True)
class Quote:
    """Amounts in the region's minor unit. `tax` lies inside `goods` where prices include it, else on top.

    It is None as long as the destination that decides it is not known.
    """

    region: Region
    lines: list[QuoteLine]
    goods: int
    tax: int | None
    delivery: int = 0
    discount: Discount | None = None
    country: str = ""

    @property
    def total(self) -> int:
        on_top = 0 if self.region.prices_include_tax else self.tax or 0
        return self.goods - self.off + self.delivery + on_top

    @property
    def off(self) -> int:
        return self.discount.total if self.discount else 0

    @property
    def discount_text(self) -> str:
        return "−" + self.region.money(self.off)

    @property
    def goods_text(self) -> str:
        return self.region.money(self.goods)

    @property
    def tax_text(self) -> str:
        return self.region.money(self.tax or 0)

    @property
    def delivery_text(self) -> str:
        return self.region.money(self.delivery)

    @property
    def total_text(self) -> str:
        return self.region.money(self.total)

    @property
    def tax_words(self) -> str:
        return tax_words(self.region, self.country)

    @property
    def total_tax_words(self) -> str:
        return total_words(self.tax_words, self.region.prices_include_tax, self.tax)

    @property
    def tax_label(self) -> str:
        return tax_label(self.tax_words, self.region.prices_include_tax)


def quote_for(
    rows: list[BasketRow],
    region: Region,
    address: Address | None = None,
    at: datetime | None = None,
    *,
    code: str = "",
    email: str = "",
) -> Quote:
    """The cost of the rows that count. VAT per line from gross, halves up; sales tax per line on top.

    `code`: a discount code as typed; `email`: whose limit of it is looked at. Tax is on what is left to pay.
    Raises NoTaxRate when VAT applies and the country has no rate, and CodeRefused.
    """
    at = at or timezone.now()
    lines, rates = [], {}
    rows = [row for row in rows if row.counts]
    discount = None
    if rows:
        bought = [Bought(row.product.pk, row.quantity, row.offer.sold_at) for row in rows]
        discount = best_discount(code, region, bought, at=at, email=email)
    parts = discount.parts if discount else [0] * len(rows)
    for row, off in zip(rows, parts, strict=True):
        rate = Decimal(0)
        if address is not None:
            tax_class = row.product.tax_class
            if tax_class not in rates:
                rates[tax_class] = _rate(region, address, tax_class, at)
            rate = rates[tax_class]
        due = row.total - off
        tax = due - net_of(due, rate) if region.prices_include_tax else tax_on(due, rate)
        lines.append(QuoteLine(row, row.total, rate, tax, off))
    return Quote(
        region=region,
        lines=lines,
        goods=sum(line.total for line in lines),
        tax=None if address is None else sum(line.tax for line in lines),
        discount=discount,
        country=address.country if address else "",
    )


def likely_address(region: Region, typed: dict) -> Address | None:
    """Where it will probably go, for showing tax before the form is sent; None while that is open.

    `typed` is what the shopper typed before, if anything. A region of one country has no other answer.
    """
    countries = region.country_codes
    country = typed.get("country") or (countries[0] if len(countries) == 1 else "")
    state = typed.get("state", "")
    if country not in countries or (not region.prices_include_tax and state not in US_STATES):
        return None
    place = {name: str(typed.get(name) or "") for name in ("town", "postcode")}
    return Address("", "", "", place["town"], state, place["postcode"], country)


def _rate(region: Region, address: Address, tax_class: str, at: datetime) -> Decimal:
    if not region.prices_include_tax:
        zone = zone_of(address.country, address.postcode, address.town)
        if zone and zone.rule == ZoneRule.NONE:
            raise NoTaxRate(address.country)
        return sales_tax_rate(address.state, at)
    rate = vat_rate(address.country, address.postcode, tax_class, at, town=address.town)
    if rate is None:
        raise NoTaxRate(address.country)
    return rate
