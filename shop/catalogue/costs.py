"""What magnesium costs: 100 mg of it, and a day of it as directed. Label facts and the offer's price alone."""

from dataclasses import dataclass
from decimal import Decimal

from shop.catalogue.facts import DailyFacts, daily_facts
from shop.catalogue.offers import Offer, small_money
from shop.money import to_decimal


@dataclass(frozen=True)
class Costs:
    """Of one pack in one region, in major units of its currency."""

    offer: Offer
    per_100_mg: Decimal
    per_day: Decimal

    @property
    def per_100_mg_text(self) -> str:
        return small_money(self.per_100_mg, self.offer.region)

    @property
    def per_day_text(self) -> str:
        return small_money(self.per_day, self.offer.region)


def costs(offer: Offer | None, facts: DailyFacts | None) -> Costs | None:
    """None where it is not sold, and for what is no oral source: a bath or a spray is no intake."""
    if not offer or offer.amount is None or not facts:
        return None
    pack, amount = offer.variant, to_decimal(offer.amount, offer.currency)
    return Costs(
        offer,
        per_100_mg=amount * 100 / (pack.pack_units * facts.mg_per_unit),
        per_day=amount * facts.units_per_day / pack.pack_units,
    )


def costs_of(offer: Offer) -> Costs | None:
    """The same; the product's wordings are loaded, or asked for."""
    return costs(offer, daily_facts(offer.variant, offer.product.wording_in(offer.region), offer.region))
