"""Who reads the table of sessions opens none; sessions of the release before live on, and so do their baskets."""

from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.core import management
from django.utils import timezone

from config.entry.devices import name_sessions_by_digests
from config.entry.models import Device
from shop.content import link_tokens
from shop.content.sessions import SessionStore, digest_of
from tests.conftest import a_shopper
from tests.support.baskets import add
from tests.support.factories import everywhere
from tests.support.sign_in import is_in, somebody, try_in

pytestmark = pytest.mark.django_db


def shopper():
    client = a_shopper()
    add(client, "CIT-CAP-90", quantity="2")
    return client


def key_of(client):
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def packs(client):
    return client.get("/uk/basket/").content.decode().count('name="quantity-CIT-CAP-90"')


def of_before(client):
    """Its session, named as the release before did."""
    Session.objects.filter(pk=digest_of(key_of(client))).update(session_key=key_of(client))
    return client


@pytest.fixture
def both_serve(monkeypatch):
    def serve(yes: bool):
        at = timezone.now() + timedelta(minutes=1) if yes else datetime.min.replace(tzinfo=UTC)
        monkeypatch.setattr(link_tokens, "_alone_from", lambda migration: at)

    return serve


def test_no_column_holds_what_a_cookie_says():
    client, staff = shopper(), a_shopper()
    somebody()
    try_in(staff)
    for one in (client, staff):
        assert not everywhere(key_of(one))
        assert Session.objects.filter(pk=digest_of(key_of(one))).exists()


def test_a_name_from_the_table_opens_nothing():
    somebody()
    client = a_shopper()
    try_in(client)
    for row in Session.objects.all():
        thief = a_shopper()
        thief.cookies[settings.SESSION_COOKIE_NAME] = row.pk
        assert not is_in(thief)
        assert not SessionStore(row.pk).exists(row.pk)
        SessionStore(row.pk).delete()
    assert is_in(client)


def test_a_basket_of_the_release_before_is_there_and_stays_there():
    client = shopper()
    assert packs(client) == 1  # takes the message
    key = key_of(of_before(client))
    assert packs(client) == 1
    assert Session.objects.filter(pk=key).exists(), "looking writes nothing"
    add(client, "OIL-SPR-100", quantity="1")
    assert Session.objects.filter(pk=digest_of(key)).exists()
    assert not Session.objects.filter(pk=key).exists()
    assert packs(client) == 1


def test_the_worker_renames_what_nobody_uses_with_the_devices_of_staff():
    somebody()
    staff, client = a_shopper(), of_before(shopper())
    try_in(staff)
    of_before(staff)
    Device.objects.update(session_key=key_of(staff))
    assert "this one" in staff.get("/admin/you/").content.decode()
    assert name_sessions_by_digests() == 3
    assert not name_sessions_by_digests()
    assert not everywhere(key_of(staff))
    assert not everywhere(key_of(client))
    assert packs(client) == 1
    assert "this one" in staff.get("/admin/you/").content.decode()


def test_while_both_serve_each_knows_the_sessions_of_the_other(both_serve):
    both_serve(True)
    client = shopper()
    assert db.SessionStore(key_of(client)).load()["basket"] == SessionStore(key_of(client)).load()["basket"]
    add(client, "OIL-SPR-100", quantity="1")
    assert not name_sessions_by_digests()
    assert Session.objects.filter(pk=key_of(client)).exists()
    both_serve(False)
    assert name_sessions_by_digests() == 1
    assert packs(client) == 1
    both_serve(True)  # a process whose clock is late
    store = SessionStore(key_of(client))
    store["more"] = 1
    store.save()
    assert SessionStore(key_of(client)).load()["more"] == 1


def test_what_was_ended_meanwhile_is_not_written_again():
    store = SessionStore()
    store["a"] = 1
    store.save()
    again = SessionStore(store.session_key)
    again["a"] = 2
    store.delete()
    with pytest.raises(UpdateError):
        again.save()
    assert not Session.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "0" * 32, "\x00" * 32, "\ud800" * 32, "é" * 40, "a" * 5000])
def test_a_key_that_is_none_opens_nothing(key):
    assert SessionStore(key).load() == {}
    assert not SessionStore().exists(key)
    SessionStore().delete(key)


def test_signing_out_and_clearing_leave_nothing():
    somebody()
    client = a_shopper()
    try_in(client)
    key = key_of(client)
    client.post("/admin/logout/")
    assert not Session.objects.filter(pk__in=[key, digest_of(key)]).exists()
    shopper()
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    management.call_command("clearsessions")
    assert not Session.objects.exists()


def test_coroutines_ask_by_the_same_names():
    store = SessionStore()
    store["a"] = 1
    store.save()
    assert async_to_sync(store.aexists)(store.session_key)
    assert async_to_sync(SessionStore(store.session_key).aload)() == {"a": 1}
    async_to_sync(store.adelete)()
    assert not Session.objects.exists()
