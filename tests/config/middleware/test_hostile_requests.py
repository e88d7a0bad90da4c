"""Whatever a request holds, it is answered: no address of the site breaks at hostile queries, forms or headers."""

import io
from itertools import cycle

import pytest
from django.contrib import admin
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone

from articles.evidence.findings import content_findings
from articles.models import Article, Author, PreviewLink, RichText, Topic
from articles.publishing.drafts import open_draft
from config import wsgi
from config.forwarding.models import ShortLink
from config.newsletter.models import Subscriber
from shop.alerts.models import StockAlert
from tests.support.factories import an_order_at_stripe, region, variant
from tests.support.hostile import HEADERS, VALUES, addresses, filled, names_read
from tests.support.rows import fill
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.walk]


@pytest.fixture
def there(settings):
    """By name of a parameter something that exists."""
    owner = signed_in()
    fill()
    order, session = an_order_at_stripe()
    article = Article.objects.exclude(publications=None).first()
    version = article.publications.first().version
    link = PreviewLink.objects.create(
        version=version, region=region("uk"), expires_at=timezone.now().replace(year=2999)
    )
    subscriber = Subscriber.objects.create(email="a@example.org", region=region("uk"))
    alert = StockAlert.objects.create(email="a@example.org", variant=variant(), region=region("uk"))
    values = {
        "region": "uk", "slug": variant().product.slug, "token": order.token, "pk": str(article.pk), "code": "uk",
        "one": "uk", "other": "us", "kind": "product", "key": variant().product.slug, "page": "delivery",
        "number": order.number, "object_id": "1", "session_id": session.pk, "sku": "CIT-CAP-90",
        "content_type_id": "1", "before": str(version.pk), "after": str(version.pk),
    }  # fmt: skip
    more = {"slug": [article.slug, Author.objects.first().slug, Topic.objects.first().slug],
            "token": [link.token, subscriber.token, alert.token]}  # fmt: skip
    return owner, values, more


def asked(client, method, address, data, headers):
    """The status, or what broke."""
    client.raise_request_exception = False
    extra = dict(headers)
    content_type = extra.pop("CONTENT_TYPE", None)
    if method == "get":
        if content_type:
            extra["CONTENT_TYPE"] = content_type
        return client.get(address, data, **extra).status_code
    if content_type:
        return client.generic("POST", address, b"a=1&b=2", content_type=content_type, **extra).status_code
    return client.post(address, data, **extra).status_code


def broken_by(clients, routes, values, rounds, with_headers=True):
    """What answered with a server's error, for `rounds` turns of values and, if wanted, of headers."""
    names, turn, bad = names_read(), cycle(range(len(VALUES) * len(HEADERS))), []
    for route in routes:
        address = filled(route, values)
        for _ in range(rounds):
            number = next(turn)
            value, headers = VALUES[number % len(VALUES)], HEADERS[number % len(HEADERS)]
            data = dict.fromkeys(names, value)
            for client, method, sent, head in (
                (clients[number % len(clients)], "get", data, {}),
                (clients[number % len(clients)], "post", data, {}),
                *(
                    ((clients[0], "get", {}, headers), (clients[0], "post", {"a": "1"}, headers))
                    if with_headers
                    else ()
                ),
            ):
                status = asked(client, method, address, sent, head)
                if status >= 500 and status != 503:
                    bad.append((method, route, value if sent is data else headers, status))
    return bad


def test_no_public_address_breaks(there, client):
    _, values, more = there
    routes = [route for route in addresses() if not route.startswith("admin/")]
    assert len(routes) > 40
    assert not broken_by([client], routes, values, rounds=2)
    for name, others in more.items():
        for other in others:
            assert not broken_by(
                [client], [r for r in routes if f"<{name}>" in r], {**values, name: other}, rounds=1
            )


def test_no_address_of_the_admin_breaks(there):
    owner, values, _ = there
    routes = [route for route in addresses() if route.startswith("admin/") and "logout" not in route]
    assert len(routes) > 150
    assert not broken_by([owner], routes, values, rounds=1, with_headers=False)  # read before any view is


def test_no_list_of_the_admin_breaks_at_its_filters(there):
    owner, *_ = there
    owner.raise_request_exception = False
    for number, (model, one) in enumerate(admin.site._registry.items()):
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        columns = [field.name for field in model._meta.concrete_fields]
        value = VALUES[number % len(VALUES)]
        for look, odd in (("", value), ("__in", "1" * 40), ("__gte", value)):
            sent = {f"{column}{look}": odd for column in columns[:8]}
            assert owner.get(path, sent).status_code < 500, (path, sent)
        day = {
            f"{one.date_hierarchy}__{part}": value for part in ("year", "month", "day") if one.date_hierarchy
        }
        assert owner.get(path, {**day, "p": value, "o": value, "q": value}).status_code < 500, (path, value)


@pytest.fixture
def connection_kept():
    """As Django's own test client does: the connection with the test's transaction stays open."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


@pytest.mark.parametrize(
    "given", ["x/y; charset=hex", "x/y; charset=BASE64", "a/b; x=1; charset=\"rot13\"", "x/y; charset*=utf-8''hex", "multipart/form-data; boundary*=nope''abc", "a/b; x*=undefined''%41", "a/b; x*=idna''%ff%ff", "x/y; charset*=hex''a", "a/b; x*=''", "\u00ff; x*=\u00b2'en'%"]
)  # fmt: skip
def test_a_type_of_content_that_can_not_be_read_counts_as_none(connection_kept, given):
    """Through the server's own entrance: Django reads this header, and the query by it, before any middleware is asked."""
    for method in ("GET", "POST"):
        answers = []
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": "/robots.txt", "QUERY_STRING": "q=a", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
            "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "HTTP_HOST": "127.0.0.1", "CONTENT_TYPE": given,
        }  # fmt: skip
        for part in wsgi.application(
            environ, lambda status, headers, answers=answers: answers.append(status)
        ):
            assert part is not None
        assert int(answers[0][:3]) < 500


@pytest.mark.parametrize(("given", "left"), [
    ("text/plain", "text/plain"),
    ("text/html; charset=UTF-8", "text/html; charset=UTF-8"),
    ("multipart/form-data; boundary=a-b", "multipart/form-data; boundary=a-b"),
    ("multipart/form-data; charset=latin-1; boundary=a-b", "multipart/form-data; boundary=a-b"),
    ("text/csv; charset=hex", "text/csv"),
])  # fmt: skip
def test_what_is_sent_is_read_as_utf_8_and_keeps_its_type(given, left):
    assert wsgi.plain_type(given) == left


@pytest.mark.parametrize("sent", ["²", "x", "9" * 40, "-1", "\x00", "[]"])
def test_a_form_is_shown_again_with_what_no_row_can_be_called_by(sent):
    """Where its choices are asked for by id: one alone, several, and in a row below."""
    owner = signed_in()
    fill()
    for path, name in (
        ("/admin/search/pin/add/", "article"),
        ("/admin/codes/code/add/", "products"),
        ("/admin/letters/letter/add/", "rows-0-article"),
        ("/admin/catalogue/product/add/", "successor"),
        ("/admin/catalogue/batch/add/", "variant"),
    ):
        page = owner.get(path)
        answer = owner.post(path, {**fields_of(page.content.decode()), "rows-TOTAL_FORMS": "1", name: sent})
        assert answer.status_code == 200, path


@pytest.mark.parametrize("referrer", ["http://[::1/%zz", "http://[x", "https://\u00e9]", "//[", "http://[]/"])
def test_a_form_that_is_too_old_is_refused_whatever_page_it_says_it_came_from(referrer):
    strict = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1")
    strict.cookies = signed_in().cookies
    answer = strict.post("/admin/you/sessions/", {}, headers={"Referer": referrer})
    assert answer.status_code in (303, 403)


@pytest.mark.parametrize("address", ["http://[x", "http://[]/", "//[::1", "https://[1:2]/a"])
def test_a_link_in_a_text_that_is_no_address_is_saved_and_found_by_the_checks(address):
    article = Article.objects.exclude(publications=None).first()
    draft = open_draft(article, "anna")
    row = RichText.objects.create(parent=draft, ordering=990, body=f'<p><a href="{address}">words</a></p>')
    assert "words" in RichText.objects.get(pk=row.pk).body
    assert content_findings(draft) is not None


@pytest.mark.parametrize("word", ["6.9e-299", "a b", "/", "²", "%2f"])
def test_a_short_link_whose_word_is_refused_is_shown_again(word):
    owner = signed_in()
    fill()
    link = ShortLink.objects.create(word="spring", region=region("uk"), page="shop")
    path = f"/admin/forwarding/shortlink/{link.pk}/change/"
    answer = owner.post(path, {**fields_of(owner.get(path).content.decode()), "word": word})
    assert answer.status_code == 200
