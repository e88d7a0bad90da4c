"""The shop as product feeds for each region, in the words of Google, of Meta and of the Agentic
Commerce Protocol. All say what offer() says, at the time of asking."""

import csv
import io
import json
from collections import Counter
from itertools import chain
from xml.sax.saxutils import escape

from django.conf import settings
from django.urls import reverse

from config.discovery.kept import answer, texts
from config.discovery.parts import cards_in, of_products, product_parts
from shop.catalogue.offers import Availability
from shop.claims.check import check, worst
from shop.claims.rules import PRODUCT, RED
from shop.claims.statements import on_its_own
from shop.money import to_decimal
from shop.regions.models import Seller
from shop.regions.spelling import spelled
from shop.text.characters import clean_data, clean_text
from shop.web.public import public_page

SUPPLEMENTS = (
    "Health & Beauty > Health Care > Fitness & Nutrition > Vitamins & Supplements"  # of Google's taxonomy
)
# By how many grams or millilitres a law compares prices: (that amount, the unit that packs are told in).
GRAMS = {10: ("10 g", "g"), 100: ("100 g", "g"), 1000: ("1 kg", "g"), 28: ("1 oz", "oz"), 454: ("1 lb", "lb")}
MILLILITRES = {10: ("10 ml", "ml"), 100: ("100 ml", "ml"), 1000: ("1 l", "ml"), 30: ("1 floz", "floz")}
STOCK = {Availability.IN_STOCK: "in_stock", Availability.SOLD_OUT: "out_of_stock"}


def feed_rows(region, number: int) -> list[dict]:
    """A row for each pack on sale in a region, of a part of its products. A product whose words have a red claim there is left out.

    Of a reduction the law lets us tell of, `price` is the earlier one and `sale_price` what it costs.
    """
    rows = []
    for card in cards_in(region, number):
        texts = f"{card.name}\n{card.summary}"
        if worst(check(texts, region.claims_law, PRODUCT, (card.product.judged_as,))) == RED:
            continue
        for offer in card.offers:
            variant = offer.variant
            rows.append(
                {
                    "id": f"{variant.sku}-{region.code}",
                    "title": f"{card.name}, {variant.label}",
                    "description": on_its_own(card.summary, region),
                    "link": settings.SITE_URL + variant.url_in(region),
                    "image_link": card.picture.full_url if card.picture else "",
                    "availability": STOCK[offer.availability],
                    "price": _money(offer.sold_at if offer.was is None else offer.was, region),
                    "sale_price": "" if offer.was is None else _money(offer.sold_at, region),
                    "brand": settings.BRAND,
                    "mpn": variant.sku,
                    "gtin": variant.barcode,
                    "condition": "new",
                    "item_group_id": f"P{card.product.pk}",
                    "product_type": f"Magnesium > {card.product.get_form_display()}",
                    "custom_label_0": f"price {region.tax_words}",
                    "google_product_category": SUPPLEMENTS if variant.magnesium_mg else "",
                    "shipping_weight": f"{variant.ship_weight_g} g" if variant.ship_weight_g else "",
                    **_unit_pricing(variant, region),
                }
            )
    return rows


def _unit_pricing(variant, region) -> dict[str, str]:
    """How much is in it, and by which amount the region's law compares prices, in the units that both feeds know."""
    legal = region.legal
    if variant.net_weight_g:
        measure, base = _measured(variant.net_weight_g, "g", legal.weight_unit_grams, GRAMS)
    elif variant.net_volume_ml:
        measure, base = _measured(variant.net_volume_ml, "ml", legal.volume_unit_ml, MILLILITRES)
    else:
        measure, base = f"{variant.pack_units} ct", "1 ct"
    return {"unit_pricing_measure": measure, "unit_pricing_base_measure": base} if base else {}


def _measured(amount: int, unit: str, by, known: dict[int, tuple[str, str]]) -> tuple[str, str]:
    """(the amount, what it is compared by); nothing where the law compares by what no feed knows."""
    base, own = known.get(round(by), ("", unit))
    return (f"{amount} {unit}" if own == unit else f"{amount / float(by):.2f} {own}"), base


def _money(amount: int, region) -> str:
    return f"{to_decimal(amount, region.currency)} {region.currency}"


HEAD = """<?xml version='1.0' encoding='utf-8'?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel>"""


def _element(name: str, text) -> str:
    return f"<{name}>{escape(clean_text(str(text)))}</{name}>"


def google_items(region, number: int) -> str:
    """Of a part, with Google's product fields."""
    shipping = "".join(_shipping(region, code) for code in region.country_codes)
    items = []
    for row in feed_rows(region, number):
        facts = "".join(_element(f"g:{name}", value) for name, value in row.items() if value)
        items.append(f"<item>{facts}{shipping}</item>")
    return "".join(items)


def _shipping(region, country: str) -> str:
    """Free; working days before the parcel leaves, by the cut-off, and on its way."""
    facts = {
        "country": country,
        "price": f"0 {region.currency}",
        "min_handling_time": 0,
        "max_handling_time": 1,
        "min_transit_time": region.delivery_days_min,
        "max_transit_time": region.delivery_days_max,
    }
    said = "".join(_element(f"g:{name}", value) for name, value in facts.items())
    return f"<g:shipping>{said}</g:shipping>"


META = ("id", "title", "description", "availability", "condition", "price", "sale_price", "link", "image_link", "brand", "gtin", "item_group_id", "product_type", "google_product_category", "custom_label_0")  # fmt: skip


def meta_lines(region, number: int) -> str:
    """The same rows as CSV with the columns and words of Meta's catalogue."""
    out = io.StringIO()
    sheet = csv.DictWriter(out, META, extrasaction="ignore", lineterminator="\n")
    for row in feed_rows(region, number):
        sheet.writerow(clean_data({**row, "availability": row["availability"].replace("_", " ")}))
    return out.getvalue()


# What the same facts are called in the feed that the Agentic Commerce Protocol describes.
AGENTS = {"item_id": "id", "title": "title", "description": "description", "url": "link", "image_url": "image_link",
          "availability": "availability", "price": "price", "sale_price": "sale_price", "brand": "brand", "mpn": "mpn",
          "gtin": "gtin", "condition": "condition", "group_id": "item_group_id", "product_category": "product_type",
          "unit_pricing_measure": "unit_pricing_measure", "base_measure": "unit_pricing_base_measure",
          "weight": "shipping_weight"}  # fmt: skip


def agent_lines(region, number: int) -> str:
    """The same rows, one JSON object a line. They can be found, and are bought on our pages alone: no checkout of others."""
    seller = Seller.current()
    returns = settings.SITE_URL + reverse("help", kwargs={"region": region.code, "page": "returns"})
    shared = {
        "is_eligible_search": not (seller and seller.is_demo),
        "is_eligible_checkout": False,
        "is_digital": False,
        "seller_name": seller.trading_name if seller else settings.BRAND,
        "seller_url": f"{settings.SITE_URL}/{region.code}/",
        "accepts_returns": True,
        "return_deadline_in_days": region.legal.withdrawal_days,
        "return_policy": returns,
        "target_countries": list(region.country_codes),
        "store_country": region.dispatch_holidays[:2],
    }
    rows = feed_rows(region, number)
    groups = Counter(row["item_group_id"] for row in rows)
    return "".join(_agent_line(row, groups, shared) for row in rows)


def _agent_line(row: dict, groups: Counter, shared: dict) -> str:
    said = {name: row[own] for name, own in AGENTS.items() if row.get(own)}
    said["listing_has_variations"] = groups[row["item_group_id"]] > 1
    return json.dumps(clean_data({**said, **shared}), ensure_ascii=False) + "\n"


GOOGLE_FEED, META_FEED = of_products("google", google_items), of_products("meta", meta_lines)
AGENT_FEED = of_products("agents", agent_lines)


@public_page
def agent_feed(request):
    """JSON Lines for programs that shop for somebody."""
    numbers = product_parts(request.region)
    pieces = texts(AGENT_FEED, request.region, numbers)
    return answer(pieces, parts=len(numbers), content_type="application/jsonl; charset=utf-8")


@public_page
def google_feed(request):
    """RSS 2.0."""
    region = request.region
    head = (
        HEAD
        + _element("title", f"{settings.BRAND} {region.short_name}")
        + _element("link", f"{settings.SITE_URL}/{region.code}/")
        + _element(
            "description", spelled("Magnesium, plainly labelled. Free shipping on all orders.", region)
        )
    )
    numbers = product_parts(region)
    pieces = chain([head], texts(GOOGLE_FEED, region, numbers), ["</channel></rss>"])
    return answer(pieces, parts=len(numbers), content_type="application/xml; charset=utf-8")


@public_page
def meta_feed(request):
    numbers = product_parts(request.region)
    pieces = chain([",".join(META) + "\n"], texts(META_FEED, request.region, numbers))
    return answer(pieces, parts=len(numbers), content_type="text/csv; charset=utf-8")
