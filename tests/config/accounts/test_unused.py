"""An account that nobody uses is told of its end, and goes a month later; who signs in keeps it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from config.accounts.models import Account
from config.accounts.unused import NOTICE, UNUSED, forget_unused_accounts
from shop.orders.models import Order
from shop.outbox.models import Mail
from tests.conftest import a_shopper
from tests.support.accounts import entered
from tests.support.factories import an_order
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def told():
    return Mail.objects.filter(key__startswith="account-unused")


@pytest.mark.slow
def test_it_is_told_a_month_before_once_and_then_deleted_with_all_but_its_orders():
    entered(a_shopper())
    an_order(email="ada@example.org")
    began = Account.objects.get().used_at
    forget_unused_accounts(began + UNUSED - NOTICE - A_DAY)
    assert not told().exists()
    warned = began + UNUSED - NOTICE
    for _ in range(2):
        forget_unused_accounts(warned)
    mail = told().get()
    assert mail.to == "ada@example.org"
    assert "/uk/account/" in mail.text
    forget_unused_accounts(warned + NOTICE - A_DAY)
    assert Account.objects.exists()
    forget_unused_accounts(warned + NOTICE)
    assert not Account.objects.exists()
    assert not User.objects.filter(username__startswith="shopper-").exists()
    assert Order.objects.filter(email="ada@example.org").exists()


@pytest.mark.slow
def test_nobody_loses_it_without_a_month_between_though_the_worker_was_away():
    entered(a_shopper())
    late = Account.objects.get().used_at + UNUSED * 2
    forget_unused_accounts(late)
    assert told().exists()
    forget_unused_accounts(late + NOTICE - A_DAY)
    assert Account.objects.exists()
    forget_unused_accounts(late + NOTICE)
    assert not Account.objects.exists()


@pytest.mark.slow
def test_who_signs_in_keeps_it():
    entered(a_shopper())
    Account.objects.update(used_at=timezone.now() - UNUSED)
    forget_unused_accounts()
    assert Account.objects.get().warned_at
    entered(a_shopper())
    account = Account.objects.get()
    assert account.warned_at is None
    forget_unused_accounts(timezone.now() + NOTICE)
    assert Account.objects.get().used_at > timezone.now() - A_DAY


@pytest.mark.slow
def test_staff_who_see_orders_see_who_has_one_and_until_when_and_change_nothing():
    entered(a_shopper())
    page = signed_in("Orders").get("/admin/accounts/account/").content.decode()
    assert "ada@example.org" in page
    account = Account.objects.get()
    assert f"{account.used_at + UNUSED:%Y}" in page
    assert signed_in("Orders").post(f"/admin/accounts/account/{account.pk}/delete/").status_code == 403
    assert signed_in("Writer").get("/admin/accounts/account/").status_code == 403
