"""A mail that was sent long ago keeps neither words nor address; its row stays, so that none is written twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.outbox.models import Mail
from shop.outbox.send import close_given_up, forget_addresses, send_again
from tests.support.factories import an_order, everywhere
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("days", "state", "goes"),
    [(179, {"sent_at": timezone.now()}, False), (181, {"sent_at": timezone.now()}, True),
     (181, {"gave_up_at": timezone.now()}, True), (181, {}, False)],
)  # fmt: skip
def test_after_half_a_year_what_is_over_is_emptied(settings, days, state, goes):
    settings.EMAIL_URL = "smtp://mail.example.org"
    order = an_order(email="ada@mailbox.example.org")
    key = Mail.objects.get(to=order.email).key
    Mail.objects.update(written_at=timezone.now() - timedelta(days=days), **state)
    assert forget_addresses() == (1 if goes else 0)
    mail = Mail.objects.get(key=key)
    assert (mail.to == "", mail.text == "", mail.html == "") == (goes, goes, goes)
    assert forget_addresses() == 0
    order.delete()
    assert bool(everywhere("ada@mailbox.example.org")) is not goes


def test_without_a_mail_server_they_go_as_well():
    an_order()
    Mail.objects.update(written_at=timezone.now() - timedelta(days=181))
    assert forget_addresses() == 1


@pytest.mark.parametrize(("days", "is_over"), [(13.9, False), (14.1, True)])
def test_a_mail_that_was_given_up_opens_nothing_once_it_cannot_be_sent_again(settings, days, is_over):
    settings.EMAIL_URL = "smtp://mail.example.org"
    order = an_order()
    Mail.objects.update(gave_up_at=timezone.now() - timedelta(days=days), headers={"List-Unsubscribe": "x"})
    mail = Mail.objects.get()
    assert order.token in mail.text
    assert order.token in mail.html
    assert close_given_up() == (1 if is_over else 0)
    mail.refresh_from_db()
    assert (order.token in mail.text + mail.html, bool(mail.headers)) == (not is_over, not is_over)
    assert "We have received your order" in mail.text, "its words stay readable"
    page = "/admin/outbox/mail/"
    told = signed_in("Orders").post(page, {"action": "again", "_selected_action": [mail.pk]}, follow=True)
    assert ("their links are cut" in told.content.decode()) is is_over
    mail.refresh_from_db()
    assert (mail.gave_up_at is None) is not is_over
    assert ("too long ago" in mail.state_words) is is_over
    assert close_given_up() == 0


def test_what_is_sent_again_in_time_is_not_closed():
    an_order()
    Mail.objects.update(gave_up_at=timezone.now() - timedelta(days=13))
    assert send_again(Mail.objects.all()) == 1
    assert close_given_up(timezone.now() + timedelta(days=30)) == 0
