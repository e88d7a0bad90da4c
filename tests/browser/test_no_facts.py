"""No facts, no sale: a fact or a wording that is deleted takes a product off sale everywhere, and staff read why."""

import re

import pytest

from tests.browser import shopping
from tests.browser.editing import save

pytestmark = pytest.mark.browser
SLUG, SKU = "magnesium-glycinate-capsules", "GLY-CAP-30"
SURFACES = [
    "/uk/", "/uk/shop/", "/uk/shop/compare/", "/uk/search/?q=glycinate", "/uk/feeds/google.xml", "/uk/feeds/meta.csv",
    "/uk/sitemap.xml", "/llms.txt", f"/uk/shop/{SLUG}/", "/uk/articles/citrate-glycinate-oxide-label-guide/",
]  # fmt: skip


def named_for_sale(page):
    """The surfaces on which the pack can be bought, or is offered to machines."""
    found = []
    for path in SURFACES:
        words = page.request.get(path).text()
        in_a_list = f"/uk/shop/{SLUG}/" in words and path.endswith((".txt", "sitemap.xml"))
        if f'value="{SKU}"' in words or f"{SKU}-uk" in words or in_a_list:
            found.append(path)
    return found


def is_back(page, wanted):
    """At once on its page and in lists; the search waits for the worker, which left it out meanwhile."""
    at_once = [path for path in wanted if "search" not in path]
    assert [path for path in named_for_sale(page) if "search" not in path] == at_once
    for _ in range(20):
        if named_for_sale(page) == wanted:
            return
        page.wait_for_timeout(1500)
    assert named_for_sale(page) == wanted


def open_form(page):
    page.goto(f"/admin/catalogue/product/?q={SKU}")
    page.locator("#result_list tbody th a").first.click()
    page.locator("[name=storage]").wait_for(state="attached")


def test_a_fact_that_is_emptied_in_the_form_takes_the_product_off_sale_until_it_is_back(staff, open_page):
    shopper = open_page(width=360, dark=True)
    shopping.add_from_shop(shopper, "uk", SLUG, sku=SKU)
    before = named_for_sale(shopper)
    assert len(before) >= 5, before
    open_form(staff)
    staff.locator("summary", has_text="Product wordings").click()
    uk = staff.locator("[name^=wordings-][name$=-region]:not([name*=__prefix__])")
    [place] = [
        one.get_attribute("name").removesuffix("region")
        for one in uk.all()
        if one.evaluate("(e) => e.selectedOptions[0].text").startswith("UK")
    ]
    warnings = staff.locator(f"[name={place}warnings]")
    words = warnings.input_value()
    warnings.fill("Ask a pharmacist.")
    save(staff)
    assert re.search(r"UK: not sold, since this is missing: .*not to exceed", staff.inner_text("#content"))
    assert named_for_sale(shopper) == []
    shopper.goto(f"/uk/shop/{SLUG}/")
    shopper.get_by_text("Not sold in the UK").first.wait_for()
    shopper.goto("/uk/basket/")
    shopper.locator(".line--parked").wait_for()
    assert shopper.get_by_role("link", name="Checkout").count() == 0
    shopper.goto(f"/eu/shop/{SLUG}/?variant={SKU}")
    shopper.locator(".buy").get_by_role("button", name="Add to basket").wait_for()
    staff.goto("/admin/")
    listed = staff.locator(".module, section", has_text="Not sold, or soon not: facts are missing").last
    assert "Magnesium Glycinate Capsules in UK" in listed.inner_text()

    open_form(staff)
    staff.locator("summary", has_text="Product wordings").click()
    staff.locator(f"[name={place}warnings]").fill(words)
    save(staff)
    is_back(shopper, before)
    assert staff.troubles == shopper.troubles == []


def test_a_wording_that_is_deleted_past_the_forms_does_the_same(open_page, site):
    shopper = open_page(width=360)
    before = named_for_sale(shopper)
    assert len(before) >= 5, before
    kept = site.manage(
        "from django.core import serializers\n"
        "from shop.catalogue.models import ProductWording\n"
        f"rows = ProductWording.objects.filter(product__slug='{SLUG}', region__code='uk')\n"
        "print(serializers.serialize('json', rows))\n"
        "rows.delete()"
    )
    try:
        assert named_for_sale(shopper) == []
        answer = shopper.request.post("/uk/basket/add/", form={"variant": SKU}, headers={"Origin": site.url})
        assert "in your basket" not in answer.text()
    finally:
        site.manage(
            "from django.core import serializers\n"
            f"[row.object.save() for row in serializers.deserialize('json', r'''{kept.strip()}''')]"
        )
    is_back(shopper, before)
