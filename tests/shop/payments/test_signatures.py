"""What an outsider puts into the headers of a webhook, or of any page, is refused or passed over."""

import json

import pytest

from shop.payments.sandbox.events import signature
from tests.support.foreign import an_event
from tests.support.payments import post_event

pytestmark = pytest.mark.django_db


SIGNATURES = ["", ",,,,", "=====", "v1=abc", "t=,v1=a", "t=nan,v1=a", "t=1_0,v1=a", "t=-1,v1=a", "t=1;v1=a", "t=1,v0=a",
              "t=\u00d9\u00a1,v1=a", "t=1,v1=\u00e9", "\u00ed\u00a0\u0080", "t=1,v1=a, t=2,v1=b", f"t={'9' * 5000},v1=a",
              f"t=1,v1={'a' * 20_000}", "t=1,v1=" + "a," * 5000]  # fmt: skip
HEADERS = ["Accept-Language", "Content-Type", "Cookie", "If-None-Match", "Origin", "Range", "Referer", "Sec-Fetch-Site",
           "Sec-Purpose", "User-Agent", "X-Forwarded-For"]  # fmt: skip


@pytest.mark.parametrize("header", SIGNATURES)
def test_a_signature_that_is_none_is_refused(header):
    assert post_event(b"{}", header).status_code == 400


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize(
    "value", ["\u00ff\u00fe", "\u00ed\u00a0\u0080"], ids=["no UTF-8", "half a character"]
)
def test_other_headers_are_anything_and_no_page_breaks(client, name, value):
    """As a server gives bytes to us that are no ASCII."""
    body = json.dumps(an_event("customer.created", {})).encode()
    webhook = {
        "content_type": "application/json",
        "headers": {"Stripe-Signature": signature(body), name: value},
    }
    assert client.post("/stripe/webhook/", body, **webhook).status_code == 200
    assert client.get("/uk/basket/", headers={name: value}).status_code == 200
    assert client.post("/uk/basket/add/", {"variant": "x"}, headers={name: value}).status_code < 500
