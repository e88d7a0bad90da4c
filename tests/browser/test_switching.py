"""Changing the region with something in the basket, in two windows and with a payment page open; without JavaScript."""

import pytest

from tests.browser import shopping

pytestmark = pytest.mark.browser


def test_a_change_of_region_is_explained_done_and_undone(open_page, site):
    page = open_page(javascript=False)
    shopping.choose_region(page, "uk")
    shopping.add_from_article(page, "uk")
    page.goto("/uk/basket/")
    page.locator(".region-switch button[value=us]").click()
    page.get_by_role("heading", name="Switch to the US?").wait_for()
    assert "$13.95" in page.locator(".switch__lines").first.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Stay in the UK").click()
    page.get_by_role("heading", name="Basket", exact=True).wait_for()
    assert "£11.95" in page.locator(".line__total").inner_text()
    page.locator(".region-switch button[value=us]").click()
    page.get_by_role("button", name="Switch to the US").click()
    page.get_by_role("heading", name="Basket", exact=True).wait_for()
    assert "$13.95" in page.locator(".line__total").inner_text()
    page.locator(".region-switch button[value=uk]").click()
    page.get_by_role("button", name="Switch to the UK").click()
    page.get_by_role("heading", name="Basket", exact=True).wait_for()
    assert "£11.95" in page.locator(".line__total").inner_text()
    assert page.troubles == []


def switched_elsewhere(window, here, there, button):
    window.goto(f"/{here}/basket/")
    window.locator(f".region-switch button[value={there}]").click()
    window.get_by_role("button", name=button).click()
    window.wait_for_url(f"**/{there}/basket/")


def test_what_another_window_switched_is_told_before_anything_is_ordered(open_page, site):
    page = open_page(javascript=False, width=360)
    other = page.context.new_page()
    shopping.choose_region(page, "uk")
    shopping.add_from_shop(page, "uk")
    page.goto("/uk/basket/")
    switched_elsewhere(other, "uk", "us", "Switch to the US")
    page.get_by_label("Quantity of").fill("2")
    page.get_by_role("button", name="Update quantities").click()
    page.get_by_text("$13.95 in the US, here £11.95 incl. VAT").wait_for()
    assert "£23.90" in page.locator(".line__total").inner_text()
    page.get_by_role("button", name="That’s fine").click()
    page.get_by_role("link", name="Checkout").click()
    page.wait_for_url("**/uk/checkout/")
    shopping.fill_in(page, "uk", "two-windows@example.org")
    switched_elsewhere(other, "uk", "eu", "Switch to the EU")
    page.get_by_role("button", name=shopping.BUTTON["uk"]).click()
    page.get_by_text("€14.95 in the EU, here £11.95 incl. VAT").wait_for()
    page.get_by_text("Please look at the changes above first.").wait_for()
    assert not site.rows("SELECT 1 FROM orders_order WHERE email = 'two-windows@example.org'")
    assert page.troubles == []


def test_an_open_payment_page_is_told_of_and_closed_with_the_switch(open_page, site):
    page = open_page(javascript=False, width=360)
    shopping.choose_region(page, "uk")
    shopping.add_from_shop(page, "uk")
    shopping.to_checkout(page, "uk")
    shopping.fill_in(page, "uk", "left-open@example.org")
    shopping.order(page, "uk")
    payment_page = page.url
    other = page.context.new_page()
    other.goto("/uk/shop/")
    other.locator(".region-switch button[value=eu]").click()
    other.get_by_role("heading", name="Switch to the EU?").wait_for()
    assert "waits for its payment" in other.inner_text("main")
    state = "SELECT status FROM orders_order WHERE email = 'left-open@example.org'"
    assert site.rows(state) == [("pending",)]
    other.get_by_role("button", name="Switch to the EU").click()
    other.wait_for_url("**/eu/shop/")
    assert site.rows(state) == [("cancelled",)]
    other.goto("/eu/basket/")
    assert "€14.95" in other.locator(".line__total").inner_text()
    page.goto(payment_page)
    assert not page.get_by_role("button", name="Pay", exact=True).is_visible()
    assert not site.rows(
        "SELECT 1 FROM orders_order WHERE email = 'left-open@example.org' AND status = 'paid'"
    )


def test_what_is_not_sold_there_is_set_aside_by_name_and_comes_back(open_page):
    page = open_page(javascript=False, width=360)
    shopping.add_from_shop(page, "eu", "epsom-salt-bath-crystals", sku="EPS-CRY-2500", quantity=2)
    shopping.add_from_shop(page, "eu")
    page.goto("/eu/basket/")
    page.locator(".region-switch button[value=us]").click()
    page.get_by_role("heading", name="Set aside while you are there").wait_for()
    aside = page.locator("section", has=page.locator("#parked")).inner_text()
    assert "2 × Epsom Salt Bath Crystals, 2.5 kg" in " ".join(aside.split())
    assert "Not sold in the US." in aside
    assert "incl. VAT" in page.locator(".totals").inner_text()
    assert "$13.95 plus sales tax" in page.locator(".totals__sum").inner_text()
    page.get_by_role("button", name="Switch to the US").click()
    page.locator(".line--parked", has_text="Epsom").wait_for()
    page.locator(".region-switch button[value=eu]").click()
    page.get_by_role("button", name="Switch to the EU").click()
    page.wait_for_url("**/eu/basket/")
    assert page.locator(".line--parked").count() == 0
    assert sorted(page.locator(".line__total").all_inner_texts()) == ["€14.95", "€33.90"]
    assert page.troubles == []
