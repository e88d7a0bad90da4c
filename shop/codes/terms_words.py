"""What an automatic discount asks for and gives, in words for shoppers."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext, ngettext

if TYPE_CHECKING:
    from shop.codes.models import AutomaticDiscount


class AutomaticKind(models.TextChoices):
    PAY_FEWER = "fewer", "Buy so many packs, pay for fewer (3 for 2)"
    SPEND = "spend", "An amount off, from goods of a worth on (from £30 £5 off)"
    PACKS = "packs", "Per cent off, from a number of packs on (10 % from 2 packs)"


def words_of_terms(discount: "AutomaticDiscount") -> str:
    packs, free = discount.packs or 0, (discount.packs or 0) - (discount.pays or 0)
    match discount.kind, discount.product:
        case AutomaticKind.PAY_FEWER, None:
            words = ngettext(
                "of every {packs} packs, the cheapest is free",
                "of every {packs} packs, the {free} cheapest are free",
                free,
            )
        case AutomaticKind.PAY_FEWER, _product:
            words = ngettext(
                "of every {packs} packs of {product}, the cheapest is free",
                "of every {packs} packs of {product}, the {free} cheapest are free",
                free,
            )
        case AutomaticKind.SPEND, None:
            words = gettext("{amount} off from {minimum} on")
        case AutomaticKind.SPEND, _product:
            words = gettext("{amount} off from {minimum} of {product} on")
        case _, None:
            words = ngettext(
                "{percent} % off from {packs} pack on", "{percent} % off from {packs} packs on", packs
            )
        case _:
            words = ngettext(
                "{percent} % off from {packs} pack of {product} on",
                "{percent} % off from {packs} packs of {product} on",
                packs,
            )
    return words.format(
        packs=packs,
        free=free,
        percent=discount.percent,
        amount=discount.region.money(discount.amount or 0),
        minimum=discount.region.money(discount.minimum or 0),
        product=discount.product.name_in(discount.region) if discount.product else "",
    )
