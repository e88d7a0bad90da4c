"""Signing in by a link that is mailed. Asking for one is the same words and the same work for every address.

Nobody looks whether an address has an account before its owner has pressed the button behind the link; it is made then.
"""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from config.accounts.models import Account, SignInLink
from shop.outbox.keys import sign_in_key
from shop.outbox.send import TOO_MANY, forget, had_enough, write_mail
from shop.regions.models import Region, Seller

LASTS = timedelta(hours=1)
BACKEND = "django.contrib.auth.backends.ModelBackend"


class StaffHere(Exception):
    """Somebody of the staff is signed in with this browser, who would be signed out by it."""


@transaction.atomic
def send_link(email: str, region: Region) -> None:
    link = SignInLink.objects.create(email=email.lower(), region=region)
    write_mail(
        key=sign_in_key(link.kept_token),
        to=link.email,
        person=link.kept_token,
        is_last=True,
        not_sent=TOO_MANY if had_enough(link.email) else "",
        template="account_link",
        context={
            "region": region,
            "seller": Seller.current(),
            "url": settings.SITE_URL + reverse("accounts:enter", args=[link.token]),
        },
    )


def links_that_work(at: datetime | None = None):
    return SignInLink.objects.filter(made_at__gt=(at or timezone.now()) - LASTS).select_related("region")


@transaction.atomic
def enter(request, link: SignInLink) -> Account | None:
    """Sign in who pressed, once. None where the link was used meanwhile, or the account is no shopper's any more.

    The session gets another key; what stands in it stays. Raises StaffHere.
    """
    if request.user.is_authenticated and request.user.is_staff:
        raise StaffHere
    if not SignInLink.objects.filter(pk=link.pk).delete()[0]:
        return None
    forget(link.kept_token)
    account = _account_of(link.email)
    user = account.user
    if user.is_staff or user.is_superuser or not user.is_active:
        return None
    login(request, user, backend=BACKEND)
    Account.objects.filter(pk=account.pk).update(used_at=timezone.now(), warned_at=None)
    return account


def _account_of(email: str) -> Account:
    found = Account.objects.select_related("user").filter(email=email).first()
    if found is not None:
        return found
    user = User(username=f"shopper-{secrets.token_hex(10)}")
    user.set_unusable_password()
    user.save()
    Account.objects.bulk_create([Account(user=user, email=email)], ignore_conflicts=True)
    made = Account.objects.select_related("user").get(email=email)
    if made.user_id != user.pk:  # another tab was quicker
        user.delete()
    return made


def account_of(request) -> Account | None:
    """Of whoever is signed in; None for staff and for those who are not."""
    if not request.user.is_authenticated or request.user.is_staff:
        return None
    return Account.objects.filter(user=request.user).select_related("user").first()


def forget_links(at: datetime | None = None) -> int:
    """Delete links that work no more, with their mails; how many."""
    old = SignInLink.objects.filter(made_at__lte=(at or timezone.now()) - LASTS).order_by("made_at")[:1000]
    gone = 0
    for link in old:
        forget(link.kept_token)
        gone += SignInLink.objects.filter(pk=link.pk).delete()[0]
    return gone
