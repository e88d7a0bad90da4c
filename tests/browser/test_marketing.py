"""Marketing's minute: link products to articles, see why they show, take it back; and what a reader then meets."""

import pytest

from tests.browser import shopping

pytestmark = pytest.mark.browser
IRON = "iron-first-questions-for-your-doctor"


def test_many_articles_are_linked_and_taken_back_in_a_minute(staff, open_page):
    reader = open_page(width=360)
    staff.goto("/admin/articles/article/")
    row = staff.locator("tr", has_text="Iron first")
    row.locator(".action-select").check()
    staff.locator("select[name=action]").select_option("link_products")
    staff.get_by_role("button", name="Run").or_(staff.get_by_role("button", name="Go")).first.click()
    staff.get_by_label("Product:").select_option(label="Magnesium Glycinate Capsules")
    staff.get_by_role("checkbox", name="US").check()
    staff.get_by_role("button", name="Look at what it would do").click()
    assert "Iron first" in staff.locator("#content-main table").first.inner_text()
    reader.goto(f"/us/articles/{IRON}/")
    assert reader.locator("#product-magnesium-glycinate-capsules").count() == 0
    staff.get_by_role("button", name="Do it").click()
    reader.reload()
    assert reader.locator("#product-magnesium-glycinate-capsules").count() == 1
    reader.goto(f"/uk/articles/{IRON}/")
    assert reader.locator("#product-magnesium-glycinate-capsules").count() == 0
    staff.locator("#content-main").get_by_role("link", name="Iron first").click()
    assert "chosen by hand, place 1" in staff.locator(".shown").nth(1).inner_text()
    staff.go_back()
    staff.get_by_role("button", name="Take it back").click()
    reader.goto(f"/us/articles/{IRON}/")
    assert reader.locator("#product-magnesium-glycinate-capsules").count() == 0
    assert staff.troubles == reader.troubles == []


def test_what_was_read_and_bought_stands_in_the_report_without_javascript(staff, open_page):
    shopper = open_page(javascript=False, width=360)
    shopper.goto("/us/articles/citrate-glycinate-oxide-label-guide/?utm_source=letter&utm_campaign=browser")
    shopper.locator("#product-magnesium-citrate-capsules").get_by_role("link").last.click()
    assert "source=" in shopper.url
    assert "utm_campaign=browser" in shopper.url
    shopper.locator(".buy").get_by_role("button", name="Add to basket").click()
    shopping.to_checkout(shopper, "us")
    shopping.fill_in(shopper, "us")
    shopping.order(shopper, "us")
    shopping.pay(shopper)
    shopper.wait_for_url("**/orders/**")
    staff.wait_for_timeout(2500)  # the event is delivered, and page views are written down after a second
    staff.goto("/admin/earnings/?region=us&days=7")
    row = staff.locator("tbody tr", has_text="reading a magnesium label")
    assert "$13.95" in row.inner_text()
    assert "the sum above." in staff.locator("#content-main").inner_text()
    staff.goto("/admin/earnings/campaigns/?region=us&days=7")
    assert "letter / – / browser" in staff.locator("#content-main").inner_text()
    assert staff.troubles == []


def test_a_rule_is_tried_on_a_sentence_before_it_is_saved(staff):
    staff.goto("/admin/claims/ownrule/add/?code=disease-term")
    staff.get_by_label("Try it on:").fill("These capsules are for insomnia.")
    with staff.context.expect_page() as opened:
        staff.get_by_role("button", name="Try it").click()
    assert "insomnia" in opened.value.locator("#content-main").inner_text()
    opened.value.close()
    staff.goto("/admin/claims/ownrule/")
    assert "0 claim rules" in staff.locator("#changelist").inner_text()
    assert staff.troubles == []
