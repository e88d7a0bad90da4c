"""When a mail that asks to confirm an address may be written (again): lost ones can be had anew, nobody is pestered."""

from datetime import timedelta

from django.utils import timezone

from shop.outbox.models import Mail

LOST_AFTER = timedelta(minutes=10)
MOST_A_DAY = 10  # to one address, whatever for


def may_ask_again(person: str, address: str, at=None) -> bool:
    """Whether to write to `address`, which nobody has confirmed. `person`: the token of the wish or subscription.

    Not while the last one may be on its way, and only so many a day to an address, whoever types it. The answer to the
    form is the same either way, so it tells nobody what is known.
    """
    now = at or timezone.now()
    last = Mail.objects.filter(person=person).order_by("-written_at", "-pk").first()
    if last is not None and not last.gave_up_at and (last.sent_at or last.written_at) > now - LOST_AFTER:
        return False
    today = Mail.objects.filter(to=address, written_at__gt=now - timedelta(days=1))
    return today.exclude(person="").count() < MOST_A_DAY
