"""A business's VAT number: on the invoice, checked with VIES in the background, and of no effect on the tax."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.checkout.totals import quote_for
from shop.invoices.issue import issue_invoice
from shop.orders import vies
from shop.orders.models import BuyerVatNumber, Order, Vies
from shop.orders.vies import MAX_TRIES, answer_of, ask_vies, due_vat_numbers
from shop.web.outside import NoAnswer, NotAllowed, Page
from tests.support.baskets import add
from tests.support.factories import LEEDS, ROME, a_basket, an_order, region
from tests.support.orders import paid

pytestmark = pytest.mark.django_db
NUMBER = "IT12345678901"


def with_number(address=ROME, number=NUMBER):
    return address.__class__(**{**address.__dict__, "vat_number": number})


@pytest.fixture(autouse=True)
def outside(settings):
    settings.CHECK_OUTSIDE_LINKS = True


def vies_says(monkeypatch, body="", status=200, error=None):
    asked = []

    def fetch(url, headers, **more):
        asked.append(url)
        if error:
            raise error
        return Page(status, "", body)

    monkeypatch.setattr(vies, "fetch", fetch)
    return asked


@pytest.mark.parametrize(("body", "status", "answer"), [
    ('{"isValid": true, "userError": "VALID", "name": "ACME"}', 200, Vies.VALID),
    ('{"isValid": false, "userError": "INVALID"}', 200, Vies.UNKNOWN),
    ('{"isValid": false, "userError": "MS_UNAVAILABLE"}', 200, None),
    ('{"isValid": false, "userError": "MS_MAX_CONCURRENT_REQ"}', 200, None),
    ('{"isValid": true, "userError": "VALID"}', 500, None),
    ("", 200, None), ("[]", 200, None), ('"VALID"', 200, None), ("<html>", 200, None), ("[" * 9999, 200, None),
    ('{"userError": {"a": 1}}', 200, None),
])  # fmt: skip
def test_only_a_clear_word_of_vies_counts(monkeypatch, body, status, answer):
    asked = vies_says(monkeypatch, body, status)
    assert answer_of(NUMBER) == answer
    assert asked == ["https://ec.europa.eu/taxation_customs/vies/rest-api/ms/IT/vat/12345678901"]


@pytest.mark.parametrize("error", [NoAnswer("It took too long."), NotAllowed("x")])
def test_a_register_that_can_not_be_reached_says_nothing(monkeypatch, error):
    vies_says(monkeypatch, error=error)
    assert answer_of(NUMBER) is None


def test_the_number_changes_no_price_and_no_tax():
    rows = a_basket(code="eu").rows(region("eu"))
    one, other = (quote_for(rows, region("eu"), address) for address in (ROME, with_number()))
    assert (one.total, one.tax) == (other.total, other.tax)
    assert one.tax > 0


def test_an_answer_is_kept_with_its_moment_and_asked_once(monkeypatch):
    order = an_order(code="eu", address=with_number())
    asked = vies_says(monkeypatch, '{"userError": "VALID"}')
    assert ask_vies() == 1
    assert ask_vies() == 0
    assert len(asked) == 1
    row = BuyerVatNumber.objects.get(order=order)
    assert (row.answer, row.due_at) == (Vies.VALID, None)
    assert row.answered_at is not None
    assert "valid in VIES on" in row.words


def test_silence_is_tried_again_later_and_ends(monkeypatch):
    an_order(code="eu", address=with_number())
    asked = vies_says(monkeypatch, error=NoAnswer("It took too long."))
    now = timezone.now()
    for day in range(40):
        ask_vies(now + timedelta(days=day, minutes=1))
    assert len(asked) == MAX_TRIES
    row = BuyerVatNumber.objects.get()
    assert (row.answer, row.due_at) == (Vies.SILENT, None)
    assert row.words == NUMBER


def test_what_waits_is_not_asked_at_once_again(monkeypatch):
    an_order(code="eu", address=with_number())
    asked = vies_says(monkeypatch, error=NoAnswer("It took too long."))
    for _ in range(5):
        ask_vies()
    assert len(asked) == 1


def test_a_uk_number_is_not_asked_about_and_one_of_northern_ireland_is():
    an_order(address=with_number(LEEDS, "GB123456789"))
    assert BuyerVatNumber.objects.get().answer == Vies.NOT_ASKED
    assert not due_vat_numbers().exists()
    BuyerVatNumber.objects.all().delete()
    an_order("GLY-CAP-90", address=with_number(LEEDS, "XI123456789"))
    assert due_vat_numbers(timezone.now() + timedelta(seconds=1)).count() == 1


def test_nobody_is_asked_where_the_outside_is_switched_off(settings, monkeypatch):
    settings.CHECK_OUTSIDE_LINKS = False
    an_order(code="eu", address=with_number())
    asked = vies_says(monkeypatch, '{"userError": "VALID"}')
    assert ask_vies() == 0
    assert not asked


@pytest.mark.slow
def test_the_invoice_shows_it_with_what_vies_said(monkeypatch):
    order = paid(code="eu", address=with_number())
    vies_says(monkeypatch, '{"userError": "VALID"}')
    ask_vies()
    buyer = issue_invoice(order).data["buyer"]
    assert buyer[-1].startswith(f"VAT number {NUMBER} (valid in VIES on ")


@pytest.mark.slow
def test_at_the_checkout_it_is_optional_read_kindly_and_kept_if_wrong(shopper):
    add(shopper, code="eu")
    page = shopper.get("/eu/checkout/").content.decode()
    assert "An invoice with a VAT number?" in page
    form = {
        "email": "ada@example.org", "name": "Ada", "line1": "Via Roma 1", "town": "Roma", "postcode": "00184",
        "country": "IT", "shown_total": "1495",
    }  # fmt: skip
    shopper.post("/eu/checkout/", {**form, "vat_number": "IT123"})
    page = shopper.get("/eu/checkout/").content.decode()
    assert "A VAT number of IT looks like IT12345678901" in page
    assert 'value="IT123"' in page
    assert '<details class="business" open>' in page
    shopper.post("/eu/checkout/", {**form, "vat_number": "it 123 456 789 01"})
    order = Order.objects.get()
    assert order.vat_number.number == NUMBER
    assert f"VAT number {NUMBER}" in shopper.get(order.get_absolute_url()).content.decode()


def test_the_us_shop_asks_for_none(shopper):
    add(shopper, code="us")
    assert "VAT number" not in shopper.get("/us/checkout/").content.decode()


def test_another_number_is_another_order_and_none_is_as_before():
    basket = a_basket(code="eu")
    first = an_order(code="eu", basket=basket)
    assert an_order(code="eu", basket=basket) == first
    assert not BuyerVatNumber.objects.exists()
