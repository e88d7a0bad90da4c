"""Every kind of page scores 125 and more by the rules that the HTTP Observatory publishes.

The rules: a hundred; less for what is wrong; and, where that leaves ninety, more for what is better than needed. A page
that is read over TLS is looked at, as the Observatory does (github.com/mdn/mdn-http-observatory, src/grader).
"""

from http.cookies import SimpleCookie

import pytest

from articles.models import Article
from articles.publishing.drafts import open_draft
from shop.invoices.issue import issue_documents
from shop.pictures.models import Picture
from tests.conftest import a_shopper
from tests.support.factories import an_order
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HALF_A_YEAR = 15_768_000
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
SITE_ONLY = {"same-origin", "same-site"}


@pytest.fixture(autouse=True)
def over_tls(settings):
    """As in production, where SITE_URL begins with https."""
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def directives(answer) -> dict[str, set[str]]:
    parts = [part.split() for part in answer.get("Content-Security-Policy", "").split(";") if part.strip()]
    return {name: set(values) for name, *values in parts}


def of_policy(answer) -> int:
    policy = directives(answer)
    if not policy:
        return -25
    default = policy.get("default-src", {"*"})
    scripts, styles, objects = (
        policy.get(name, default) for name in ("script-src", "style-src", "object-src")
    )
    broad = {"*", "data:", "https:", "http:", "blob:"}
    if "http:" in set().union(*policy.values()):
        return -20
    if broad & (scripts | objects) or ("'unsafe-inline'" in scripts and not any("'nonce-" in one or "'sha" in one for one in scripts)):  # fmt: skip
        return -20
    if "'unsafe-eval'" in scripts:
        return -10
    if (broad | {"'unsafe-inline'"}) & styles:
        return 0
    return 10 if default == {"'none'"} and policy.get("form-action") in ({"'none'"}, {"'self'"}) else 5


def of_cookies(answer) -> int:
    made: SimpleCookie = answer.cookies
    if not made:
        return 0
    for cookie in made.values():
        if not cookie["secure"] or cookie["samesite"] not in ("Lax", "Strict"):
            return -20
        if "session" in cookie.key and not cookie["httponly"]:
            return -30
    return 5


def of_transport(answer) -> int:
    given = answer.get("Strict-Transport-Security", "")
    age = int(given.partition("max-age=")[2].partition(";")[0] or 0)
    return -20 if not given else 0 if age >= HALF_A_YEAR else -10


def score(answer) -> int:
    parts = [
        of_policy(answer),
        of_cookies(answer),
        of_transport(answer),
        5 if answer.get("Referrer-Policy") in PRIVATE else 0,
        0 if answer.get("X-Content-Type-Options") == "nosniff" else -5,
        5
        if "frame-ancestors" in directives(answer)
        else 0
        if answer.get("X-Frame-Options") == "DENY"
        else -20,
        10 if answer.get("Cross-Origin-Resource-Policy") in SITE_ONLY else 0,
        -50 if answer.get("Access-Control-Allow-Credentials") else 0,
    ]
    base = 100 + sum(part for part in parts if part < 0)
    return base + sum(part for part in parts if part > 0) if base >= 90 else base


def scores(client, paths) -> dict[str, int]:
    return {path: score(client.get(path, secure=True)) for path in paths}


def low(found: dict[str, int], least: int) -> dict[str, int]:
    return {path: points for path, points in found.items() if points < least}


def test_pages_of_shoppers():
    article = Article.objects.exclude(publications=None).first()
    order = an_order()
    paths = [
        "/", "/uk/", "/us/", "/uk/shop/", "/uk/shop/magnesium-citrate-capsules/", "/uk/shop/compare/", "/uk/articles/",
        f"/uk/articles/{article.slug}/", "/uk/articles/?q=sleep", "/uk/search/?q=sleep", "/uk/basket/", "/uk/checkout/",
        "/uk/help/delivery/", "/uk/help/privacy/", order.get_absolute_url(), f"{order.get_absolute_url()}withdraw/",
        "/letters/none/", "/alerts/none/", "/nowhere/", "/uk/shop/nothing/", "/admin/login/",
    ]  # fmt: skip
    for _ in range(2):  # drawn, and kept
        assert low(scores(a_shopper(), paths), 125) == {}


def test_errors():
    client = a_shopper()
    refused = client.post("/uk/basket/add/", {}, secure=True, headers={"Sec-Fetch-Site": "cross-site"})
    many = {f"field{number}": "x" for number in range(6000)}
    wrong = client.post("/uk/basket/add/", many, secure=True, headers={"Sec-Fetch-Site": "same-origin"})
    nobody = client.get("/uk/", secure=True, SERVER_NAME="elsewhere.example")
    assert (wrong.status_code, nobody.status_code, score(nobody) >= 125) == (400, 400, True)
    method = client.post("/uk/shop/", {}, secure=True)
    found = {answer.status_code: score(answer) for answer in (refused, wrong, method)}
    assert set(found) == {400, 403, 405}
    assert low(found, 125) == {}


def test_pages_of_staff():
    draft = open_draft(Article.objects.first(), "anna")
    paths = [
        "/admin/", "/admin/you/", "/admin/you/sessions/", "/admin/deeds/deed/", "/admin/orders/order/", "/admin/catalogue/product/",
        f"/admin/articles/version/{draft.pk}/change/", "/admin/catalogue/product/add/", "/admin/no/such/page/",
    ]  # fmt: skip
    assert low(scores(signed_in(), paths), 125) == {}


def test_what_is_no_page_is_as_safe_as_it_can_be():
    """Files and documents for machines; those that other sites show may be loaded there."""
    order = paid()
    issue_documents()
    paths = [
        "/robots.txt", "/sitemap.xml", "/llms.txt", "/uk/feeds/google.xml", "/uk/articles/feed/",
        f"{order.get_absolute_url()}{order.documents.get().number}.pdf", Picture.objects.first().file.url,
    ]  # fmt: skip
    found = scores(a_shopper(), paths)
    assert low(found, 100) == {}
