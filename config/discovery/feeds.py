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
from config.discovery.parts import of_products, product_parts
from config.discovery.product_rows import feed_rows
from shop.regions.models import Seller
from shop.regions.spelling import spelled
from shop.regions.tax import sales_tax_rates
from shop.text.characters import clean_data, clean_text
from shop.web.public import public_page

HEAD = """<?xml version='1.0' encoding='utf-8'?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel>"""


def _element(name: str, text) -> str:
    return f"<{name}>{escape(clean_text(str(text)))}</{name}>"


# Rows say these in one element each; what is a list, a date or nothing of Google's has its own lines below.
GOOGLE = ("id", "title", "description", "link", "image_link", "availability", "price", "sale_price", "brand", "mpn",
          "gtin", "condition", "adult", "is_bundle", "item_group_id", "size", "product_type", "custom_label_0",
          "google_product_category", "product_weight", "shipping_weight", "unit_pricing_measure",
          "unit_pricing_base_measure")  # fmt: skip
EVERYWHERE = ("Shopping_ads", "Display_ads", "Local_inventory_ads", "Free_listings", "Free_local_listings")


def google_items(region, number: int) -> str:
    """Of a part, with Google's product fields."""
    shared = "".join(_shipping(region, code) for code in region.country_codes) + _tax(region)
    shared += _element("g:ships_from_country", region.dispatch_holidays[:2])
    if _is_demo():
        shared += "".join(_element("g:excluded_destination", one) for one in EVERYWHERE)
    return "".join(f"<item>{_google_facts(row)}{shared}</item>" for row in feed_rows(region, number))


def _google_facts(row: dict) -> str:
    said = [_element(f"g:{name}", row[name]) for name in GOOGLE if row.get(name)]
    said += [_element("g:additional_image_link", one) for one in row["additional_image_link"]]
    if row["sale_price"]:
        said.append(_element("g:sale_price_effective_date", _span(row)))
    said += [_element("g:product_highlight", one) for one in row["highlights"]]
    said += [
        _group("product_detail", {"section_name": "Label", "attribute_name": name, "attribute_value": value})
        for name, value in row["details"]
    ]
    return "".join(said)


def _span(row: dict) -> str:
    return f"{row['sale_begins']:%Y-%m-%dT%H:%M%z}/{row['sale_ends']:%Y-%m-%dT%H:%M%z}"


def _is_demo() -> bool:
    seller = Seller.current()
    return bool(seller and seller.is_demo)


def _group(name: str, facts: dict) -> str:
    said = "".join(_element(f"g:{own}", value) for own, value in facts.items())
    return f"<g:{name}>{said}</g:{name}>"


def _tax(region) -> str:
    """Where prices are without it, as in the US: of each state that has a rate; elsewhere none is taken."""
    if region.prices_include_tax or "US" not in region.country_codes:
        return ""
    own = "".join(
        _group("tax", {"country": "US", "region": state, "rate": f"{rate.normalize():f}", "tax_ship": "no"})
        for state, rate in sales_tax_rates().items()
    )
    return own or _group("tax", {"country": "US", "rate": "0", "tax_ship": "no"})


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
    return _group("shipping", facts)


META = ("id", "title", "description", "availability", "condition", "price", "sale_price", "sale_price_effective_date", "link",
        "image_link", "additional_image_link", "brand", "mpn", "gtin", "item_group_id", "size", "product_type",
        "google_product_category", "shipping", "shipping_weight", "custom_label_0", "status")  # fmt: skip


def meta_lines(region, number: int) -> str:
    """The same rows as CSV with the columns and words of Meta's catalogue."""
    out = io.StringIO()
    sheet = csv.DictWriter(out, META, extrasaction="ignore", lineterminator="\n")
    shared = {
        "shipping": ",".join(f"{code}:::0 {region.currency}" for code in region.country_codes),
        "status": "archived" if _is_demo() else "active",
    }
    for row in feed_rows(region, number):
        own = {
            "availability": row["availability"].replace("_", " "),
            "additional_image_link": ",".join(row["additional_image_link"]),
            "sale_price_effective_date": _span(row) if row["sale_price"] else "",
        }
        sheet.writerow(clean_data({**row, **own, **shared}))
    return out.getvalue()


# What the same facts are called in the feed that the Agentic Commerce Protocol describes.
AGENTS = {"item_id": "id", "title": "title", "description": "description", "url": "link", "image_url": "image_link",
          "additional_image_urls": "additional_image_link", "availability": "availability", "price": "price",
          "sale_price": "sale_price", "brand": "brand", "mpn": "mpn", "gtin": "gtin", "condition": "condition",
          "group_id": "item_group_id", "item_group_title": "name", "size": "size", "product_category": "product_type",
          "unit_pricing_measure": "unit_pricing_measure", "base_measure": "unit_pricing_base_measure",
          "weight": "shipping_weight", "warning": "warnings"}  # fmt: skip


def agent_lines(region, number: int) -> str:
    """The same rows, one JSON object a line. They can be found, and are bought on our pages alone: no checkout of others."""
    seller = Seller.current()
    least, most = region.delivery_days_min, region.delivery_days_max
    shared = {
        "is_eligible_search": not _is_demo(),
        "is_eligible_checkout": False,
        "is_digital": False,
        "seller_name": seller.trading_name if seller else settings.BRAND,
        "seller_url": f"{settings.SITE_URL}/{region.code}/",
        "seller_privacy_policy": _help(region, "privacy"),
        "seller_tos": _help(region, "terms"),
        "accepts_returns": True,
        "accepts_exchanges": False,
        "return_deadline_in_days": region.legal.withdrawal_days,
        "return_policy": _help(region, "returns"),
        # Country, part, service, price, days before it leaves, days on its way.
        "shipping": [
            f"{code}::Standard:0 {region.currency}:0:1:{least}:{most}" for code in region.country_codes
        ],
        "target_countries": list(region.country_codes),
        "store_country": region.dispatch_holidays[:2],
    }
    rows = feed_rows(region, number)
    groups = Counter(row["item_group_id"] for row in rows)
    return "".join(_agent_line(row, groups, shared) for row in rows)


def _help(region, page: str) -> str:
    return settings.SITE_URL + reverse("help", kwargs={"region": region.code, "page": page})


def _agent_line(row: dict, groups: Counter, shared: dict) -> str:
    said = {name: row[own] for name, own in AGENTS.items() if row.get(own)}
    said["listing_has_variations"] = groups[row["item_group_id"]] > 1
    said["variant_dict"] = {"size": row["size"]}
    if row["sale_price"]:
        said["sale_price_start_date"] = f"{row['sale_begins']:%Y-%m-%d}"
        said["sale_price_end_date"] = f"{row['sale_ends']:%Y-%m-%d}"
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
