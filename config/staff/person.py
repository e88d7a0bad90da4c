"""All that is kept under one mail address, table by table: exported, and deleted but for what a law wants kept."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from config.accounts.models import Account, SignInLink
from config.accounts.theirs import delete as delete_account
from config.newsletter.models import Subscriber
from config.operation.forget_orders import OF_NO_MONEY, empty
from config.pages.personal import REGISTER, Kept
from shop.alerts.models import StockAlert
from shop.orders.models import Order
from shop.orders.models.states import ENDED
from shop.outbox.keys import about_order
from shop.outbox.models import Mail
from shop.payments.models import Payment, PaymentStatus, StripeEvent
from shop.reminders.models import BasketReminder, PackReminder
from shop.reviews.models import PublishedReview, Review, ReviewAsk
from shop.reviews.writing import take_back
from shop.web.secret_links import without_secret_links_inside
from shop.withdrawal.models import Withdrawal

WISHES = (StockAlert, PackReminder, BasketReminder, Subscriber)
NOTHING_CAME = [PaymentStatus.EXPIRED, PaymentStatus.FAILED]
ADDRESS = {"email", "to"}  # columns of an address
NOT_TOLD = {"kept_token", "person", "session_url"}  # names of links, and what opens something
MOST = 10_000  # rows of a table in an export


def spellings(email: str) -> set[str]:
    """As it may be stored: as it was typed, and in small letters."""
    return {email, email.lower()}


@dataclass(frozen=True)
class Held:
    """A table of the register and its rows of one address, also those of its orders."""

    kept: Kept
    rows: QuerySet
    count: int


def held(email: str, *, with_orders: bool = False) -> list[Held]:
    """Of the tables that hold something. `with_orders`: also what hangs on its orders, such as parcels."""
    found = []
    for label, kept in REGISTER.items():
        rows = _rows_of(apps.get_model(label), kept, email, with_orders)
        if rows is not None and (count := rows.count()):
            found.append(Held(kept, rows, count))
    return found


def _rows_of(model: Any, kept: Kept, email: str, with_orders: bool) -> QuerySet | None:
    for name in ADDRESS & set(kept.fields):
        return model._default_manager.filter(**{f"{name}__in": spellings(email)})
    if any(one.related_model is Account for one in model._meta.concrete_fields):
        return model._default_manager.filter(account__email__in=spellings(email))
    if with_orders and any(
        one.name == "order" and one.related_model is Order for one in model._meta.concrete_fields
    ):
        return model._default_manager.filter(order__email__in=spellings(email))
    return _reviews_of(model, email)


def _reviews_of(model: Any, email: str) -> QuerySet | None:
    """What the buyer wrote: it hangs on a line of an order."""
    by = {Review: "line__order", PublishedReview: "review__line__order", ReviewAsk: "order"}.get(model)
    return model._default_manager.filter(**{f"{by}__email__in": spellings(email)}) if by else None


def export(email: str) -> dict[str, Any]:
    """For whoever asks what is kept of them (GDPR, articles 15 and 20): every row with every column in words."""
    orders = Order.objects.filter(email__in=spellings(email))
    lines = [
        {"order": order.number, "what": f"{line.title}, {line.label}", "quantity": line.quantity, "total": line.total_text}
        for order in orders.prefetch_related("lines")[:MOST]
        for line in order.lines.all()
    ]  # fmt: skip
    tables = {
        one.kept.name: {"why": one.kept.why, "how long": one.kept.how_long, "rows": [_told(row) for row in one.rows[:MOST]]}
        for one in held(email, with_orders=True)
    }  # fmt: skip
    return {"address": email, "at": timezone.now(), "tables": tables, "what was ordered": lines}


def _told(row: models.Model) -> dict[str, Any]:
    fields = [
        one
        for one in row._meta.concrete_fields
        if one.name not in NOT_TOLD and not isinstance(one, models.BinaryField)
    ]
    return {str(one.verbose_name): without_secret_links_inside(one.value_from_object(row)) for one in fields}


@transaction.atomic
def erase(email: str) -> int:
    """Delete all that no law wants kept: wishes with their mails, declarations of no order, orders that ended without
    money, words of mails that are over. How many rows lost the address.
    """
    mine, gone = spellings(email), 0
    for account in Account.objects.filter(email__in=mine).select_related("user"):
        delete_account(account)
        gone += 1
    SignInLink.objects.filter(email__in=mine).delete()
    for model in WISHES:
        for wish in model._default_manager.filter(email__in=mine):
            wish.delete()
            gone += 1
    for review in Review.objects.filter(line__order__email__in=mine):
        take_back(review)
        gone += 1
    gone += ReviewAsk.objects.filter(order__email__in=mine).delete()[0]
    gone += Withdrawal.objects.filter(order=None, email__in=mine).delete()[1].get(Withdrawal._meta.label, 0)
    unpaid = Order.objects.filter(email__in=mine, paid_at=None, status__in=ENDED, disputed_at=None)
    unpaid = unpaid.exclude(payments__in=Payment.objects.exclude(status__in=NOTHING_CAME))
    pks = list(unpaid.values_list("pk", flat=True))
    empty(pks)
    for one in mine:  # what Stripe said of payments that never were
        StripeEvent.objects.filter(is_done=True, type__in=OF_NO_MONEY, body__icontains=one).update(body={})
    over = (
        Q(sent_at__isnull=False) | Q(gave_up_at__isnull=False) | Q(about__in=[about_order(pk) for pk in pks])
    )
    mails = Mail.objects.filter(over, to__in=mine)
    ended = {"gave_up_at": timezone.now(), "last_error": ""}
    mails.filter(sent_at=None, gave_up_at=None).update(**ended)
    return gone + len(pks) + mails.update(to="", text="", html="", headers={}, last_error="")
