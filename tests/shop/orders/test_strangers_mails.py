"""One address gets few mails a day from forms until one of its orders is paid; what is paid is always told."""

import pytest

from shop.orders.mails import mails_of, order_mail
from shop.outbox.models import Mail
from shop.outbox.send import MOST_A_DAY, TOO_MANY, due_mails, had_enough
from tests.support.factories import an_order
from tests.support.orders import paid

pytestmark = pytest.mark.django_db
WHO = "grace@example.org"


def typed_often():
    for _ in range(MOST_A_DAY):
        had_enough(WHO.upper())


def refused(order) -> list[str]:
    return [mail.key.partition(":")[0] for mail in mails_of(order).exclude(gave_up_at=None)]


def test_a_stranger_who_orders_in_somebody_s_name_fills_no_mailbox():
    typed_often()
    order = an_order(email=WHO)
    assert refused(order) == ["order-placed"]
    assert Mail.objects.get(to=WHO).last_error == TOO_MANY
    order.refresh_from_db()
    assert not order.needs_review, "staff read it at the mail; there is nothing to decide"


def test_another_address_is_written_to():
    typed_often()
    assert refused(an_order(email="other@example.org")) == []


def test_who_has_paid_is_written_to_and_is_told_that_they_paid(settings):
    settings.EMAIL_URL = "smtp://localhost"
    typed_often()
    order = paid(email=WHO)
    assert refused(order) == ["order-placed"]
    assert due_mails(order.paid_at.replace(year=2999)).filter(key=f"order-paid:{order.pk}").exists()
    again = an_order(email=WHO)
    order_mail(again, "cancelled", by_stranger=True, refund=None, whole=True, cancelled=[], money_came=False)
    assert refused(again) == []
