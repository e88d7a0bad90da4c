"""Tax as the owner and a business meet it: a newer rate is approved, a VAT number stands on the invoice, the return counts."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browser import shopping

pytestmark = pytest.mark.browser
NUMBER = "IT12345678901"
UNREACHABLE = """
from datetime import timedelta
from django.conf import settings
from django.utils import timezone
from shop.orders import vies
from shop.web.outside import NoAnswer
def silent(*given, **more):
    raise NoAnswer("no network")
vies.fetch, settings.CHECK_OUTSIDE_LINKS = silent, True
for hours in range(vies.MAX_TRIES):
    vies.ask_vies(timezone.now() + timedelta(days=30 * (hours + 1)))
"""


def test_a_newer_rate_is_shown_as_what_differs_and_charged_once_it_is_approved(staff, site):
    day = timezone.now().date() + timedelta(days=40)
    items = {
        code: [{"effective_from": str(day), "rates": {"standard": rate}}]
        for code, rate in (("PT", 24), ("PL", 22))
    }
    staff.goto("/admin/rates/")
    staff.locator("[name=file]").set_input_files(
        {
            "name": "rates.json",
            "mimeType": "application/json",
            "buffer": json.dumps({"items": items}).encode(),
        }
    )
    staff.locator("[name=source]").fill("a newer file")
    staff.locator("[name=source_date]").fill(f"{timezone.now():%Y-%m-%d}")
    staff.get_by_role("button", name="Compare", exact=True).click()
    staff.get_by_text("2 rates of the file differ").wait_for()
    row = staff.get_by_role("row", name=re.compile("Portugal.*Standard"))
    assert "23 %" in row.inner_text().replace("\N{NO-BREAK SPACE}", " ")
    assert "24 %" in row.inner_text().replace("\N{NO-BREAK SPACE}", " ")
    charged = "SELECT count(*) FROM regions_vatrate WHERE rate = 24 AND valid_from > ?"
    assert site.rows(charged, str(timezone.now())) == [(0,)]
    row.get_by_role("checkbox").check()
    staff.get_by_role("button", name="Put the ticked ones into force").click()
    staff.get_by_text("put into force by admin").first.wait_for()
    assert site.rows(charged, str(timezone.now())) == [(1,)]
    staff.get_by_role("row", name=re.compile("Poland.*Standard")).get_by_role("checkbox").check()
    staff.get_by_role("button", name="Leave the ticked ones").click()
    staff.get_by_text("left as it was by admin").first.wait_for()
    assert staff.troubles == []


def test_a_vat_number_is_read_kindly_kept_if_wrong_and_stands_on_the_order(staff, open_page, site):
    shopper = open_page(width=360, dark=True)
    shopping.add_from_shop(shopper, "eu")
    shopping.to_checkout(shopper, "eu")
    shopping.fill_in(shopper, "eu", "business@example.org")
    shopper.get_by_text("An invoice with a VAT number?").click()
    shopper.get_by_label("VAT number").fill("it 123")
    shopper.get_by_role("button", name=shopping.BUTTON["eu"]).click()
    shopper.get_by_text("A VAT number of IT looks like").first.wait_for()
    assert shopper.get_by_label("VAT number").input_value().lower() == "it 123"
    shopper.get_by_label("VAT number").fill("it 123 456 789 01")
    shopping.order(shopper, "eu")
    shopping.pay(shopper)
    shopping.thanked(shopper)
    assert f"VAT number {NUMBER}" in shopper.inner_text("main")

    staff.goto("/admin/orders/order/?q=business@example.org")
    staff.locator("#result_list tbody th a").first.click()
    desk = staff.url
    staff.get_by_text(f"VAT number {NUMBER}").first.wait_for()
    site.manage(UNREACHABLE)
    staff.goto(desk)
    staff.get_by_text("VIES: no answer").wait_for()

    row = staff.get_by_role("row", name=re.compile("^IT 22 %"))
    for _ in range(40):  # the worker issues the invoice
        staff.goto("/admin/vat/oss/")
        if row.count():
            break
        staff.wait_for_timeout(1000)
    assert re.search(r"\d+\.\d\d\s+\d+\.\d\d$", row.inner_text().strip())
    assert staff.troubles == shopper.troubles == []
