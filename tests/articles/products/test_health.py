"""Link health: every state a link can be in, since when, and what it loses."""

import http.server
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles.evidence import facts
from articles.evidence.outside_links import (
    ask,
    collect,
    dead_links,
    judge,
    look_at_outside_link,
)
from articles.models import Article, LinkTrouble, OutsideLink, ProductLink, RichText, TroubleState
from articles.products import health
from articles.products.health import look_at_links, losses, still_so, troubles_now
from articles.products.report import old_articles, write_link_report
from articles.publishing.drafts import open_draft
from articles.publishing.publish import Slot, publish
from articles.reading.published import published_versions
from shop.attribution.models import ArticleDay
from shop.catalogue.models import Product
from shop.outbox.keys import link_report_key
from shop.outbox.models import Mail
from tests.conftest import a_shopper
from tests.support.editions import in_english
from tests.support.factories import region, set_price, set_stock
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
IRON = "iron-first-questions-for-your-doctor"
CITRATE = "magnesium-citrate-capsules"


def product(slug=CITRATE):
    return Product.objects.get(slug=slug)


def published_with(*slugs, html="", codes=None):
    draft = open_draft(Article.objects.get(slug=IRON), "mia")
    for place, slug in enumerate(slugs):
        ProductLink.objects.create(version=draft, product=product(slug), position=place)
    if html:
        RichText.objects.create(parent=draft, region="main", ordering=1, body=html)
    facts.refresh(draft)
    publish(draft, [Slot(row, timezone.now()) for row in in_english()], "mia")
    look_at_links()
    return draft.article


def states(code="uk"):
    rows = LinkTrouble.objects.filter(article__slug=IRON, region__code=code, ended_at=None)
    return sorted((row.state, row.product.slug if row.product else "") for row in rows)


@pytest.mark.parametrize("nth", [0, 1, 2, -1])
def test_troubles_of_an_article_that_cannot_be_read_are_those_known_before(monkeypatch, nth):
    """Wherever it stands among the others, whose troubles are read anew."""

    def read(version, *args):
        if version.article_id == unreadable:
            raise ValueError("an article that can't be read")
        return {(version.article_id, None, TroubleState.NONE)}

    unreadable = None
    monkeypatch.setattr(health, "_troubles_of", read)
    look_at_links()
    known = {(row.region_id, row.article_id) for row in LinkTrouble.objects.filter(ended_at=None)}
    unreadable = [row.article.pk for row in published_versions(region("uk"))][nth]
    assert len(known) > 4
    assert {(row.region_id, row.article_id) for row in troubles_now()} == known


def test_an_article_without_a_product_is_named():
    look_at_links()
    assert states() == [("none", "")]


@pytest.mark.slow
def test_sold_out_in_one_region_begins_there_and_ends_when_it_is_back():
    published_with(CITRATE)
    assert states() == []
    for sku in product().variants.values_list("sku", flat=True):
        set_stock(sku, "uk", 0)
    look_at_links()
    assert states() == [("sold_out", CITRATE)]
    assert states("us") == []
    set_stock("CIT-CAP-90", "uk", 9)
    look_at_links()
    assert states() == []
    assert LinkTrouble.objects.get(product=product(), article__slug=IRON).ended_at is not None


@pytest.mark.slow
def test_withdrawn_and_without_a_price_are_told_apart():
    published_with(CITRATE)
    Product.objects.filter(slug=CITRATE).update(is_active=False)
    look_at_links()
    assert states() == [("withdrawn", CITRATE)]
    Product.objects.filter(slug=CITRATE).update(is_active=True)
    for sku in product().variants.values_list("sku", flat=True):
        set_price(sku, "eu", None)
    look_at_links()
    assert states() == []
    assert states("eu") == [("not_sold", CITRATE)]


@pytest.mark.walk
def test_held_back_and_too_many_are_named():
    published_with(CITRATE, html="<p>Magnesium relieves restless legs.</p>")
    assert states() == [("held", "")]
    draft = open_draft(Article.objects.get(slug=IRON), "mia")
    RichText.objects.filter(parent=draft, body__contains="relieves restless").delete()
    for slug in ("magnesium-glycinate-capsules", "magnesium-oil-spray", "epsom-salt-bath-crystals"):
        ProductLink.objects.create(version=draft, product=product(slug))
    facts.refresh(draft)
    publish(draft, [Slot(region("uk"), timezone.now())], "mia")
    look_at_links()
    assert states() == [("many", "")]


def test_looking_twice_changes_nothing():
    look_at_links()
    before = list(LinkTrouble.objects.values())
    assert look_at_links() == 0
    assert list(LinkTrouble.objects.values()) == before


@pytest.mark.walk
def test_they_are_ranked_by_the_money_that_is_lost():
    article = published_with(CITRATE)
    uk = region("uk")
    day = timezone.localdate() - timedelta(days=5)
    ArticleDay.objects.create(day=day, region=uk, article=article.pk, views=100)
    ArticleDay.objects.create(day=day, region=uk, article=article.pk, product=product(), net=5000, units=5)
    for sku in product().variants.values_list("sku", flat=True):
        set_stock(sku, "uk", 0)
    look_at_links(timezone.now() - timedelta(days=2))
    ArticleDay.objects.create(day=timezone.localdate(), region=uk, article=article.pk, views=40)
    [own] = [loss for loss in losses() if loss.row.article == article and loss.row.region == uk]
    assert (own.days, own.views, own.money) == (2, 40, 40 * 5000 // 140)
    assert losses()[0] == own
    page = signed_in("Marketing").get("/admin/links/").content.decode()
    assert own.money_text in page
    assert "sold out, Magnesium Citrate" in signed_in("Editor").get("/admin/").content.decode()


def test_the_mail_comes_once_on_mondays_and_only_with_something_to_tell():
    monday = datetime(2026, 11, 30, 7, tzinfo=UTC)
    assert write_link_report(monday - timedelta(days=1)) is None
    look_at_links()
    mail = write_link_report(monday)
    assert "No product linked" in mail.text
    assert "/admin/links/" in mail.html
    assert write_link_report(monday + timedelta(hours=3)) is None
    assert Mail.objects.filter(key=link_report_key(monday)).count() == 1
    LinkTrouble.objects.all().delete()
    assert write_link_report(monday + timedelta(days=7)) is None


def test_articles_that_nobody_reviewed_for_a_year_are_listed():
    assert old_articles() == []
    later = timezone.now() + timedelta(days=400)
    assert Counter(row.article.language for row in old_articles(later)) == {"en": 8, "de": 8, "fr": 8}


@pytest.mark.slow
def test_the_report_costs_the_same_however_many_troubles(django_assert_max_num_queries):
    look_at_links()
    owner = signed_in()
    owner.get("/admin/links/")
    with django_assert_max_num_queries(60):
        owner.get("/admin/links/")


def test_of_many_articles_the_report_reads_anew_those_of_its_page(monkeypatch):
    article = published_with(CITRATE)
    monkeypatch.setattr(health, "FEW", 2)
    for code in ("uk", "us", "eu"):
        for sku in product().variants.values_list("sku", flat=True):
            set_stock(sku, code, 0)
    look_at_links()
    owner = signed_in()
    assert "sold out: <" in " ".join(owner.get("/admin/links/").content.decode().split()).lower()
    for sku in product().variants.values_list("sku", flat=True):
        set_stock(sku, "uk", 50)
    kept = LinkTrouble.objects.filter(ended_at=None, article=article)
    uk, us = (still_so(list(kept.filter(region__code=code))) for code in ("uk", "us"))
    assert (uk, len(us)) == ([], 1)
    monkeypatch.setattr(health, "_troubles_of", lambda *args: 1 / 0)
    assert len(still_so(list(kept))) == kept.count() == 3  # what can't be read stays as it was known


@pytest.mark.parametrize("count", [0, 1, 7])
def test_products_of_a_large_tag_are_asked_about_until_an_article_is_full(monkeypatch, count):
    """The first so many of a tag may all be away; the answer is that of all of them."""
    whole = health.troubles_in(region("uk"))
    monkeypatch.setattr(health, "FIRST_TAGGED", count)
    assert health.troubles_in(region("uk")) == whole


def test_who_may_look_at_the_report():
    assert signed_in("Orders").get("/admin/links/").status_code == 403
    assert signed_in("Writer").get("/admin/links/").status_code == 200


# --- other sites --------------------------------------------------------------------------------------------------


class Elsewhere(http.server.BaseHTTPRequestHandler):
    seen: list = []

    def do_GET(self):
        self.seen.append((self.path, self.headers["User-Agent"]))
        pages = {
            "/robots.txt": (200, "User-agent: *\nDisallow: /private\n", {}),
            "/good": (200, "<title>A study</title><h1>Findings</h1>", {}),
            "/soft": (200, "<title>Page not found</title>", {}),
            "/moved": (301, "", {"Location": "/good"}),
            "/home": (302, "", {"Location": "/"}),
            "/": (200, "<title>Welcome</title>", {}),
            "/loop": (302, "", {"Location": "/loop"}),
            "/shy": (403, "", {}),
            "/private": (404, "", {}),
        }
        status, body, headers = pages.get(self.path, (404, "", {}))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def elsewhere():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Elsewhere.seen = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "status", "problem"),
    [
        ("/good", 200, ""),
        ("/moved", 200, ""),
        ("/soft", 200, "The page says that it is not there, though it answers 200."),
        ("/home", 200, "It leads to the site’s first page: what it named is gone."),
        ("/gone", 404, "It answers 404."),
        ("/loop", None, "It redirects in circles."),
        ("/shy", 403, ""),
        ("/private", None, ""),
    ],
)
def test_what_other_sites_answer(elsewhere, path, status, problem):
    assert ask(elsewhere + path, is_allowed=lambda address: True) == (status, problem)
    if path == "/private":
        assert [seen for seen, _ in Elsewhere.seen] == ["/robots.txt"], "robots.txt forbids it"
    assert all("FellbrookLinks" in agent for _, agent in Elsewhere.seen)


def test_nobody_uses_us_to_look_into_a_network(elsewhere):
    assert ask(elsewhere + "/good") == (None, "It leads into a private network.")
    assert ask("http://localhost:8000/") == (None, "It leads into a private network.")
    assert Elsewhere.seen == []


def test_a_title_about_things_that_were_not_found_is_no_dead_page():
    assert (
        judge(
            200,
            "https://a.example/x",
            "https://a.example/x",
            "<title>Benefit not found in a trial of 404 people</title>",
        )
        == ""
    )


@pytest.mark.slow
def test_links_are_gathered_from_live_texts_and_sources_and_dead_after_two_days(settings, monkeypatch):
    published_with(CITRATE, html='<p>See <a href="https://gone.example/page?a=1&amp;b=2">the page</a>.</p>')
    assert collect() > 5
    assert OutsideLink.objects.filter(url="https://gone.example/page?a=1&b=2").exists()
    OutsideLink.objects.exclude(url__startswith="https://gone").delete()
    monkeypatch.setattr("articles.evidence.outside_links.ask", lambda url: (404, "It answers 404."))
    assert look_at_outside_link() is False, "off with the sandbox"
    settings.CHECK_OUTSIDE_LINKS = True
    now = timezone.now()
    assert look_at_outside_link(now) is True
    assert look_at_outside_link(now + timedelta(hours=1)) is False, "once a day"
    assert not dead_links()
    look_at_outside_link(now + timedelta(days=1, minutes=1))
    assert [link.problem for link in dead_links()] == ["It answers 404."]
    assert "gone.example" in signed_in().get("/admin/links/").content.decode()
    monkeypatch.setattr("articles.evidence.outside_links.ask", lambda url: (200, ""))
    look_at_outside_link(now + timedelta(days=2, minutes=2))
    assert not dead_links()


def test_a_reader_never_waits_for_any_of_it():
    assert a_shopper().get(f"/uk/articles/{IRON}/").status_code == 200
    assert not LinkTrouble.objects.exists()
