"""Send, cancel, take back: what staff do to the packs of an order. Each locks the order, checks, and logs who and why."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shop.catalogue.batches import NotSendable, put_back, send_first_out
from shop.catalogue.models import NotHeld, Stock
from shop.orders.mails import order_mail
from shop.orders.models import (
    IllegalMove,
    Order,
    OrderLine,
    OrderStatus,
    Outcome,
    Parcel,
    ParcelBatch,
    ParcelLine,
    Return,
)


def _lines(order: Order, quantities: dict[int, int]) -> list[tuple[OrderLine, int]]:
    """(line, packs) of {line pk: packs} in a fixed order, without zeros. Raises IllegalMove for foreign lines."""
    wanted = {pk: count for pk, count in quantities.items() if count}
    if not wanted:
        raise IllegalMove("Give a number of packs for at least one line.")
    lines = list(order.lines.select_related("variant", "order").filter(pk__in=wanted).order_by("variant_id"))
    if len(lines) != len(wanted) or min(wanted.values()) < 0:
        raise IllegalMove("These lines do not belong to this order.")
    return [(line, wanted[line.pk]) for line in lines]


def _counted(lines: Iterable[tuple[OrderLine, int]]) -> str:
    return ", ".join(f"{count} × {line.sku}" for line, count in lines)


@transaction.atomic
def send_parcel(
    order: Order,
    quantities: dict[int, int],
    *,
    by: str,
    carrier: str = "",
    tracking: str = "",
    tracking_url: str = "",
    at: datetime | None = None,
) -> Parcel:
    """Packs leave: {order line pk: packs}. The stock goes down, the shopper gets a mail about this parcel.

    Raises IllegalMove, with the reason for staff, when the order is not paid, is disputed, its money is gone, or it has
    not so many left.
    """
    order, now = Order.objects.locked(order.pk), at or timezone.now()
    if not order.is_paid:
        raise IllegalMove(f"{order} is {order.get_status_display().lower()}; only a paid order is sent.")
    if order.disputed_at:
        raise IllegalMove(f"{order} is disputed at the bank. Answer that in Stripe first; don’t send it.")
    if order.stopped:
        raise IllegalMove(f"{order}: {order.stopped} Cancel the packs; don’t send them.")
    lines = _lines(order, quantities)
    _count_out(order, lines, "sent", partial(Stock.objects.send, who=by), "to send")
    parcel = Parcel.objects.create(
        order=order, carrier=carrier, tracking=tracking, tracking_url=tracking_url, sent_at=now, sent_by=by
    )
    sent = []
    for line, count in lines:
        row = ParcelLine.objects.create(parcel=parcel, line=line, quantity=count)
        sent.append((line, count, _take_from_batches(order, row, now)))
    if not order.lines.filter(quantity__gt=F("sent") + F("cancelled")).exists():
        Order.objects.filter(pk=order.pk).update(sent_at=now)
    with_carrier = f" by {carrier} {tracking}".rstrip() if carrier or tracking else ""
    order.note(f"Sent: {_counted(lines)}{with_carrier}.", who=by)
    order_mail(order, "shipped", about=parcel.pk, parcel=parcel, sent=sent)
    return parcel


def _take_from_batches(order: Order, row: ParcelLine, now: datetime) -> list[ParcelBatch]:
    """The oldest first; which they were stays with the parcel. Raises IllegalMove where the packs left can't be sent."""
    line = row.line
    stock = Stock.objects.only("pk").get(variant=line.variant_id, region=order.region_id)
    try:
        taken = send_first_out(stock.pk, row.quantity, now.astimezone(order.region.zone).date())
    except NotSendable as error:
        raise IllegalMove(f"{line.sku}: {error}. Cancel those packs, or count the stock.")
    return ParcelBatch.objects.bulk_create(
        ParcelBatch(parcel_line=row, batch=batch, quantity=count) for batch, count in taken
    )


@transaction.atomic
def cancel_packs(order: Order, quantities: dict[int, int], *, by: str, why: str) -> bool:
    """Take packs out of a paid order before they are sent; they can be sold again at once. True if that was all of it.

    Money is another matter: see shop.payments.refund. Raises IllegalMove.
    """
    order = Order.objects.locked(order.pk)
    if not order.is_paid:
        raise IllegalMove(f"{order} is {order.get_status_display().lower()}; nothing of it waits to be sent.")
    lines = _lines(order, quantities)
    _count_out(order, lines, "cancelled", Stock.objects.release_some, "that can be cancelled")
    order.note(f"Cancelled before sending: {_counted(lines)}. {why}".strip(), who=by)
    left = order.lines.filter(quantity__gt=F("cancelled"))
    if not left.exists():
        order.move(OrderStatus.CANCELLED, who=by, why=why or "Cancelled by staff.")
        return True
    if not order.lines.filter(quantity__gt=F("sent") + F("cancelled")).exists():
        Order.objects.filter(pk=order.pk, sent_at=None).update(sent_at=timezone.now())
    return False


def _count_out(
    order: Order,
    lines: list[tuple[OrderLine, int]],
    column: str,
    take: Callable[[str, dict[int, int]], None],
    left_for: str,
) -> None:
    """Packs no longer wait to be sent: count them in `column` of their lines and `take` them off the order's holds."""
    for line, count in lines:
        waiting = OrderLine.objects.filter(pk=line.pk, quantity__gte=F("sent") + F("cancelled") + count)
        if not waiting.update(**{column: F(column) + count}):
            raise IllegalMove(f"{line.sku}: only {line.to_send} left {left_for}.")
    try:
        take(order.hold_reference, {line.variant_id: count for line, count in lines})
    except NotHeld:
        raise IllegalMove(f"{order}: the packs are not held any more. Look at its timeline.")


@transaction.atomic
def take_return(
    order: Order, quantities: dict[int, int], outcomes: dict[int, str], *, by: str, why: str
) -> None:
    """Packs came back: {order line pk: packs} and what becomes of each line's. Raises IllegalMove."""
    order = Order.objects.locked(order.pk)
    lines = _lines(order, quantities)
    sellable: dict[int, int] = {}
    for line, count in lines:
        outcome = outcomes.get(line.pk, "")
        if outcome not in Outcome.values:
            raise IllegalMove(f"{line.sku}: say whether it is sold again.")
        if not OrderLine.objects.filter(pk=line.pk, sent__gte=F("returned") + count).update(
            returned=F("returned") + count
        ):
            raise IllegalMove(f"{line.sku}: only {line.to_return} were sent and are not back yet.")
        Return.objects.create(line=line, quantity=count, outcome=outcome, why=why[:200], taken_by=by)
        if outcome == Outcome.SELLABLE:
            _back_into_batch(line, count, timezone.now().astimezone(order.region.zone).date())
            sellable[line.variant_id] = sellable.get(line.variant_id, 0) + count
    Stock.objects.take_in(sellable, order.region, who=by, why=why, reference=order.hold_reference)
    order.note(f"Came back: {_counted(lines)}. {why}".strip(), who=by)


def _back_into_batch(line: OrderLine, count: int, today: date) -> None:
    """Nobody knows which packs of a line came back: they count as the youngest batch that was sent of it.

    Raises IllegalMove where any batch that they may be of is not sold any more.
    """
    sent = ParcelBatch.objects.filter(parcel_line__line=line).select_related("batch")
    rows = list(sent.order_by("-batch__best_before", "-pk"))
    for row in rows:
        batch = row.batch
        if batch.recalled_at or batch.sold_until < today:
            why = "recalled" if batch.recalled_at else f"sold until {batch.sold_until:%-d %B %Y} alone"
            raise IllegalMove(f"{line.sku}: batch {batch.number} is {why}; say “Not sold again”.")
    for row in rows:
        packs = min(count, row.quantity)
        if packs and put_back(row.batch, packs, today):
            count -= packs
