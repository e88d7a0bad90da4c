"""Every place where the shop names a price, each walked as a shopper sees it and compared with `offer()`.

A surface is a function that yields `Said`: a piece of text, what must stand in it and which amounts of money may.
`@surface(name)` registers one; what is registered is walked by `manage.py check_offers`. A new place that shows
prices (structured data, a feed) registers itself here.
"""

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from articles.live import newest_versions
from config.search.index import reindex
from shop.basket.models import Basket
from shop.basket.session import KEY
from shop.catalogue.facts import daily_facts
from shop.catalogue.models import Variant
from shop.catalogue.offers import Availability, Offer, offers, small_money
from shop.catalogue.views import collections_in
from shop.checkout.place import place_order
from shop.checkout.totals import Address, quote_for
from shop.claims.conditions import names_condition
from shop.money import to_decimal
from shop.orders.mails import order_mail
from shop.outbox.models import Mail
from shop.payments.start import session_params
from shop.regions.models import Region

TAG = re.compile(r"<[^>]+>")
HIDDEN = re.compile(r"<(script|style|svg)\b.*?</\1>", re.DOTALL)
MONEY = re.compile(
    r"(?:US\$|[£$€¥])\s?\d[\d.,]*\d|\d[\d.,]*\d\s?(?:€|EUR|GBP|USD)(?!\s?\d)|(?<![\w/=-])\d+(?:\.\d+)?p(?=/| per )"
)
CARD = re.compile(r'<article class="card" id="product-([\w-]+)".*?</article>', re.DOTALL)
WALKER = "check-offers bot"  # its views are not counted


@dataclass
class Said:
    """What a surface says of an offer. `must` and `may` are texts; `may` the amounts allowed beside those of `must`."""

    offer: Offer
    text: str
    must: list[str] = field(default_factory=list)
    may: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        text = " ".join(self.text.replace("\u00a0", " ").split())
        told = [f"“{wanted}” is missing" for wanted in map(_plain, self.must) if wanted not in text]
        allowed = {amount for words in (*self.must, *self.may) for amount in MONEY.findall(_plain(words))}
        strays = {amount for amount in MONEY.findall(text) if amount not in allowed}
        return told + [f"says {amount}, which is no price of it" for amount in sorted(strays)]


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
            [offer for offer in own if offer.can_buy] or own, key=lambda offer: offer.amount, default=None
        )


@dataclass(frozen=True)
class Surface:
    name: str
    walk: Callable[[Walk], Iterator[Said]]


SURFACES: list[Surface] = []


def surface(name: str):
    def register(walk):
        SURFACES.append(Surface(name, walk))
        return walk

    return register


def text_of(markup: str) -> str:
    return html.unescape(TAG.sub(" ", HIDDEN.sub(" ", markup)))


def _cards(walk: Walk, page: str) -> Iterator[Said]:
    """Of each card on a page: the price with its tax words, its unit price, its availability."""
    for found in CARD.finditer(page):
        slug, card = found[1], found[0]
        offer = walk.on_card(slug)
        if offer is not None:
            must = [f"{offer.price} {offer.tax_words}", offer.unit_price, offer.availability_words]
            yield Said(offer, text_of(card), must)


@surface("list")
def product_list(walk: Walk) -> Iterator[Said]:
    found = list(_cards(walk, walk.get(f"/{walk.region.code}/shop/")))
    yield from found
    seen = {said.offer.product.pk for said in found}
    for offer in walk.sold:  # each product has its card
        if offer.product.pk not in seen:
            yield Said(offer, "", [offer.price])


@surface("home")
def home(walk: Walk) -> Iterator[Said]:
    page = walk.get(f"/{walk.region.code}/")
    by_form: dict[str, Offer] = {}
    for offer in sorted(walk.sold, key=lambda offer: (offer.product.position, offer.product.pk)):
        by_form.setdefault(offer.product.form, walk.on_card(offer.product.slug))
    for form, offer in by_form.items():
        found = re.search(rf'<li data-form="{form}">.*?</li>', page, re.DOTALL)
        yield Said(offer, text_of(found[0]) if found else "", [f"{offer.price} {offer.tax_words}"])


@surface("product")
def product(walk: Walk) -> Iterator[Said]:
    for offer in walk.sold:
        page = walk.get(offer.variant.url_in(walk.region))
        found = re.search(r'<section class="buy".*?</section>', page, re.DOTALL)
        instead = [other.price for other in walk.sold] if not offer.can_buy else []
        yield Said(
            offer,
            text_of(found[0]) if found else "",
            [f"{offer.price} {offer.tax_words}", offer.unit_price, offer.availability_words],
            may=instead,
        )
        sisters = [row.price for row in walk.sold if row.product.pk == offer.product.pk]
        main = page.split('<main id="main"')[-1].split("</main>")[0]
        yield Said(offer, text_of(main), [offer.price], may=[offer.unit_price, *sisters, *instead])


@surface("article card")
def article_card(walk: Walk) -> Iterator[Said]:
    for version in newest_versions(walk.region):
        yield from _cards(walk, walk.get(version.url))


@surface("compare")
def compare(walk: Walk) -> Iterator[Said]:
    page = walk.get(f"/{walk.region.code}/shop/compare/")
    for offer in walk.sold:
        found = re.search(
            rf'<tr[^>]*><th scope="row"><a href="[^"]*variant={offer.variant.sku}".*?</tr>', page, re.DOTALL
        )
        facts = daily_facts(offer.variant, offer.product.wording_in(walk.region), walk.region)
        figures = []
        if facts:
            price = to_decimal(offer.amount, offer.currency)
            figures = [
                small_money(
                    price * 100 / (offer.variant.pack_units * offer.variant.magnesium_mg), walk.region
                ),
                small_money(price * facts.units_per_day / offer.variant.pack_units, walk.region),
            ]
        yield Said(offer, text_of(found[0]) if found else "", [f"{offer.price} {offer.tax_words}", *figures])


@surface("structured data")
def structured_data(walk: Walk) -> Iterator[Said]:
    for offer in walk.sold:
        page = walk.get(offer.variant.url_in(walk.region))
        told = ""
        for found in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL):
            data = json.loads(found)
            for row in data.get("offers", []) if data.get("@type") == "Product" else []:
                if row["sku"] == offer.variant.sku:
                    tax = row["priceSpecification"]["valueAddedTaxIncluded"]
                    told = f"{row['price']} {row['priceCurrency']} {row['availability']} tax {tax} delivery {row['shippingDetails']['shippingRate']['value']}"
        state = "InStock" if offer.can_buy else "OutOfStock"
        price = to_decimal(offer.amount, offer.currency)
        must = f"{price} {offer.currency} https://schema.org/{state} tax {walk.region.prices_include_tax} delivery 0"
        yield Said(offer, told, [must])


@surface("product feed")
def product_feed(walk: Walk) -> Iterator[Said]:
    page = walk.get(f"/{walk.region.code}/feeds/google.xml")
    for offer in walk.sold:
        found = re.search(
            rf"<item><g:id>{offer.variant.sku}-{walk.region.code}</g:id>.*?</item>", page, re.DOTALL
        )
        state = "in_stock" if offer.can_buy else "out_of_stock"
        price = f"<g:price>{to_decimal(offer.amount, offer.currency)} {offer.currency}</g:price>"
        yield Said(
            offer,
            found[0] if found else "",
            [price, f"<g:availability>{state}</g:availability>", "<g:price>0 "],
        )


@surface("Meta feed")
def meta_feed(walk: Walk) -> Iterator[Said]:
    rows = csv.DictReader(io.StringIO(walk.get(f"/{walk.region.code}/feeds/meta.csv")))
    told = {row["id"]: f"{row['price']} {row['availability']}" for row in rows}
    for offer in walk.sold:
        state = "in stock" if offer.can_buy else "out of stock"
        price = f"{to_decimal(offer.amount, offer.currency)} {offer.currency}"
        yield Said(offer, told.get(f"{offer.variant.sku}-{walk.region.code}", ""), [f"{price} {state}"])


@surface("collections")
def collections(walk: Walk) -> Iterator[Said]:
    for collection, _ in collections_in(walk.region):
        yield from _cards(walk, walk.get(collection.url_in(walk.region)))


MOST_SEARCHES = 20  # a region, so that the walk is not slowed down as a shopper who searches without end


@surface("search")
def search(walk: Walk) -> Iterator[Said]:
    """Each product looked for by its name: its card, and what the box suggests. The index is brought up to date first."""
    reindex()
    first = {offer.product.slug: offer.product for offer in walk.sold}
    for product in list(first.values())[:MOST_SEARCHES]:
        offer = walk.on_card(product.slug)
        if names_condition(product.name_in(walk.region)):
            continue
        query = urlencode({"q": product.name_in(walk.region)})
        page = walk.get(f"/{walk.region.code}/search/?{query}&show=product")
        found = [said for said in _cards(walk, page) if said.offer.product.pk == product.pk]
        yield from found or [Said(offer, "", [offer.price])]
        told = json.loads(walk.get(f"/{walk.region.code}/search/suggest/?{query}") or '{"rows": []}')["rows"]
        note = next((row["note"] for row in told if row["url"] == product.url_in(walk.region)), "")
        yield Said(offer, note, [f"{offer.price} {offer.tax_words}"])


@surface("llms.txt")
def llms(walk: Walk) -> Iterator[Said]:
    page = walk.get("/llms.txt")
    part = page.split(f"## Products in {walk.region.the_name} (")[-1].split("\n## ")[0]
    for offer in walk.sold:
        name = offer.product.name_in(walk.region)
        line = next((row for row in part.splitlines() if row.startswith(f"- [{name}](")), "")
        sisters = [row.price for row in walk.sold if row.product.pk == offer.product.pk]
        yield Said(
            offer,
            line,
            [f"{offer.variant.label} {offer.price} ({offer.availability_words.lower()})"],
            may=sisters,
        )


def _a_basket(walk: Walk, offer: Offer) -> str:
    """Put two packs in as a shopper does; the basket page."""
    walk.client.cookies.clear()
    code = walk.region.code
    walk.client.post(
        f"/{code}/basket/add/",
        {"variant": offer.variant.sku, "quantity": "2", "seen": str(offer.amount)},
        secure=settings.HTTPS,
    )
    return walk.get(f"/{code}/basket/")


def _address(region: Region) -> Address | None:
    country = region.countries.order_by("pk").first()
    if country is None:
        return None
    state, postcode = ("OR", "97201") if country.code == "US" else ("", {"GB": "LS1 4AP"}.get(country.code, "10115"))  # fmt: skip
    return Address("Check of offers", "1 High Street", "", "Town", state, postcode, country.code)


@surface("basket, checkout, Stripe, order, mail")
def till(walk: Walk) -> Iterator[Said]:
    """A whole purchase of each variant up to the payment page, every step of it taken back."""
    address = _address(walk.region)
    for offer in walk.buyable if address else []:
        with transaction.atomic():
            found = list(_purchase(walk, offer, address))
            transaction.set_rollback(True)
        walk.client.cookies.clear()
        yield from found


def _purchase(walk: Walk, offer: Offer, address: Address) -> Iterator[Said]:
    region, code = walk.region, walk.region.code
    page = _a_basket(walk, offer)
    count = min(2, offer.sellable)
    total = region.money(offer.amount * count)
    main = page.split('<main id="main"')[-1].split("</main>")[0]
    yield Said(
        offer,
        text_of(main),
        [f"{offer.price} {offer.tax_words}", offer.unit_price, total],
        may=[region.money(0)],
    )
    basket = Basket.objects.filter(pk=walk.client.session.get(KEY)).first()
    if basket is None:
        yield Said(offer, "", [f"a basket with {offer.variant.sku}"])
        return
    rows = basket.rows(region)
    likely = quote_for(rows, region, address)
    page = walk.get(f"/{code}/checkout/")
    main = page.split('<main id="main"')[-1].split("</main>")[0]
    yield Said(
        offer,
        text_of(main),
        [region.money(likely.goods)],
        may=[likely.tax_text, likely.total_text, region.money(0)],
    )
    order = place_order(
        basket, region=region, email="check@example.org", address=address, shown_total=likely.total
    )
    sent = session_params(order, "check", timezone.now())
    line = sent["line_items"][0]["price_data"]
    stripe = f"{line['unit_amount']} {line['currency']} × {sent['line_items'][0]['quantity']}"
    yield Said(offer, stripe, [f"{offer.amount} {region.currency.lower()} × {count}"])
    amounts = [total, order.tax_text, order.total_text, region.money(0)]
    order_page = walk.get(order.get_absolute_url())
    main = order_page.split('<main id="main"')[-1].split("</main>")[0]
    yield Said(offer, text_of(main), [total, order.total_text], may=amounts)
    order_mail(order, "paid")
    mail = Mail.objects.get(key=f"order-paid:{order.pk}")
    for told in (mail.text, text_of(mail.html)):
        yield Said(offer, told, [total, order.total_text], may=amounts)


def walk_all(regions=None, only: str = "") -> Iterator[tuple[str, Region, Said]]:
    """(surface, region, what was said) of every surface, or of the one named `only`, in every region, of every variant.

    Changes nothing.
    """
    for region in regions or Region.all_open():
        walk = Walk.through(region)
        for one in [one for one in SURFACES if only in {"", one.name}]:
            for said in one.walk(walk):
                yield one.name, region, said


def as_table(rows) -> tuple[list[str], list[dict]]:
    """(lines of a table: region, SKU, offer, one mark a surface; faults as dicts)."""
    names = [one.name for one in SURFACES]
    cells: dict[tuple[str, str], dict[str, bool]] = {}
    offered: dict[tuple[str, str], Offer] = {}
    faults = []
    for name, region, said in rows:
        key = (region.code, said.offer.variant.sku)
        offered[key] = said.offer
        found = said.faults
        cells.setdefault(key, {})[name] = cells.get(key, {}).get(name, True) and not found
        faults += [{"region": region.code, "sku": key[1], "surface": name, "fault": fault} for fault in found]
    lines = [f"{'region':8}{'SKU':14}{'price':>12}  {'stock':10}" + "  ".join(names)]
    for key in sorted(cells):
        offer = offered[key]
        marks = "  ".join(
            {True: "ok", False: "WRONG", None: "–"}[cells[key].get(name)].ljust(len(name)) for name in names
        )
        lines.append(f"{key[0]:8}{key[1]:14}{_plain(offer.price):>12}  {offer.availability:10}{marks}")
    return lines, faults


def as_json(faults) -> str:
    return json.dumps({"faults": faults}, ensure_ascii=False)
