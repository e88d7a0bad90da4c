"""An account that nobody has signed in to for long is told of its end by mail, and deleted a month later."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from config.accounts import theirs
from config.accounts.models import Account
from shop.outbox.keys import unused_account_key
from shop.outbox.send import write_mail
from shop.regions.models import Region, Seller
from shop.sweeps.alone import each_alone

UNUSED = timedelta(days=730)  # two years, as the register and the mail say
NOTICE = timedelta(days=30)  # between the mail and the end
MOST = 200  # at once, of each
SWEEP = "forget_unused_accounts"


def _to_warn(at: datetime) -> QuerySet[Account]:
    return Account.objects.filter(used_at__lte=at - (UNUSED - NOTICE), warned_at=None).order_by("used_at")


def _to_delete(at: datetime) -> QuerySet[Account]:
    return Account.objects.filter(used_at__lte=at - UNUSED, warned_at__lte=at - NOTICE).order_by("used_at")


def forget_unused_accounts(at: datetime | None = None) -> int:
    """Tell those whose time comes, delete those who were told a month ago and did not come back; how many of both."""
    now = at or timezone.now()
    told = each_alone(_to_warn(now), lambda row: _warn(row, now), sweep=SWEEP, most=MOST)
    return told + each_alone(_to_delete(now), lambda row: _delete(row, now), sweep=SWEEP, most=MOST)


def _warn(account: Account, now: datetime) -> bool:
    if not _to_warn(now).filter(pk=account.pk).update(warned_at=now):
        return False  # somebody signed in meanwhile
    order = theirs.orders_of(account).first()
    region = order.region if order and order.region.is_open else Region.all_open()[0]
    write_mail(
        key=unused_account_key(account.pk, now.date()),
        to=account.email,
        person=f"account {account.pk}",
        template="account_unused",
        context={
            "region": region,
            "seller": Seller.current(),
            "ends": max(now + NOTICE, account.used_at + UNUSED),
            "url": settings.SITE_URL + reverse("accounts:account", args=[region.code]),
        },
    )
    return True


@transaction.atomic
def _delete(account: Account, now: datetime) -> bool:
    found = _to_delete(now).select_for_update(of=("self",)).filter(pk=account.pk).first()
    if found is None:
        return False
    theirs.delete(found)
    return True
