"""A batch from its arrival to its recall: taken in, bought, sent, named on the order and in the mail, recalled."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browser import shopping

pytestmark = pytest.mark.browser


def take_in(page, number, packs, best_before):
    page.goto("/admin/catalogue/batch/add/")
    page.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill("EPS-CRY-1000")
    page.get_by_role("option", name=re.compile("EPS-CRY-1000")).click()
    page.get_by_label("Region:").select_option(label="UK (GBP)")
    page.get_by_label("Batch number:").fill(number)
    page.get_by_label("Packs that came:").fill(str(packs))
    page.get_by_label("Best before:").fill(f"{best_before:%Y-%m-%d}")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".messagelist .success").wait_for()


def buy_two(page, email):
    shopping.add_from_shop(page, "uk", "epsom-salt-bath-crystals", sku="EPS-CRY-1000", quantity=2)
    shopping.to_checkout(page, "uk")
    shopping.fill_in(page, "uk", email)
    shopping.order(page, "uk")
    shopping.pay(page)
    shopping.thanked(page)


def send_all(page, email):
    page.goto(f"/admin/orders/order/?q={email}")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_label("Carrier").fill("Post")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Sent: 2 ×").first.wait_for()


def test_a_batch_is_taken_in_sold_sent_and_recalled(staff, open_page, site):
    today = timezone.now()
    take_in(staff, "late2", 30, today + timedelta(days=700))
    take_in(staff, "early1", 3, today + timedelta(days=400))
    listed = staff.locator("#result_list").inner_text()
    assert "EARLY1" in listed
    assert "LATE2" in listed

    shopper = open_page(width=360, dark=True)
    buy_two(shopper, "batch@example.org")
    send_all(staff, "batch@example.org")
    assert "EARLY1" in staff.inner_text("#content-main"), "what ends first goes first"
    assert "LATE2" not in staff.locator("#content-main").inner_text()
    shopper.reload()
    assert "EARLY1" in shopper.inner_text("main")

    staff.goto("/admin/catalogue/batch/")
    staff.get_by_role("link", name=re.compile("EARLY1")).first.click()
    staff.get_by_role("link", name=re.compile("^Who got it")).first.click()
    staff.get_by_role("heading", name="Parcels with packs of it").wait_for()
    assert "2 packs went to 1 order" in staff.inner_text("#content")
    staff.get_by_role("link", name=re.compile("Recall")).click()
    assert "1 order with 2 packs" in staff.inner_text("#content")
    staff.get_by_label("What is wrong").fill("The seal may be open. Please throw them away.")
    staff.get_by_label("I am sure").check()
    staff.get_by_role("button", name="Recall and write to the buyers").click()
    staff.get_by_text("Recalled", exact=True).first.wait_for()
    for _ in range(60):
        rows = site.rows(
            "SELECT text FROM outbox_mail WHERE \"to\" = 'batch@example.org' AND text LIKE '%The seal may be open%'"
        )
        if rows:
            break
        staff.wait_for_timeout(500)
    [(text,)] = rows
    assert "EARLY1" in text
    assert not site.rows("SELECT 1 FROM catalogue_batch WHERE number = 'EARLY1' AND left > 0")
    staff.reload()
    staff.get_by_text("Every buyer has been written to.").wait_for()

    buy_two(shopper, "batch-next@example.org")
    send_all(staff, "batch-next@example.org")
    assert "LATE2" in staff.inner_text("#content-main"), "nothing of a recalled batch is sent"
    assert staff.troubles == shopper.troubles == []
