"""Ask for one mail before a pack is empty, and send it on its day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from shop.catalogue.offers import offers
from shop.content.models import one_state
from shop.optin import asking
from shop.orders.models import Order, OrderLine
from shop.outbox.keys import reminder_key
from shop.outbox.models import Mail
from shop.outbox.send import write_mail
from shop.regions.models import Seller
from shop.reminders.models import PackReminder
from shop.reminders.reckon import due_at, empty_on, packs_kept
from shop.sweeps.alone import each_alone

MAX_PER_SWEEP = 200
asking.forgets_mails(PackReminder)


@dataclass(frozen=True)
class Offered:
    """A pack of an order that can be asked for, or was. `wish`: None until somebody asks."""

    line: OrderLine
    empty_on: date
    due_at: datetime
    wish: PackReminder | None = None


def offered(order: Order) -> list[Offered]:
    """What the order's page offers: nothing before it is paid, nothing that came back. Four queries, however many lines."""
    if not order.is_paid:
        return []
    wishes = {
        row.line_id: row for row in PackReminder.objects.filter(line__order=order, email=order.email.lower())
    }
    found = []
    for line in _with_facts(OrderLine.objects.filter(order=order)):
        line.order = order
        due, empty, wish = due_at(line), empty_on(line), wishes.get(line.pk)
        if packs_kept(line) > 0 and empty is not None and (due or wish):
            found.append(Offered(line, empty, wish.due_at if wish else due, wish))  # type: ignore[arg-type]
    return found


def _with_facts(lines) -> Iterable[OrderLine]:
    return lines.select_related("variant__product").prefetch_related("variant__product__wordings")


def line_of(order: Order, typed: str) -> OrderLine | None:
    """The line of the order that a form names, if it can still be asked for."""
    rows = OrderLine.objects.filter(order=order, sku=typed[:20])
    for line in _with_facts(rows):
        line.order = order
        return line if order.is_paid and packs_kept(line) > 0 and due_at(line) else None
    return None


def _mail(wish: PackReminder, template: str, number=0, *, is_last=False, not_sent="", **more) -> Mail:
    line, region = wish.line, wish.region
    page = settings.SITE_URL + reverse("reminders:pack", args=[wish.token])
    return write_mail(
        key=reminder_key(template, wish.kept_token, number),
        to=wish.email,
        person=wish.kept_token,
        is_last=is_last,
        not_sent=not_sent,
        template=f"reminder_{template}",
        context={
            "wish": wish,
            "name": f"{line.title}, {line.label}",
            "region": region,
            "seller": Seller.current(),
            "url": page,
            "product_url": settings.SITE_URL + line.variant.url_in(region),
            **more,
        },
    )


@transaction.atomic
def ask(line: OrderLine) -> PackReminder:
    """Keep the wish for the address of the order, and write the mail that asks to confirm it.

    The order's page is opened by whoever has its link, and the address may have been mistyped: so its owner is asked.
    """
    due = due_at(line) or timezone.now()  # it fell due while the form was read
    wish = asking.kept(
        PackReminder,
        email=line.order.email,
        defaults={"due_at": due, "region": line.order.storefront},
        line=line,
    )
    asking.ask_to_confirm(wish, partial(_mail, wish, "confirm", empty_on=empty_on(line)))
    return wish


def forget_unconfirmed(at: datetime | None = None) -> int:
    return asking.forget_unconfirmed(PackReminder, sweep="forget_unconfirmed_reminders", at=at)


def due_reminders(now):
    return PackReminder.objects.filter(confirmed_at__isnull=False, due_at__lte=now)


def send_reminders(at: datetime | None = None) -> int:
    """Write to those whose pack is nearly empty, and forget them; how many. Who sent all of it back hears nothing."""
    rows = due_reminders(at or timezone.now()).select_related(
        "line__variant__product", "line__order__region", "region"
    )
    return each_alone(rows.order_by("due_at", "pk"), _tell, sweep="send_reminders", most=MAX_PER_SWEEP, at=at)


def _tell(wish: PackReminder) -> bool:
    if not PackReminder.objects.filter(pk=wish.pk).delete()[0]:
        return False
    line = wish.line
    if line.order.is_paid and packs_kept(line) > 0:
        with one_state():
            offer = offers([line.variant], wish.region)[line.variant_id]
        _mail(wish, "empty", empty_on=empty_on(line), offer=offer, is_last=True)
    return True
