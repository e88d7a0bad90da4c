"""What is personal is filled into the page for everybody, and nobody can tell it from a page drawn for them alone."""

import gzip
import re
import zlib

import pytest
from django.conf import settings
from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.session import SessionStorage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.discovery.sitemaps import entries
from config.middleware import holes, kept
from config.middleware.page_cache import PageCacheMiddleware
from shop.basket.session import KEY as BASKET
from shop.basket.session import ORDERED
from shop.catalogue.models import Stock
from shop.catalogue.references import basket_reference, order_reference
from shop.content.sessions import SessionStore
from tests.conftest import a_shopper
from tests.support.baskets import add
from tests.support.factories import region, set_stock, variant
from tests.support.visitors import MORE_PAGES, PAGES, VISITORS, said, with_cookies, with_session

pytestmark = pytest.mark.django_db


def seen(client, page):
    """(status, headers and cookies without those that a kept page has of its own, body) and what is left in the session."""
    answer = client.get(page)
    left = dict(client.session.items()) if settings.SESSION_COOKIE_NAME in client.cookies else {}
    fixed = {name: value for name, value in answer.items() if name not in {"ETag", "Vary", "Cache-Control"}}
    cookies = {name: (row.value, row["max-age"]) for name, row in answer.cookies.items()}
    return answer.status_code, fixed, cookies, answer.content.decode(), left


def as_before(client, cookies, session):
    client.cookies.clear()
    with_cookies(client, **cookies)
    if session is not None:
        store = SessionStore(cookies[settings.SESSION_COOKIE_NAME])
        if store.exists(store.session_key):
            store.clear()
            store.update(session)
            store.save()
    return client


def compare(client, pages, monkeypatch):
    """Each page filled as it is drawn, filled from what is kept, and drawn for this visitor alone."""
    cookies = {name: row.value for name, row in client.cookies.items()}
    kept = {name: value for name, value in client.session.items() if name != "_session_expiry"}
    session = (
        kept if settings.SESSION_COOKIE_NAME in cookies else None
    )  # its cookie would get shorter meanwhile
    found = {page: [seen(as_before(client, cookies, session), page) for _ in range(2)] for page in pages}
    with monkeypatch.context() as patch:
        alone = PageCacheMiddleware._only_theirs
        patch.setattr(PageCacheMiddleware, "_filled", lambda self, request, *given: alone(self, request))
        client.handler.load_middleware()
        for page in pages:
            drawn = seen(as_before(client, cookies, session), page)
            assert found[page] == [drawn, drawn], page


@pytest.mark.slow
@pytest.mark.parametrize("visitor", VISITORS)
def test_a_filled_page_is_the_page_drawn_for_its_visitor_alone(visitor, monkeypatch):
    compare(VISITORS[visitor](), PAGES, monkeypatch)


@pytest.mark.walk
@pytest.mark.parametrize(
    ("visitor", "code"),
    [("of the staff who may see articles", "uk"), ("with all of it", "us"), ("who reads at night", "eu")],
)
def test_every_filled_page_is_the_page_drawn_for_its_visitor_alone(visitor, code, monkeypatch):
    pages = [row.path for row in entries(region(code))]
    compare(VISITORS[visitor](), [*pages, *MORE_PAGES], monkeypatch)


@pytest.mark.parametrize("visitor", VISITORS)
def test_who_gets_the_kept_page(visitor):
    """All but those in whose session stands what we don't know."""
    a_shopper().get("/uk/shop/")
    client = VISITORS[visitor]()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/uk/shop/")
    if visitor == "with something else in their session":
        assert "ETag" not in answer
        return
    assert answer["ETag"]
    assert len(queries) <= 9, [row["sql"] for row in queries]


# --- zipped without compressing again --------------------------------------------------------------------------------

FILLS = [b"", b"a", b"x" * 200, b"y" * 201, "–“\U0001f600”".encode() * 40, bytes(range(256)) * 300]


@pytest.mark.parametrize(
    "parts", [[b""], [b"", b""], [b"one", b"", b"three " * 9000], [bytes(range(256)) * 400] * 3]
)
def test_parts_and_fills_zip_to_what_they_are(parts):
    page = kept.Kept(parts, [("count", ())] * (len(parts) - 1), etag="e")
    for fill in FILLS:
        fills = [fill] * (len(parts) - 1)
        zipped = page.zipped_with(fills)
        assert gzip.decompress(zipped) == fill.join(parts)
        reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
        assert reader.decompress(zipped) == fill.join(parts), (
            "as browsers read it: one member, nothing behind it"
        )
        assert reader.eof
        assert reader.unused_data == b""


@pytest.mark.parametrize("visitor", VISITORS)
def test_a_filled_page_unzips_to_what_travels_plain(visitor):
    client = with_session(VISITORS[visitor](), **{SessionStorage.session_key: None})
    plain = client.get(PAGES[2])
    zipped = client.get(PAGES[2], headers={"Accept-Encoding": "gzip"})
    if "Content-Encoding" in zipped:
        assert gzip.decompress(zipped.content) == plain.content
        assert len(zipped.content) < len(gzip.compress(plain.content, 6)) * 1.35
    for answer in (plain, zipped):
        assert int(answer["Content-Length"]) == len(answer.content)


# --- never another visitor's ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_each_gets_their_own_and_may_keep_it_alone():
    clients = {name: VISITORS[name]() for name in VISITORS}
    pages = {name: client.get("/uk/shop/") for name, client in clients.items()}
    tags = {name: page["ETag"] for name, page in pages.items() if "ETag" in page}
    for name, tag in tags.items():
        again = clients[name].get("/uk/shop/", headers={"If-None-Match": tag})
        told = name in {"who is told something", "with all of it", "of the staff who may see articles"}
        assert again.status_code == (200 if told else 304), name
        assert "Added" not in again.content.decode(), "said once"
        bodies = {pages[other].content for other, its in tags.items() if its == tag}
        assert len(bodies) == 1, name
    for name in ("with a basket", "who is told something", "of the staff", "who has ordered"):
        assert pages[name]["Cache-Control"] == "private, no-cache"
    stranger = a_shopper().get("/uk/shop/")
    assert stranger["Cache-Control"] == "no-cache"
    for word in ('class="count"', "Added", "staff-bar", "night"):
        assert word not in re.sub(
            r'<button name="look".*?</button>', "", stranger.content.decode(), flags=re.S
        ), word


def test_nothing_that_is_written_can_hold_a_mark():
    """Not even the text of a mark of another process, or of an earlier one."""
    with holes.leaving_holes() as found:
        mark = holes.hole("count", (), None)
    assert found == [("count", ())]
    client = with_session(a_shopper(), **said([Message(SUCCESS, mark)]))
    page = client.get("/uk/shop/").content.decode()
    assert page.count(mark) == 2, "in the title and in its line, as words"
    assert client.get("/uk/shop/").content == a_shopper().get("/uk/shop/").content


@pytest.mark.slow
def test_who_holds_the_last_packs_sees_them_for_sale(shopper):
    """An unpaid order of their own never takes packs from them, so their pages are drawn for them."""
    path = "/uk/shop/magnesium-oil-spray/?variant=OIL-SPR-100"
    set_stock("OIL-SPR-100", "uk", 2)
    add(shopper, "OIL-SPR-100", quantity="2")
    Stock.objects.reserve(
        {variant("OIL-SPR-100"): 2},
        region("uk"),
        reference=order_reference(1),
        visitor=basket_reference(shopper.session[BASKET]),
    )
    with_session(shopper, **{ORDERED: True})
    assert "Sold out" in a_shopper().get(path).content.decode()
    assert "Sold out" not in shopper.get(path).content.decode()
    assert "ETag" not in shopper.get(path)
    assert shopper.get(path.replace("/uk/", "/us/"))["ETag"]
