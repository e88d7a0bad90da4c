"""A fifth form of magnesium and a fourth kind of product, made in the admin and sold, without a line of code."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browser import shopping
from tests.browser.editing import save

pytestmark = pytest.mark.browser
TODAY = f"{timezone.now():%Y-%m-%d}"
FACTS = {
    "summary": "A bar with magnesium malate.", "description": "One bar, unscented.", "ingredients": "Magnesium malate.",
    "allergens": "None.", "storage": "Keep it dry.",
}  # fmt: skip
PACK = {
    "sku": "MAL-CRY-100", "label": "100 g", "price_uk": "4.95", "stock_uk": "12", "pack_units": "1", "unit_name": "bar",
    "net_quantity": "100 g", "net_weight_g": "100", "compound": "Magnesium malate", "ship_weight_g": "140",
}  # fmt: skip


def fill(page, values):
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)


def open_all(page):
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")


def a_kind(page):
    page.goto("/admin/catalogue/productkind/add/")
    fill(page, {"name": "Soap bar", "code": "soap", "use_words": "For washing", "used_on": "washing"})
    page.get_by_label("Claims rules that hold").select_option("cosmetic_topical")
    save(page)


def a_form(page):
    page.goto("/admin/catalogue/formofmagnesium/add/")
    fill(
        page,
        {
            "name": "Malate", "code": "malate", "words": "For washing: bars", "source": "Formula weight",
            "checked_on": TODAY, "sku_code": "MAL", "sku_packs": "CRY",
        },
    )  # fmt: skip
    page.get_by_label("Soap bar", exact=True).check()
    save(page)


def what_the_law_wants(page):
    page.goto("/admin/catalogue/particular/add/")
    page.get_by_label("Law:").select_option(value="GB")
    page.get_by_label("Kind:").select_option(label="Soap bar")
    page.get_by_label("Fact:").select_option(value="wording.directions")
    fill(page, {"asks": "how to use it", "source": "our own choice", "checked_on": TODAY})
    save(page)


def a_product(page):
    """It begins as a draft; its pack, price and words for the UK are typed."""
    page.goto("/admin/catalogue/product/add/")
    assert not page.locator("[name=is_active]").is_checked()
    fill(page, {"name": "Malate Soap"})
    page.locator("[name=form]").select_option(label="Malate")
    page.locator("[name=kind]").select_option(label="Soap bar")
    open_all(page)
    fill(page, FACTS)
    if not page.locator("[name=variants-0-sku]").count():
        page.get_by_role("button", name="Add another Variant").click()
        open_all(page)
    fill(page, {f"variants-0-{name}": value for name, value in PACK.items()})
    if not page.locator("[name=wordings-0-region]").count():
        page.get_by_role("button", name="Add another Product wording").click()
    page.locator("[name=wordings-0-region]").select_option(label="UK (GBP)")
    fill(page, {
        "wordings-0-legal_name": "Soap", "wordings-0-directions": "Lather and rinse.",
        "wordings-0-warnings": "Not in the eyes.", "wordings-0-review_by_0": f"{timezone.now() + timedelta(days=300):%Y-%m-%d}",
    })  # fmt: skip
    save(page)


def test_a_new_form_and_a_new_kind_are_made_in_the_admin_and_sold(staff, open_page):
    a_kind(staff)
    a_form(staff)
    a_product(staff)
    shopper = open_page(width=360, dark=True)
    shopper.goto("/uk/shop/")
    assert "Malate Soap" not in shopper.inner_text("main"), "a new product is a draft"
    staff.locator("[name=is_active]").check()
    save(staff)
    shopper.goto("/uk/shop/malate-soap/")
    assert not shopper.locator(".buy").get_by_role("button", name="Add to basket").is_visible()
    assert "UK: not sold" in staff.inner_text("#content"), "nobody has said what the law wants told of it"
    what_the_law_wants(staff)

    shopper.goto("/uk/")
    assert "For washing: bars" in shopper.inner_text("main")
    shopper.goto("/uk/shop/")
    shopper.get_by_role("link", name=re.compile("Malate Soap")).first.click()
    shopper.wait_for_url("**/malate-soap/**")
    words = shopper.inner_text("main")
    assert "£4.95" in words
    shopper.get_by_text("Can I swallow it?").click()
    shopper.get_by_text("It is a cosmetic for washing").wait_for()
    assert not re.search(r"\d+ mg", words), "no amount is told of what is not swallowed"
    shopping.add_from_shop(shopper, "uk", "malate-soap")
    shopping.to_checkout(shopper, "uk")
    shopping.fill_in(shopper, "uk", "soap@example.org")
    shopping.order(shopper, "uk")
    shopping.pay(shopper)
    shopping.thanked(shopper)
    assert staff.troubles == shopper.troubles == []
