from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.utils import timezone

from shop.outbox.models import Mail
from shop.outbox.send import send_next, write_mail
from tests import factories

pytestmark = pytest.mark.django_db


def an_order(*args, **kwargs):
    """An order whose first mail is out of the way."""
    order = factories.an_order(*args, **kwargs)
    Mail.objects.all().delete()
    return order


def write(order, key="k"):
    return write_mail(
        key=key,
        to=order.email,
        template="order_failed",
        context={"order": order, "lines": [], "url": order.full_url, "seller": None},
    )


@pytest.fixture
def mail_server(settings):
    settings.EMAIL_URL = "smtp://mail.example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_a_mail_is_written_once_per_key():
    order = an_order()
    assert write(order) == write(order)
    assert Mail.objects.count() == 1


def test_a_mail_is_sent_once_in_text_and_html(mail_server):
    write(an_order())
    assert send_next()
    assert send_next() is None
    message = django_mail.outbox[0]
    assert len(django_mail.outbox) == 1
    assert message.to == ["ada@example.org"]
    assert message.alternatives[0].mimetype == "text/html"
    assert message.body.startswith("Your bank did not pay")


def test_a_mail_server_that_is_down_only_delays(mail_server, settings):
    settings.EMAIL_BACKEND = "nowhere.Backend"
    row = write(an_order())
    send_next()
    row.refresh_from_db()
    assert row.sent_at is None
    assert row.last_error
    assert row.due_at > timezone.now()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_next() is None, "not before it is due"
    assert send_next(timezone.now() + timedelta(hours=1))
    row.refresh_from_db()
    assert row.sent_at


def test_two_workers_do_not_take_the_same_mail(mail_server, monkeypatch):
    write(an_order())
    taken = []

    def send(self, *args, **kwargs):
        taken.append(self)
        assert send_next() is None, "the second worker finds nothing"

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)
    send_next()
    assert len(taken) == 1


def test_without_a_mail_server_mails_stay_readable():
    row = write(an_order())
    assert send_next() is None
    row.refresh_from_db()
    assert row.sent_at is None
    assert row.attempts == 0


def test_a_name_can_not_smuggle_markup_into_the_html_mail():
    from shop.orders.mails import order_mail

    order = an_order()
    order.name = "<img src=x onerror=alert(1)>"
    order.save()
    order_mail(order, "paid")
    row = factories.told("paid").get()
    assert "<img" not in row.html
    assert "&lt;img" in row.html
