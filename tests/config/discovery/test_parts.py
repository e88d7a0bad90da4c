"""Documents for machines are made in parts: all of them together say everything, none holds more than its share, none is stale."""

import re
from datetime import timedelta

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Publication
from config.discovery import kept, parts
from config.discovery.feeds import GOOGLE_FEED, META_FEED
from config.discovery.kept import KeepParts
from config.discovery.llms import ARTICLES, PRODUCTS
from config.discovery.models import KeptPart
from config.discovery.sitemaps import entries
from shop.catalogue.models import Price, Product, Variant
from shop.content.models import ContentVersion
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.clock import freeze
from tests.support.factories import many_packs, region, set_price, set_stock, variant

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SITE = "http://127.0.0.1:8000"
WHOLE = ("/uk/feeds/google.xml", "/us/feeds/meta.csv", "/llms.txt")


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(parts, "PART", 3)
    monkeypatch.setattr(kept, "READ", 2)


def get(path: str) -> str:
    response = a_shopper().get(path)
    assert response.status_code == 200
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


def work() -> KeepParts:
    worker = KeepParts((GOOGLE_FEED, META_FEED, PRODUCTS, ARTICLES))
    while worker():
        pass
    return worker


def lines(text: str) -> list[str]:
    return sorted(re.split(r"(?=<item>)|(?<=</item>)|\n", text))


@pytest.mark.parametrize("path", WHOLE)
def test_parts_say_what_the_whole_says(path, small, monkeypatch):
    streamed = a_shopper().get(path)
    assert streamed.streaming
    streamed = b"".join(streamed.streaming_content).decode()
    work()
    assert KeptPart.objects.exists()
    assert get(path) == streamed, "kept or drawn for who asks"
    monkeypatch.setattr(parts, "PART", 1000)
    whole = a_shopper().get(path)
    assert not whole.streaming
    assert lines(whole.content.decode()) == lines(streamed)


def test_the_index_names_every_part_and_together_they_hold_every_page(small):
    found = set()
    index = re.findall(r"<loc>(.*?)</loc>", get("/sitemap.xml"))
    assert len(index) == len(set(index)) > 6
    for address in index:
        part = re.findall(r"<url><loc>(.*?)</loc>", get(address.removeprefix(SITE)))
        assert part, address
        assert len([one for one in part if re.search(r"/(shop|articles)/[^/]+/$", one)]) <= 2 * parts.PART + 1
        assert not found & set(part)
        found |= set(part)
    assert found == {SITE + row.path for where in Region.all_open() for row in entries(where)}
    for path in ("/uk/sitemap-1.xml", "/uk/sitemap-0.xml", "/uk/sitemap-999.xml"):
        assert a_shopper().get(path).status_code == 404, path


def reprice():
    set_price("CIT-CAP-90", "uk", 4321)
    return "43.21", True


def sell_out():
    set_stock("GLY-CAP-90", "uk", 0)
    set_stock("GLY-CAP-90", "us", 0)
    return "out_of_stock|out of stock|sold out", True


def withdraw():
    product = Product.objects.get(slug="magnesium-citrate-tablets")
    product.is_active = False
    product.save()
    return "magnesium-citrate-tablets", False


def rename():
    Product.objects.get(slug="magnesium-citrate-powder").wordings.update(name="Quite another powder")
    return "Quite another powder", True


def add():
    many_packs(1)
    return r"many-\d", True


def write_past_the_models():
    """As a version of the project does that counts no changes."""
    models.QuerySet(Product).filter(slug="magnesium-citrate-capsules").update(slug="past-them")
    ContentVersion.objects.update(value=7)
    return "shop/past-them/", True


@pytest.mark.parametrize("change", [reprice, sell_out, withdraw, rename, add, write_past_the_models])
def test_what_changed_stands_in_the_next_answer_before_the_worker_has_passed(change, small):
    worker = work()
    words, stands = change()
    for path in ("/uk/feeds/google.xml", "/llms.txt"):
        assert bool(re.search(words, get(path))) == stands, path
    while worker():
        pass
    for path in ("/uk/feeds/google.xml", "/llms.txt"):
        assert bool(re.search(words, get(path))) == stands, path


def test_a_price_that_begins_by_the_clock_begins_in_the_feeds(small, monkeypatch):
    now = timezone.now()
    Price.objects.create(
        variant=variant("CIT-CAP-90"), region=region("uk"), amount=4321, valid_from=now + timedelta(hours=2)
    )
    worker = work()
    assert "43.21" not in get("/uk/feeds/google.xml")
    freeze(monkeypatch, now + timedelta(hours=3))
    assert "43.21" in get("/uk/feeds/google.xml")
    while worker():
        pass
    assert "43.21" in get("/uk/feeds/google.xml")


def test_an_article_leaves_llms_txt_when_it_is_taken_down_by_hand_or_by_the_clock(small, monkeypatch):
    work()
    by_hand, by_clock = Article.objects.order_by("pk")[:2]
    Publication.objects.filter(article=by_hand).delete()
    assert by_hand.slug not in get("/llms.txt")
    now = timezone.now()
    for row in Publication.objects.filter(article=by_clock):
        row.ends_at = now + timedelta(hours=1)
        row.save()
    work()
    assert by_clock.slug in get("/llms.txt")
    freeze(monkeypatch, now + timedelta(hours=2))
    assert by_clock.slug not in get("/llms.txt")


def drawn_by(work, monkeypatch) -> list[str]:
    """The names of the parts that it draws."""
    found: list[str] = []
    draw = kept.drawn

    def noted(document, where, number):
        found.append(document.part_name(where, number))
        return draw(document, where, number)

    monkeypatch.setattr(kept, "drawn", noted)
    work()
    monkeypatch.setattr(kept, "drawn", draw)
    return sorted(found)


def test_only_what_moved_is_drawn_again_and_looking_writes_nothing(small, monkeypatch):
    worker = work()
    set_price("CIT-CAP-90", "uk", 4321)
    number = parts.number_of(variant("CIT-CAP-90").product_id)
    before = set(KeptPart.objects.values_list("name", "body"))
    with CaptureQueriesContext(connection) as captured:
        assert drawn_by(lambda: get("/uk/feeds/google.xml"), monkeypatch) == [f"google uk {number}"]
        assert drawn_by(lambda: get("/us/feeds/google.xml"), monkeypatch) == []
    assert not [row["sql"] for row in captured if re.match("INSERT|UPDATE|DELETE", row["sql"])]
    assert set(KeptPart.objects.values_list("name", "body")) == before
    own = [f"google uk {number}", f"llms products uk {number}", f"meta uk {number}"]
    assert drawn_by(lambda: [worker() for _ in range(3)], monkeypatch) == own
    assert drawn_by(lambda: get("/uk/feeds/google.xml"), monkeypatch) == []


def test_a_part_that_changed_while_it_was_drawn_is_not_kept(small, monkeypatch):
    draw, done = kept.drawn, []

    def changed_meanwhile(document, where, number):
        text = draw(document, where, number)
        if not done and document is GOOGLE_FEED and where.code == "uk":
            done.append(number)
            for pack in Variant.objects.all():
                set_price(pack.sku, "uk", 4321)
        return text

    monkeypatch.setattr(kept, "drawn", changed_meanwhile)
    work()
    prices = set(re.findall("<g:price>([1-9].*?)</g:price>", get("/uk/feeds/google.xml")))
    assert done
    assert prices == {"43.21 GBP"}


@pytest.mark.walk
@pytest.mark.parametrize("document", [GOOGLE_FEED, META_FEED, PRODUCTS])
def test_a_part_reads_as_much_in_a_large_shop_as_in_a_small_one(document):
    def cost(number):
        with CaptureQueriesContext(connection) as captured:
            kept.drawn(document, region("uk"), number)
        return len(captured)

    kept.drawn(document, region("uk"), 1)
    few = cost(1)
    many_packs(3 * parts.PART)
    kept.drawn(document, region("uk"), 1)
    assert {cost(number) for number in parts.product_parts(region("uk"))} == {few}
    assert max(kept.drawn(PRODUCTS, region("uk"), number).count("\n") for number in (1, 2, 3)) <= parts.PART


@pytest.mark.walk
def test_sitemaps_ask_as_much_at_three_thousand_packs_as_at_twelve():
    def queries(path):
        a_shopper().get(path)
        ContentVersion.objects.update(value=models.F("value") + 1)
        with CaptureQueriesContext(connection) as captured:
            text = get(path)
        return len(captured), text.count("<url>")

    few = {path: queries(path) for path in ("/sitemap.xml", "/uk/sitemap.xml")}
    many_packs(3000)
    for path, (asked, _) in few.items():
        now, rows = queries(path)
        assert now == asked, path
        assert rows <= 2 * parts.PART + 40
    assert queries("/uk/sitemap-9.xml")[1] <= 2 * parts.PART
