"""Asking somebody by mail whether an address is theirs, their answer, and forgetting those who give none.

The question may be asked again, since mails get lost, but only so often.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Count, Max, Q
from django.db.models.functions import Coalesce
from django.db.models.signals import post_delete
from django.utils import timezone

from shop.optin.models import Wish
from shop.outbox.models import Mail
from shop.outbox.send import TOO_MANY, forget, had_enough
from shop.sweeps.alone import each_alone

LOST_AFTER = timedelta(minutes=10)
CONFIRM_WITHIN = timedelta(days=7)
CONFIRMED = "Not sent: it was confirmed before."
W = TypeVar("W", bound="Wish")


def kept(model: type[W], *, email: str, defaults: dict[str, Any] | None = None, **wanted: Any) -> W:
    """The wish, made if there is none. Both are the same two statements, so that nobody can tell by the time they take.

    `defaults`: what a new one holds besides; one that was there keeps its own.
    """
    columns = {"email": email.lower(), **wanted}
    model._default_manager.bulk_create([model(**columns, **(defaults or {}))], ignore_conflicts=True)
    return model._default_manager.get(**columns)


def ask_to_confirm(wish: Wish, write: Callable[..., Mail]) -> None:
    """Let `write` the mail that asks, given how many were written before and `not_sent`; again when it may be lost.

    Call it in the transaction that keeps the wish. The answer to the form is the same for every address, and so is the
    work: a mail that is not to be written is made all the same, under the key of the last one, where nothing comes of it.
    """
    had = Mail.objects.filter(person=wish.kept_token)
    found = had.aggregate(
        count=Count("pk"), last=Max(Coalesce("sent_at", "written_at"), filter=Q(gave_up_at=None))
    )
    enough = had_enough(wish.email)
    too_early = found["last"] is not None and found["last"] > timezone.now() - LOST_AFTER
    is_again = found["count"] and (too_early or wish.confirmed_at is not None or enough)
    not_sent = CONFIRMED if wish.confirmed_at else TOO_MANY if enough else ""
    write(found["count"] - 1 if is_again else found["count"], not_sent=not_sent)


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
