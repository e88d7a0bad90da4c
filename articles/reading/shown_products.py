"""Which products an article shows in a region, in which place, and why. Readers' pages and staff's panel ask here."""

from dataclasses import dataclass
from itertools import islice

from django.db.models import Count, OuterRef
from django.utils import timezone

from articles.models.version import Linked
from shop.catalogue.cards import ProductCard, cards_of
from shop.catalogue.models import ProductTag, ShelfRow
from shop.catalogue.substitutes import gone_products, substitute_row
from shop.content.compiled import Compiled, firsts, has_one
from shop.content.scopes import card as scope_of_card
from shop.content.scopes import shows, tag

MAX_CARDS = 3
COUNTED = 60  # products of a tag


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
    labelled (`replaces`). A few queries more for each that is gone or sold out, and for nothing else.
    """
    placed = [pk for pk in dict.fromkeys(placed) if pk not in linked.excluded]
    inline = placed if may_stand_inside else []
    pins = list(dict.fromkeys([*linked.pins, *([] if may_stand_inside else placed)]))
    pins = [pk for pk in pins if pk not in linked.excluded and pk not in inline]
    tagged = by_tag(linked, region, at)
    wanted = [*pins, *(pk for pk in tagged if pk not in {*pins, *inline})]
    cards = cards_of([*inline, *pins, *wanted[len(pins) : len(pins) + MAX_CARDS]], region, at)
    on_sale = {card.product.pk: card for card in cards}
    missing = [pk for pk in [*inline, *pins] if pk not in on_sale]
    gone = gone_products(missing, region) if missing else {}
    shows(*(scope_of_card(region.code, pk) for pk in [*inline, *pins, *on_sale]))
    taken = set(inline) | linked.excluded
    stand_ins: dict[int, int] = {}  # what stands in for what, or can be bought while that is sold out

    def fill(pk) -> bool:
        """Whether something stands at its place."""
        card, there = on_sale.get(pk), gone.get(pk)
        if card is not None:
            if card.is_sold_out and (row := substitute_row(region, card.product, taken, at=at)):
                stand_ins[pk] = row.product_id
            return True
        row = substitute_row(region, there.product, taken, there.mg, at) if there else None
        if row is None:
            return False
        stand_ins[pk] = row.product_id
        taken.add(row.product_id)
        return True

    in_text = [pk for pk in inline if fill(pk)]
    wanted = [pk for pk in wanted if pk not in taken]
    taken |= {pk for pk in wanted if pk in on_sale}
    after = list(islice((pk for pk in wanted if fill(pk)), MAX_CARDS))
    known = {card.product.pk: card for card in cards_of(dict.fromkeys(stand_ins.values()), region, at)}

    def shown(pk) -> ShownProduct | None:
        why, stand_in = _why(pk, linked, placed, tagged), known.get(stand_ins.get(pk, 0))
        if pk in on_sale:
            return ShownProduct(on_sale[pk], why, instead=stand_in)
        if stand_in is None:
            return None
        return ShownProduct(stand_in, why, replaces=gone[pk].product.name_in(region))

    return {pk: row for pk in in_text if (row := shown(pk))}, [row for pk in after if (row := shown(pk))]


def by_tag(linked: Linked, region, at=None) -> dict[int, int]:
    """Of the products on sale that have one of the tags, how many they share by pk: those that share most, then the newest.

    Two queries. Of a tag that many have, the newest COUNTED are looked at.
    """
    tags = linked.by_tag.tags
    if not tags:
        return {}
    shows(*(tag(region.code, pk) for pk in tags))
    now = max(at, timezone.now()) if at else timezone.now()
    found = [pk for (pk,) in _newest(region.pk, now, linked.excluded, tags)]
    return dict(sorted(_tags_shared(found, tags), key=lambda row: (-row[1], -row[0])))


@Compiled
def _newest(region: int, now, excluded: list[int], tags: list[int]):
    """Of each tag the newest products that are on sale."""
    held = ShelfRow.objects.filter(region=region, since__lte=now, until__gt=now)
    sold = held.filter(product=OuterRef("product"), is_card=True)
    rows = ProductTag.objects.filter(has_one(sold)).exclude(product__in=excluded).order_by("-product_id")
    return firsts([rows.filter(tag=pk)[:COUNTED] for pk in tags], "product_id")


@Compiled
def _tags_shared(products: list[int], tags: list[int]):
    rows = ProductTag.objects.filter(product__in=products, tag__in=tags).order_by().values("product_id")
    return rows.annotate(count=Count("pk")).values_list("product_id", "count")


def _why(pk, linked, placed, tagged) -> str:
    if pk in placed:
        return "a card in the text"
    if pk in linked.pins:
        return f"chosen by hand, place {linked.pins.index(pk) + 1}"
    count = tagged.get(pk, 0)
    return f"{count} shared tag{'' if count == 1 else 's'}"
