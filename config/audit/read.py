"""How a place is read: what it says of an offer, what it must say and which amounts it may name."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.test import Client

from shop.catalogue.costs import costs_of
from shop.catalogue.models import Variant
from shop.catalogue.offers import Availability, Offer, offers
from shop.regions.models import Region
from shop.web.language import speaking

TAG = re.compile(r"<[^>]+>")
CELL_END = re.compile(r"</t[dh]>")


HIDDEN = re.compile(r"<(script|style|svg)\b.*?</\1>", re.DOTALL)


MONEY = re.compile(
    r"(?:US\$|[£$€¥])\s?\d[\d.,]*\d|\d[\d.,]*\d\s?(?:€|EUR|GBP|USD)(?!\s?\d)|(?<![\w/=-])\d+(?:\.\d+)?p(?=/| per )"
)


PRODUCT_CARD = re.compile(r'<article class="card" id="product-([\w-]+)".*?</article>', re.DOTALL)


WALKER = "check-offers bot"  # its views are not counted


@dataclass
class Statement:
    """What a place says of an offer. `must` and `may` are texts; `may` the amounts allowed beside those of `must`."""

    offer: Offer
    text: str
    must: list[str] = field(default_factory=list)
    may: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        text = " ".join(self.text.replace("\u00a0", " ").split())
        missing = [f"“{wanted}” is missing" for wanted in map(_plain, self.must) if wanted not in text]
        also = [self.offer.was_price, self.offer.was_unit_price]
        with speaking(self.offer.region):
            if cost := costs_of(self.offer):
                also += [cost.per_day_text, cost.per_100_mg_text + "/"]  # pence are read by what they are per
        allowed = {
            amount for words in (*self.must, *self.may, *also) for amount in MONEY.findall(_plain(words))
        }
        strays = {amount for amount in MONEY.findall(text) if amount not in allowed}
        return missing + [f"says {amount}, which is no price of it" for amount in sorted(strays)]


def _plain(words: str) -> str:
    return " ".join(str(words).replace("\u00a0", " ").split())


@dataclass
class Walk:
    """One region, with fresh offers of every variant that is not hidden, and a visitor without a history."""

    region: Region
    offers: dict[str, Offer]
    client: Client

    @classmethod
    def through(cls, region: Region) -> "Walk":
        variants = list(
            Variant.objects.select_related("product").prefetch_related(
                "product__wordings", "product__variants"
            )
        )
        found = offers(variants, region)
        client = Client(
            SERVER_NAME=settings.ALLOWED_HOSTS[0],
            HTTP_SEC_FETCH_SITE="same-origin",
            HTTP_USER_AGENT=WALKER,
        )
        return cls(region, {variant.sku: found[variant.pk] for variant in variants}, client)

    def get(self, path: str) -> str:
        response = self.client.get(path, secure=settings.HTTPS)
        return response.content.decode() if response.status_code == 200 else ""

    def get_all(self, path: str) -> str:
        """A list with all of its pages, as one who follows “Next” sees them."""
        found = ""
        while path:
            page = self.get(path)
            further = NEXT.search(page)
            found, path = found + page, html.unescape(further[1]) if further else ""
        return found

    @property
    def sold(self) -> list[Offer]:
        return [
            offer
            for offer in self.offers.values()
            if offer.availability in {Availability.IN_STOCK, Availability.SOLD_OUT}
        ]

    @property
    def buyable(self) -> list[Offer]:
        return [offer for offer in self.sold if offer.can_buy]

    def on_card(self, slug: str) -> Offer | None:
        """The offer that a card of a product shows: the cheapest that can be bought, else the cheapest."""
        own = [offer for offer in self.sold if offer.product.slug == slug]
        return min(
            [offer for offer in own if offer.can_buy] or own, key=lambda offer: offer.sold_at, default=None
        )


@dataclass(frozen=True)
class Place:
    name: str
    walk: Callable[[Walk], Iterator[Statement]]


NEXT = re.compile(r'<a href="([^"]+)" rel="next"')
PLACES: list[Place] = []


def place(name: str):
    def register(walk):
        PLACES.append(Place(name, walk))
        return walk

    return register


def text_of(markup: str) -> str:
    """Cells of a table stay apart: “€” after one figure is not before the next."""
    return html.unescape(TAG.sub(" ", CELL_END.sub(" | ", HIDDEN.sub(" ", markup))))
