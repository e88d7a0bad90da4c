"""A request that takes too long ends where it stands: its visitor is told, and nothing is half done."""

import time

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from config.connections.ending import ending
from config.middleware import ceiling
from config.middleware.ceiling import CeilingMiddleware, ceiling_of
from shop.content.models import Tries

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    "postgresql": "SELECT pg_sleep(60)",
}


@pytest.fixture(autouse=True)
def short(settings, monkeypatch):
    settings.CEILING, settings.CEILING_OF_STAFF = 0.3, 0.3
    monkeypatch.setattr(ceiling, "LOOKS", 0.05)
    # The connection of a test holds its transaction.
    closed = []
    monkeypatch.setattr(ceiling, "close_what_was_left", lambda: closed.append(True))
    monkeypatch.setattr(ending, "wanted", False)
    return closed


def asked(view, method="post"):
    return CeilingMiddleware(view)(getattr(RequestFactory(), method)("/uk/basket/add/"))


def reckons(request):
    number = 0
    while True:
        number += 1


def asks_without_end(request):
    with connection.cursor() as cursor:
        cursor.execute(ENDLESS[connection.vendor])
    return HttpResponse()


def catches_all(request):
    for _ in range(100):
        try:
            time.sleep(0.02)
            sum(range(1000))
        except Exception:
            pass
    return HttpResponse("went on")


def in_a_transaction(then):
    def view(request):
        with transaction.atomic():
            Tries.objects.create(key="half done", count=1, ends_at="2030-01-01T00:00Z")
            then(request)
        return HttpResponse()

    return view


@pytest.mark.parametrize("view", [reckons, asks_without_end, catches_all])
def test_it_is_ended_and_told_and_its_process_is_replaced(view, short):
    began = time.monotonic()
    answer = asked(view)
    assert time.monotonic() - began < 20  # far less than what was asked for; the machine may be busy
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert "no-store" in answer["Cache-Control"]
    assert "No part of a step is left half done" in answer.content.decode()
    assert short
    assert ending.wanted


@pytest.mark.parametrize("then", [reckons, asks_without_end])
def test_what_it_had_begun_to_write_is_not_there(then):
    assert asked(in_a_transaction(then)).status_code == 503
    assert not Tries.objects.filter(key="half done").exists()


def test_the_next_request_of_the_thread_is_left_alone(short):
    assert asked(reckons).status_code == 503
    for _ in range(5):
        assert asked(lambda request: HttpResponse(time.sleep(0.06) or "fine"), "get").content == b"fine"
    assert len(short) == 1


def test_a_request_in_time_is_answered_and_ends_nothing():
    assert asked(lambda request: HttpResponse("fine")).content == b"fine"
    assert not ending.wanted
    time.sleep(0.5)
    assert sum(range(1000)) == 499500


def test_an_error_of_a_statement_that_somebody_caught_does_not_hide_it():
    def view(request):
        try:
            asks_without_end(request)
        except OperationalError:
            return HttpResponse("caught")

    assert asked(view).status_code == 503


def test_staff_have_more_time(settings):
    settings.CEILING, settings.CEILING_OF_STAFF = 20, 45
    assert (ceiling_of("/uk/"), ceiling_of("/stripe/webhook/"), ceiling_of("/admin/vat/")) == (20, 20, 45)
