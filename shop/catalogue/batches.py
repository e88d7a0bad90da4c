"""Packs by batch: take a batch in, send the oldest first, take out what may not be sold, recall.

Each works inside a transaction and locks the stock row first, then its batches.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from shop.catalogue.models import Batch, Stock, StockCause, Told
from shop.catalogue.models.batches import MOST, in_batches
from shop.regions.models import Region
from shop.sweeps.alone import each_alone

A_SWEEP = 200


class CannotTakeIn(Exception):
    """With words for staff."""


class NotSendable(Exception):
    """So many packs of a stock row can't be sent: what is left belongs to batches that are recalled or past their date."""

    def __init__(self, left: int, numbers: list[str]):
        self.left, self.numbers = left, numbers
        super().__init__(
            f"{left} can be sent: the others are of batch {', '.join(numbers)}, which is recalled or past its date"
        )


def look_at_arrival(
    variant, region, *, number: str, best_before: date, packs: int, is_counted: bool
) -> Batch | None:
    """The batch that these packs would be added to. Writes nothing. Raises CannotTakeIn."""
    stock = Stock.objects.filter(variant=variant, region=region).first()
    batch = Batch.objects.filter(stock=stock, number=number).first() if stock else None
    if batch and batch.recalled_at:
        raise CannotTakeIn(f"Batch {number} is recalled: nothing of it is taken in.")
    if batch and batch.best_before != best_before:
        raise CannotTakeIn(
            f"Batch {number} is here already, best before {batch.best_before:%-d %B %Y}. Look at the pack again."
        )
    on_hand = stock.on_hand if stock else 0
    free = max(on_hand - in_batches(stock.pk), 0) if stock else 0
    if is_counted and packs > free:
        raise CannotTakeIn(
            f"Only {free} packs in the stock have no batch yet. Count the stock first, or take off the tick."
        )
    if on_hand + packs > MOST:
        raise CannotTakeIn("That is more than a million packs in the stock. Look at the number again.")
    return batch


@transaction.atomic
def take_in_batch(
    variant,
    region,
    *,
    number: str,
    best_before: date,
    sold_until: date,
    packs: int,
    who: str,
    is_counted: bool,
) -> Batch:
    """Packs of a batch came in. More of a batch that is known are added to it.

    `is_counted`: they are in the stock already, and only get their batch. Raises CannotTakeIn.
    """
    Stock.objects.get_or_create(variant=variant, region=region)
    stock = Stock.objects.select_for_update(no_key=True).get(variant=variant, region=region)
    batch = look_at_arrival(
        variant, region, number=number, best_before=best_before, packs=packs, is_counted=is_counted
    )
    if batch:
        Batch.objects.filter(pk=batch.pk).update(came=F("came") + packs, left=F("left") + packs)
        batch.refresh_from_db()
    else:
        batch = Batch.objects.create(
            stock=stock, number=number, best_before=best_before, sold_until=sold_until, came=packs, left=packs, came_by=who
        )  # fmt: skip
    if not is_counted:
        Stock.objects.take_in(
            {stock.variant_id: packs}, region, who=who, why=f"batch {number}", cause=StockCause.CAME
        )
    return batch


def send_first_out(stock_pk: int, packs: int, today: date) -> list[tuple[Batch, int]]:
    """Which batches these packs are taken from, the oldest date first, now that they left the stock; counted in the batches.

    Packs of no batch are sent once no batch has any, and are not in the answer. Raises NotSendable; then roll back.
    """
    stock = Stock.objects.select_for_update(no_key=True).get(pk=stock_pk)
    kept = Batch.objects.filter(stock=stock).with_packs().not_sent(today)
    blocked = kept.aggregate(n=Sum("left"))["n"] or 0
    if stock.on_hand < blocked:
        raise NotSendable(
            max(packs - (blocked - stock.on_hand), 0), list(kept.values_list("number", flat=True))
        )
    taken, wanted = [], packs
    rows = Batch.objects.filter(stock=stock).with_packs().exclude(pk__in=kept.values("pk"))
    for batch in rows.first_out():
        count = min(batch.left, wanted)
        if count and Batch.objects.filter(pk=batch.pk, left__gte=count).update(left=F("left") - count):
            taken.append((batch, count))
            wanted -= count
        if not wanted:
            break
    return taken


def to_pick(
    wanted: dict[tuple[int, int], int], at: datetime | None = None
) -> dict[tuple[int, int], list[tuple[Batch, int]]]:
    """Which batches so many packs will be taken from, by (variant pk, region pk): as `send_first_out` would. One query."""
    now = at or timezone.now()
    today = {region.pk: now.astimezone(region.zone).date() for region in Region.markets()}
    rows = Batch.objects.with_packs().filter(
        recalled_at=None,
        stock__variant__in={variant for variant, _ in wanted},
        stock__region__in={region for _, region in wanted},
    )
    found: dict[tuple[int, int], list[tuple[Batch, int]]] = {}
    left = dict(wanted)
    for batch in rows.select_related("stock").first_out():
        key = (batch.stock.variant_id, batch.stock.region_id)
        count = min(left.get(key, 0), batch.left)
        if count and batch.best_before >= today[batch.stock.region_id]:
            found.setdefault(key, []).append((batch, count))
            left[key] -= count
    return found


def put_back(batch: Batch, packs: int, today: date) -> bool:
    """Packs of it came back to be sold; False, and nothing is changed, where they may not be."""
    rows = Batch.objects.filter(pk=batch.pk, recalled_at=None, sold_until__gte=today)
    return bool(rows.filter(came__gte=F("left") + F("taken_out") + packs).update(left=F("left") + packs))


@transaction.atomic
def take_out(batch: Batch, *, who: str = "") -> int:
    """Of its packs, those that no order holds leave the stock; how many."""
    stock = Stock.objects.select_for_update(no_key=True).get(pk=batch.stock_id)
    batch.refresh_from_db()
    packs = min(batch.left, stock.sellable)
    if packs <= 0:
        return 0
    cause = StockCause.RECALLED if batch.recalled_at else StockCause.TOO_OLD
    Stock.objects.take_away(stock.pk, packs, Told(cause, who, f"batch {batch.number}"))
    Batch.objects.filter(pk=batch.pk).update(left=F("left") - packs, taken_out=F("taken_out") + packs)
    return packs


def take_out_old(at: datetime | None = None) -> int:
    """What may not be sold any more, by the calendar of its region, and what was recalled; of how many batches."""
    now, done = at or timezone.now(), 0
    for region in Region.markets():
        rows = Batch.objects.to_take_out(now.astimezone(region.zone).date()).filter(
            stock__region=region.pk, stock__on_hand__gt=F("stock__held")
        )
        done += each_alone(rows.order_by("sold_until", "pk"), take_out, sweep="take_out_old", most=A_SWEEP)
    return done


@transaction.atomic
def recall(batch: Batch, words: str, *, who: str, at: datetime | None = None) -> bool:
    """Nothing of it is sold or sent any more, and its buyers are to be told. False where somebody was quicker."""
    now = at or timezone.now()
    rows = Batch.objects.filter(pk=batch.pk, recalled_at=None)
    if not rows.update(recalled_at=now, recalled_by=who[:150], recall_words=words):
        return False
    take_out(batch, who=who)
    return True


def can_count(batch_pk: int, became: int) -> bool:
    """Whether so many packs of it leave enough for the orders that hold some."""
    batch = Batch.objects.select_related("stock").get(pk=batch_pk)
    return batch.stock.on_hand + became - batch.left >= batch.stock.held


@transaction.atomic
def count_batch(batch: Batch, *, was: int, became: int, who: str) -> bool:
    """Its packs were counted; the stock changes by as many. False, and nothing is changed, where it is no longer `was`, or
    where orders hold more than would be there.
    """
    stock = Stock.objects.select_for_update(no_key=True).get(pk=batch.stock_id)
    change = became - was
    counted = Batch.objects.filter(pk=batch.pk, left=was, came__gte=F("taken_out"))
    if stock.on_hand + change < stock.held or not counted.update(left=became, came=F("came") + change):
        return False
    told = Told(StockCause.COUNTED, who, f"batch {batch.number}")
    return Stock.objects.recount(
        stock.variant_id, stock.region_id, was=stock.on_hand, became=stock.on_hand + change, told=told
    )
