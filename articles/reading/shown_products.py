"""Which products an article shows in a region, in which place, and why. Readers' pages and staff's panel ask here."""

from dataclasses import dataclass

from articles.models.version import Linked
from shop.catalogue.cards import ProductCard, cards_on_sale
from shop.catalogue.substitutes import gone_products, substitute
from shop.content.scopes import card, products_in, shows

MAX_CARDS = 3


@dataclass(frozen=True)
class ShownProduct:
    """A card in an article, and why it is there."""

    card: ProductCard
    why: str
    replaces: str = ""  # what it stands in for, which is not to be had
    instead: ProductCard | None = None  # what can be bought while it is sold out


def choose(
    linked: Linked, region, placed: list[int], at=None, *, may_stand_inside: bool = True
) -> tuple[dict[int, ShownProduct], list[ShownProduct]]:
    """(cards for blocks in the text by product pk, cards after the article). `placed`: by editors, in the text.

    After the article: pinned products in their order, then those whose card may not stand inside this text, then those
    that share most related-product tags, then the newest; at most three, without those that stand in the text already.
    What an editor keeps out shows nowhere, also where a card of it stands in the text. What is withdrawn or not sold in
    the region shows nowhere; where it was pinned or stood in the text, the nearest that can be bought stands in,
    labelled (`replaces`). A query more only where something is gone.
    """
    cards = cards_on_sale(region, at)
    on_sale = {card.product.pk: card for card in cards}
    placed = [pk for pk in dict.fromkeys(placed) if pk not in linked.excluded]
    inline = placed if may_stand_inside else []
    pins = list(dict.fromkeys([*linked.pins, *([] if may_stand_inside else placed)]))
    wanted = sorted(
        (set(pins) | (set(linked.shared) & set(on_sale))) - linked.excluded - set(inline),
        key=lambda pk: (
            pins.index(pk) if pk in pins else len(pins),
            -linked.shared.get(pk, 0),
            -pk,
        ),
    )
    missing = [pk for pk in [*inline, *wanted] if pk not in on_sale]
    gone = gone_products(missing, region) if missing else {}
    shows(*(card(region.code, pk) for pk in {*inline, *wanted}))
    if missing or any(on_sale[pk].is_sold_out for pk in {*inline, *wanted} & on_sale.keys()):
        shows(products_in(region.code))  # something may stand in
    taken = set(inline) | linked.excluded

    def slot(pk) -> ShownProduct | None:
        card = on_sale.get(pk)
        if card is not None:
            instead = substitute(card.product, cards, taken) if card.is_sold_out else None
            return ShownProduct(card, _why(pk, linked, placed), instead=instead)
        stand_in = substitute(gone[pk].product, cards, taken, gone[pk].mg) if pk in gone else None
        if stand_in is None:
            return None
        taken.add(stand_in.product.pk)
        return ShownProduct(stand_in, _why(pk, linked, placed), replaces=gone[pk].product.name_in(region))

    in_text = {pk: shown for pk in inline if (shown := slot(pk))}
    wanted = [pk for pk in wanted if pk not in taken]
    taken |= set(wanted) & set(on_sale)
    after = [shown for pk in wanted if (shown := slot(pk))]
    return in_text, after[:MAX_CARDS]


def _why(pk, linked, placed) -> str:
    if pk in placed:
        return "a card in the text"
    if pk in linked.pins:
        return f"chosen by hand, place {linked.pins.index(pk) + 1}"
    count = linked.shared.get(pk, 0)
    return f"{count} shared tag{'' if count == 1 else 's'}"
