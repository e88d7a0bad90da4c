"""One mechanism for all that mails are written about: asked by a form, confirmed by mail, forgotten in full."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.newsletter import letters
from config.newsletter.models import Subscriber
from shop.alerts import alerts
from shop.alerts.models import StockAlert
from shop.optin.asking import CONFIRM_WITHIN, LOST_AFTER, MAX_PER_DAY, confirm, stop
from shop.outbox.models import Mail
from shop.outbox.send import write_mail
from tests.support.factories import region, variant

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
@pytest.mark.parametrize(("before", "asked"), [(MAX_PER_DAY - 1, True), (MAX_PER_DAY, False)])
def test_an_address_gets_so_many_questions_a_day(model, before, asked):
    for number in range(before):
        write_mail(
            key=f"k{number}",
            to="ada@example.org",
            person=f"p{number}",
            template="letters_confirm",
            context={},
        )
    wish = ask(model)
    assert Mail.objects.filter(person=wish.kept_token).exists() == asked


@every_kind
def test_nobody_who_confirmed_is_asked_again(model):
    wish = ask(model)
    confirm(wish)
    Mail.objects.all().delete()
    ask(model)
    assert not Mail.objects.exists()
