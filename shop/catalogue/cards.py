"""Product cards, and what is on sale in a region: for lists, articles, feeds and search."""

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils import timezone

from shop.catalogue.cells import Cell
from shop.catalogue.costs import costs
from shop.catalogue.facts import daily_facts
from shop.catalogue.models import Product, ProductPicture, ShelfRow, Variant, with_wording
from shop.catalogue.models.kinds import magnesium_forms
from shop.catalogue.offers import loaded_offers, look_at_cuts, own_packs
from shop.catalogue.shelf import OURS, cards_for_most, first_of_each, shelf
from shop.content.compiled import Compiled, hang


def for_cards(products, region, at=None):
    """A queryset with all that product cards need, in three queries however many products there are."""
    return with_wording(products, region.pk).prefetch_related(*_beside(region, at))


def _beside(region, at=None) -> list[Prefetch]:
    return [
        Prefetch("variants", Variant.objects.priced(region, at)),
        Prefetch("pictures", ProductPicture.objects.select_related("picture")),
    ]


def _load_beside(products: list[Product], region, at=None) -> None:
    """The same for products that are loaded."""
    pks = [product.pk for product in products]
    hang(products, "variants", _packs(region.market_id, at or timezone.now(), pks) if pks else [])
    hang(products, "pictures", _pictures(pks) if pks else [])


@Compiled
def _packs(region: int, at, products: list[int]):
    packs = Variant.objects.filter(product__in=products)
    return packs.order_by("product_id", "position", "pk").priced(region, at)


@Compiled
def _pictures(products: list[int]):
    return ProductPicture.objects.filter(product__in=products).select_related("picture")


class ProductCard:
    """What a card of a product shows in a region: the cheapest offer that can be bought, else the first sold."""

    def __init__(self, product, region, at=None):
        self.product = product
        self.region = region
        self.offers = [offer for offer in loaded_offers(product, region, at) if offer.amount is not None]
        buyable = [offer for offer in self.offers if offer.can_buy]
        self.offer = min(buyable or self.offers, key=lambda offer: offer.sold_at, default=None)
        self.name = product.name_in(region)
        form = magnesium_forms().get(product.form)
        self.form_name = form.translated.name if form else product.form
        self.summary = product.summary_in(region)
        self.url = product.url_in(region)
        self.wording = product.wording_in(region)
        self.facts = daily_facts(self.offer.variant, self.wording, region) if self.offer else None
        self.costs = costs(self.offer, self.facts)
        self.is_sold_out = bool(self.offers) and not buyable
        self.is_withdrawn = product.is_withdrawn

    @property
    def picture(self):
        for row in self.product.pictures.all():
            if row.variant_id is None or self.offer is None or row.variant_id == self.offer.variant.pk:
                return row.picture
        return None

    @property
    def cell(self) -> Cell:
        """Where it is counted. Raises ValueError for what is not on sale."""
        if self.offer is None:
            raise ValueError(f"{self.product} is not on sale.")
        return Cell.of(self.product, self.offer.sold_at, self.facts.mg_per_day if self.facts else 0)

    @property
    def has_choice(self) -> bool:
        return len(self.offers) > 1


def product_cards(products, region, at=None) -> list[ProductCard]:
    """Cards for a queryset of products."""
    found = list(for_cards(products, region, at))
    look_at_cuts(found, region, at)
    return [ProductCard(product, region, at) for product in found]


def cards_of(pks, region, at=None) -> list[ProductCard]:
    """Cards of products by pk, in this order, in three queries; what is not on sale in the region is left out.

    Which products those are, a page at a time: see shop.catalogue.shelf.
    """
    pks = list(pks)
    products = _visible(pks, region.pk) if pks else []
    _load_beside(products, region, at)
    look_at_cuts(products, region, at)
    cards = {product.pk: ProductCard(product, region, at) for product in products}
    return [cards[pk] for pk in pks if pk in cards and cards[pk].offers]


def product_with_slug(slug: str, region) -> Product:
    """With all that its card and page need. Raises Http404."""
    found = _with_slug(slug, region.pk)
    if not found:
        raise Http404("There is no product at this address.")
    _load_beside(found, region)
    look_at_cuts(found, region)
    return found[0]


@Compiled
def _with_slug(slug: str, region: int):
    return with_wording(Product.objects.filter(slug=slug), region)


@Compiled
def _visible(pks: list[int], region: int):
    return with_wording(Product.objects.visible().filter(pk__in=pks), region)


def sold_among(pks, region) -> set[int]:
    """Of products by pk those that are on sale in a region."""
    return set(Product.objects.on_sale_in(region).filter(pk__in=pks).values_list("pk", flat=True))


def first_of_each_form(region) -> list[ProductCard]:
    """The first product of each form that is on sale, in the shop's order."""
    rows = shelf(region)
    names = list(magnesium_forms())
    if own_packs(region):
        firsts = _by_form(rows, names)
    else:
        firsts = _by_form_for_most(region.pk, timezone.now(), names)
    return cards_of(list(dict.fromkeys(pk for (pk,) in firsts)), region)


def _by_form(rows: QuerySet[ShelfRow], names: list[str]):
    lists = (rows.filter(form=form).order_by(*OURS) for form in names)
    return first_of_each(lists).values_list("product_id")


@Compiled
def _by_form_for_most(region: int, now, names: list[str]):
    return _by_form(cards_for_most(region, now), names)
