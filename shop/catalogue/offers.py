"""offer(): the only source of price, tax word, unit price and availability, wherever it is shown."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache

from babel.numbers import format_currency
from django.db.models import Count, Min, Prefetch
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shop.catalogue.models import Hold, Price, PriceLog, Product, ShelfRow, Variant
from shop.catalogue.particulars import all_told
from shop.catalogue.reductions import Cut, cuts
from shop.content.compiled import Compiled
from shop.content.memo import memoised
from shop.money import to_decimal
from shop.regions.models import Region
from shop.web.visitor import notes
from shop.web.visitor import visitor as visitor_now


class Availability(StrEnum):
    IN_STOCK = "in_stock"
    SOLD_OUT = "sold_out"
    NOT_SOLD = "not_sold"
    WITHDRAWN = "withdrawn"


AVAILABLE = {
    Availability.IN_STOCK: _("In stock"),
    Availability.SOLD_OUT: _("Sold out"),
    Availability.NOT_SOLD: _("Not sold in {place}"),
    Availability.WITHDRAWN: _("No longer sold"),
}


@dataclass(frozen=True)
class Offer:
    """What a variant costs in a region, and whether it can be had.

    `amount` is in the region's minor unit, gross where the region's prices include tax, and None where it is
    not sold or sold no longer. `sellable` is the number of packs that can still be ordered.
    """

    variant: Variant
    region: Region
    amount: int | None
    sellable: int
    availability: Availability
    cut: Cut | None = None

    @property
    def was(self) -> int | None:
        """What it may be called reduced from, in minor units: the lowest of the 30 days before. None: no reduction is told of."""
        return self.cut.lowest if self.cut and self.cut.amount == self.amount else None

    @property
    def was_price(self) -> str:
        return "" if self.was is None else self.region.money(self.was)

    @property
    def was_unit_price(self) -> str:
        """Where the law wants it beside the earlier price."""
        wanted = self.was is not None and self.region.legal.earlier_unit_price
        return unit_price(self.variant, self.was, self.region) if self.was and wanted else ""

    @property
    def percent_off(self) -> int:
        """Of the earlier price, never more than it is."""
        return (self.was - self.sold_at) * 100 // self.was if self.was else 0

    @property
    def product(self) -> Product:
        return self.variant.product

    @property
    def can_buy(self) -> bool:
        return self.availability == Availability.IN_STOCK

    @property
    def price(self) -> str:
        return "" if self.amount is None else self.region.money(self.amount)

    @property
    def sold_at(self) -> int:
        """Its amount, where it is sold. Raises ValueError where it is not."""
        if self.amount is None:
            raise ValueError(f"{self.variant.sku} is not sold in {self.region.short_name}.")
        return self.amount

    @property
    def currency(self) -> str:
        return self.region.currency

    @property
    def tax_words(self) -> str:
        return self.region.tax_words

    @property
    def unit_price(self) -> str:
        return "" if self.amount is None else unit_price(self.variant, self.amount, self.region)

    @property
    def availability_words(self) -> str:
        return AVAILABLE[self.availability].format(place=self.region.the_name)


def offers(variants, region: Region, at=None, visitor: str = "") -> dict[int, Offer]:
    """The offers of many variants, by variant pk, in one query however many there are; one more where prices moved lately.

    Each variant needs its `product` loaded. `at` is an aware time, default now; stock is always today's.
    Packs held for the visitor's own unpaid order count as sellable to them (one query more for those who have a
    basket); `visitor` names one, else it is whose request this is.
    """
    variants = list(variants)
    rows = Variant.objects.offered_in(region, at).filter(pk__in=[variant.pk for variant in variants])
    columns = ("pk", "offered_amount", "offered_sellable", "offered_moved")
    found = {pk: (amount, left, moved) for pk, amount, left, moved in rows.values_list(*columns)}
    moved = [pk for pk, (_, _, has_moved) in found.items() if has_moved]
    cut = cuts(moved, region, at or timezone.now())
    own = packs_held_for(visitor, region) if visitor else own_packs(region)
    return {
        pk: _offer(variant, region, found[pk][0], found[pk][1], own.get(pk, 0), cut.get(pk))
        for pk, variant in ((variant.pk, variant) for variant in variants)
    }


def packs_held_for(visitor: str, region: Region) -> dict[int, int]:
    """{variant pk: packs} that a visitor's own unpaid orders hold in a region."""
    own: dict[int, int] = {}
    holds = Hold.objects.filter(visitor=visitor, stock__region=region) if visitor else ()
    for hold in holds and holds.select_related("stock"):
        own[hold.stock.variant_id] = own.get(hold.stock.variant_id, 0) + hold.quantity
    return own


def holds_packs(visitor: str, region: Region | None) -> bool:
    """Whether a visitor's own unpaid orders hold packs in a region, or in any: they see more for sale than others."""
    holds = Hold.objects.filter(visitor=visitor) if visitor else Hold.objects.none()
    return (holds.filter(stock__region=region) if region else holds).exists()


def own_packs(region: Region) -> dict[int, int]:
    """The same for whose request this is; asked once a request. Nobody has none, without a query."""
    name, found = visitor_now(), notes()
    if not name:
        return {}
    key = ("own packs", name, region.pk)
    if key not in found:
        found[key] = packs_held_for(name, region)
    return found[key]


def memoised_unless_own(name: str, load, region: Region):
    """As `memoised`, scheduled; made anew for those whose own order holds packs in the region, since they see more of them."""
    return load() if own_packs(region) else memoised(name, load, scheduled=True)


def offer(variant: Variant, region: Region, at=None) -> Offer:
    return offers([variant], region, at)[variant.pk]


def loaded_offers(product: Product, region: Region, at=None) -> list[Offer]:
    """The offers of a product's active variants, in their order, without a query (see `own_packs`).

    The variants must have been loaded by `Variant.objects.priced(region, at)`, the product by `with_wording`.
    """
    found, own = [], own_packs(region)
    wording = product.wording_in(region)
    at = at or timezone.now()
    for variant in product.variants.all():
        if variant.is_active:
            variant.product = product
            amount = variant.offered_amount if all_told(product, variant, wording, region, at) else None
            cut = getattr(variant, "offered_cut", None)
            found.append(
                _offer(variant, region, amount, variant.offered_sellable, own.get(variant.pk, 0), cut)
            )
    return found


def look_at_cuts(products, region: Region, at=None) -> None:
    """Before `loaded_offers` of these products: which of their prices are reductions. One query where prices moved lately, else none."""
    moved = {pack.pk: pack for product in products for pack in product.variants.all() if pack.offered_moved}
    for pk, cut in cuts(list(moved), region, at or timezone.now()).items():
        moved[pk].offered_cut = cut


def _offer(variant, region, amount, sellable, own=0, cut=None) -> Offer:
    left = max((sellable or 0) + own, 0)
    if variant.product.is_withdrawn or not variant.is_active:
        amount, availability = None, Availability.WITHDRAWN
    elif amount is None:
        availability = Availability.NOT_SOLD
    elif left == 0:
        availability = Availability.SOLD_OUT
    else:
        availability = Availability.IN_STOCK
    return Offer(variant, region, amount, left, availability, cut)


def amounts_in_force(variants, at=None) -> dict[int, dict[int, int | None]]:
    """{variant pk: {region pk: minor units, or None where it is said to be not sold}}, whether buyable or not. One query."""
    found: dict[int, dict[int, int | None]] = {}
    rows = Price.objects.in_force(at=at).filter(variant__in=variants)
    for variant, region, amount in rows.values_list("variant", "region", "amount"):
        found.setdefault(variant, {})[region] = amount
    return found


def amounts_known(variants, at) -> dict[tuple[int, int], list[tuple[datetime | None, int | None]]]:
    """{(variant pk, region pk): [(begin, minor units or None)]}: the price in force at a moment, begin None, and all that
    are planned from then on, in their order. One query.
    """
    found: dict[tuple[int, int], list[tuple[datetime | None, int | None]]] = {}
    rows = Price.objects.in_force_or_later(at).filter(variant__in=variants).order_by("valid_from")
    for variant, region, begins, amount in rows.values_list("variant", "region", "valid_from", "amount"):
        found.setdefault((variant, region), []).append((begins if begins > at else None, amount))
    return found


def amounts_loaded() -> Prefetch:
    """For products: what `lowest_amounts` reads."""
    return Prefetch("variants__prices", Price.objects.in_force())


def lowest_amounts(product: Product) -> dict[Region, int]:
    """The lowest price of now by region, of packs on sale. Without a query: loaded with `amounts_loaded`."""
    lowest: dict[int, int] = {}
    for variant in product.variants.all():
        for row in variant.prices.all():
            if row.amount is not None and variant.is_active:
                lowest[row.region_id] = min(row.amount, lowest.get(row.region_id, row.amount))
    return {region: lowest[region.pk] for region in Region.all_cached() if region.pk in lowest}


def regions_selling(product: Product) -> set[int]:
    """Pks of the regions where a pack of the product is sold now, as lists know it."""
    return {pk for (pk,) in _regions_on_the_shelf(product.pk, timezone.now())}


@Compiled
def _regions_on_the_shelf(product: int, now):
    return ShelfRow.objects.filter(product=product, since__lte=now, until__gt=now).values_list("region")


def last_amount(variant: Variant, region: Region, before) -> int | None:
    """What it cost when it was last sold before a moment, in minor units; None if it never was."""
    rows = Price.objects.filter(variant=variant, region=region, valid_from__lt=before).exclude(amount=None)
    return rows.order_by("-valid_from").values_list("amount", flat=True).first()


def unit_price(variant: Variant, amount: int, region: Region) -> str:
    """The price by weight, volume or piece, as the region's law wants it shown.

    Under one major unit it is rounded to a tenth of a minor unit in the UK and EU, else to the minor unit.
    """
    legal = region.legal
    if variant.net_weight_g:
        per, unit = Decimal(variant.net_weight_g) / legal.weight_unit_grams, f"/{legal.weight_unit}"
    elif variant.net_volume_ml:
        per, unit = Decimal(variant.net_volume_ml) / legal.volume_unit_ml, f"/{legal.volume_unit}"
    else:
        per, unit = (
            Decimal(variant.pack_units),
            " " + gettext("per {unit}").format(unit=variant.translated.unit_name),
        )
    return small_money(to_decimal(amount, region.currency) / per, region) + unit


def small_money(value: Decimal, region: Region) -> str:
    """Major units as the region writes them; under a pound in the UK as pence with a tenth."""
    return _small_money(value, region.legal.pages_as, region.currency, region.locale)


@lru_cache(10_000)
def _small_money(value: Decimal, pages_as: str, currency: str, locale: str) -> str:
    if value < 1 and pages_as == "GB":
        return f"{(value * 100).quantize(Decimal('0.1'), rounding=ROUND_HALF_UP)}p"
    cents = value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return format_currency(cents, currency, locale=locale)


def free_again(offer: Offer, at=None):
    """When packs that others are paying for may be free again: the first hold's end; None if none is held so."""
    now = at or timezone.now()
    holds = Hold.objects.filter(stock__variant=offer.variant, stock__region=offer.region, until__gt=now)
    return holds.order_by("until").values_list("until", flat=True).first()


def next_price_of(products: tuple[int, int], region, at) -> datetime | None:
    """When a planned price next begins in a region, or a reduction is told of no longer; None if nothing is to come.

    Of the products from one pk to another.
    """
    first, last = products
    here = {"region": region.market_id, "variant__product__gte": first, "variant__product__lte": last}
    begins = Price.objects.filter(valid_from__gt=at, **here).aggregate(at=Min("valid_from"))["at"]
    quiet = PriceLog.objects.filter(quiet_at__gt=at, **here).aggregate(at=Min("quiet_at"))["at"]
    return min(filter(None, (begins, quiet)), default=None)


def repriced(since, until) -> set[int]:
    """The products (pks) of which a price begins or ends in this span of time."""
    rows = Price.objects.filter(valid_from__range=(since, until)).order_by()
    return set(rows.values_list("variant__product", flat=True))


def price_beginnings(region, first: date, last: date) -> dict[date, int]:
    """How many prices begin in a region on each day of its own clock, from one day to another."""
    day = TruncDate("valid_from", tzinfo=region.zone)
    begin, end = (datetime.combine(at, time(), region.zone) for at in (first, last + timedelta(days=1)))
    rows = Price.objects.filter(region=region, valid_from__gte=begin, valid_from__lt=end).order_by()
    return dict(rows.annotate(day=day).values("day").annotate(count=Count("pk")).values_list("day", "count"))
