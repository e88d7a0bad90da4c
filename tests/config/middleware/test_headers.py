"""What other sites may load of ours, and who learns of an address that opens an order."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from shop.orders.models import Order
from shop.payments.sandbox.models import SandboxSession  # noqa: F401 - the sandbox's addresses are among them
from shop.web.tokens import SECRETS
from tests.conftest import a_shopper
from tests.support.factories import an_order, an_order_at_stripe

pytestmark = pytest.mark.django_db


def test_an_order_is_told_to_nobody():
    order, session = an_order_at_stripe()
    for path in (
        order.get_absolute_url(),
        f"/orders/{order.token}/withdraw/",
        f"/sandbox/pay/{session.id}/",
        "/alerts/x/",
    ):
        answer = a_shopper().get(path)
        assert answer["Referrer-Policy"] == "strict-origin", path
        assert "noindex" in answer["X-Robots-Tag"], path
        assert "no-store" in answer["Cache-Control"] or "private" in answer["Cache-Control"], path


@pytest.mark.parametrize(
    "path", ["/", "/uk/", "/uk/shop/", "/uk/basket/", "/robots.txt", "/admin/login/", "/nowhere/"]
)
def test_no_other_site_loads_our_pages_and_all_may_read_their_own_referrer(path):
    for _ in range(2):  # drawn, and kept
        answer = a_shopper().get(path)
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "noindex" not in answer.get("X-Robots-Tag", "")


@pytest.mark.parametrize("path", ["/uk/feeds/google.xml", "/uk/articles/feed/"])
def test_what_others_show_to_their_readers_may_be_loaded(path):
    assert a_shopper().get(path)["Cross-Origin-Resource-Policy"] == "cross-origin"


def parameters(patterns=None) -> set[str]:
    found = set()
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLPattern):
            found |= set(one.pattern.regex.groupindex)
        elif "admin" not in str(one.pattern):
            found |= set(one.pattern.regex.groupindex) | parameters(one.url_patterns)
    return found


def test_every_part_of_an_address_is_known_to_be_public_or_a_secret():
    """A new one fails here until somebody says which it is."""
    public = {
        "region",
        "slug",
        "one",
        "other",
        "page",
        "number",
        "kind",
        "key",
        "code",
        "pk",
        "path",
        "sku",
        "word",
    }
    assert parameters() - public == SECRETS


@pytest.mark.parametrize(
    ("origin", "is_refused"), [("null", True), (None, True), ("https://127.0.0.1", False)]
)
def test_a_form_whose_origin_is_hidden_is_refused_over_tls(settings, origin, is_refused):
    """As a browser sends it from a page under “no-referrer” (tests/browser/test_referrers.py)."""
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    path = an_order().get_absolute_url()
    client = Client(enforce_csrf_checks=True, headers={"Host": "127.0.0.1", "X-Forwarded-Proto": "https"})
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(path).content.decode())[1]
    headers = {"Origin": origin} if origin else {}
    answer = client.post(f"{path}cancel/", {"csrfmiddlewaretoken": token}, headers=headers)
    assert (answer.status_code == 403) is is_refused
    assert (Order.objects.get().status == "cancelled") is not is_refused
