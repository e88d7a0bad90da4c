"""The site as a whole: headers, bad addresses, help pages, health."""

import re

import pytest
from django.conf import settings
from django.test import Client

from config.pages.help import PAGES, page_title
from tests.conftest import a_shopper
from tests.support.factories import an_order, region, shown_next
from tests.support.markup import squeezed

pytestmark = pytest.mark.django_db
PUBLIC = ["/", "/uk/", "/us/shop/", "/eu/shop/magnesium-oil-spray/", "/uk/articles/",
          "/us/articles/magnesium-and-restless-legs-guide/", "/uk/basket/", "/eu/help/privacy/", "/uk/nothing/",
          "/admin/login/", "/robots.txt", "/sitemap.xml"]  # fmt: skip


@pytest.mark.parametrize("path", PUBLIC)
def test_security_headers_stand_on_every_page(path):
    answer = a_shopper().get(path)
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "path", ["/uk/", "/us/shop/", "/eu/articles/", "/uk/shop/magnesium-citrate-capsules/"]
)
def test_no_page_loads_anything_from_elsewhere(path):
    page = a_shopper().get(path).content.decode()
    for address in re.findall(r'(?:src|srcset|href)="([^"]+)"', re.sub(r"<a [^>]+>", "", page)):
        assert address.startswith(("/", "http://127.0.0.1:8000", "mailto:")), address


@pytest.mark.slow
def test_only_necessary_cookies_are_ever_set():
    client = a_shopper()
    for path in PUBLIC:
        client.get(path)
    assert set(client.cookies) <= {"csrftoken"}, "only the sign-in form needed one"
    client.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    client.post("/region/", {"region": "us", "next": "/", "seen": "1"})
    client.get("/us/checkout/")
    assert set(client.cookies) == {"csrftoken", "sessionid", "region"}
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:80@evil", ""])
@pytest.mark.parametrize("path", ["/uk/", "/uk/basket/", "/orders/x/"])
def test_a_wrong_host_is_refused_even_on_a_warm_page(host, path):
    a_shopper().get(path)
    assert Client().get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("region", ["xx", "UKK", "uk2", "<b>", "uk%00", "x" * 300, "%2e%2e"])
def test_an_unknown_region_is_a_helpful_404(region):
    answer = a_shopper().get(f"/{region}/shop/")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()
    assert "We don’t know this region" in shown_next(a_shopper().post("/region/", {"region": region}))


@pytest.mark.parametrize(
    "path",
    [
        "/uk/shop/nothing/", "/uk/shop/' OR 1=1/", "/uk/articles/nothing/", "/uk/articles/?topic=nothing",
        "/uk/help/nothing/", "/orders/nothing/", "/uk/shop/%00/", "/uk/shop/" + "x" * 3000 + "/", "/media/x.webp",
        "/sandbox/pay/x/", "/uk/compare/", "/.env", "/wp-login.php",
    ],
)  # fmt: skip
def test_a_wrong_address_is_a_404_with_ways_on(path):
    answer = a_shopper().get(path)
    assert answer.status_code == 404, path
    assert "</html>" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["?variant=%00", "?variant=" + "x" * 5000, "?form[]=1", "?sort=%F0%9F%92%A9", "?variant=NOPE"]
)
def test_a_strange_query_is_only_ignored(query):
    for path in ("/uk/shop/", "/uk/shop/magnesium-citrate-capsules/"):
        assert a_shopper().get(path + query).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("path", ["/uk/", "/uk/shop/", "/uk/articles/", "/uk/help/terms/", "/robots.txt"])
def test_pages_are_only_read(method, path):
    assert getattr(a_shopper(), method)(path).status_code == 405


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
@pytest.mark.parametrize("page", PAGES)
def test_every_help_page_exists_in_every_region(code, page):
    answer = a_shopper().get(f"/{code}/help/{page}/")
    assert answer.status_code == 200
    assert f"<h1>{page_title(page, region(code)).replace('&', '&amp;')}</h1>" in answer.content.decode()


def test_help_pages_differ_by_law():
    uk, us = (a_shopper().get(f"/{code}/help/returns/").content.decode() for code in ("uk", "us"))
    assert "cancel within 14 days" in uk
    assert "within 30 days" in us
    assert "no sales tax in any state" in a_shopper().get("/us/help/terms/").content.decode()
    assert "ec.europa.eu/consumers/odr" not in uk


@pytest.mark.walk
def test_every_inner_link_leads_somewhere():
    client, seen, todo = a_shopper(), set(), ["/", "/uk/", "/us/", "/eu/"]
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code == 200, path
        if answer["Content-Type"].split(";")[0] != "text/html":
            continue
        for href in re.findall(r'<a [^>]*href="([^"#]+)', answer.content.decode()):
            href = href.replace("&amp;", "&")
            if href.startswith("?"):
                href = path.split("?")[0] + href
            if href.startswith("/") and not href.startswith(("/admin", "/static")) and "sort=" not in href:
                todo.append(href)
    assert len(seen) > 60


def test_demonstration_and_test_mode_are_said_on_every_page():
    for path in ("/uk/", "/uk/shop/", "/uk/basket/"):
        page = a_shopper().get(path).content.decode()
        assert "Demonstration: nothing is sold" in page
        assert "Test payments." in page


def test_robots_keeps_private_pages_out():
    text = a_shopper().get("/robots.txt").content.decode()
    for path in ("/uk/basket/", "/us/checkout/", "/orders/", "/admin/"):
        assert f"Disallow: {path}" in text
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text


def test_a_nul_character_anywhere_is_only_nonsense(shopper):
    """PostgreSQL can't compare it; a quoted cookie may bring it in."""
    for path in ("/uk/shop/a%00b/", "/orders/%00/", "/uk%00/", "/uk/%00", "/media/%00.webp"):
        assert shopper.get(path).status_code == 404, path
    assert shopper.get("/uk/shop/?form=%00&x%00=1").status_code == 200
    answer = shopper.post("/uk/basket/add/", {"variant": "\0", "x\0": "1"})
    assert "We don’t know this product" in shown_next(answer)
    answer = a_shopper().get("/uk/shop/", headers={"Cookie": 'sessionid="abcdefgh\\000"; region="\\000"'})
    assert answer.status_code == 200


def test_a_form_that_is_too_old_gets_a_page_that_helps():
    client = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    order = an_order()
    answer = client.post(f"{order.get_absolute_url()}cancel/")
    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()
    order.refresh_from_db()
    assert order.status == "pending"


def test_an_error_of_ours_is_told_in_the_sites_voice(monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("config.pages.drawn.first_of_each_form", broken)
    client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
    answer = client.get("/uk/")
    assert answer.status_code == 500
    assert "Your basket is kept" in answer.content.decode()


# --- while somebody works on it ----------------------------------------------------------------------------------


def test_in_maintenance_visitors_read_so_and_stripe_and_staff_get_through(settings):
    settings.MAINTENANCE = True
    answer = a_shopper().get("/uk/shop/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "600"
    assert "no-store" in answer["Cache-Control"]
    assert "Your basket is kept" in answer.content.decode()
    assert a_shopper().get("/healthz").status_code == 200
    assert a_shopper().post("/stripe/webhook/", "{}", content_type="application/json").status_code == 400
    assert a_shopper().get("/admin/login/").status_code == 200
    settings.MAINTENANCE = False
    assert a_shopper().get("/uk/shop/").status_code == 200, "nothing of it was kept"


@pytest.mark.slow
def test_a_copy_for_trying_things_is_closed_to_search_engines(settings):
    settings.STAGING = True
    assert a_shopper().get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"
    for path in ("/uk/", "/uk/shop/", "/uk/feeds/google.xml", "/admin/login/"):
        assert "noindex" in a_shopper().get(path)["X-Robots-Tag"]


def test_the_words_of_the_till_are_plain():
    """Reading age at most 12 (Flesch-Kincaid), for those who buy tired."""
    from django.utils.html import strip_tags

    from articles.evidence.findings import reading_age

    client = a_shopper()
    client.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    for path in ("/uk/basket/", "/uk/checkout/", "/uk/help/returns/", "/uk/help/delivery/"):
        page = client.get(path).content.decode()
        main = page.split('<main id="main"')[1].split("</main>")[0]
        page_words = " ".join(
            re.sub(r"\s+", " ", strip_tags(p)).strip() for p in re.findall(r"<p[ >].*?</p>", main, re.DOTALL)
        )
        assert reading_age(page_words) <= 12, path


@pytest.mark.slow
def test_every_picture_has_an_alternative_text_and_a_size():
    client = a_shopper()
    client.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    for path in ("/", "/uk/", "/uk/shop/", "/uk/shop/magnesium-citrate-capsules/", "/uk/articles/", "/uk/basket/",
                 "/uk/articles/citrate-glycinate-oxide-label-guide/", "/uk/search/?q=glycinate"):  # fmt: skip
        for tag in re.findall(r"<img[^>]*>", squeezed(client.get(path).content.decode())):
            assert re.search(r'\salt="', tag), tag
            assert re.search(r'\swidth="\d+" height="\d+"', tag), tag
