"""What stands in for a product that is not to be had: chosen by rule, always labelled, gone when the original returns."""

from dataclasses import dataclass

from django.db.models import Min, QuerySet, Subquery
from django.utils import timezone

from shop.catalogue.cards import ProductCard, cards_of
from shop.catalogue.models import Product, ShelfRow, with_wording
from shop.catalogue.models.kinds import kinds, magnesium_forms
from shop.catalogue.offers import own_packs
from shop.catalogue.shelf import (
    OURS,
    can_be_bought,
    cards_for_most,
    counts,
    first_of_each,
    in_cells,
    shelf,
)
from shop.content.compiled import Compiled
from shop.content.memo import memoised
from shop.content.scopes import products_in, shows


@dataclass(frozen=True)
class Gone:
    """A product that is not on sale. `mg`: see `mg_of`."""

    product: Product
    mg: int


def gone_products(pks, region) -> dict[int, Gone]:
    """Products that are not on sale, by pk, with what a choice of substitutes needs; one query."""
    rows = with_wording(Product.objects.filter(pk__in=pks), region.pk)
    rows = rows.annotate(least_mg=Min("variants__magnesium_mg"))
    return {row.pk: Gone(row, row.least_mg or 0) for row in rows}


def mg_of(product: Product) -> int:
    """Elemental milligrams of its smallest unit; 0 for what is not swallowed."""
    return min((row.magnesium_mg for row in product.variants.all() if row.magnesium_mg), default=0)


def substitute(product: Product, cards, taken=(), mg: int | None = None):
    """Of a region's cards the one that can be bought and is nearest to `product`; None if there is none.

    First the successor that staff named, or for want of it what they named to succeed that; then the same form, then any
    of the same kind; among equals the nearest in elemental milligrams, then the shop's order. Always of the same kind, so that an article that may show the one may
    show the other. `taken`: pks of products that stand there already. `mg`: see `mg_of`, where it is known.
    """
    fitting = [
        card
        for card in cards
        if card.product.kind == product.kind
        and card.product.pk != product.pk
        and card.product.pk not in taken
        and not card.is_sold_out
    ]
    wanted = mg_of(product) if mg is None else mg
    successor = _successor(product, {card.product.pk for card in fitting})
    return min(
        fitting,
        key=lambda card: (
            card.product.pk != successor,
            card.product.form != product.form,
            abs(mg_of(card.product) - wanted),
            card.product.position,
        ),
        default=None,
    )


def _successor(product: Product, fitting: set[int]) -> int | None:
    """The pk of the first of its successors that fits; None if none does."""
    pk, seen = product.successor_id, {product.pk}
    while pk is not None and pk not in fitting and pk not in seen:
        seen.add(pk)
        pk = _named().get(pk)
    return pk if pk in fitting else None


def _named() -> dict[int, int]:
    """The successors that staff named, by the pk of what they succeed."""
    rows = Product.objects.exclude(successor=None).values_list("pk", "successor")
    return memoised("successors", lambda: dict(rows))


def substitute_in(region, product: Product, taken=(), mg: int | None = None, at=None) -> ProductCard | None:
    """As `substitute`, chosen by the database among all that is on sale in a region; `at`: then, if that is to come."""
    return _card(substitute_row(region, product, taken, mg, at), region, at)


def substitute_row(region, product: Product, taken=(), mg: int | None = None, at=None) -> ShelfRow | None:
    """Its row on the shelf, for those who load several cards at once."""
    return _nearest_row(region, product, taken, mg_of(product) if mg is None else mg, at)


def _card(row: ShelfRow | None, region, at=None) -> ProductCard | None:
    return next(iter(cards_of([row.product_id], region, at)), None) if row else None


def _nearest_row(region, product: Product, taken, wanted: int, at=None) -> ShelfRow | None:
    moment = max(at, timezone.now()) if at else timezone.now()
    names, own = list(magnesium_forms()), own_packs(region)
    shows(products_in(region.code))
    if own or product.successor_id:
        rows = shelf(region, moment if at else None).filter(can_be_bought(region), kind=product.kind)
        rows = rows.exclude(product__in=[product.pk, *taken])
        if product.successor_id and (row := _successor_row(product, rows)):
            return row
    if own:
        found = list(_nearest_of_each_form(rows, wanted, names))
    else:
        found = _nearest_for_most(region.pk, moment, product.kind, [product.pk, *taken], wanted, names)
    return min(
        found,
        key=lambda row: (row.form != product.form, abs(row.least_mg - wanted), row.position, row.product_id),
        default=None,
    )


def _nearest_of_each_form(rows: QuerySet[ShelfRow], wanted: int, names: list[str]) -> QuerySet[ShelfRow]:
    """Of each form the nearest with as much, and with less."""
    lists = []
    for form in names:
        of_form = rows.filter(form=form)
        below = of_form.filter(least_mg__lt=wanted).order_by("-least_mg").values("least_mg")[:1]
        lists += [
            of_form.filter(least_mg__gte=wanted).order_by("least_mg", *OURS),
            of_form.filter(least_mg=Subquery(below)).order_by(*OURS),
        ]
    return first_of_each(lists)


@Compiled
def _nearest_for_most(region: int, now, kind: str, taken: list[int], wanted: int, names: list[str]):
    rows = cards_for_most(region, now).filter(sold_out=False, kind=kind).exclude(product__in=taken)
    return _nearest_of_each_form(rows, wanted, names)


def _successor_row(product: Product, rows: QuerySet[ShelfRow]) -> ShelfRow | None:
    """The first of its successors that is among the rows; a query or two for each that is named."""
    pk, seen = product.successor_id, {product.pk}
    while pk is not None and pk not in seen:
        if row := rows.filter(product=pk).first():
            return row
        seen.add(pk)
        pk = Product.objects.filter(pk=pk).values_list("successor", flat=True).first()
    return None


def nearest(product: Product, region) -> ProductCard | None:
    """What the page of a product that is not to be had leads to: its substitute; for want of one, a kind that says so
    leads to something else that is not swallowed. None otherwise: capsules are no answer to who wants a spray."""
    found = substitute_in(region, product)
    kind = kinds().get(product.kind)
    if found or kind is None or not kind.other_substitutes:
        return found
    outside = {code for code, row in kinds().items() if not row.is_swallowed}
    cells = [cell for cell in counts(region) if cell.kind in outside]
    rows = in_cells(shelf(region).filter(can_be_bought(region)), cells)
    return _card(rows.order_by(*OURS).first(), region)
