"""Packs side by side, and what machines are told: from the same offers, to the cent."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from decimal import Decimal

import pytest
from django.utils import timezone

from shop.catalogue.models import PriceLog, Product, Variant
from shop.catalogue.offers import next_price_of
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.factories import region, set_price, set_stock, variant
from tests.support.price_history import was_sold_at

pytestmark = pytest.mark.django_db
G = "{http://base.google.com/ns/1.0}"


def rows_of(html):
    return [re.sub(r"<[^>]+>", " ", row) for row in re.findall(r"<tr data-form.*?</tr>", html, re.DOTALL)]


def row_of(html, sku):
    found = re.search(rf'<tr[^>]*>(?:(?!</tr>).)*variant={sku}".*?</tr>', html, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])).replace("\xa0", " ")


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
def test_the_figures_are_those_of_the_label_computed_anew(code):
    html = a_shopper().get(f"/{code}/shop/compare/").content.decode()
    where = region(code)
    for pack in Variant.objects.exclude(magnesium_mg=None).select_related("product"):
        row = row_of(html, pack.sku)
        units = pack.product.wording_in(where).units_per_day
        price = Decimal(re.search(r"(\d+\.\d\d)", row)[1])
        for exact in (price * 100 / (pack.pack_units * pack.magnesium_mg), price * units / pack.pack_units):
            figures = [Decimal(n) / 100 for n in re.findall(r"(\d+\.\d)p", row)] if code == "uk" else [Decimal(n) for n in re.findall(r"[$€](\d+\.\d\d)", row)]  # fmt: skip
            assert any(abs(n - exact) <= (Decimal("0.0006") if code == "uk" else Decimal("0.006")) for n in figures), (pack.sku, exact, figures)  # fmt: skip
        assert f"{pack.magnesium_mg * units} mg" in row
    assert "Not an oral source" in row_of(html, "OIL-SPR-100")


def test_sorting_is_done_by_the_server_and_cosmetics_come_last():
    shopper = a_shopper()
    html = shopper.get("/uk/shop/compare/?sort=dose").content.decode()
    doses = [
        int(n)
        for row in rows_of(html)
        for n in re.findall(r"(\d+) mg\s+\d+ %", re.sub(r"\s+", " ", row).replace("\xa0", " "))
    ]
    assert len(doses) >= 6
    assert doses == sorted(doses, reverse=True)
    assert "Not an oral source" in rows_of(html)[-1]
    packs = sorted(re.findall(r"variant=([A-Z0-9-]+)", html.split("compare__table")[1]))
    for sort in ("price", "100mg", "day", "days", "pieces", "nonsense", ""):
        page = shopper.get("/uk/shop/compare/", {"sort": sort}).content.decode()
        assert sorted(re.findall(r"variant=([A-Z0-9-]+)", page.split("compare__table")[1])) == packs, sort


def test_a_price_changed_in_the_admin_changes_the_figures_at_once():
    before = row_of(a_shopper().get("/uk/shop/compare/").content.decode(), "CIT-CAP-90")
    set_price("CIT-CAP-90", "uk", 1800)
    after = row_of(a_shopper().get("/uk/shop/compare/").content.decode(), "CIT-CAP-90")
    assert before != after
    assert "£18.00" in after
    assert "20.0p" in after, "18.00 for ninety times 100 mg"


def test_the_compare_table_is_a_table_and_names_no_condition():
    html = a_shopper().get("/eu/shop/compare/").content.decode()
    assert html.count('scope="col"') == 10
    assert html.count('scope="row"') >= 8
    assert not re.search(r"restless|RLS|cramp|sleep", html, re.IGNORECASE)


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
def test_the_feed_has_every_pack_that_is_sold_and_nothing_else(code):
    set_stock("CIT-CAP-90", code, 0)
    set_price("GLY-CAP-90", code, None)
    answer = a_shopper().get(f"/{code}/feeds/google.xml")
    items = ElementTree.fromstring(answer.content).findall("channel/item")
    by_id = {item.find(f"{G}id").text: item for item in items}
    assert f"GLY-CAP-90-{code}" not in by_id
    assert by_id[f"CIT-CAP-90-{code}"].find(f"{G}availability").text == "out_of_stock"
    for item in items:
        assert item.find(f"{G}price").text.endswith(Region.objects.get(code=code).currency)
        assert item.find(f"{G}shipping/{G}price").text.startswith("0 ")
        assert item.find(f"{G}link").text.startswith(f"http://127.0.0.1:8000/{code}/shop/")


def test_a_product_with_a_claim_is_kept_out_of_the_feed():
    Product.objects.filter(slug="magnesium-oil-spray").update(summary="Relieves restless legs.")
    Product.objects.get(slug="magnesium-oil-spray").wordings.update(summary="")
    assert "OIL-SPR-100" not in a_shopper().get("/uk/feeds/google.xml").content.decode()


def test_structured_data_says_what_the_page_says():
    html = a_shopper().get("/us/shop/magnesium-citrate-capsules/").content.decode()
    product, crumbs = [json.loads(text) for text in re.findall(r'ld\+json">(.*?)</script>', html, re.DOTALL)]
    assert product["@type"] == "Product"
    offer = next(row for row in product["offers"] if row["sku"] == "CIT-CAP-90")
    assert (offer["price"], offer["priceCurrency"]) == ("13.95", "USD")
    assert offer["priceSpecification"]["valueAddedTaxIncluded"] is False
    assert offer["hasMerchantReturnPolicy"]["merchantReturnDays"] == 30
    assert offer["shippingDetails"]["shippingRate"]["value"] == "0"
    assert [row["name"] for row in crumbs["itemListElement"]] == [
        "Shop",
        "Citrate",
        product["name"],
    ]
    assert "aggregateRating" not in html


def test_a_withdrawn_product_offers_nothing_in_its_data():
    Product.objects.filter(slug="magnesium-citrate-capsules").update(is_active=False)
    html = a_shopper().get("/uk/shop/magnesium-citrate-capsules/").content.decode()
    assert json.loads(re.search(r'ld\+json">(.*?)</script>', html, re.DOTALL)[1])["offers"] == []


def test_llms_txt_names_facts_limits_and_prices_by_region():
    text = a_shopper().get("/llms.txt").content.decode()
    assert "## Products in the UK (GBP, incl. VAT)" in text
    assert "90 capsules £11.95 incl. VAT (in stock)" in text
    assert "level for supplements 250 mg a day" in text
    assert "This is a demonstration: nothing is sold." in text
    assert variant().product.name in text


def test_a_reduction_is_told_to_machines_as_to_shoppers():
    was_sold_at(variant(), "eu", (90, 2000), (3, 1500))
    feed = ElementTree.fromstring(a_shopper().get("/eu/feeds/google.xml").content)
    item = next(one for one in feed.iter("item") if one.find(f"{G}id").text == "CIT-CAP-90-eu")
    assert (item.find(f"{G}price").text, item.find(f"{G}sale_price").text) == ("20.00 EUR", "15.00 EUR")
    rows = csv.DictReader(io.StringIO(a_shopper().get("/eu/feeds/meta.csv").content.decode()))
    row = next(one for one in rows if one["id"] == "CIT-CAP-90-eu")
    assert (row["price"], row["sale_price"]) == ("20.00 EUR", "15.00 EUR")
    html = a_shopper().get("/eu/shop/magnesium-citrate-capsules/").content.decode()
    product = json.loads(re.search(r'ld\+json">(.*?)</script>', html, re.DOTALL)[1])
    offer = next(one for one in product["offers"] if one["sku"] == "CIT-CAP-90")
    now, was = offer["priceSpecification"]
    assert (offer["price"], now["price"], was["price"]) == ("15.00", "15.00", "20.00")
    assert was["priceType"].endswith("/StrikethroughPrice")
    assert "priceType" not in now


def test_where_no_reduction_is_told_of_machines_read_one_price():
    was_sold_at(variant(), "us", (90, 2000), (3, 1500))
    feed = a_shopper().get("/us/feeds/google.xml").content.decode()
    assert "sale_price" not in feed
    assert "20.00 USD" not in feed


def test_the_feed_is_drawn_anew_when_a_reduction_ends():
    was_sold_at(variant(), "eu", (90, 2000), (3, 1500))
    now = timezone.now()
    pk = variant().product_id
    ends = PriceLog.objects.filter(variant=variant(), region=region("eu"), amount=1500).get().quiet_at
    assert next_price_of((pk, pk), region("eu"), now) == ends
    assert next_price_of((pk, pk), region("eu"), ends) is None


def agents(code):
    answer = a_shopper().get(f"/{code}/feeds/agents.jsonl")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return [json.loads(line) for line in text.decode().splitlines()]


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
def test_the_feed_for_agents_says_what_the_feed_for_google_says_and_sells_nothing_itself(code):
    rows = {row["item_id"]: row for row in agents(code)}
    feed = ElementTree.fromstring(a_shopper().get(f"/{code}/feeds/google.xml").content)
    items = {item.find(f"{G}id").text: item for item in feed.iter("item")}
    assert rows
    assert set(rows) == set(items)
    for name, row in rows.items():
        item = items[name]
        for own, theirs in (
            ("price", "price"),
            ("url", "link"),
            ("availability", "availability"),
            ("title", "title"),
        ):
            assert row[own] == item.find(f"{G}{theirs}").text
        assert row["is_eligible_checkout"] is False
        assert row["is_eligible_search"] is False  # the seller is a demonstration
        assert row["target_countries"] == list(region(code).country_codes)
        assert row["store_country"] in {"GB", "US", "NL", "DE"}
        assert row["return_deadline_in_days"] == region(code).legal.withdrawal_days
        assert set(row.values() if not any(isinstance(v, list) for v in row.values()) else [""]).isdisjoint(
            {None}
        )


def test_a_feed_tells_how_much_is_in_a_pack_and_by_what_prices_are_compared():
    def measures(code):
        feed = ElementTree.fromstring(a_shopper().get(f"/{code}/feeds/google.xml").content)
        return {
            item.find(f"{G}id").text: (
                item.findtext(f"{G}unit_pricing_measure"),
                item.findtext(f"{G}unit_pricing_base_measure"),
            )
            for item in feed.iter("item")
        }

    uk, us = measures("uk"), measures("us")
    assert uk["CIT-CAP-90-uk"] == ("90 ct", "1 ct")
    assert uk["OIL-SPR-100-uk"][0].endswith(" ml")
    assert us["EPS-CRY-1000-us"][1] in {"1 oz", "1 lb"}


def test_each_line_of_a_product_for_language_models_has_price_time_and_limit():
    text = a_shopper().get("/llms.txt").content.decode()
    line = next(row for row in text.splitlines() if "/uk/shop/" in row and "elemental magnesium" in row)
    assert re.search(r"£\d+\.\d\d", line)
    assert re.search(r"read \d{4}-\d\d-\d\d \d\d:\d\d UTC", line)
    assert re.search(r"level for supplements \d+ mg a day", line)
