"""Asking somebody by mail whether an address is theirs, their answer, and forgetting those who give none.

The question may be asked again, since mails get lost, but only so often (`_may_ask`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models.signals import post_delete
from django.utils import timezone

from shop.optin.models import Wish
from shop.outbox.models import Mail
from shop.outbox.send import forget
from shop.sweeps.alone import each_alone

LOST_AFTER = timedelta(minutes=10)
MAX_PER_DAY = 10  # to one address, whatever for
CONFIRM_WITHIN = timedelta(days=7)


def ask_to_confirm(wish: Wish, write: Callable[[int], Mail]) -> None:
    """Let `write` the mail that asks, given how many were written before; again when asked again, if it may be lost.

    Call it in the transaction that keeps the wish.
    """
    if wish.confirmed_at is None and _may_ask(wish.kept_token, wish.email, timezone.now()):
        write(Mail.objects.filter(person=wish.kept_token).count())


def _may_ask(person: str, address: str, now: datetime) -> bool:
    """Not while the last mail may be on its way, and only so many a day to an address, whoever types it.

    The answer to the form is the same either way, so it tells nobody what is known.
    """
    last = Mail.objects.filter(person=person).order_by("-written_at", "-pk").first()
    if last is not None and not last.gave_up_at and (last.sent_at or last.written_at) > now - LOST_AFTER:
        return False
    today = Mail.objects.filter(to=address, written_at__gt=now - timedelta(days=1))
    return today.exclude(person="").count() < MAX_PER_DAY


def confirm(wish: Wish) -> bool:
    """True for the first time."""
    rows = type(wish)._default_manager.filter(pk=wish.pk, confirmed_at=None)
    return bool(rows.update(confirmed_at=timezone.now()))


def stop(wish: Wish) -> None:
    """Forget the wish, and with it (see `forgets_mails`) every mail about it, sent or not."""
    wish.delete()


def forgets_mails(model: type[Wish]) -> None:
    """From now on the mails of a wish go with it: whoever deletes it, and for whatever reason."""
    post_delete.connect(_forget_mails, sender=model, dispatch_uid=f"mails of {model._meta.label}")


def _forget_mails(instance: Wish, **kwargs: Any) -> None:
    forget(instance.kept_token)


def forget_unconfirmed(model: type[Wish], *, sweep: str, at: datetime | None = None) -> int:
    """Delete the wishes that nobody confirmed within a week, with their mails; how many."""
    before = (at or timezone.now()) - CONFIRM_WITHIN
    rows = model._default_manager.filter(confirmed_at=None, asked_at__lt=before)
    return each_alone(rows, lambda wish: wish.delete(), sweep=sweep, at=at)
