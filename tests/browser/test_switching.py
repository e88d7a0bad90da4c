"""Changing the region with something in the basket, without JavaScript."""

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
