"""What stands before the order button in three regions, and the terms that an order keeps and its mail brings."""

from html import unescape

import pytest
from django.utils.html import strip_tags

from shop.checkout.views import TERMS_CHANGED
from shop.orders.mails import mails_of
from shop.orders.models import Order
from shop.pages.agreed import terms_of
from shop.pages.models import AgreedText, PageBlock
from shop.pages.publishing import publish, start_draft
from tests.conftest import a_shopper
from tests.support.baskets import add
from tests.support.factories import an_order, region
from tests.support.orders import paid
from tests.support.staff import fields_of

pytestmark = pytest.mark.django_db
BEFORE = {
    "uk": ["Total", "VAT", "incl.", "Free delivery", "it arrives", "Seller: Fellbrook Demonstration Ltd", "You can cancel within 14 days", "Sealed capsules", "agree to the terms of sale"],
    "eu": ["Total", "VAT", "incl. VAT", "Free delivery", "it arrives", "Seller: Fellbrook Demonstration Ltd", "You can withdraw from the contract within 14 days", "Sealed capsules", "minimum two-year legal guarantee protection", "agree to the terms of sale"],
    "us": ["Total", "Sales tax", "Free delivery", "it arrives", "Seller: Fellbrook Demonstration Ltd", "may be returned within 30 days", "agree to the terms of sale"],
}  # fmt: skip


def a_checkout(code: str):
    client = a_shopper()
    add(client, "CIT-CAP-90", code)
    return client, client.get(f"/{code}/checkout/").content.decode()


def new_terms(code: str, words: str) -> None:
    draft = start_draft("terms", region(code))
    PageBlock.objects.create(version=draft, ordering=99, heading="99. New", body=words)
    publish(draft, by="grace")


@pytest.mark.parametrize("code", BEFORE)
def test_what_must_stand_before_the_button_stands_there(code):
    _, page = a_checkout(code)
    button = region(code).legal.order_button
    assert page.count(f">{button}</button>") == 1
    before = " ".join(unescape(strip_tags(page[: page.index(f">{button}</button>")])).split())
    for words in ["1 × Magnesium citrate", *BEFORE[code]]:
        assert words.lower() in before.lower(), words
    for link in ("terms", "returns", "privacy"):
        assert f'href="/{code}/help/{link}/"' in page[: page.index(f">{button}</button>")]


def test_an_order_keeps_the_words_it_agreed_to_whatever_is_published_later():
    first = an_order()
    new_terms("uk", "Words of a later day.")
    second = an_order(email="bob@example.org")
    first.refresh_from_db()
    assert "Words of a later day." not in first.terms.text
    assert "Words of a later day." in second.terms.text
    assert second.terms.version.published_by == "grace"
    assert "Words of a later day." in a_shopper().get(f"/orders/{second.token}/terms/").content.decode()
    assert "Words of a later day." not in a_shopper().get(f"/orders/{first.token}/terms/").content.decode()


def test_many_orders_of_the_same_words_share_one_row():
    assert len({an_order(email=f"{name}@example.org").terms_id for name in "abc"}) == 1
    assert AgreedText.objects.count() == 1


def test_terms_that_changed_since_the_page_was_drawn_are_told_and_nothing_is_ordered():
    client, page = a_checkout("uk")
    fields = {
        **fields_of(page), "email": "ada@example.org", "name": "Ada", "line1": "1 High Street", "town": "Leeds",
        "postcode": "LS1 4AP", "country": "GB",
    }  # fmt: skip
    new_terms("uk", "Words of a later day.")
    client.post("/uk/checkout/", fields)
    shown = client.get("/uk/checkout/").content.decode()
    assert str(TERMS_CHANGED) in shown
    assert 'value="Ada"' in shown
    assert not Order.objects.exists()
    client.post("/uk/checkout/", {**fields, "terms": terms_of(region("uk")).number})
    assert "Words of a later day." in Order.objects.get().terms.text


@pytest.mark.parametrize("code", ["uk", "eu", "us"])
def test_the_mail_that_confirms_brings_the_terms_the_form_and_the_arrival(code):
    order = paid(code=code)
    mail = next(row for row in mails_of(order) if "is paid" in row.subject)
    words = " ".join(mail.text.split())
    assert order.terms.number in words
    for part in order.terms.text.split("\n\n"):
        assert " ".join(part.split()) in words
    assert "It arrives" in words
    assert f"orders/{order.token}/" in words, "where its invoice is"
    assert ("I/We (*) hereby give notice" in words) == (code != "us")
    assert 'href="/' not in mail.html, "links of a mail lead somewhere"
    assert max(map(len, mail.text.splitlines())) < 998


def test_an_order_from_before_has_no_terms_to_show():
    order = an_order()
    Order.objects.filter(pk=order.pk).update(terms=None)
    assert a_shopper().get(f"/orders/{order.token}/terms/").status_code == 404
    assert "Terms that you agreed to" not in a_shopper().get(order.get_absolute_url()).content.decode()
