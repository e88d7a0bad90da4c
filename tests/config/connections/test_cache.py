"""The cache that machines share, on a real Redis: what it keeps, and that nobody notices when it is away."""

import os
import pickle
import signal
import time

import pytest
from django.core.cache import cache, caches

from config.connections import cache as ours
from config.middleware.kept import kept_pages
from config.operation.ready import State, readiness
from shop.content.throttle import too_fast
from shop.ledger.check import last_state, look_at_money
from tests.conftest import a_shopper
from tests.support import redis
from tests.support.factories import set_price
from tests.support.postgres import free_port

needs_redis = pytest.mark.skipif(
    not redis.PROGRAM and not os.environ.get("CI"), reason=f"needs redis-server. {redis.INSTALL}"
)


@pytest.fixture(scope="module")
def server():
    with redis.running_redis() as running:
        yield running


@pytest.fixture
def shared(server, settings):
    """The tests' cache and the page cache, on a Redis that is empty."""
    settings.REDIS_URL, settings.CACHES = server.url, redis.caches(server.url)
    ours._away_until.clear()
    cache.clear()
    return server


@pytest.fixture
def away(settings):
    """An address where nothing listens."""
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    settings.CACHES = redis.caches(settings.REDIS_URL)
    ours._away_until.clear()
    yield
    ours._away_until.clear()


def the_shop_list() -> str:
    return a_shopper().get("/uk/shop/").content.decode()


@needs_redis
@pytest.mark.django_db
def test_a_page_comes_from_the_shared_cache_and_no_change_is_missed(shared, django_assert_num_queries):
    drawn = the_shop_list()
    kept_pages.clear()  # as another process, which has drawn nothing
    with django_assert_num_queries(1):
        assert the_shop_list() == drawn
    set_price("CIT-CAP-90", "uk", 777)
    kept_pages.clear()
    assert "£7.77" in the_shop_list()


@needs_redis
@pytest.mark.django_db
def test_machines_count_together_who_is_too_fast(shared):
    tries = [too_fast("test", "somebody", most=3, seconds=60) for _ in range(5)]
    assert tries == [False, False, False, True, True]
    assert not too_fast("test", "somebody else", most=3, seconds=60)


@needs_redis
@pytest.mark.django_db
def test_what_the_ledger_saw_is_kept_for_the_start_page(shared):
    seen = look_at_money()
    assert last_state().checked_at == seen.checked_at


@needs_redis
def test_it_does_what_djangos_own_does(shared):
    assert (cache.add("a", 1), cache.add("a", 2), cache.get("a")) == (True, False, 1)
    assert (cache.incr("a"), cache.has_key("a"), cache.touch("a", 9), cache.delete("a")) == (
        2,
        True,
        True,
        True,
    )
    cache.set_many({"b": [1], "c": {"d": 2}}, 60)
    assert cache.get_many(["b", "c", "gone"]) == {"b": [1], "c": {"d": 2}}
    cache.delete_many(["b"])
    assert (cache.get("b"), cache.get("b", "none")) == (None, "none")
    with pytest.raises(ValueError):
        cache.incr("gone")


@needs_redis
@pytest.mark.parametrize("stored", [b"no pickle", pickle.dumps({"a": "b"})[:9], b"cshop.nowhere\nGone\n."])
def test_what_another_release_left_is_as_good_as_nothing(shared, stored):
    caches["default"]._cache.get_client("x", write=True).set(cache.make_key("x"), stored)
    assert cache.get("x", "drawn anew") == "drawn anew"


@needs_redis
@pytest.mark.slow
def test_one_that_says_nothing_is_left_alone_and_asked_again(shared, monkeypatch):
    monkeypatch.setattr(ours, "LEFT_ALONE", 0.4)
    cache.set("here", 1, 60)
    os.kill(shared.process.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert [cache.get("here") for _ in range(20)] == [None] * 20
        assert time.monotonic() - began < 3 * ours.PATIENCE
    finally:
        os.kill(shared.process.pid, signal.SIGCONT)
    time.sleep(0.5)
    assert cache.get("here") == 1


def test_one_that_is_away_answers_as_an_empty_one(away):
    cache.set("a", 1)
    cache.set_many({"a": 1})
    cache.delete_many(["a"])
    assert (cache.get("a", "none"), cache.get_many(["a"]), cache.has_key("a")) == ("none", {}, False)
    assert not any([cache.add("a", 1), cache.touch("a"), cache.delete("a"), cache.clear()])
    with pytest.raises(ValueError):
        cache.incr("a")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/uk/", "/uk/shop/", "/uk/search/?q=citrate", "/uk/search/suggest/?q=ci"])
def test_pages_are_served_while_it_is_away(away, path):
    assert a_shopper().get(path).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/", "/admin/ledger/"])
def test_staff_are_served_while_it_is_away(away, path, admin_client):
    assert admin_client.get(path).status_code == 200


@pytest.mark.django_db
def test_it_is_late_then_and_the_process_stays_ready(away):
    assert readiness()["cache"].state == State.LATE
