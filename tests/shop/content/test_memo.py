"""What pages are made of is kept in memory between requests, and never shows stale to a shopper with a basket."""

from datetime import timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from articles.models import Article, Publication
from shop.catalogue.models import Price, Stock
from shop.catalogue.references import order_reference
from shop.content import memo
from shop.content.memo import memoised
from shop.content.models import content_changed, one_state
from tests.support.factories import region, set_price, set_stock, variant

pytestmark = pytest.mark.django_db
CITRATE = "/uk/shop/magnesium-citrate-capsules/"
GUIDE = "/uk/articles/citrate-glycinate-oxide-label-guide/"
PAGES = ["/uk/", "/uk/shop/", CITRATE, "/uk/articles/", GUIDE]


@pytest.fixture
def buyer(shopper):
    """A shopper with a session, whose pages are therefore never taken whole from the cache."""
    shopper.post("/uk/basket/add/", {"variant": "EPS-CRY-1000"})
    return shopper


def body(buyer, path):
    return buyer.get(path).content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_seen_before_costs_three_queries(buyer, path, django_assert_num_queries):
    body(buyer, path)
    with django_assert_num_queries(3):  # the content version, the session, the number in the basket
        body(buyer, path)


@pytest.mark.slow
def test_a_price_shows_on_the_very_next_page(buyer):
    for path in ["/uk/shop/", CITRATE, GUIDE]:
        assert "£7.77" not in body(buyer, path)
    set_price("CIT-CAP-90", "uk", 777)
    for path in ["/uk/shop/", CITRATE, GUIDE]:
        assert "£7.77" in body(buyer, path), path


@pytest.mark.slow
def test_the_last_pack_in_someone_elses_order_shows_at_once(buyer):
    set_stock("CIT-CAP-90", "uk", 1)
    path = CITRATE + "?variant=CIT-CAP-90"
    assert "Sold out" not in body(buyer, path)
    Stock.objects.reserve({variant(): 1}, region("uk"), reference=order_reference(1))
    assert "Sold out" in body(buyer, path)
    Stock.objects.release(order_reference(1))
    assert "Sold out" not in body(buyer, path)


@pytest.mark.slow
def test_a_scheduled_price_and_a_scheduled_end_show_in_time(buyer, monkeypatch):
    soon = timezone.now() + timedelta(minutes=5)
    Price.objects.create(variant=variant(), region=region("uk"), amount=888, valid_from=soon)
    guide = Article.objects.get(slug=GUIDE.split("/")[3])
    Publication.objects.filter(Q(article=guide) | Q(article__original=guide)).update(ends_at=soon)
    assert "£8.88" not in body(buyer, CITRATE)
    assert buyer.get(GUIDE).status_code == 200
    later = soon + timedelta(seconds=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert "£8.88" in body(buyer, CITRATE)
    assert buyer.get(GUIDE).status_code == 410


def test_the_language_of_one_region_never_answers_for_another(buyer):
    assert "£" in body(buyer, CITRATE)
    assert "$" in body(buyer, CITRATE.replace("/uk/", "/us/"))
    assert "€" in body(buyer, CITRATE.replace("/uk/", "/eu/"))


def test_what_fails_to_load_is_tried_again():
    def broken():
        raise LookupError

    with pytest.raises(LookupError):
        memoised("x", broken)
    assert memoised("x", lambda: 1) == 1
    assert memoised("x", broken) == 1, "and what was loaded stays"
    content_changed()
    assert memoised("x", lambda: 2) == 2


def test_memory_is_bounded_and_the_least_used_goes_first(monkeypatch):
    monkeypatch.setattr(memo, "MAX_ENTRIES", 3)
    for name in "abc":
        memoised(name, lambda name=name: name)
    memoised("a", lambda: "again")
    memoised("d", lambda: "d")
    assert memoised("a", lambda: "again") == "a"
    assert memoised("b", lambda: "again") == "again"


def test_what_a_request_has_seen_ends_with_a_change_of_its_own(django_assert_num_queries):
    made = []
    memo.forget_all()
    with one_state():
        for _ in range(3):
            memoised("seen", lambda: made.append(1))
        with django_assert_num_queries(0):
            memoised("seen", lambda: made.append(1))
        assert len(made) == 1
        content_changed()
        memoised("seen", lambda: made.append(1))
        assert len(made) == 2
        memo.forget_all()
        memoised("seen", lambda: made.append(1))
    assert len(made) == 3
