"""The story first: somebody reads an article, chooses a region, buys, pays, and gets what was promised."""

import re

import pytest

from shop.orders.models import Order
from tests.support.factories import HOME, TEST_CARDS, deliver_events, mails_written, post_with_token, stock

pytestmark = pytest.mark.django_db
GUIDE = "citrate-glycinate-oxide-label-guide"


def typed(code):
    address = HOME[code]
    fields = {"email": "ada@example.org", "name": address.name, "country": address.country, "line1": address.line1,
              "line2": "", "town": address.town, "postcode": address.postcode}  # fmt: skip
    return {**fields, "state": address.state} if code == "us" else fields


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "price", "tax_words", "button", "total"),
    [
        ("uk", "£11.95", "incl. VAT", "Order with obligation to pay", 1195),
        ("us", "$13.95", "plus sales tax", "Place order", 1395),
        ("eu", "€14.95", "incl. VAT", "Order with obligation to pay", 1495),
    ],
)
def test_a_reader_becomes_a_buyer_and_gets_a_confirmation(shopper, code, price, tax_words, button, total):
    # They read an article and find a card with the price of their region.
    article = f"/{code}/articles/{GUIDE}/"
    page = shopper.get(article).content.decode()
    assert price in page
    assert tax_words in page

    # One POST from the card puts it into the basket and brings them back to the same paragraph.
    form = re.search(r'<form class="add-form".*?</form>', page, re.DOTALL).group(0)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    answer = shopper.post(f"/{code}/basket/add/", fields)
    assert answer.status_code == 303
    assert answer["Location"] == f"{article}#product-magnesium-citrate-capsules"
    assert "Added to your basket: 1 × Magnesium Citrate Capsules" in shopper.get(article).content.decode()

    # The basket shows free delivery and leads to the checkout.
    basket = shopper.get(f"/{code}/basket/").content.decode()
    assert "Free delivery" in basket
    assert price in basket

    # The last page before payment names everything, with the button the region's law wants.
    checkout = shopper.get(f"/{code}/checkout/").content.decode()
    assert button in checkout
    assert "Fellbrook Demonstration Ltd" in checkout
    answer = post_with_token(
        shopper, f"/{code}/checkout/", f"/{code}/checkout/", {**typed(code), "shown_total": str(total)}
    )
    assert answer.status_code == 303, answer.content.decode()
    order = Order.objects.get()
    assert order.status == "pending"
    assert order.total == total
    assert stock(code=code).held == 1

    # They pay on the payment page; the way back only says that we are waiting for the word.
    pay = answer["Location"].removeprefix("http://127.0.0.1:8000")
    assert pay.startswith("/sandbox/pay/cs_test_")
    answer = post_with_token(
        shopper, pay, pay, {"number": TEST_CARDS["paid"], "expiry": "12/34", "cvc": "123"}
    )
    back = answer["Location"].removeprefix("http://127.0.0.1:8000")
    waiting = shopper.get(back)
    assert "Confirming your payment" in waiting.content.decode()
    assert waiting["Refresh"] == "3"
    order.refresh_from_db()
    assert order.status == "pending"

    # The signed webhook says "paid": the page thanks, the mail is written, the basket is empty.
    assert deliver_events() == [200]
    thanks = shopper.get(back).content.decode()
    assert "Thank you" in thanks
    order.refresh_from_db()
    assert (order.status, order.paid_at is not None) == ("paid", True)
    mail = mails_written().get()
    assert mail.to == "ada@example.org"
    assert order.number in mail.subject
    assert order.full_url in mail.text
    assert price in mail.html
    assert "Your basket is empty" in shopper.get(f"/{code}/basket/").content.decode()
    assert stock(code=code).held == 1, "the packs stay held until they are sent"
