"""Whoever tries too often is slowed down, one by one, also behind a proxy."""

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from shop.content.throttle import address_of, too_often
from tests.conftest import a_shopper
from tests.factories import HOME, post_with_token, shown_next

pytestmark = pytest.mark.django_db


def test_the_limit_is_for_each_name_and_each_address():
    assert [too_often("x", "a", most=2, seconds=60) for _ in range(4)] == [False, False, True, True]
    assert not too_often("x", "b", most=2, seconds=60)
    assert not too_often("y", "a", most=2, seconds=60)


def test_behind_a_proxy_of_ours_its_last_word_counts_and_else_nobodys(settings):
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="1.1.1.1, 2.2.2.2")
    assert address_of(request) == "10.0.0.1", "a header that anybody may send is not believed"
    settings.TRUST_PROXY = True
    assert address_of(request) == "2.2.2.2"
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1")) == "10.0.0.1"


def test_a_cache_that_is_away_lets_everybody_pass(monkeypatch):
    def away(*args):
        raise ConnectionError

    monkeypatch.setattr(cache, "add", away)
    assert not too_often("x", "a", most=0, seconds=60)


def test_whoever_starts_many_orders_waits_and_loses_nothing(monkeypatch):
    monkeypatch.setattr("shop.checkout.views.MOST_ORDERS_AN_HOUR", 2)
    shopper = a_shopper()
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    address = HOME["uk"]
    typed = {
        name: getattr(address, name) for name in ("name", "line1", "line2", "town", "postcode", "country")
    }
    sent = {**typed, "email": "ada@example.org", "shown_total": "1195"}
    answers = [post_with_token(shopper, "/uk/checkout/", "/uk/checkout/", sent) for _ in range(3)]
    assert ["/sandbox/pay/" in answer["Location"] for answer in answers] == [True, True, False]
    page = shown_next(answers[2])
    assert "Nothing was ordered or charged" in page
    assert "ada@example.org" in page
