"""No column opens a link: the database holds names, links carry codes, and links that were mailed before still open."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles.models import Article, PreviewLink
from config.newsletter.letters import ask
from config.newsletter.models import Subscriber
from config.worker.sweeps import OPENED_BY_LINK, shut_links_of_before
from shop.alerts.models import StockAlert
from shop.content import link_tokens
from shop.content.link_tokens import digest_of, opened_by
from shop.orders.models import Order
from shop.outbox.models import Mail
from shop.reminders.models import BasketReminder, PackReminder
from tests.conftest import a_shopper
from tests.support.factories import a_basket, an_order, region, variant

pytestmark = pytest.mark.django_db


def a_row(model):
    now = timezone.now()
    if model is Order:
        return an_order("CIT-CAP-90")
    if model is PreviewLink:
        version = Article.objects.first().newest()
        return PreviewLink.objects.create(
            version=version, region=region("uk"), expires_at=now + timedelta(days=1), made_by="ada"
        )
    if model is Subscriber:
        return Subscriber.objects.create(email="ada@example.org", region=region("uk"))
    if model is StockAlert:
        return StockAlert.objects.create(email="ada@example.org", region=region("uk"), variant=variant())
    if model is PackReminder:
        line = an_order("CIT-CAP-90").lines.get()
        return PackReminder.objects.create(
            email="ada@example.org", region=region("uk"), line=line, due_at=now
        )
    if model is BasketReminder:
        return BasketReminder.objects.create(email="ada@example.org", region=region("uk"), basket=a_basket())
    return model.objects.create(
        region=region("uk"), name="A", number="S1", email="a@b.org", form=secrets.token_hex(8)
    )


def as_before(model):
    """(a row as the release before left it, the secret of its mailed links)"""
    row, secret = a_row(model), secrets.token_urlsafe(24)
    model.objects.filter(pk=row.pk).update(kept_token=secret)
    return model.objects.get(pk=row.pk), secret


def opens(row, token) -> bool:
    return opened_by(type(row).objects.all(), token).filter(pk=row.pk).exists()


@pytest.mark.slow
@pytest.mark.parametrize("model", OPENED_BY_LINK)
def test_a_link_opens_its_row_and_nothing_in_the_database_does(model):
    row = a_row(model)
    assert opens(row, row.token)
    for column in model.objects.filter(pk=row.pk).values_list()[0]:
        assert not opens(row, str(column))
    for wrong in (
        row.token[:-1] + ("A" if row.token[-1] != "A" else "B"),
        row.token[:-1],
        row.token + "A",
        "",
        "é" * 40,
    ):
        assert not opens(row, wrong), wrong


@pytest.mark.slow
@pytest.mark.parametrize("model", OPENED_BY_LINK)
def test_a_link_mailed_before_opens_its_row_before_and_after_it_is_shut(model):
    row, secret = as_before(model)
    assert (row.token, opens(row, secret)) == (secret, True)
    assert shut_links_of_before()
    row = model.objects.get(pk=row.pk)
    assert row.kept_token == digest_of(secret) != secret
    assert opens(row, secret)
    assert opens(row, row.token)
    assert not opens(row, row.kept_token)
    assert not shut_links_of_before()


@pytest.mark.slow
def test_the_page_of_an_order_opens_by_its_link_of_before_and_by_todays():
    row, secret = as_before(Order)
    shut_links_of_before()
    row = Order.objects.get(pk=row.pk)
    for token, status in (
        (secret, 200),
        (row.token, 200),
        (row.kept_token, 404),
        (secrets.token_urlsafe(24), 404),
    ):
        assert a_shopper().get(f"/orders/{token}/").status_code == status


def test_links_go_on_opening_with_another_key_while_the_old_one_is_named(settings):
    row = a_row(Subscriber)
    token, old = row.token, settings.SECRET_KEY
    settings.SECRET_KEY = "another-" * 8
    assert not opens(row, token)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert opens(row, token)
    assert row.token != token


def test_a_code_of_one_kind_of_row_opens_none_of_another():
    alert, subscriber = a_row(StockAlert), a_row(Subscriber)
    Subscriber.objects.filter(pk=subscriber.pk).update(kept_token=alert.kept_token)
    assert not opens(subscriber, alert.token)


def test_mails_are_found_and_forgotten_with_a_wish_that_was_shut_and_written_no_second_time():
    row = ask(region("uk"), "ada@example.org")
    secret = secrets.token_urlsafe(24)
    for mail in Mail.objects.filter(person=row.kept_token):
        key = mail.key.replace(row.kept_token, secret)
        Mail.objects.filter(pk=mail.pk).update(person=secret, key=key)
    Subscriber.objects.filter(pk=row.pk).update(kept_token=secret)
    shut_links_of_before()
    assert secret not in "".join(Mail.objects.values_list("key", flat=True)) + "".join(
        Mail.objects.values_list("person", flat=True)
    )
    assert Mail.objects.filter(to="ada@example.org").count() == 1
    ask(region("uk"), "ada@example.org")
    assert Mail.objects.filter(to="ada@example.org").count() == 1
    Subscriber.objects.get().delete()
    assert not Mail.objects.filter(to="ada@example.org").exists()


def test_while_the_release_before_serves_it_can_open_what_is_new(monkeypatch):
    monkeypatch.setattr(link_tokens, "_alone_from", lambda migration: timezone.now() + timedelta(minutes=1))
    row = a_row(Subscriber)
    assert Subscriber.objects.filter(kept_token=row.token).get() == row  # as that release asks
    assert opens(row, row.token)
    assert not shut_links_of_before()
    monkeypatch.setattr(link_tokens, "_alone_from", lambda migration: datetime.min.replace(tzinfo=UTC))
    mailed = row.token
    assert shut_links_of_before() == 1
    assert opens(Subscriber.objects.get(), mailed)
