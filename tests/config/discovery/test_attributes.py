"""What Google, Meta and the Agentic Commerce Protocol ask of a product, each with our value or why it does not apply.

Google: product data specification (support.google.com/merchants/answer/7052112). Meta: the supported fields of a catalogue
(facebook.com/business/help/120325381656392). The protocol: the feed reference (developers.openai.com/commerce/specs/feed).
All as read in November 2026.
"""

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from config.audit.read import PLACES, Walk
from config.discovery.parts import next_price
from config.discovery.product_rows import feed_rows
from shop.catalogue.models import Product
from shop.claims.check import check, worst
from shop.claims.rules import PRODUCT, RED
from shop.regions.models import Region, SalesTaxRate, Seller
from tests.conftest import a_shopper
from tests.support.factories import region, variant
from tests.support.price_history import was_sold_at

pytestmark = pytest.mark.django_db
G = "{http://base.google.com/ns/1.0}"
ALWAYS, NEVER = "in every row", "in no row"
SALE = "of a reduction the law lets us tell of"
SOME = "where the pack has it"
NO_APPAREL = "no clothing"
NO_SCHEME = "we take part in no such programme"
OURS_ONLY = "for marketplaces; we sell our own"
# Attribute: (where it stands, what it says or why it stands nowhere).
GOOGLE = {
    "id": (ALWAYS, "SKU and region"),
    "title": (ALWAYS, "name and pack"),
    "structured_title": (NEVER, "no text was made by a generator"),
    "short_title": (NEVER, "titles are short"),
    "description": (ALWAYS, "the summary, without authorised sentences that may not stand alone"),
    "structured_description": (NEVER, "no text was made by a generator"),
    "link": (ALWAYS, "the page with the pack chosen"),
    "mobile_link": (NEVER, "one address for all screens"),
    "canonical_link": (NEVER, "the page says it itself"),
    "image_link": (ALWAYS, "the pack's own picture, else the product's"),
    "additional_image_link": (SOME, "up to ten more"),
    "lifestyle_image_link": (NEVER, "pictures show packs"),
    "video_link": (NEVER, "there are no films"),
    "virtual_model_link": (NEVER, "there are no models"),
    "availability": (ALWAYS, "in_stock or out_of_stock"),
    "availability_date": (NEVER, "for pre-orders alone; no money is taken for what is not there"),
    "disclosure_date": (NEVER, "what is not on sale yet stands in no feed"),
    "expiration_date": (NEVER, "what is sold no longer leaves the feed at once"),
    "price": (ALWAYS, "with the tax words' tax; of a reduction the earlier price"),
    "sale_price": (SALE, "what it costs"),
    "sale_price_effective_date": (SALE, "from its beginning until nobody is told of it any more"),
    "cost_of_goods_sold": (NEVER, "nobody else's business"),
    "auto_pricing_min_price": (NEVER, NO_SCHEME),
    "maximum_retail_price": (NEVER, "for India"),
    "unit_pricing_measure": (ALWAYS, "contents"),
    "unit_pricing_base_measure": (ALWAYS, "by what the region's law compares prices"),
    "installment": (NEVER, "paid at once"),
    "subscription_cost": (NEVER, "there are no subscriptions"),
    "loyalty_program": (NEVER, NO_SCHEME),
    "minimum_order_value": (NEVER, "there is none"),
    "google_product_category": (ALWAYS, "by kind"),
    "product_type": (ALWAYS, "by form"),
    "brand": (ALWAYS, "the shop's"),
    "gtin": (SOME, "the barcode"),
    "mpn": (ALWAYS, "the SKU, which we give as the manufacturer"),
    "identifier_exists": (NEVER, "brand and mpn identify a pack without gtin, so the default, yes, is right"),
    "condition": (ALWAYS, "new"),
    "adult": (ALWAYS, "no"),
    "multipack": (NEVER, "a pack is as the manufacturer packs it"),
    "is_bundle": (ALWAYS, "no"),
    "certification": (NEVER, "no EU energy label, and no EPREL number, for food or cosmetics"),
    "energy_efficiency_class": (NEVER, "no appliance"),
    "age_group": (NEVER, NO_APPAREL),
    "color": (NEVER, "packs differ by size alone"),
    "gender": (NEVER, NO_APPAREL),
    "material": (NEVER, NO_APPAREL),
    "pattern": (NEVER, NO_APPAREL),
    "size": (ALWAYS, "what tells the pack from its sisters"),
    "size_type": (NEVER, NO_APPAREL),
    "size_system": (NEVER, NO_APPAREL),
    "item_group_id": (ALWAYS, "the product"),
    "product_length": (NEVER, "nobody measured"),
    "product_width": (NEVER, "as product_length"),
    "product_height": (NEVER, "as product_length"),
    "product_weight": (SOME, "net weight, of what is sold by weight"),
    "product_detail": (ALWAYS, "label facts, the daily amount and the level for supplements"),
    "product_highlight": (SOME, "label facts in a few words"),
    "ads_redirect": (NEVER, "nobody is followed"),
    "custom_label_0": (ALWAYS, "the tax words of the price"),
    "promotion_id": (NEVER, "codes stand in no feed"),
    "external_seller_id": (NEVER, OURS_ONLY),
    "excluded_destination": ("in every row of a demonstration", "every destination"),
    "included_destination": (NEVER, "the account's defaults"),
    "shopping_ads_excluded_country": (NEVER, "a feed is of one region"),
    "pause": (NEVER, "in the account"),
    "shipping": (ALWAYS, "each country: free, days before it leaves and on its way"),
    "carrier_shipping": (NEVER, "shipping says it"),
    "shipping_label": (NEVER, "one rule for all"),
    "shipping_weight": (ALWAYS, "of the packed pack"),
    "shipping_length": (NEVER, "free whatever its size"),
    "shipping_width": (NEVER, "free whatever its size"),
    "shipping_height": (NEVER, "free whatever its size"),
    "ships_from_country": (ALWAYS, "of the store"),
    "min_handling_time": (NEVER, "within shipping"),
    "max_handling_time": (NEVER, "within shipping"),
    "transit_time_label": (NEVER, "within shipping"),
    "free_shipping_threshold": (NEVER, "free from the first pack on"),
    "return_policy_label": (NEVER, "one policy, in the account"),
    "tax": ("in every row where prices are without it", "each state with a rate; else 0"),
    "tax_category": (NEVER, "rates are by state"),
}  # fmt: skip
META = {
    **{name: GOOGLE[name] for name in (
        "id", "title", "description", "availability", "condition", "price", "sale_price", "sale_price_effective_date",
        "link", "image_link", "additional_image_link", "brand", "mpn", "gtin", "item_group_id", "size", "product_type",
        "google_product_category", "shipping_weight", "custom_label_0")},
    "fb_product_category": (NEVER, "google_product_category is read instead"),
    "quantity_to_sell_on_facebook": (NEVER, "sold on our pages alone"),
    "shipping": (ALWAYS, "each country: free"),
    "status": (ALWAYS, "active; archived in a demonstration"),
    "rich_text_description": (NEVER, "description says it"),
    "gender": (NEVER, NO_APPAREL), "color": (NEVER, "packs differ by size alone"), "age_group": (NEVER, NO_APPAREL),
    "material": (NEVER, NO_APPAREL), "pattern": (NEVER, NO_APPAREL),
    "additional_variant_attribute": (NEVER, "size says it"),
    "availability_date": GOOGLE["availability_date"],
    "expiration_date": GOOGLE["expiration_date"],
    "video": (NEVER, "there are no films"),
    "product_tags": (NEVER, "product_type says it"),
    "internal_label": (NEVER, "in the account"),
    "unit_price": (NEVER, "read by its checkout alone, which we don't use"),
    "commerce_tax_category": (NEVER, "as unit_price"),
    "return_policy_info": (NEVER, "for India"), "origin_country": (NEVER, "for India"),
    "importer_name": (NEVER, "for India"), "importer_address": (NEVER, "for India"),
    "manufacturer_info": (NEVER, "for India"), "wa_compliance_category": (NEVER, "for India"),
}  # fmt: skip
AGENTS = {
    "is_eligible_search": (ALWAYS, "no in a demonstration"),
    "is_eligible_checkout": (ALWAYS, "no: bought on our pages alone"),
    "is_digital": (ALWAYS, "no"),
    "item_id": (ALWAYS, "SKU and region"), "gtin": (SOME, "the barcode"), "mpn": (ALWAYS, "the SKU"),
    "title": (ALWAYS, ""), "description": (ALWAYS, ""), "url": (ALWAYS, ""), "condition": (ALWAYS, "new"),
    "product_category": (ALWAYS, "by form"), "brand": (ALWAYS, ""),
    "material": (NEVER, NO_APPAREL), "dimensions": (NEVER, "nobody measured"),
    "weight": (ALWAYS, "of the packed pack"), "age_group": (NEVER, NO_APPAREL),
    "image_url": (ALWAYS, ""), "additional_image_urls": (SOME, ""), "video_url": (NEVER, "there are no films"),
    "model_3d_url": (NEVER, "there are no models"),
    "price": (ALWAYS, ""), "sale_price": (SALE, ""), "sale_price_start_date": (SALE, ""),
    "sale_price_end_date": (SALE, ""), "unit_pricing_measure": (ALWAYS, ""), "base_measure": (ALWAYS, ""),
    "pricing_trend": (NEVER, "nobody is hurried"),
    "availability": (ALWAYS, ""), "availability_date": GOOGLE["availability_date"],
    "expiration_date": GOOGLE["expiration_date"], "pickup_method": (NEVER, "sent by post"), "pickup_sla": (NEVER, "sent by post"),
    "group_id": (ALWAYS, ""), "item_group_title": (ALWAYS, ""), "listing_has_variations": (ALWAYS, ""),
    "variant_dict": (ALWAYS, "size"), "size": (ALWAYS, ""), "color": (NEVER, "packs differ by size alone"),
    "gender": (NEVER, NO_APPAREL), "size_system": (NEVER, NO_APPAREL), "offer_id": (NEVER, "item_id says it"),
    "shipping": (ALWAYS, "each country: free, days before it leaves and on its way"),
    "seller_name": (ALWAYS, ""), "seller_url": (ALWAYS, ""), "marketplace_seller": (NEVER, OURS_ONLY),
    "seller_privacy_policy": (ALWAYS, ""), "seller_tos": (ALWAYS, ""),
    "accepts_returns": (ALWAYS, ""), "return_deadline_in_days": (ALWAYS, ""), "accepts_exchanges": (ALWAYS, "no"),
    "return_policy": (ALWAYS, ""),
    "popularity_score": (NEVER, "nobody is hurried"), "return_rate": (NEVER, "nobody else's business"),
    "warning": (ALWAYS, "the warnings of the label"), "warning_url": (NEVER, "warning says it"),
    "age_restriction": (NEVER, "none"),
    "target_countries": (ALWAYS, ""), "store_country": (ALWAYS, ""),
    "geo_price": (NEVER, "a feed is of one region"), "geo_availability": (NEVER, "a feed is of one region"),
    "related_product_id": (NEVER, "item groups say it"), "relationship_type": (NEVER, "item groups say it"),
}  # fmt: skip


def said(code: str, name: str) -> str:
    return a_shopper().get(f"/{code}/feeds/{name}").content.decode()


def google(code: str) -> list[dict[str, list]]:
    """Of each item what stands in each attribute."""
    found = []
    for item in ElementTree.fromstring(said(code, "google.xml")).iter("item"):
        row: dict[str, list] = {}
        for one in item:
            row.setdefault(one.tag.removeprefix(G), []).append(
                {own.tag.removeprefix(G): own.text for own in one} or one.text
            )
        found.append(row)
    return found


def meta(code: str) -> list[dict[str, str]]:
    rows = csv.DictReader(io.StringIO(said(code, "meta.csv")))
    return [{name: value for name, value in row.items() if value} for row in rows]


def agents(code: str) -> list[dict]:
    return [json.loads(line) for line in said(code, "agents.jsonl").splitlines()]


FEEDS = [(google, GOOGLE), (meta, META), (agents, AGENTS)]


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
@pytest.mark.parametrize(("read", "table"), FEEDS)
def test_every_attribute_stands_where_its_table_says(read, table, code):
    rows = read(code)
    assert rows
    for row in rows:
        assert set(row) <= {name for name, (where, _) in table.items() if where != NEVER}
        missing = {name for name, (where, _) in table.items() if where == ALWAYS} - set(row)
        assert not missing, row
    assert ("tax" in rows[0]) is (read is google and code == "us")


@pytest.mark.parametrize(("read", "table"), FEEDS)
def test_a_reduction_says_from_when_until_when(read, table):
    was_sold_at(variant(), "eu", (90, 2000), (3, 1500))
    own = [row for row in read("eu") if "CIT-CAP-90" in str(row.get("id") or row.get("item_id"))]
    found = set(own[0])
    assert {name for name, (where, _) in table.items() if where == SALE} <= found
    span = own[0].get("sale_price_effective_date")
    if span:
        begins, _, ends = (span[0] if isinstance(span, list) else span).partition("/")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d\+0000", begins)
        assert begins[:10] == f"{timezone.now() - timedelta(days=3):%Y-%m-%d}"
        assert ends[:10] == f"{timezone.now() + timedelta(days=27):%Y-%m-%d}"
    else:
        assert own[0]["sale_price_start_date"] < own[0]["sale_price_end_date"]


def test_sales_tax_is_told_by_state_and_a_newer_rate_from_when_it_holds():
    now = timezone.now()
    rates = [
        ("NY", "4", -9),
        ("NY", "4.5", -1),
        ("TX", "6.25", -1),
        ("OH", "5", 2),
        ("CA", "7", -9),
        ("CA", "0", -1),
    ]
    for state, rate, days in rates:
        SalesTaxRate.objects.create(state=state, rate=Decimal(rate), valid_from=now + timedelta(days=days))
    assert google("us")[0]["tax"] == [
        {"country": "US", "region": "NY", "rate": "4.5", "tax_ship": "no"},
        {"country": "US", "region": "TX", "rate": "6.25", "tax_ship": "no"},
    ]
    SalesTaxRate.objects.filter(state="OH").update(valid_from=now + timedelta(hours=2))
    assert next_price(region("us"), 1, now) == now + timedelta(hours=2)


def test_a_seller_who_is_no_demonstration_is_in_every_destination():
    assert len(google("uk")[0]["excluded_destination"]) == 5
    assert meta("uk")[0]["status"] == "archived"
    Seller.objects.update(is_demo=False)
    assert "excluded_destination" not in google("uk")[0]
    assert meta("uk")[0]["status"] == "active"
    assert agents("uk")[0]["is_eligible_search"] is True


def test_what_feeds_say_beside_the_summary_holds_no_claim():
    for where in Region.all_open():
        for row in feed_rows(where, 1):
            words = "\n".join([*row["highlights"], *(f"{name}: {value}" for name, value in row["details"])])
            assert (
                worst(check(words, where.claims_law, PRODUCT, ("food_supplement",), language=where.language))
                != RED
            ), words
            assert len(row["highlights"]) != 1
            assert all(len(one) <= 150 for one in row["highlights"])


def test_the_walk_finds_a_feed_that_names_what_is_held_back(monkeypatch):
    product = Product.objects.get(slug="magnesium-oil-spray")
    product.wordings.update(summary="")
    Product.objects.filter(pk=product.pk).update(summary="Relieves restless legs.")
    feeds = [one for one in PLACES if one.name in {"product feed", "Meta feed", "feed for agents"}]
    walk = Walk.through(region("uk"))
    assert not [fault for one in feeds for row in one.walk(walk) for fault in row.faults]
    monkeypatch.setattr("config.discovery.product_rows.is_held_back", lambda product, region: False)
    Product.objects.filter(pk=product.pk).update(summary="Eases restless legs.")
    found = [(one.name, row.faults) for one in feeds for row in one.walk(walk) if row.faults]
    assert {name for name, _ in found} == {"product feed", "Meta feed", "feed for agents"}
