"""Every place where the shop names a price, each walked as a shopper sees it and compared with `offer()`.

A place is a function that yields `Statement`: a piece of text, what must stand in it and which amounts of money may.
`@place(name)` registers one; what is registered is walked by `manage.py check_offers`. A new place that shows
prices (structured data, a feed) registers itself here.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from django.conf import settings

from articles.reading.published import newest_versions
from config.audit.read import PRODUCT_CARD, Statement, Walk, place, text_of
from config.discovery.product_rows import is_held_back
from config.search.index import reindex
from shop.catalogue.collected import collections_in
from shop.catalogue.facts import daily_facts
from shop.catalogue.offers import Offer, small_money
from shop.claims.conditions import names_condition
from shop.money import to_decimal


def _cards(walk: Walk, page: str) -> Iterator[Statement]:
    """Of each card on a page: the price with its tax words, its unit price, its availability."""
    for found in PRODUCT_CARD.finditer(page):
        slug, card = found[1], found[0]
        offer = walk.on_card(slug)
        if offer is not None:
            must = [f"{offer.price} {offer.tax_words}", offer.unit_price, offer.availability_words]
            yield Statement(offer, text_of(card), must)


@place("list")
def product_list(walk: Walk) -> Iterator[Statement]:
    found = list(_cards(walk, walk.get_all(f"/{walk.region.code}/shop/")))
    yield from found
    seen = {said.offer.product.pk for said in found}
    for offer in walk.sold:  # each product has its card
        if offer.product.pk not in seen:
            yield Statement(offer, "", [offer.price])


@place("home")
def home(walk: Walk) -> Iterator[Statement]:
    page = walk.get(f"/{walk.region.code}/")
    by_form: dict[str, Offer] = {}
    for offer in sorted(walk.sold, key=lambda offer: (offer.product.position, offer.product.pk)):
        if card := walk.on_card(offer.product.slug):
            by_form.setdefault(offer.product.form, card)
    for form, offer in by_form.items():
        found = re.search(rf'<li data-form="{form}">.*?</li>', page, re.DOTALL)
        yield Statement(offer, text_of(found[0]) if found else "", [f"{offer.price} {offer.tax_words}"])


@place("product")
def product(walk: Walk) -> Iterator[Statement]:
    for offer in walk.sold:
        page = walk.get(offer.variant.url_in(walk.region))
        found = re.search(r'<section class="buy".*?</section>', page, re.DOTALL)
        instead = [other.price for other in walk.sold] if not offer.can_buy else []
        yield Statement(
            offer,
            text_of(found[0]) if found else "",
            [f"{offer.price} {offer.tax_words}", offer.unit_price, offer.availability_words],
            may=instead,
        )
        sisters = [row.price for row in walk.sold if row.product.pk == offer.product.pk]
        main = page.split('<main id="main"')[-1].split("</main>")[0]
        yield Statement(offer, text_of(main), [offer.price], may=[offer.unit_price, *sisters, *instead])


@place("article card")
def article_card(walk: Walk) -> Iterator[Statement]:
    for row in newest_versions(walk.region):
        yield from _cards(walk, walk.get(row.url))


@place("compare")
def compare(walk: Walk) -> Iterator[Statement]:
    page = walk.get_all(f"/{walk.region.code}/shop/compare/")
    for offer in walk.sold:
        found = re.search(
            rf'<tr[^>]*>\s*<th scope="row">\s*<a href="[^"]*variant={offer.variant.sku}".*?</tr>',
            page,
            re.DOTALL,
        )
        facts = daily_facts(offer.variant, offer.product.wording_in(walk.region), walk.region)
        figures = []
        if facts and offer.variant.magnesium_mg:
            price = to_decimal(offer.sold_at, offer.currency)
            figures = [
                small_money(
                    price * 100 / (offer.variant.pack_units * offer.variant.magnesium_mg), walk.region
                ),
                small_money(price * facts.units_per_day / offer.variant.pack_units, walk.region),
            ]
        yield Statement(
            offer, text_of(found[0]) if found else "", [f"{offer.price} {offer.tax_words}", *figures]
        )


@place("structured data")
def structured_data(walk: Walk) -> Iterator[Statement]:
    for offer in walk.sold:
        page = walk.get(offer.variant.url_in(walk.region))
        found = ""
        for script in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL):
            data = json.loads(script)
            for row in data.get("offers", []) if data.get("@type") == "Product" else []:
                if row["sku"] == offer.variant.sku:
                    said = row["priceSpecification"]
                    now, *was = said if isinstance(said, list) else [said]
                    earlier = [
                        one["price"] for one in was if one["priceType"].endswith("/StrikethroughPrice")
                    ]
                    found = f"{row['price']} {row['priceCurrency']} was {earlier} {row['availability']} tax {now['valueAddedTaxIncluded']} delivery {row['shippingDetails']['shippingRate']['value']}"
        state = "InStock" if offer.can_buy else "OutOfStock"
        price = to_decimal(offer.sold_at, offer.currency)
        was = [] if offer.was is None else [str(to_decimal(offer.was, offer.currency))]
        must = f"{price} {offer.currency} was {was} https://schema.org/{state} tax {walk.region.prices_include_tax} delivery 0"
        yield Statement(offer, found, [must])


def _feed_prices(offer) -> list[str]:
    """What it costs; of a reduction the earlier price before it."""
    amounts = [offer.sold_at] if offer.was is None else [offer.was, offer.sold_at]
    return [f"{to_decimal(amount, offer.currency)} {offer.currency}" for amount in amounts]


LEFT_OUT = "left out for a forbidden claim"


def _in_feed(walk: Walk, found: dict[str, str], said: Callable[[Offer], list[str]]) -> Iterator[Statement]:
    """Of each pack what a feed says of it, by SKU; of what is held back for its words no feed may say anything."""
    for offer in walk.sold:
        text = found.get(offer.variant.sku, "")
        if is_held_back(offer.product, walk.region):
            yield Statement(offer, text or LEFT_OUT, [LEFT_OUT])
        else:
            yield Statement(offer, text, said(offer))


def _row_in_feed(offer: Offer, stock: dict[bool, str]) -> list[str]:
    price, *sale = _feed_prices(offer)
    link = settings.SITE_URL + offer.variant.url_in(offer.region)
    return [f"{price} {' '.join(sale)} {stock[offer.can_buy]} {link}"]


UNDERSCORED = {True: "in_stock", False: "out_of_stock"}
SPACED = {True: "in stock", False: "out of stock"}


@place("product feed")
def product_feed(walk: Walk) -> Iterator[Statement]:
    page = walk.get(f"/{walk.region.code}/feeds/google.xml")
    items = re.findall(rf"(<item><g:id>(.*?)-{walk.region.code}</g:id>.*?</item>)", page, re.DOTALL)

    def said(offer: Offer) -> list[str]:
        names = zip(("price", "sale_price"), _feed_prices(offer), strict=False)
        link = settings.SITE_URL + offer.variant.url_in(walk.region)
        return [
            *(f"<g:{name}>{price}</g:{name}>" for name, price in names),
            f"<g:availability>{UNDERSCORED[offer.can_buy]}</g:availability>",
            f"<g:link>{link}</g:link>",
            "<g:price>0 ",
        ]

    yield from _in_feed(walk, {sku: item for item, sku in items}, said)


@place("Meta feed")
def meta_feed(walk: Walk) -> Iterator[Statement]:
    rows = csv.DictReader(io.StringIO(walk.get(f"/{walk.region.code}/feeds/meta.csv")))
    found = {
        row["mpn"]: f"{row['price']} {row['sale_price']} {row['availability']} {row['link']}" for row in rows
    }
    yield from _in_feed(walk, found, lambda offer: _row_in_feed(offer, SPACED))


@place("feed for agents")
def agent_feed(walk: Walk) -> Iterator[Statement]:
    page = walk.get(f"/{walk.region.code}/feeds/agents.jsonl")
    found = {
        row["mpn"]: f"{row['price']} {row.get('sale_price', '')} {row['availability']} {row['url']}"
        for row in map(json.loads, page.splitlines())
    }
    yield from _in_feed(walk, found, lambda offer: _row_in_feed(offer, UNDERSCORED))


@place("collections")
def collections(walk: Walk) -> Iterator[Statement]:
    for collection in collections_in(walk.region):
        yield from _cards(walk, walk.get_all(collection.url_in(walk.region)))


MAX_SEARCHES = 20  # a region, so that the walk is not slowed down as a shopper who searches without end


@place("search")
def search(walk: Walk) -> Iterator[Statement]:
    """Each product looked for by its name: its card, and what the box suggests. The index is brought up to date first."""
    reindex()
    first = {offer.product.slug: offer.product for offer in walk.sold}
    for product in list(first.values())[:MAX_SEARCHES]:
        offer = walk.on_card(product.slug)
        if offer is None or names_condition(product.name_in(walk.region), walk.region.language):
            continue
        query = urlencode({"q": product.name_in(walk.region)})
        page = walk.get(f"/{walk.region.code}/search/?{query}&show=product")
        found = [said for said in _cards(walk, page) if said.offer.product.pk == product.pk]
        yield from found or [Statement(offer, "", [offer.price])]
        suggested = json.loads(walk.get(f"/{walk.region.code}/search/suggest/?{query}") or '{"rows": []}')[
            "rows"
        ]
        note = next((row["note"] for row in suggested if row["url"] == product.url_in(walk.region)), "")
        yield Statement(offer, note, [f"{offer.price} {offer.tax_words}"])


@place("llms.txt")
def llms(walk: Walk) -> Iterator[Statement]:
    page = walk.get("/llms.txt")
    part = page.split(f"## Products in {walk.region.the_name} (")[-1].split("\n## ")[0]
    for offer in walk.sold:
        name = offer.product.name_in(walk.region)
        line = next((row for row in part.splitlines() if row.startswith(f"- [{name}](")), "")
        sisters = [row.price for row in walk.sold if row.product.pk == offer.product.pk]
        facts = daily_facts(offer.variant, offer.product.wording_in(walk.region), walk.region)
        limit = [f" {facts.upper_level_mg} mg"] if facts else []
        price = f"{offer.variant.translated.label} {offer.price} {offer.tax_words} ({offer.availability_words.lower()})"
        yield Statement(offer, line, [price, " UTC", *limit], may=sisters)
