"""Questions that are put together are answered as if each had been put alone: of its own, and of nothing that was before it."""

import threading

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.utils import timezone

from config.connections import together
from config.connections.together import Together
from config.middleware import before_django
from shop.content.models import VERSION_AND_SITE, ContentScope, ContentVersion, content_changed
from shop.content.scopes import SITE
from shop.content.short import ask
from tests.conftest import a_shopper
from tests.support.baskets import add
from tests.support.factories import set_price, set_stock
from tests.support.wsgi import asked, both_ways, environ, is_direct

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NAMED = "SELECT key::text, value::text, NULL FROM content_contentscope WHERE key = ANY(%s::text[])"
LIST = "/uk/shop/"


@pytest.fixture
def questions():
    made = Together(VERSION_AND_SITE, NAMED, NAMED)
    yield made
    made.close()


@pytest.fixture
def kept_connection(monkeypatch):
    monkeypatch.setattr(before_django, "keeps_connections", lambda database: True)
    yield before_django.questions
    before_django.questions.close()


def in_threads(count, act):
    wrong: list = []

    def run(number):
        try:
            act(number)
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_everybody_gets_their_own_rows_and_nobody_elses(questions):
    ContentScope.objects.bulk_create([ContentScope(key=f"n{number}", value=number) for number in range(8)])

    def act(number):
        own, other = f"n{number}", f"n{(number + 1) % 8}" if number % 2 else None
        for _ in range(200):
            _, first, second = questions.ask(own, other)
            assert first == [(own, str(number), None)]
            assert second == ([(other, other[1:], None)] if other else [])

    in_threads(8, act)


def test_an_answer_is_never_older_than_its_question(questions):
    """Each thread reads back what it has just committed, while seven others ask."""
    content_changed()
    lock = threading.Lock()

    def act(number):
        for turn in range(50):
            if number == 0:
                value = turn + 2
                ContentVersion.objects.filter(pk=1).update(value=value)
                with lock:
                    newest[0] = value
            before = newest[0]
            [(_, value, _)], _, _ = questions.ask(None, None)
            assert int(value) >= before

    newest = [0]
    in_threads(8, act)


def test_those_who_wait_share_one_statement(questions, monkeypatch):
    begun, may_end, batches = threading.Event(), threading.Event(), []
    answer = Together._answer

    def slow(self, asked):
        batches.append(len(asked))
        begun.set()
        may_end.wait(5)
        answer(self, asked)

    monkeypatch.setattr(Together, "_answer", slow)
    first = threading.Thread(target=questions.ask, args=(None, None))
    first.start()
    begun.wait(5)
    others = [threading.Thread(target=questions.ask, args=(None, None)) for _ in range(6)]
    for thread in others:
        thread.start()
    while len(questions._waiting) < 6:
        pass
    may_end.set()
    for thread in [first, *others]:
        thread.join()
    assert batches == [1, 6]


def test_a_server_that_ended_the_connection_is_an_error_for_a_moment(questions, monkeypatch):
    questions.ask(None, None)
    pid = questions._wrapper.connection.info.backend_pid
    ask("SELECT pg_terminate_backend(%s::int)", pid)
    with pytest.raises(OperationalError):
        questions.ask(None, None)
    with pytest.raises(OperationalError, match="a moment ago"):
        questions.ask(None, None)
    monkeypatch.setattr(together, "REST", 0)
    questions._rests_until = 0
    assert questions.ask(None, None)[0]


def test_who_waits_too_long_asks_elsewhere(questions, monkeypatch):
    begun, may_end, answer = threading.Event(), threading.Event(), Together._answer
    monkeypatch.setattr(together, "PATIENCE", 0.05)
    monkeypatch.setattr(
        Together, "_answer", lambda self, asked: (begun.set(), may_end.wait(5), answer(self, asked))
    )
    first = threading.Thread(target=questions.ask, args=(None, None))
    first.start()
    begun.wait(5)
    with pytest.raises(OperationalError, match="too long"):
        questions.ask(None, None)
    may_end.set()
    first.join()
    assert questions.ask(None, None)[0]


def test_no_name_can_become_part_of_a_statement(questions):
    with pytest.raises(ValueError, match="letters and digits"):
        questions.ask("a,b}", None)
    assert questions.ask("a", None)[0]


def test_pages_before_django_are_those_of_django(kept_connection):
    set_stock("CIT-CAP-90", "uk", 9)
    shopper = a_shopper()
    add(shopper, "CIT-CAP-90", quantity="2")
    shopper.get(LIST)  # takes the message
    for client in (None, shopper):
        given = environ(LIST, client, HTTP_ACCEPT_ENCODING="gzip")
        asked(given)
        for _ in range(2):
            both_ways(given)
    add(shopper, "CIT-CAP-90", quantity="1")
    shopper.get(LIST)
    body = both_ways(environ(LIST, shopper))[2]
    assert int(body.split(b"with </span>")[1].split(b"<")[0]) == 3


def test_a_change_shows_on_the_very_next_request(kept_connection):
    given = environ(LIST)
    for amount in (777, 778, 779):
        asked(given)
        assert is_direct(given)
        set_price("CIT-CAP-90", "uk", amount)
        assert not is_direct(given)
        assert f"£7.{amount - 700}".encode() in asked(given)[2]


def test_what_shows_nothing_of_a_change_stays(kept_connection):
    given = environ(LIST)
    asked(given)
    content_changed("article uk 1")
    assert is_direct(given)
    content_changed(SITE)
    assert not is_direct(given)


def test_a_session_that_has_ended_is_nobodys(kept_connection):
    shopper = a_shopper()
    add(shopper, "CIT-CAP-90", quantity="2")
    shopper.get(LIST)
    assert is_direct(environ(LIST, shopper))
    Session.objects.update(expire_date=timezone.now())
    assert not is_direct(environ(LIST, shopper))
