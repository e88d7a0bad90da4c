"""Packs side by side: what is in them, what a day of them costs, and what 100 mg of magnesium costs. Label facts only."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from shop.catalogue.cards import cards_of
from shop.catalogue.costs import Costs, costs
from shop.catalogue.facts import DailyFacts, daily_facts
from shop.catalogue.models import ShelfRow
from shop.catalogue.offers import Offer
from shop.catalogue.shelf import OURS, packs_on_shelf

MOST = 6  # packs side by side
NATURAL = (*OURS, "pack_position", "variant_id")
ORDERS = {  # packs without a dose come last
    "": NATURAL,
    "price": ("no_dose", "amount", *NATURAL),
    "100mg": ("no_dose", "cost_of_100_mg", *NATURAL),
    "day": ("no_dose", "cost_of_a_day", *NATURAL),
    "dose": ("no_dose", "-mg_a_day", *NATURAL),
    "days": ("no_dose", "-days", *NATURAL),
    "pieces": ("no_dose", "units_a_day", *NATURAL),
}
SORTS = {
    "": _("Our order"),
    "price": _("Price"),
    "100mg": _("Cost of 100 mg"),
    "day": _("Cost of a day"),
    "dose": _("Magnesium a day"),
    "days": _("Days a pack"),
    "pieces": _("Pieces a day"),
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
    def costs(self) -> Costs | None:
        return costs(self.offer, self.facts)

    @property
    def per_100_mg(self) -> Decimal | None:
        """Major units of the region's currency for 100 mg elemental magnesium."""
        return self.costs.per_100_mg if self.costs else None

    @property
    def per_day(self) -> Decimal | None:
        return self.costs.per_day if self.costs else None

    @property
    def per_100_mg_text(self) -> str:
        return self.costs.per_100_mg_text if self.costs else ""

    @property
    def per_day_text(self) -> str:
        return self.costs.per_day_text if self.costs else ""


def packs_of(cards, region) -> list[ComparedPack]:
    """Each pack on sale of these cards. No query beyond the cards'."""
    return [
        ComparedPack(
            card.name, offer.variant.url_in(region), offer, daily_facts(offer.variant, card.wording, region)
        )
        for card in cards
        for offer in card.offers
    ]


def compared(rows: Iterable[ShelfRow], region) -> list[ComparedPack]:
    """The packs of these rows, in their order; three queries."""
    rows = list(rows)
    cards = cards_of(dict.fromkeys(row.product_id for row in rows), region)
    found = {pack.variant.pk: pack for pack in packs_of(cards, region)}
    return [found[row.variant_id] for row in rows if row.variant_id in found]


@dataclass(frozen=True)
class Chosen:
    """Packs that somebody ticked, sorted; `skus` as they were asked for; how many more there is no room for."""

    rows: list[ShelfRow]
    skus: list[str]
    left_out: int


def chosen_packs(asked: list[str], region, sort: str) -> Chosen:
    """Of the packs on sale; what else is asked for counts as not given."""
    found = packs_on_shelf(region).filter(variant__sku__in=asked).select_related("variant")
    rows = list(found.order_by(*ORDERS[sort])) if asked else []
    known = {row.variant.sku for row in rows}
    skus = [sku for sku in asked if sku in known][:MOST]
    return Chosen([row for row in rows if row.variant.sku in skus], skus, len(known) - len(skus))
