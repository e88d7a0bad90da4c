"""Accounts that nobody has used for long, for the sweep that tells their owners."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from config.accounts import unused
from config.accounts.models import Account
from tests.config.worker.rows import COUNT, Case, patching


def unused_accounts():
    last = timezone.now() - unused.UNUSED
    for number in range(COUNT):
        user = User.objects.create(username=f"shopper-{number}")
        Account.objects.create(
            user=user, email=f"a{number}@example.org", used_at=last - timedelta(days=COUNT - number)
        )
    return list(Account.objects.order_by("pk").values_list("pk", flat=True))


UNUSED_ACCOUNTS = Case(
    unused_accounts,
    patching(unused, "_warn"),
    lambda pks: set(Account.objects.filter(pk__in=pks).exclude(warned_at=None).values_list("pk", flat=True)),
    lambda: unused.forget_unused_accounts(),
)
