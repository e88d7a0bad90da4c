"""Whole pages come from a cache, and are never stale."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Publication, Version
from config.middleware.kept import kept_pages
from shop.catalogue.models import Price, Product, Stock, Variant
from shop.catalogue.references import order_reference
from shop.content.memo import next_moment
from shop.content.models import read_content_version
from shop.pictures.models import Picture
from tests.conftest import a_shopper
from tests.support.factories import region, set_price, set_stock, stock, variant

pytestmark = pytest.mark.django_db
PAGES = ["/", "/uk/", "/uk/shop/", "/uk/shop/magnesium-citrate-capsules/", "/uk/articles/",
         "/uk/articles/magnesium-and-restless-legs-guide/", "/uk/help/terms/"]  # fmt: skip


def with_cookies(client, **cookies):
    for name, value in cookies.items():
        client.cookies[name] = value
    return client


def body(path, client=None):
    return (client or a_shopper()).get(path).content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_every_visitor_without_a_session_gets_the_same_bytes_and_no_cookie(path):
    one, two = a_shopper().get(path), a_shopper().get(path + "?fbclid=1&gclid=2")
    assert one.content == two.content
    assert "utm_source" not in two.content.decode()
    for answer in (one, two):
        assert not answer.cookies
        assert answer["Cache-Control"] == "no-cache"
        assert "Cookie" in answer["Vary"]


@pytest.mark.parametrize("path", PAGES)
def test_the_second_visit_costs_one_query(path, django_assert_num_queries):
    a_shopper().get(path)
    with django_assert_num_queries(1):
        answer = a_shopper().get(path)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_an_unchanged_page_is_only_confirmed():
    first = a_shopper().get("/uk/shop/")
    again = a_shopper().get("/uk/shop/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    set_price("CIT-CAP-90", "uk", 1)
    assert a_shopper().get("/uk/shop/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_page_that_was_drawn_to_be_confirmed_is_kept_with_all_of_its_headers():
    first = a_shopper().get("/uk/shop/")
    kept_pages.clear()  # as after a restart, when the first to come has it already
    again = a_shopper().get("/uk/shop/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert "Content-Type" not in again
    third = a_shopper().get("/uk/shop/")
    assert dict(third.items()) == dict(first.items())
    assert third["Content-Type"].startswith("text/html")


def test_pages_travel_zipped_to_those_who_take_it():
    import gzip

    answer = a_shopper().get("/uk/shop/", headers={"Accept-Encoding": "gzip, br"})
    assert answer["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content).decode() == body("/uk/shop/")


def test_a_cache_warmed_in_one_region_answers_the_other_with_its_own():
    assert "£11.95" in body("/uk/shop/")
    assert "$13.95" in body("/us/shop/")
    assert "€14.95" in body("/eu/shop/")


def rename():
    product = Product.objects.get(slug="magnesium-citrate-capsules")
    product.name = "Renamed capsules"
    product.save()


def in_bulk():
    Product.objects.filter(slug="magnesium-citrate-capsules").update(name="Renamed capsules")


def retitle():
    version = Version.objects.get(article__slug="magnesium-and-restless-legs-guide")
    version.title = "Renamed guide"
    version.save()


def describe_picture():
    Picture.objects.filter(alt__startswith="White Fellbrook jar with an ochre").update(alt="Renamed jar")


def change_seller():
    region("uk")
    from shop.regions.models import Seller

    Seller.objects.update(legal_name="Renamed Ltd")


@pytest.mark.parametrize(
    ("path", "change", "shows"),
    [
        ("/uk/shop/", lambda: set_price("CIT-CAP-90", "uk", 777), "£7.77"),
        (
            "/uk/articles/citrate-glycinate-oxide-label-guide/",
            lambda: set_price("CIT-CAP-90", "uk", 777),
            "£7.77",
        ),
        (
            "/uk/shop/magnesium-oil-spray/?variant=OIL-SPR-100",
            lambda: set_stock("OIL-SPR-100", "uk", 0),
            "Sold out",
        ),
        ("/uk/shop/", rename, "Renamed capsules"),
        ("/uk/shop/", in_bulk, "Renamed capsules"),
        ("/uk/articles/", retitle, "Renamed guide"),
        ("/uk/shop/magnesium-citrate-capsules/", describe_picture, "Renamed jar"),
        ("/uk/help/terms/", change_seller, "Renamed Ltd"),
    ],
)
def test_every_change_shows_on_the_very_next_request(path, change, shows):
    assert shows not in body(path)
    assert shows not in body(path)
    change()
    assert shows in body(path)


@pytest.mark.slow
def test_the_last_pack_reserved_shows_as_sold_out_and_comes_back_when_released():
    set_stock("OIL-SPR-100", "uk", 2)
    path = "/uk/shop/magnesium-oil-spray/?variant=OIL-SPR-100"
    assert "Sold out" not in body(path)
    before = read_content_version()
    Stock.objects.reserve({variant("OIL-SPR-100"): 1}, region("uk"), reference=order_reference(1))
    assert read_content_version() == before, "one of two packs changes nothing a page shows"
    Stock.objects.reserve({variant("OIL-SPR-100"): 1}, region("uk"), reference=order_reference(2))
    assert "Sold out" in body(path)
    Stock.objects.release(order_reference(2))
    assert "Sold out" not in body(path)
    assert stock("OIL-SPR-100").held == 1


def test_an_entry_ends_when_something_scheduled_begins(monkeypatch):
    monkeypatch.setattr("shop.content.memo._also", [])  # such as the end of a working day, within the hour
    now = timezone.now()
    assert next_moment(now) == (now + timedelta(hours=1)).timestamp()
    soon = now + timedelta(minutes=5)
    Price.objects.create(variant=variant(), region=region("uk"), amount=555, valid_from=soon)
    assert next_moment(now) == soon.timestamp()
    assert "£5.55" not in body("/uk/shop/")
    later = soon + timedelta(seconds=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    monkeypatch.setattr("time.time", later.timestamp)
    assert "£5.55" in body("/uk/shop/")


def test_a_publication_that_ends_is_gone_from_warm_pages(monkeypatch):
    article = Article.objects.get(slug="magnesium-and-restless-legs-guide")
    end = timezone.now() + timedelta(minutes=5)
    Publication.objects.filter(article=article, region__code="uk").update(ends_at=end)
    assert "A plain guide to magnesium" in body("/uk/articles/")
    later = end + timedelta(seconds=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    monkeypatch.setattr("time.time", later.timestamp)
    assert "A plain guide to magnesium" not in body("/uk/articles/")
    assert a_shopper().get(article.url_in(region("uk"))).status_code == 404


def test_a_visitor_with_a_basket_gets_their_own_page(shopper):
    body("/uk/shop/")
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90", "next": "/uk/shop/"})
    answer = shopper.get("/uk/shop/")
    assert "Added to your basket" in answer.content.decode()
    assert "private" in answer["Cache-Control"]
    assert "Added to your basket" not in body("/uk/shop/")
    assert 'class="count"' in body("/uk/shop/", shopper)


@pytest.mark.parametrize("path", ["/uk/basket/", "/uk/checkout/", "/admin/login/", "/readyz"])
def test_what_is_not_public_is_never_kept(path):
    answer = a_shopper().get(path)
    assert "ETag" not in answer


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/uk/shop/?so%00rt=-price", {}),
        ("/uk/shop/?%01sort=dose", {}),
        ("/uk/shop/?form%7F=bath_flakes", {}),
        ("/uk/shop/?source=1:forged", {}),
        ("/uk/shop/?page=2", {}),
        ("/uk/shop/", {"Cookie": r'theme="\000night.large"'}),
    ],
)
def test_no_odd_request_fills_the_entry_of_the_plain_page(path, headers):
    plain = body("/uk/shop/")
    kept_pages.clear()
    a_shopper().get(path, headers=headers)
    assert body("/uk/shop/") == plain


def test_another_process_takes_the_page_from_the_shared_cache(settings, django_assert_num_queries):
    settings.REDIS_URL = "redis://somewhere"
    client = with_cookies(a_shopper(), theme="night.normal")
    drawn = client.get("/uk/shop/", headers={"Accept-Encoding": "gzip"})
    kept_pages.clear()
    with django_assert_num_queries(1):
        taken = client.get("/uk/shop/", headers={"Accept-Encoding": "gzip"})
    assert (taken.content, taken.items()) == (drawn.content, drawn.items())
    set_price("CIT-CAP-90", "uk", 777)
    kept_pages.clear()
    assert "£7.77" in body("/uk/shop/")


def test_a_page_that_is_not_there_is_not_kept():
    assert a_shopper().get("/uk/shop/not-yet/").status_code == 404
    Product.objects.filter(slug="magnesium-oil-spray").update(slug="not-yet")
    assert a_shopper().get("/uk/shop/not-yet/").status_code == 200


@pytest.mark.slow
def test_a_rolled_back_change_leaves_nothing_behind():
    from django.db import transaction

    before = body("/uk/shop/")
    try:
        with transaction.atomic():
            set_price("CIT-CAP-90", "uk", 777)
            assert "£7.77" in body("/uk/shop/")
            raise RuntimeError
    except RuntimeError:
        pass
    assert body("/uk/shop/") == before
    set_price("CIT-CAP-90", "uk", 888)
    assert "£8.88" in body("/uk/shop/")
    assert Variant.objects.exists()
