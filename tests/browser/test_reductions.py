"""Prices that go down and prices to come, typed in the product's form: what staff are told and what shoppers read."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tests.browser.editing import save

pytestmark = pytest.mark.browser
PAGE = "/uk/shop/magnesium-glycinate-powder/"
HISTORY = """
from shop.catalogue.models import Variant
from tests.support.price_history import was_sold_at
pack = Variant.objects.get(sku="GLY-PWD-200")
was_sold_at(pack, "uk", (90, 1895), (10, 1695), (5, 1895))
was_sold_at(pack, "eu", (90, 2395))
"""


def open_form(page):
    page.goto("/admin/catalogue/product/?q=GLY-PWD-200")
    page.locator("#result_list tbody th a").first.click()
    page.locator("#variants-0").get_by_label("Price UK (GBP)").wait_for()


def test_a_reduction_that_was_announced_ten_days_ago_is_none_today(staff, open_page, site):
    site.manage(HISTORY)
    open_form(staff)
    pack = staff.locator("#variants-0")
    pack.get_by_label("Price UK (GBP)").fill("16.95")
    pack.get_by_label("Price EU (EUR)").fill("21.95")
    save(staff)
    told = staff.inner_text("#content")
    assert "Not a real reduction: it cost £16.95 within the 30 days before" in told
    assert "Shown as reduced from €23.95" in told
    shopper = open_page(width=360, dark=True)
    shopper.goto(PAGE)
    words = shopper.inner_text("main")
    assert "£16.95" in words
    assert "£18.95" not in words, "no earlier price where it was as low ten days ago"
    shopper.goto(PAGE.replace("/uk/", "/eu/"))
    words = shopper.inner_text("main")
    assert "€21.95" in words
    assert "€23.95" in words, "the lowest of the 30 days before"

    pack.get_by_label("Price UK (GBP)").fill("15.95")
    save(staff)
    assert "Shown as reduced from £16.95" in staff.inner_text("#content")
    shopper.goto(PAGE)
    words = shopper.inner_text("main")
    assert "£15.95" in words
    assert "£16.95" in words
    assert staff.troubles == shopper.troubles == []


def test_a_price_to_come_is_typed_in_the_time_of_its_region_and_taken_back(staff, site):
    open_form(staff)
    pack = staff.locator("#variants-0")
    pack.locator("summary", has_text="Prices to come").click()
    there = (timezone.now() + timedelta(days=3)).replace(
        hour=9, minute=30, second=0, microsecond=0, tzinfo=ZoneInfo("America/New_York")
    )
    pack.locator("[name=variants-0-next_us]").fill("18.25")
    pack.locator("[name=variants-0-from_us]").fill(f"{there:%Y-%m-%dT%H:%M}")
    save(staff)
    assert "Planned: $18.25 from" in staff.inner_text("#content")
    planned = "SELECT valid_from FROM catalogue_price WHERE amount = 1825"
    [(moment,)] = site.rows(planned)
    assert moment.startswith(f"{there.astimezone(ZoneInfo('UTC')):%Y-%m-%d %H:%M}")
    pack.locator("summary", has_text="Prices to come").click()
    pack.locator("[name=variants-0-drop_us]").first.check()
    save(staff)
    assert not site.rows(planned)
    assert staff.troubles == []
