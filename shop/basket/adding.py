"""From a form to packs in the basket: what was asked for, whether it can be had at the price that was seen, what to say."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.messages import SUCCESS, WARNING
from django.utils.translation import gettext as _

from shop.attribution.origins import CAMPAIGN_KEYS, Origin
from shop.basket.models import MAX_PER_LINE, why_most
from shop.basket.quantities import whole_number
from shop.catalogue.models import Variant
from shop.catalogue.offers import Offer
from shop.catalogue.offers import offer as offer_of
from shop.regions.models import Region
from shop.text.numbers import amount_or_none

ADDED = "added"  # tag of a message that leads to the basket, see holes/messages.html
ORIGIN_FIELDS = ("source", "via", *CAMPAIGN_KEYS)


class CannotAdd(Exception):
    """Nothing is added. `kind`: unknown, quantity, price or gone; `details`: what its page needs to say why."""

    def __init__(self, kind: str, **details: object) -> None:
        super().__init__(kind)
        self.kind, self.details = kind, details


@dataclass(frozen=True)
class WantedPacks:
    """What a form asks for. `seen`: the price on its page, in minor units as its field has them; "" where it names none."""

    variant: Variant
    quantity: int
    seen: str
    origin_fields: list[tuple[str, str]]
    once: str  # the form's one-time key

    @classmethod
    def read(cls, typed: Mapping[str, str]) -> "WantedPacks":
        """Raises CannotAdd."""
        sku = typed.get("variant", "").strip()
        found = Variant.objects.select_related("product").filter(sku=sku) if len(sku) <= 20 else ()
        variant = next(iter(found), None)
        if variant is None:
            raise CannotAdd("unknown")
        quantity = whole_number(typed.get("quantity", "1"))
        if not quantity:
            raise CannotAdd("quantity")
        origin = [(name, typed[name]) for name in ORIGIN_FIELDS if name in typed]
        return cls(variant, quantity, typed.get("seen", ""), origin, typed.get("once", "")[:40])

    @property
    def origin(self) -> Origin:
        return Origin.of(dict(self.origin_fields))

    def offer_in(self, region: Region) -> Offer:
        """The offer, buyable and at the price the shopper saw. Raises CannotAdd."""
        offer, seen = offer_of(self.variant, region), amount_or_none(self.seen.strip())
        if offer.can_buy and (not self.seen or seen == offer.amount):
            return offer
        raise CannotAdd(
            "price" if offer.can_buy else "gone",
            sku=self.variant.sku,
            quantity=self.quantity,
            seen=seen,
            origin=self.origin_fields,
        )


def message_of(offer: Offer, asked: int, added: int) -> tuple[int, str, str]:
    """(level, words, tag) of the message after `Basket.add` put in `added` of the packs that were asked for."""
    name = f"{offer.product.name_in(offer.region)}, {offer.variant.translated.label}"
    if added == asked:
        words = _("Added to your basket: {quantity} × {name}.").format(quantity=added, name=name)
        return SUCCESS, words, ADDED
    why = why_most(offer)
    if added:
        words = _("Added {quantity} × {name}: {why}.").format(quantity=added, name=name, why=why)
        return WARNING, words, ADDED
    if offer.sellable < MAX_PER_LINE:
        words = _("Your basket already holds all {quantity} of {name} that we can sell.")
        return WARNING, words.format(quantity=offer.sellable, name=name), ""
    words = _("Nothing was added to {name}: {why}, and your basket has them.")
    return WARNING, words.format(name=name, why=why), ""
