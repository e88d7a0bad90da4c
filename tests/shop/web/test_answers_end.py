"""What was typed waits beside the session, and is deleted after a day; the basket stays for a month."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.utils import timezone

from shop.content.sessions import SessionStore
from shop.web import answers
from tests.conftest import a_shopper
from tests.support.factories import post_with_token

pytestmark = pytest.mark.django_db
TYPED = {"email": "ada", "name": "Ada Lovelace", "country": "GB", "line1": "4 Mill Lane", "town": "Leeds", "postcode": "LS1 4AP"}  # fmt: skip
CHECKOUT = "/uk/checkout/"


def typed_at_the_checkout():
    shopper = a_shopper()
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    post_with_token(shopper, CHECKOUT, CHECKOUT, TYPED)
    return shopper


def all_sessions() -> str:
    """Every row of the table, as who has SECRET_KEY reads it."""
    said = []
    for data in Session.objects.values_list("session_data", flat=True):
        for salt in (answers.SALT, SessionStore().key_salt):
            try:
                said.append(signing.loads(data, salt=salt))
            except signing.BadSignature:
                continue
    assert len(said) == Session.objects.count()
    return str(said)


def test_what_was_typed_is_deleted_after_a_day_and_the_basket_stays():
    shopper = typed_at_the_checkout()
    assert "Ada Lovelace" in all_sessions()
    assert "Ada Lovelace" not in str(dict(shopper.session)), "the month-long session holds none of it"
    assert answers.forget_sessions(timezone.now() + timedelta(hours=23)) == 0
    assert answers.forget_sessions(timezone.now() + timedelta(hours=25)) == 1
    assert "Ada Lovelace" not in all_sessions()
    page = shopper.get(CHECKOUT).content.decode()
    assert "1 × Magnesium Citrate Capsules" in page
    assert "Ada Lovelace" not in page


def test_what_the_release_before_kept_in_the_session_is_found_and_moves_out_of_it():
    shopper = typed_at_the_checkout()
    session = shopper.session
    old = {**TYPED, "name": "Ada King"}
    session[answers.KEY] = {"checkout": {"until": time.time() + 60, "facts": {"typed": old}}}
    session.save()
    assert "Ada King" in shopper.get(CHECKOUT).content.decode()
    shopper.post("/uk/basket/add/", {"variant": "NOPE"})
    assert "Ada King" not in str(dict(shopper.session))
    assert "Ada King" in shopper.get(CHECKOUT).content.decode()


def test_the_row_beside_a_session_opens_nothing_as_a_cookie():
    shopper = typed_at_the_checkout()
    thief = a_shopper()
    thief.cookies["sessionid"] = shopper.session[answers.KEY][answers.BESIDE]["facts"]["at"]
    assert "Ada Lovelace" not in thief.get(CHECKOUT, follow=True).content.decode()
    assert dict(thief.session) == {}
