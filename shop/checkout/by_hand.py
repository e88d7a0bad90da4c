"""An order that staff type for a customer: the same prices, tax and stock as a shopper's, without a basket."""

import hashlib
import json
from dataclasses import astuple
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.basket.models import BasketLine, BasketRow
from shop.catalogue.models import OutOfStock, Variant
from shop.catalogue.offers import offers
from shop.checkout.place import EmptyBasket, PriceChanged, create_order, look_at_place, note_vat_number
from shop.checkout.totals import Address, Quote, quote_for
from shop.orders.mails import order_mail
from shop.orders.models import Order
from shop.regions.models import Region

Packs = list[tuple[Variant, int]]  # each pack once; its product is loaded


def rows_of(packs: Packs, region: Region, at: datetime | None = None) -> list[BasketRow]:
    """As the lines of a basket would be: with the offers of now, and none written."""
    found = offers([variant for variant, _ in packs], region, at)
    return [
        BasketRow(
            BasketLine(
                variant=variant,
                quantity=quantity,
                seen_region=region,
                seen_amount=found[variant.pk].amount or 0,
            ),
            found[variant.pk],
        )
        for variant, quantity in packs
    ]


def quote_by_hand(
    packs: Packs,
    region: Region,
    address: Address,
    *,
    code: str = "",
    email: str = "",
    at: datetime | None = None,
) -> Quote:
    """What it would cost. Raises EmptyBasket, OutOfStock, CodeRefused or NoTaxRate."""
    rows = rows_of(packs, region, at)
    if not rows:
        raise EmptyBasket
    short = {
        row.variant: row.offer.sellable for row in rows if not row.counts or row.quantity > row.offer.sellable
    }
    if short:
        raise OutOfStock(short)
    return quote_for(rows, region, address, at, code=code, email=email)


def place_by_hand(
    packs: Packs,
    *,
    region: Region,
    email: str,
    address: Address,
    code: str,
    shown_total: int | None,
    form_key: str,
    pay_by: datetime,
    by: str,
    how: str,
    has_mail: bool,
) -> Order:
    """A pending order that keeps its packs until `pay_by`; the same form again finds the same order.

    `how`: how the customer ordered, such as by phone; `has_mail`: whether they are asked by mail to pay. Raises what
    `quote_by_hand` does, and PriceChanged where the total is not `shown_total`.
    """
    now = timezone.now()
    key = _key(form_key, packs, region, email, address, code)
    if found := Order.objects.active().filter(basket_key=key).first():
        return found
    quote = quote_by_hand(packs, region, address, code=code, email=email, at=now)
    if quote.total != shown_total:
        raise PriceChanged(quote.total, address.state)
    try:
        with transaction.atomic():
            order = create_order(None, key, quote, email, address, now, pay_by=pay_by, placed_by=by)
            note_vat_number(order, address.vat_number, now)
            order.reserve_stock()
            order.use_code()
            order.note(f"Placed by hand, {how}.", who=by)
            if has_mail:
                order_mail(order, "by_hand", pay_until=pay_by)
            look_at_place(order)
    except IntegrityError:
        if found := Order.objects.active().filter(basket_key=key).first():
            return found
        raise
    return order


def _key(form_key: str, packs: Packs, region: Region, email: str, address: Address, code: str) -> str:
    lines = [[variant.pk, quantity] for variant, quantity in packs]
    parts = [
        "by hand",
        form_key,
        region.code,
        lines,
        email.lower(),
        astuple(address),
        code,
        settings.PAYMENT_MODE,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
