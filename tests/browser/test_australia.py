"""A fourth region in a real browser, from nothing: its law, row, rate, facts and pages are data, and a button opens it."""

import re

import pytest

from tests.browser.editing import save
from tests.browser.shopping import add_from_shop, to_checkout

pytestmark = pytest.mark.browser
REGION = {
    "code": "au", "position": "4", "short_name": "AU", "name": "Australia", "the_name": "Australia",
    "time_zone": "Australia/Sydney", "currency": "AUD", "currency_symbol": "$", "locale": "en_AU", "hreflang": "en-AU",
    "tax_words": "incl. GST", "vat_number": "12 345 678 901", "tax_number_name": "ABN", "invoice_title": "Tax invoice", "ships_from": "Sydney",
    "dispatch_time_zone": "Australia/Sydney", "dispatch_holidays": "AU-NSW", "countries-0-code": "AU",
    "countries-0-name": "Australia", "countries-0-adjective": "Australian", "countries-0-postcode_pattern": r"\d{4}",
}  # fmt: skip
LAW = {
    "order_button": "Pay and order", "doctor": "a doctor", "emergency": "000 in an emergency",
    "report_to": "Therapeutic Goods Administration: tga.gov.au", "reference_label": "RDI",
    "withdrawal_note": "You can send unopened packs back within 30 days.", "withdraw_here": "", "withdraw_confirm": "",
    "withdraw": "", "withdrew": "", "withdrawn": "", "earlier_price": "",
}  # fmt: skip
OWN_PAGES = ("delivery", "returns", "terms", "privacy", "contact")


def fill(page, values):
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)


def a_law(page):
    page.goto("/admin/regions/lawpack/add/")
    fill(page, {"name": "Australia", "code": "AU"})
    page.locator("[name=copied_from]").select_option(label="United Kingdom")
    save(page)
    in_its_own_words(page)


def in_its_own_words(page):
    fill(page, LAW)
    for box in page.locator("[name^=sources-][name$=-is_verified]:not([name*=__prefix__])").all():
        box.check()
    save(page)


def a_region(page):
    """Its row; then the address of its list."""
    page.goto("/admin/regions/region/add/")
    page.locator("summary", has_text="Countries").click()
    fill(page, REGION)
    page.locator("[name=law]").select_option(label="Australia")
    save(page)
    page.get_by_role("link", name="What it needs, and opening or closing it").click()
    page.wait_for_url("**/opening/")
    return page.url


def what_it_sells(page):
    page.goto("/admin/regions/vatrate/add/")
    page.locator("[name=country]").select_option(label="Australia")
    fill(
        page,
        {
            "rate": "10",
            "source": "A New Tax System (Goods and Services Tax) Act 1999",
            "valid_from_0": "2026-01-01",
            "valid_from_1": "00:00",
        },
    )
    page.locator("input[name=_save]").first.click()
    page.locator(".messagelist .success").wait_for()
    page.goto("/admin/catalogue/product/?q=CIT-CAP-90")
    page.get_by_role("link", name="Magnesium Citrate Capsules", exact=True).click()
    fill(page, {"variants-0-price_au": "24.95", "variants-0-stock_au": "40"})
    place = new_wording(page)
    fill(page, {
        f"{place}-legal_name": "Food supplement with magnesium", f"{place}-units_per_day": "2",
        f"{place}-directions": "Two capsules a day with food.",
        f"{place}-warnings": "Do not exceed the stated daily dose.\nNot a substitute for a varied diet.\nKeep out of reach of young children.",
    })  # fmt: skip
    save(page)


def new_wording(page):
    page.locator("summary", has_text="Product wordings").click()
    page.get_by_role("button", name="Add another Product wording").click()
    last = page.locator("[name^=wordings-][name$=-region]:not([name*=__prefix__])").last
    last.select_option(label="AU (AUD)")
    return last.get_attribute("name").removesuffix("-region")


def its_pages(page):
    """From the words that ship, in those of its own law."""
    for name in OWN_PAGES:
        page.goto("/admin/pages/pageversion/")
        page.locator(f"form[action$='/new/{name}/au/'] button").click()
        page.wait_for_url("**/change/")
        if name == "terms":
            body = page.locator("[name$=-body]", has_text="The law of the state where you live")
            body.fill("The Australian Consumer Law protects you whatever stands here.")
            save(page)
        page.get_by_role("button", name="Publish", exact=True).click()
        page.locator(".messagelist .success").wait_for()


def test_australia_is_opened_from_nothing_and_sells_in_its_own_words(staff, open_page, site):
    a_law(staff)
    opening = a_region(staff)
    lack = staff.inner_text("#content")
    for words in ("no rate for: Australia", "no pack has a price", "not published: Delivery"):
        assert words in lack
    staff.get_by_role("button", name="Open this region").click()
    staff.get_by_text("It stays closed.").wait_for()
    what_it_sells(staff)
    its_pages(staff)
    shopper = open_page(width=360, dark=True)
    assert shopper.goto("/au/").status == 404
    assert staff.goto("/au/shop/magnesium-citrate-capsules/").status == 200
    assert "only staff see this" in staff.inner_text("body")
    staff.goto(opening)
    assert "Missing" not in staff.inner_text("#content")
    staff.get_by_role("button", name="Open this region").click()
    staff.get_by_text("is open: shoppers see it from now on").wait_for()

    words = {}
    for path in (
        "",
        "shop/",
        "shop/magnesium-citrate-capsules/",
        "help/delivery/",
        "help/terms/",
        "help/contact/",
        "help/returns/",
        "help/privacy/",
    ):
        assert shopper.goto(f"/au/{path}").status == 200, path
        words[path] = shopper.inner_text("body")
        assert path == "help/privacy/" or "VAT" not in words[path], (
            path
        )  # it lists what is kept of all regions
        assert "EUR" not in words[path], path
    assert "$24.95" in words["shop/magnesium-citrate-capsules/"]
    assert "incl. GST" in words["shop/magnesium-citrate-capsules/"]
    assert "Sydney" in words["help/delivery/"]
    assert "ABN 12 345 678 901" in words["help/contact/"]
    assert "Australian Consumer Law" in words["help/terms/"]
    add_from_shop(shopper, "au", sku="CIT-CAP-90")
    to_checkout(shopper, "au")
    shopper.get_by_label("E-mail").fill("matilda@example.org")
    shopper.get_by_label("Full name").fill("Matilda Down")
    shopper.locator("#id_line1").fill("1 George Street")
    shopper.get_by_label("Town or city").fill("Sydney")
    shopper.get_by_label("State").select_option("VIC")
    shopper.locator("#id_postcode").fill("2000")
    assert "Australian GST, included" in shopper.inner_text("main")
    shopper.get_by_role("button", name="Pay and order").click()
    shopper.get_by_text("2000 is a postcode in New South Wales").first.wait_for()
    shopper.get_by_label("State").select_option("NSW")
    shopper.get_by_role("button", name="Pay and order").click()
    shopper.wait_for_url(re.compile("localhost"))
    [(legal, total, tax)] = site.rows(
        "SELECT legal, total, tax_total FROM orders_order WHERE email = 'matilda@example.org'"
    )
    assert (total, tax) == (2495, 227)
    assert "ABN 12 345 678 901" in legal
    [(text,)] = site.rows(
        "SELECT text FROM outbox_mail WHERE \"to\" = 'matilda@example.org' ORDER BY id LIMIT 1"
    )
    assert "ABN 12 345 678 901" in text
    assert "GST" in text
    assert "VAT" not in text
    assert staff.troubles == shopper.troubles == []
    staff.goto(opening)
    staff.get_by_role("button", name="Close this region").click()
    staff.get_by_text("is closed: shoppers see nothing of it").wait_for()
    assert shopper.goto("/au/").status == 404
