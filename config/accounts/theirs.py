"""What the shop has of the address that an account has proven."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects
from django.db.models.functions import Lower

from config.accounts.models import Account
from config.newsletter.models import Subscriber
from shop.alerts.models import StockAlert
from shop.basket.models import Basket, BasketLine
from shop.catalogue.offers import offers
from shop.orders.models import Order, OrderLine
from shop.outbox.send import forget
from shop.regions.models import Region
from shop.reminders.models import BasketReminder, PackReminder
from shop.reviews.models import Review, ReviewAsk

WISHES = {"alert": StockAlert, "pack": PackReminder, "basket": BasketReminder, "letters": Subscriber}


def orders_of(account: Account) -> QuerySet[Order]:
    """All that were placed with the address, before there was an account and since, in whichever letters it was typed."""
    rows = Order.objects.annotate(mail=Lower("email")).filter(mail=account.email)
    can_review = Exists(OrderLine.objects.filter(order=OuterRef("pk"), sent__gt=0))
    return rows.annotate(can_review=can_review).select_related("region").order_by("-placed_at", "-pk")


def asks_of(account: Account) -> list[ReviewAsk]:
    """Mails to come that ask for a review."""
    rows = ReviewAsk.objects.annotate(mail=Lower("order__email")).filter(mail=account.email, told_at=None)
    return list(rows.select_related("order__region").order_by("due_at")[:100])


def reviews_of(account: Account) -> QuerySet[Review]:
    rows = Review.objects.annotate(mail=Lower("line__order__email")).filter(mail=account.email)
    return rows.select_related("line", "product", "region")


def wishes_of(account: Account) -> dict[str, Any]:
    related = {"alert": "variant__product", "pack": "line", "basket": "basket", "letters": "region"}
    found = {
        kind: list(
            model._default_manager.filter(email=account.email).select_related("region", related[kind])[:100]
        )
        for kind, model in WISHES.items()
    }
    prefetch_related_objects(found["alert"], "variant__product__wordings")
    return found


def stop(account: Account, kind: str, pk: int | None) -> bool:
    if kind == "review":
        found = [ask for ask in asks_of(account) if ask.pk == pk]
        return bool(found and ReviewAsk.objects.filter(pk=found[0].pk, told_at=None).delete()[0])
    model: Any = WISHES.get(kind)
    row = model.objects.filter(email=account.email, pk=pk).first() if model and pk else None
    if row is None:
        return False
    row.delete()  # and the mails about it with it (shop.optin.asking)
    return True


@transaction.atomic
def delete(account: Account) -> None:
    """The account and all that its address waits for. Orders stay: the books need them."""
    for ask in asks_of(account):
        ask.delete()
    for model in WISHES.values():
        manager: Any = model._default_manager
        for row in manager.filter(email=account.email):
            row.delete()
    forget(f"account {account.pk}")
    account.user.delete()


def again(order: Order, basket: Basket, region: Region) -> list[tuple[bool, str]]:
    """Put what was bought into a basket at today's prices; (whether all of it, a sentence) for each line."""
    lines = list(OrderLine.objects.filter(order=order).select_related("variant__product"))
    found = offers([line.variant for line in lines], region, visitor=basket.visitor)
    told = []
    for line in lines:
        name, offer, wanted = f"{line.title}, {line.label}", found[line.variant_id], line.quantity
        if not offer.can_buy:
            why = "sold out at the moment" if offer.amount is not None else "not sold"
            told.append((False, f"{name}: {why} in {region.the_name}, so it was not added."))
            continue
        full = basket.is_full_for(line.variant)
        added = 0 if full else basket.add(offer, wanted)
        if not added:
            told.append((False, f"{name}: your basket takes no more of it."))
            continue
        words = f"{added} × {name}: {offer.price} {offer.tax_words} each"
        if order.region_id == region.market_id and line.unit_amount != offer.sold_at:
            words += f", was {region.money(line.unit_amount)}"
        if added < wanted:
            words += f"; {added} instead of {wanted}, no more can be sold"
        told.append((added == wanted, f"{words}."))
    return told


def exported(account: Account) -> dict[str, Any]:
    """All of it, for a file."""
    rows = orders_of(account).prefetch_related("lines")
    return {
        "account": {"email": account.email, "since": account.made_at.isoformat()},
        "orders": [
            {
                "number": order.number, "placed": order.placed_at.isoformat(), "status": order.get_status_display(),
                "email": order.email, "address": order.address_lines, "currency": order.currency, "total": order.total_text,
                "lines": [
                    {"sku": line.sku, "name": f"{line.title}, {line.label}", "quantity": line.quantity, "price": line.unit_text}
                    for line in order.lines.all()
                ],
            }
            for order in rows
        ],
        "addresses": [
            {"address": row.lines, "default": row.is_default} for row in account.addresses.all()
        ],
        "basket": [
            {"name": line.title, "quantity": line.quantity}
            for line in BasketLine.objects.filter(basket=account.basket_id)
        ],
        "reviews": [
            {"about": row.what, "stars": row.stars, "text": row.text, "name": row.name, "state": row.get_state_display(),
             "written": row.written_at.isoformat()}
            for row in reviews_of(account)
        ],
        "mails asked for": [
            {"kind": kind, "about": str(row), "asked": row.asked_at.isoformat()}
            for kind, found in wishes_of(account).items()
            for row in found
        ] + [{"kind": "review", "about": str(row), "asked": row.asked_at.isoformat()} for row in asks_of(account)],
    }  # fmt: skip
