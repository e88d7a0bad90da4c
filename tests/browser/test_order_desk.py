"""A day at the order desk: a code, a purchase, two parcels, money back, the invoice, the ledger."""

import pytest

from tests.browser import shopping

pytestmark = pytest.mark.browser


def test_from_a_code_to_the_second_parcel(staff, site, open_page):
    # Marketing makes a code.
    staff.goto("/admin/codes/code/add/")
    staff.get_by_label("Code:").fill("browser10")
    staff.get_by_label("Percent:").fill("10")
    staff.locator("#id_terms-0-region").select_option(label="UK (GBP)")
    staff.get_by_role("button", name="Save", exact=True).click()
    staff.wait_for_url("**/codes/code/")

    # A shopper uses it, without JavaScript, on a phone.
    shopper = open_page(javascript=False, width=360)
    shopping.add_from_shop(shopper, "uk", "epsom-salt-bath-crystals", quantity=2)
    shopper.goto("/uk/basket/")
    shopper.get_by_text("A discount code?").click()
    shopper.get_by_label("Code").fill("wrong")
    shopper.get_by_role("button", name="Use it").click()
    assert "We don’t know the code" in shopper.locator(".messages").inner_text()
    shopper.get_by_text("A discount code?").click()
    shopper.get_by_label("Code").fill("browser10")
    shopper.get_by_role("button", name="Use it").click()
    assert "BROWSER10" in shopper.locator(".totals").inner_text()
    shopping.to_checkout(shopper, "uk")
    shopping.fill_in(shopper, "uk", "desk@example.org")
    shopping.order(shopper, "uk")
    shopping.pay(shopper)
    shopping.thanked(shopper)

    # The desk sends one pack, gives some money back, and sends the other.
    staff.goto("/admin/orders/order/?q=desk@example.org")
    staff.locator("#result_list tbody th a").first.click()
    staff.locator("input[name^=send-]").fill("1")
    staff.get_by_label("Carrier").fill("Post")
    staff.get_by_label("Tracking number").fill("AB1")
    staff.get_by_role("button", name="Send", exact=True).click()
    assert "Sent: 1 ×" in staff.locator("#content-main").inner_text()
    staff.get_by_text("Give money back").click()
    refund = staff.locator("details.staff-action", has_text="Give money back")
    refund.get_by_label("Amount").fill("1.00")
    refund.get_by_label("Words to the shopper").fill("For the dent.")
    refund.get_by_label("Because").select_option(label="Damaged or wrong")
    refund.get_by_role("button", name="Give it back").click()
    assert "Give £1.00 back?" in staff.locator("h1").inner_text()
    staff.get_by_role("button", name="Give £1.00 back").click()
    staff.get_by_role("button", name="Send", exact=True).click()
    for _ in range(30):  # the worker asks Stripe, Stripe's word arrives, documents are issued
        staff.wait_for_timeout(1000)
        staff.reload()
        page_words = staff.locator("#content-main").inner_text()
        if "Credit note UK-SC-" in page_words:
            break
    assert "Refund of £1.00: Refunded." in page_words
    assert "Credit note UK-SC-" in page_words

    # The shopper sees both parcels, the refund and the papers.
    shopper.reload()
    page = shopper.locator("main").inner_text()
    assert "Parcel 2 was sent" in page
    assert "£1.00 went back" in page
    address = shopper.locator(".documents a").first.get_attribute("href")
    answer = shopper.request.get(site.url + address)
    assert answer.body().startswith(b"%PDF-")

    # And all is green.
    staff.goto("/admin/ledger/")
    assert "All is well" in staff.locator(".verdict").inner_text()
    assert staff.troubles == shopper.troubles == []
