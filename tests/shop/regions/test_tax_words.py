"""No price is shown without its tax words, and they name the country once it is known where it goes."""

import csv
import io

import pytest

from shop.invoices.issue import issue_invoice
from shop.orders.mails import order_mail
from shop.outbox.models import Mail
from shop.regions.models import Country
from shop.regions.tax_words import tax_label, tax_words, total_words
from tests.support.baskets import add
from tests.support.factories import an_order, an_order_at_stripe, region
from tests.support.orders import a_code, order_with, paid
from tests.support.prices_on_pages import prices_without_words, without_words

pytestmark = pytest.mark.django_db
PAGES = ["", "shop/", "shop/compare/", "search/?q=citrate", "shop/magnesium-citrate-capsules/"]


def typed(country, **more):
    where = {"IT": ("Roma", "00184"), "GB": ("Leeds", "LS1 4AP"), "US": ("Portland", "97201")}[country]
    return {"email": "ada@example.org", "name": "Ada", "line1": "1 High Street", "town": where[0],
            "postcode": where[1], "country": country, "shown_total": "1", **more}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "country", "words"),
    [("eu", "IT", "incl. Italian VAT"), ("eu", "", "incl. VAT"), ("uk", "GB", "incl. UK VAT"),
     ("us", "US", "plus sales tax"), ("eu", "XX", "incl. VAT")],
)  # fmt: skip
def test_the_words_beside_a_price_name_the_country_where_it_is_known(code, country, words):
    assert tax_words(region(code), country) == words


def test_another_tax_has_its_own_name_everywhere():
    there = region("uk")
    there.tax_words = "incl. GST"
    assert tax_words(there) == "incl. GST"
    assert tax_label("incl. Australian GST", included=True) == "Australian GST, included"
    assert tax_label("plus sales tax", included=False) == "Sales tax"
    assert total_words("plus sales tax", included=False, tax=1) == "incl. sales tax"
    assert total_words("plus sales tax", included=False, tax=0) == "without sales tax"
    assert total_words("plus sales tax", included=False, tax=None) == "plus sales tax"
    assert total_words("incl. GST", included=True, tax=0) == "incl. GST"


def test_an_adjective_that_staff_change_stands_on_the_next_page():
    Country.objects.filter(code="IT").update(adjective="Roman")
    assert tax_words(region("eu"), "IT") == "incl. Roman VAT"


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
@pytest.mark.parametrize("path", PAGES)
def test_every_price_of_a_public_page_has_its_tax_words(shopper, code, path):
    assert prices_without_words(shopper.get(f"/{code}/{path}").content.decode()) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "country", "words", "total"),
    [("uk", "GB", "incl. UK VAT", "incl. UK VAT"), ("eu", "IT", "incl. Italian VAT", "incl. Italian VAT"),
     ("us", "US", "plus sales tax", "without sales tax")],
)  # fmt: skip
def test_every_price_from_the_basket_to_the_mail_has_its_tax_words(shopper, code, country, words, total):
    add(shopper, code=code)
    add(shopper, sku="GLY-CAP-90", code=code)
    for page in ("basket", "checkout"):
        assert prices_without_words(shopper.get(f"/{code}/{page}/").content.decode()) == []
    shopper.post(f"/{code}/checkout/", typed(country, state="OR" if country == "US" else ""))
    for page in ("basket", "checkout"):
        html = shopper.get(f"/{code}/{page}/").content.decode()
        assert prices_without_words(html) == []
        assert words in html
    order = an_order("CIT-CAP-90", "GLY-CAP-90", code=code)
    html = shopper.get(order.get_absolute_url()).content.decode()
    assert prices_without_words(html) == []
    assert words in html
    assert total in html
    order_mail(order, "paid")
    order_mail(order, "review")
    order_mail(order, "failed", unknown=False, money_came=False)
    mails = list(Mail.objects.all())
    assert len(mails) == 4
    for mail in mails:
        assert prices_without_words(mail.html) == []
        assert without_words(mail.text) == []
        assert total in mail.text


def test_the_payment_page_of_the_sandbox_says_it_beside_each_line(client):
    _, session = an_order_at_stripe(code="eu")
    page = client.get(f"/sandbox/pay/{session.id}/").content.decode()
    lines = [row for row in prices_without_words(page) if "Free delivery" not in row]
    assert lines == []
    assert "The total is incl. Italian VAT." in page


def test_a_reduced_order_keeps_its_words(shopper):
    a_code(regions=("eu",))
    order = order_with("NOVEMBER10", where="eu")
    assert prices_without_words(shopper.get(order.get_absolute_url()).content.decode()) == []


def test_an_order_keeps_the_words_it_was_placed_with(shopper):
    order = an_order(code="eu")
    Country.objects.filter(code="IT").update(adjective="Roman")
    assert "incl. Italian VAT" in shopper.get(order.get_absolute_url()).content.decode()


def test_an_older_order_without_a_country_in_its_words_says_what_its_shopper_saw():
    order = an_order(code="eu")
    order.legal = {**order.legal, "tax_words": "incl. VAT"}
    assert (order.tax_words, order.tax_label) == ("incl. VAT", "VAT, included")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "name", "words"), [("eu", "VAT", "incl. Italian VAT"), ("us", "Sales tax", "plus sales tax")]
)
def test_an_invoice_says_beside_its_amounts_which_tax_they_hold(code, name, words):
    data = issue_invoice(paid(code=code)).data
    assert (data["tax_name"], data["tax_words"]) == (name, words)


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
def test_feeds_and_documents_for_machines_say_it_too(shopper, code):
    words = region(code).tax_words
    google = shopper.get(f"/{code}/feeds/google.xml").content.decode()
    assert google.count(f"<g:custom_label_0>price {words}</g:custom_label_0>") == google.count("<item>") > 0
    rows = list(csv.DictReader(io.StringIO(shopper.get(f"/{code}/feeds/meta.csv").content.decode())))
    assert rows
    assert {row["custom_label_0"] for row in rows} == {f"price {words}"}
    lines = shopper.get("/llms.txt").content.decode().split("## Products in ")[1:]
    assert all(
        without_words("\n".join(part.split("## Articles")[0].splitlines()[1:])) == [] for part in lines
    )


def test_what_stands_alone_is_found():
    assert prices_without_words("<main><p>Only £3.00 today</p></main>") == ["Only £3.00 today"]
    assert prices_without_words("<ul><li><p>£3.00 incl. VAT</p><p>£6.00</p></li></ul>") == []
    assert prices_without_words("<div><p>£3.00 incl. VAT</p><p>£6.00</p></div>") == ["£6.00"]
    assert without_words("Delivery: £0.00\nCode: −£2.00\nTotal: £3.00") == ["Total: £3.00"]
