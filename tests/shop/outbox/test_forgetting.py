"""A mail that was sent long ago keeps neither words nor address; its row stays, so that none is written twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.outbox.models import Mail
from shop.outbox.send import forget_addresses
from tests.support.factories import an_order, everywhere

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
