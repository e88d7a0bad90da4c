"""One mechanism for all that mails are written about: asked by a form, confirmed by mail, forgotten in full."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.newsletter import letters
from config.newsletter.models import Subscriber
from shop.alerts import alerts
from shop.alerts.models import StockAlert
from shop.content.models import Tries
from shop.optin.asking import CONFIRM_WITHIN, LOST_AFTER, confirm, stop
from shop.outbox.models import Mail
from shop.outbox.send import MOST_A_DAY, TOO_MANY, due_mails, had_enough
from tests.conftest import a_shopper
from tests.support.factories import region, set_stock, variant

pytestmark = pytest.mark.django_db
KINDS = {
    StockAlert: (lambda email: alerts.ask(variant(), region("uk"), email), alerts.forget_unconfirmed),
    Subscriber: (lambda email: letters.ask(region("uk"), email), letters.forget_unconfirmed),
}
every_kind = pytest.mark.parametrize("model", list(KINDS))


def ask(model, email="Ada@Example.org"):
    return KINDS[model][0](email)


@every_kind
def test_it_is_confirmed_once(model):
    wish = ask(model)
    assert [confirm(wish), confirm(wish)] == [True, False]


@every_kind
@pytest.mark.parametrize(
    ("past", "is_left"), [(-timedelta(seconds=1), True), (timedelta(0), True), (timedelta(seconds=1), False)]
)
def test_what_nobody_confirms_is_forgotten_after_a_week_with_its_mails(model, past, is_left):
    wish, confirmed = ask(model), ask(model, "confirmed@example.org")
    confirm(confirmed)
    assert KINDS[model][1](wish.asked_at + CONFIRM_WITHIN + past) == (not is_left)
    assert (
        model.objects.filter(pk=wish.pk).exists()
        == Mail.objects.filter(person=wish.kept_token).exists()
        == is_left
    )
    assert model.objects.filter(pk=confirmed.pk).exists()


@every_kind
def test_who_stops_leaves_nothing_behind(model):
    wish = ask(model)
    stop(wish)
    assert not model.objects.exists()
    assert not Mail.objects.exists()


@every_kind
@pytest.mark.parametrize(
    ("ago", "mails"), [(LOST_AFTER - timedelta(seconds=9), 1), (LOST_AFTER + timedelta(seconds=9), 2)]
)
def test_the_question_is_asked_again_once_it_may_be_lost(model, ago, mails):
    wish = ask(model)
    Mail.objects.filter(person=wish.kept_token).update(written_at=timezone.now() - ago)
    ask(model)
    assert Mail.objects.filter(person=wish.kept_token).count() == mails


@every_kind
def test_an_address_gets_so_many_questions_a_day_and_staff_alone_read_why_no_more(model):
    for _ in range(MOST_A_DAY - 1):
        had_enough("ada@example.org")
    first = ask(model)
    first.delete()
    second = ask(model)
    told = Mail.objects.get(person=second.kept_token)
    assert told.gave_up_at
    assert told.last_error == TOO_MANY
    assert "ada" not in "".join(Tries.objects.values_list("key", flat=True))


@every_kind
def test_nobody_who_confirmed_is_asked_again(model):
    wish = ask(model)
    confirm(wish)
    ask(model)
    assert Mail.objects.count() == 1
    Mail.objects.all().delete()
    ask(model)
    assert not due_mails(timezone.now()).exists()
    assert not Mail.objects.filter(gave_up_at=None).exists()


# --- whoever asks learns nothing of an address, by words or by time ----------------------------------------------------------


def known(model):
    ask(model)


def known_for_long(model):
    ask(model)
    Mail.objects.update(written_at=timezone.now() - timedelta(hours=3))


def confirmed(model):
    confirm(ask(model))


def erased(model):
    stop(ask(model))


def asked_too_often(model):
    for _ in range(MOST_A_DAY):
        had_enough("ada@example.org")


def unknown(model):
    pass


def asked_by_form(model, email):
    """The shape of every statement that one question takes, and what is answered."""
    path = {StockAlert: "/uk/alerts/", Subscriber: "/uk/letters/"}[model]
    sent = {"email": email, "variant": variant().sku, "next": "/uk/"}
    client = a_shopper()
    with CaptureQueriesContext(connection) as seen:
        answer = client.post(path, sent, headers={"Sec-Fetch-Site": "same-origin"})
    shapes = [re.sub(r"(?:'(?:[^']|'')*'|\b\d+\b|s\d+_x\d+|NULL)(?:::\w+)?", "?", row["sql"]) for row in seen]
    return (
        shapes,
        answer.status_code,
        answer["Location"],
        client.get("/uk/help/delivery/").content.count(b"mailbox"),
    )


@every_kind
@pytest.mark.parametrize("state", [known, known_for_long, confirmed, erased, asked_too_often])
def test_the_same_statements_and_words_whatever_is_known_of_an_address(model, state):
    set_stock("CIT-CAP-90", "uk", 0)
    asked_by_form(model, "somebody@example.org")
    state(model)
    assert asked_by_form(model, "ada@example.org") == asked_by_form(model, "never@example.org")


@every_kind
def test_a_page_that_looks_for_what_is_known_would_be_noticed(model):
    set_stock("CIT-CAP-90", "uk", 0)
    shapes, status, *_ = asked_by_form(model, "ada@example.org")
    assert status == 303
    assert sum("outbox_mail" in shape for shape in shapes) == 3
    assert Mail.objects.filter(to="ada@example.org").count() == 1
