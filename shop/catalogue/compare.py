"""Packs side by side: what is in them, what a day of them costs, and what 100 mg of magnesium costs. Label facts only."""

from dataclasses import dataclass
from decimal import Decimal

from shop.catalogue.facts import DailyFacts, daily_facts
from shop.catalogue.offers import Offer, small_money
from shop.money import to_decimal

SORTS = {
    "": "Our order",
    "price": "Price",
    "100mg": "Cost of 100 mg",
    "day": "Cost of a day",
    "dose": "Magnesium a day",
    "days": "Days a pack",
    "pieces": "Pieces a day",
}


@dataclass(frozen=True)
class ComparedPack:
    """One pack in one region. What is no oral source has no figures: a bath or a spray is no intake."""

    name: str
    url: str
    offer: Offer
    facts: DailyFacts | None

    @property
    def variant(self):
        return self.offer.variant

    @property
    def per_100_mg(self) -> Decimal | None:
        """Major units of the region's currency for 100 mg elemental magnesium."""
        if self.facts is None:
            return None
        amount = to_decimal(self.offer.sold_at, self.offer.currency)
        return amount * 100 / (self.variant.pack_units * self.variant.magnesium_mg)

    @property
    def per_day(self) -> Decimal | None:
        if self.facts is None:
            return None
        amount = to_decimal(self.offer.sold_at, self.offer.currency)
        return amount * self.facts.units_per_day / self.variant.pack_units

    @property
    def per_100_mg_text(self) -> str:
        return small_money(self.per_100_mg, self.offer.region)

    @property
    def per_day_text(self) -> str:
        return small_money(self.per_day, self.offer.region)


def rows(cards, region, sort="") -> list[ComparedPack]:
    """A row for each pack on sale, sorted; packs without a figure come last. No query beyond the cards'."""
    found = [
        ComparedPack(
            card.name, offer.variant.url_in(region), offer, daily_facts(offer.variant, card.wording, region)
        )
        for card in cards
        for offer in card.offers
    ]
    keys = {
        "price": lambda row: row.offer.amount,
        "100mg": lambda row: row.per_100_mg,
        "day": lambda row: row.per_day,
        "dose": lambda row: -row.facts.mg_per_day,
        "days": lambda row: -row.facts.days,
        "pieces": lambda row: row.facts.units_per_day,
    }
    key = keys.get(sort)
    if key is None:
        return found
    return sorted(found, key=lambda row: (row.facts is None, key(row) if row.facts or sort == "price" else 0))
