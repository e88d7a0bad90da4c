"""Whoever tries too often is slowed down, one by one, also behind a proxy."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache, caches
from django.test import RequestFactory
from django.utils import timezone

from config.middleware.proxy import ProxyMiddleware
from shop.codes.models import Code
from shop.content.models import Tries
from shop.content.throttle import address_of, forget_tries, is_spent, too_fast, too_often
from shop.outbox.models import Mail
from tests.support.factories import (
    everywhere,
    post_with_token,
    region,
    set_stock,
    shown_next,
)
from tests.support.from_anywhere import from_address
from tests.support.staff import signed_in

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


@pytest.mark.parametrize(
    ("forwarded", "who"),
    [
        ("1.1.1.1, 2.2.2.2:5060", "2.2.2.2"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2:bbbb::9]:443", "2001:db8:1:2::/64"),
        ("::ffff:2.2.2.2", "2.2.2.2"),
        ("unknown", "unknown"),
        ("x" * 99, "x" * 64),
    ],
)
def test_an_address_is_one_however_it_is_written(settings, forwarded, who):
    settings.TRUST_PROXY = True
    assert address_of(RequestFactory().get("/", HTTP_X_FORWARDED_FOR=forwarded)) == who


def test_tries_run_out_by_themselves_and_are_forgotten():
    assert [too_often("x", "a", most=1, seconds=60) for _ in range(3)] == [False, True, True]
    assert is_spent("x", "a", most=3)
    Tries.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert not is_spent("x", "a", most=1)
    assert not too_often("x", "a", most=1, seconds=60), "it begins anew"
    assert forget_tries(timezone.now() + timedelta(hours=1)) == 1
    assert "a" not in [row.key for row in Tries.objects.all()]


def test_the_count_needs_no_cache_and_names_nobody(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert [too_often("x", "203.0.113.9", most=1, seconds=60) for _ in range(2)] == [False, True]
    assert not everywhere("203.0.113.9")


def test_no_wash_of_pages_pushes_a_count_out():
    assert [too_fast("x", "a", most=1, seconds=60) for _ in range(2)] == [False, True]
    for number in range(3000):
        cache.set(f"page:{number}", "drawn")
    assert too_fast("x", "a", most=1, seconds=60)


def test_a_cache_that_is_away_lets_everybody_pass(monkeypatch):
    """As the shop's own backend answers then (config/connections/cache.py): nothing is added, and no key is there."""

    def away(*args):
        raise ValueError("Key not found.")

    monkeypatch.setattr(caches["limits"], "add", lambda *args: False)
    monkeypatch.setattr(caches["limits"], "incr", away)
    assert not too_fast("x", "a", most=0, seconds=60)


# --- codes, alerts, letters ---------------------------------------------------------------------------------------


@pytest.mark.walk
def test_wrong_codes_of_many_visitors_keep_nobody_from_a_right_one_and_guessing_ends():
    Code.objects.create(code="SPRING", percent=10).terms.create(region=region("uk"))
    for number in range(60):
        visitor = from_address()
        visitor.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
        visitor.post("/uk/basket/code/", {"code": f"WRONG{number}"})
    assert "SPRING" in shown_next(visitor.post("/uk/basket/code/", {"code": "SPRING"}))
    guesser = from_address("198.51.100.1")
    guesser.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    for number in range(20):
        guesser.post("/uk/basket/code/", {"code": f"GUESS{number}"})
    assert "Please wait a little" in shown_next(guesser.post("/uk/basket/code/", {"code": "SPRING"})), (
        "whoever guesses does not learn of the one that is right"
    )


@pytest.mark.walk
@pytest.mark.parametrize("path", ["/uk/letters/", "/uk/alerts/"])
def test_many_who_confirm_behind_one_address_are_not_slowed_down(path):
    set_stock("CIT-CAP-90", "uk", 0)
    for number in range(40):
        asked = from_address().post(path, {"variant": "CIT-CAP-90", "email": f"reader{number}@example.org"})
        assert "Please wait" not in shown_next(asked)
        link = re.search(r"http://127\.0\.0\.1:8000(/(?:alerts|letters)/[\w-]+/)", Mail.objects.first().text)
        post_with_token(from_address(), link[1], link[1], {}) if "alerts" in path else from_address().post(
            link[1]
        )
    assert Mail.objects.count() == 40


@pytest.mark.walk
@pytest.mark.parametrize("path", ["/uk/letters/", "/uk/alerts/"])
def test_whoever_gives_strangers_addresses_is_slowed_down(path):
    set_stock("CIT-CAP-90", "uk", 0)
    for number in range(35):
        asked = from_address().post(path, {"variant": "CIT-CAP-90", "email": f"victim{number}@example.org"})
    assert "Please wait a little" in shown_next(asked)
    assert Mail.objects.count() == 30


# --- a proxy that we were not told of -----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"])
def test_an_unknown_proxy_is_told_once_in_the_log_and_to_the_owner(settings, caplog, header):
    middleware = ProxyMiddleware(lambda request: None)
    with caplog.at_level("WARNING"):
        for _ in range(3):
            middleware(RequestFactory().get("/", headers={header: "203.0.113.9"}))
    assert caplog.text.count("TRUST_PROXY") == caplog.text.count("Set TRUST_PROXY=1") * 2 == 2
    assert "203.0.113.9" not in caplog.text
    owner = signed_in("Owner")
    assert "TRUST_PROXY" in owner.get("/admin/", headers={header: "203.0.113.9"}).content.decode()
    assert "TRUST_PROXY" not in owner.get("/admin/").content.decode()
    assert "TRUST_PROXY" not in signed_in("Writer").get("/admin/", headers={header: "x"}).content.decode()
    settings.TRUST_PROXY = True
    assert "TRUST_PROXY" not in owner.get("/admin/", headers={header: "203.0.113.9"}).content.decode()
