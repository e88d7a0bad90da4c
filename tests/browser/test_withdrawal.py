"""Cancelling a contract in a real browser: by a stranger, of some packs, of the rest, and too late, which stops nobody."""

import re

import pytest

from tests.browser import shopping

pytestmark = pytest.mark.browser
BUYER, STRANGER = "emmy@noether.example", "stranger@elsewhere.example"
SENT_LONG_AGO = """
from datetime import timedelta
from django.utils import timezone
from shop.orders.fulfil import send_parcel
from shop.orders.models import Order
order = Order.objects.get(email="emmy@noether.example")
lines = {line.pk: line.quantity for line in order.lines.all()}
send_parcel(order, lines, by="staff", at=timezone.now() - timedelta(days=90))
order.parcels.update(delivered_on=timezone.now().date() - timedelta(days=60))
"""


def confirm(page, word="Confirm cancellation"):
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("Nothing was sent yet. This is what we receive").wait_for()
    page.get_by_role("button", name=word).click()
    page.get_by_role("heading", name="We have received it").wait_for()


def test_a_stranger_changes_nothing_and_the_buyer_cancels_some_packs_then_the_rest(open_page, staff, site):
    buyer = open_page(width=360, dark=True)
    shopping.add_from_shop(buyer, "uk", sku="CIT-CAP-90", quantity=2)
    shopping.add_from_shop(buyer, "uk", "magnesium-oil-spray", sku="OIL-SPR-100")
    shopping.to_checkout(buyer, "uk")
    shopping.fill_in(buyer, "uk", email=BUYER)
    shopping.order(buyer, "uk")
    shopping.pay(buyer)
    shopping.thanked(buyer)
    order = buyer.url
    number = buyer.get_by_role("heading", name=re.compile("Order ")).inner_text().split()[1]

    stranger = open_page(javascript=False)
    stranger.goto("/uk/help/delivery/")
    stranger.get_by_role("link", name="Cancel contract here").click()
    stranger.get_by_label("Your name").fill("Some Body")
    stranger.get_by_label("Order number").fill(f"# {number.lower()}")
    stranger.locator("main").get_by_label("E-mail").fill(STRANGER)
    confirm(stranger)
    told = stranger.inner_text("main")
    assert "Citrate" not in told
    assert BUYER not in told
    mails = dict(
        site.rows(
            'SELECT "to", text FROM outbox_mail WHERE key LIKE \'withdrawal-%\' AND "to" IN (?, ?)',
            BUYER,
            STRANGER,
        )
    )
    assert "/withdrawals/" in mails[BUYER]
    assert "/withdrawals/" not in mails[STRANGER]
    buyer.goto(order)
    assert "Cancelled on" not in buyer.inner_text("main")

    site.manage(SENT_LONG_AGO)
    buyer.get_by_role("link", name="Cancel contract here").first.click()
    citrate = buyer.locator(".withdraw-lines__line", has_text="Citrate")
    citrate.get_by_label("Packs, of 2").fill("1")
    citrate.get_by_label("Sealed?").select_option("Still sealed")
    buyer.locator(".withdraw-lines__line", has_text="Spray").get_by_label("Packs, of 1").fill("0")
    confirm(buyer)
    assert "1 × Magnesium Citrate Capsules" in buyer.inner_text("main")
    buyer.goto(order)
    assert "Cancelled on" in buyer.inner_text("main")
    buyer.get_by_role("link", name="Cancel contract here").first.click()
    confirm(buyer)
    buyer.goto(order)
    buyer.get_by_role("link", name="What happens now").first.click()
    assert buyer.get_by_role("heading", name="Cancelled on").count() == 2
    assert buyer.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    packs = site.rows(
        "SELECT l.sku, w.quantity FROM withdrawal_withdrawalline w JOIN orders_orderline l ON l.id = w.line_id"
        " JOIN orders_order o ON o.id = l.order_id WHERE o.email = ? ORDER BY w.id", BUYER,
    )  # fmt: skip
    assert packs == [("CIT-CAP-90", 1), ("CIT-CAP-90", 1), ("OIL-SPR-100", 1)]
    staff.goto(f"/admin/orders/order/?q={BUYER}")
    staff.locator("#result_list tbody th a").first.click()
    staff.get_by_text("Declared after the period had ended").first.wait_for()
    assert buyer.troubles == stranger.troubles == staff.troubles == []


def test_a_guest_in_the_eu_withdraws_from_a_whole_order_in_two_steps_and_by_the_mail(open_page, site):
    guest, mail_of = open_page(javascript=False, width=360), "guest@noether.example"
    shopping.add_from_shop(guest, "eu", quantity=2)
    shopping.to_checkout(guest, "eu")
    assert guest.locator(".guarantee__notice img").is_visible(), "told open, before the button"
    shopping.fill_in(guest, "eu", email=mail_of)
    shopping.order(guest, "eu")
    shopping.pay(guest)
    shopping.thanked(guest)
    order = guest.url
    number = guest.get_by_role("heading", name=re.compile("Order ")).inner_text().split()[1]

    elsewhere = open_page(javascript=False, width=360, dark=True)
    elsewhere.goto("/eu/articles/")
    elsewhere.get_by_role("link", name="Withdraw from contract here").click()
    fields = "main input:not([type=hidden]), main select, main textarea"
    assert elsewhere.locator(fields).count() == 3, "name, order, e-mail and nothing else"
    elsewhere.get_by_label("Your name").fill("Emmy Noether")
    elsewhere.get_by_label("Order number").fill(number)
    elsewhere.locator("main").get_by_label("E-mail").fill(mail_of)
    confirm(elsewhere, "Confirm withdrawal")
    guest.goto(order)
    assert "Withdrawn on" not in guest.inner_text("main")
    [(receipt,)] = site.rows(
        "SELECT text FROM outbox_mail WHERE key LIKE 'withdrawal-receipt%' AND \"to\" = ?", mail_of
    )
    assert number in receipt
    assert re.search(r"\d\d:\d\d", receipt), "with the time"
    elsewhere.goto(re.search(r"http://\S+/withdrawals/\S+", receipt)[0])
    elsewhere.get_by_role("button", name="Yes, it was me").click()
    guest.goto(order)
    guest.get_by_text("Withdrawn on").first.wait_for()
    assert guest.troubles == elsewhere.troubles == []
