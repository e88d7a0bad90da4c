"""VIES, the EU's register of VAT numbers, is asked in the background: no order waits for it, and none depends on it."""

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from shop.orders.models import BuyerVatNumber, Vies
from shop.sweeps.alone import each_alone
from shop.web.outside import NoAnswer, NotAllowed, fetch

URL = "https://ec.europa.eu/taxation_customs/vies/rest-api/ms/{}/vat/{}"
SECONDS = 8.0
MAX_PER_SWEEP = 5
FIRST_WAIT = timedelta(minutes=5)
MAX_TRIES = 10  # some three days, each wait twice as long as the one before
SURE = {"VALID": Vies.VALID, "INVALID": Vies.UNKNOWN}  # all else is a register that can't say now


def due_vat_numbers(at: datetime | None = None) -> "QuerySet[BuyerVatNumber]":
    return BuyerVatNumber.objects.filter(answer=Vies.WAITING, due_at__lte=at or timezone.now())


def ask_vies(at: datetime | None = None) -> int:
    """Ask about numbers that are due; how many were asked. Does nothing where CHECK_OUTSIDE_LINKS is off."""
    if not settings.CHECK_OUTSIDE_LINKS:
        return 0
    now = at or timezone.now()
    rows = due_vat_numbers(now).order_by("due_at", "pk")
    return each_alone(
        rows, lambda row: _ask(row, now), sweep="ask_vies", most=MAX_PER_SWEEP, atomic=False, at=at
    )


def _ask(row: BuyerVatNumber, now: datetime) -> bool:
    answer, tries = answer_of(row.number), row.tries + 1
    waiting = BuyerVatNumber.objects.filter(pk=row.pk, answer=Vies.WAITING)
    if answer is not None:
        return bool(waiting.update(answer=answer, answered_at=now, due_at=None, tries=tries))
    if tries >= MAX_TRIES:
        return bool(waiting.update(answer=Vies.SILENT, due_at=None, tries=tries))
    return bool(waiting.update(due_at=now + FIRST_WAIT * 2**row.tries, tries=tries))


def answer_of(number: str) -> Vies | None:
    """What VIES says of a number with its prefix; None if it can't say now."""
    try:
        page = fetch(URL.format(number[:2], number[2:]), {"Accept": "application/json"}, seconds=SECONDS)
        said = json.loads(page.body) if page.status == 200 else {}
    except (NoAnswer, NotAllowed, ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    return SURE.get(str(said.get("userError", "")))
