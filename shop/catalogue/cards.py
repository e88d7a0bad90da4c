"""Product cards, and what is on sale in a region: for lists, articles, feeds and search."""

from django.db.models import Prefetch

from shop.catalogue.facts import daily_facts
from shop.catalogue.models import (
    Collection,
    Product,
    ProductPicture,
    Variant,
    tags_by_product,
    with_wording,
)
from shop.catalogue.offers import loaded_offers, memoised_unless_own


def for_cards(products, region, at=None):
    """A queryset with all that product cards need, in three queries however many products there are."""
    return with_wording(products, region).prefetch_related(
        Prefetch("variants", Variant.objects.offered_in(region, at)),
        Prefetch("pictures", ProductPicture.objects.select_related("picture")),
    )


class ProductCard:
    """What a card of a product shows in a region: the cheapest offer that can be bought, else the first sold."""

    def __init__(self, product, region):
        self.product = product
        self.region = region
        self.offers = [offer for offer in loaded_offers(product, region) if offer.amount is not None]
        buyable = [offer for offer in self.offers if offer.can_buy]
        self.offer = min(buyable or self.offers, key=lambda offer: offer.sold_at, default=None)
        self.name = product.name_in(region)
        self.summary = product.summary_in(region)
        self.url = product.url_in(region)
        self.wording = product.wording_in(region)
        self.facts = self.offer and daily_facts(self.offer.variant, self.wording, region)
        self.is_sold_out = bool(self.offers) and not buyable
        self.is_withdrawn = product.is_withdrawn

    @property
    def picture(self):
        for row in self.product.pictures.all():
            if row.variant_id is None or self.offer is None or row.variant_id == self.offer.variant.pk:
                return row.picture
        return None

    @property
    def has_choice(self) -> bool:
        return len(self.offers) > 1


def product_cards(products, region, at=None) -> list[ProductCard]:
    """Cards for a queryset of products."""
    return [ProductCard(product, region) for product in for_cards(products, region, at)]


def cards_on_sale(region, at=None) -> tuple[ProductCard, ...]:
    """Cards of all that is sold in a region, in the shop's order; with the prices of another moment if `at`."""

    def load():
        return tuple(card for card in product_cards(Product.objects.visible(), region, at) if card.offers)

    if at is not None:
        return load()
    return memoised_unless_own(f"cards on sale in {region.code}", load, region)


def collections_in(region) -> tuple:
    """(collection, its cards) of every open collection with something in it in a region, in staff's order."""

    def load():
        cards, tags = cards_on_sale(region), tags_by_product()
        rows = Collection.objects.filter(is_open=True).select_related("picture").prefetch_related("by_hand")
        found = [(row, row.cards_among(cards, tags)) for row in rows]
        return tuple((row, inside) for row, inside in found if inside)

    return memoised_unless_own(f"collections in {region.code}", load, region)
