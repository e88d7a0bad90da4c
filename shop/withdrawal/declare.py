"""Declaring that one withdraws, showing that it was the buyer, and saying of which packs."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from shop.orders.models import Order
from shop.regions.models import Region
from shop.sweeps.alone import each_alone
from shop.withdrawal import mails
from shop.withdrawal.due import can_withdraw
from shop.withdrawal.models import Withdrawal, WithdrawalLine

FORGET_AFTER = timedelta(days=365)


@dataclass(frozen=True)
class Packs:
    """`count` packs of an order line; `sealed`: one of models.Sealed, as far as the buyer said."""

    line: int
    count: int
    sealed: str = ""


@dataclass(frozen=True)
class Declared:
    """What a form says. `form` names the form, so that it counts once; `packs`: empty is the whole order."""

    name: str
    number: str
    email: str
    form: str
    packs: list[Packs] = field(default_factory=list)


class NothingLeft(Exception):
    """Everything the buyer names was withdrawn from before, or is not out there."""


def order_with(number: str, region: Region) -> Order | None:
    """The order of the region's law that has this number, spelled as `typed_code` does."""
    rows = Order.objects.filter(number=number, payment_mode=settings.PAYMENT_MODE)
    order = rows.select_related("region").first()
    return order if order and order.region.law == region.market.law else None


@transaction.atomic
def declare(said: Declared, region: Region, *, proven: Order | None = None) -> Withdrawal:
    """Keep a declaration and write its mails: a receipt to the address that was typed, a question to the buyer's own.

    It never says whether there is such an order. `proven`: the order whose secret page it came from; it then holds at once.
    The same form sent again finds the same row and writes nothing. Raises NothingLeft, for a proven order alone.
    """
    order = proven or order_with(said.number, region)
    row, is_new = Withdrawal.objects.get_or_create(
        form=said.form,
        defaults={
            "region": region,
            "order": order,
            "name": said.name,
            "number": said.number,
            "email": said.email,
        },
    )
    if not is_new:
        return row
    if proven:
        prove(row, said.packs, at=row.declared_at)
    mails.receipt(row)
    if order and order.was_paid:
        ask_the_buyer(row)
    return row


@transaction.atomic
def ask_the_buyer(withdrawal: Withdrawal, at: datetime | None = None) -> bool:
    """The question to the order's own address, unless it was proven meanwhile. True for one caller alone."""
    rows = Withdrawal.objects.filter(pk=withdrawal.pk, asked_at=None, proven_at=None)
    if not rows.update(asked_at=at or timezone.now()):
        return False
    mails.question(withdrawal)
    return True


def to_ask(at: datetime | None = None) -> QuerySet[Withdrawal]:
    """Declared while the order was not paid, which it is now: the contract is one that can be withdrawn from."""
    rows = Withdrawal.objects.filter(asked_at=None, proven_at=None, settled_at=None, order__isnull=False)
    return rows.exclude(order__paid_at=None)


def ask_once_paid(at: datetime | None = None) -> int:
    """Ask the buyers of orders that were paid after somebody had declared; how many. A sweep."""
    rows = to_ask(at).order_by("pk").select_related("order", "region")
    return each_alone(rows, lambda row: ask_the_buyer(row, at), sweep="ask_once_paid", at=at)


@transaction.atomic
def prove(withdrawal: Withdrawal, packs: list[Packs], *, at: datetime | None = None) -> bool:
    """The buyer themselves say so: from now on it holds, from the day it was declared. True for one caller alone.

    `packs`: empty is all that can be withdrawn from. Numbers above that are cut to it. Raises NothingLeft.
    """
    assert withdrawal.order_id is not None
    order = Order.objects.locked(withdrawal.order_id)
    if not Withdrawal.objects.filter(pk=withdrawal.pk, proven_at=None).update(
        proven_at=max(at or timezone.now(), withdrawal.declared_at)
    ):
        return False
    can = can_withdraw(order)
    wanted = packs or [Packs(pk, count) for pk, count in can.items()]
    rows = [(one, min(one.count, can[one.line])) for one in wanted if one.line in can and one.count > 0]
    if not rows:
        raise NothingLeft
    lines = {line.pk: line for line in order.lines.all()}
    WithdrawalLine.objects.bulk_create(
        WithdrawalLine(
            withdrawal=withdrawal,
            line=lines[one.line],
            quantity=count,
            sealed=one.sealed,
            gone_before=lines[one.line].cancelled + lines[one.line].returned,
        )
        for one, count in rows
    )
    told = ", ".join(f"{count} × {lines[one.line].sku}" for one, count in rows)
    order.note(
        f"Withdrawn by the buyer, declared {withdrawal.declared_at:%-d %B %Y, %H:%M} UTC: {told}.",
        who="shopper",
    )
    withdrawal.refresh_from_db()
    return True


def forget_unproven(at: datetime | None = None) -> int:
    """Delete what nobody has shown to be theirs, a year after staff settled it; how many. A sweep."""
    before = (at or timezone.now()) - FORGET_AFTER
    return Withdrawal.objects.filter(proven_at=None, settled_at__lt=before).delete()[0]
