"""Rows for the sweeps of reminders (see rows.py)."""

from datetime import timedelta

from django.utils import timezone

from shop.basket.models import Basket
from shop.reminders.models import BasketReminder, PackReminder
from tests.config.worker.rows import COUNT
from tests.support.factories import a_basket, region
from tests.support.orders import paid


def nearly_empty(confirmed=True):
    now = timezone.now()
    line = paid("CIT-CAP-90").lines.get()
    for number in range(COUNT):
        PackReminder.objects.create(
            email=f"a{number}@example.org",
            line=line,
            region=region("uk"),
            due_at=now - timedelta(minutes=60 - number),
            asked_at=now - timedelta(days=9),
            confirmed_at=now if confirmed else None,
        )
    return list(PackReminder.objects.order_by("pk").values_list("pk", flat=True))


def left_behind(confirmed=True):
    now = timezone.now()
    for number in range(COUNT):
        BasketReminder.objects.create(
            email=f"a{number}@example.org",
            basket=a_basket("CIT-CAP-90"),
            region=region("uk"),
            asked_at=now - timedelta(days=9),
            confirmed_at=now - timedelta(days=3) if confirmed else None,
        )
    Basket.objects.update(touched_at=now - timedelta(days=2))
    return list(BasketReminder.objects.order_by("pk").values_list("pk", flat=True))
