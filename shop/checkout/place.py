"""From a basket to a pending order that holds its stock."""

import hashlib
import json
from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.basket.models import Basket, BasketRow
from shop.checkout.totals import Address, Quote, quote_for
from shop.orders.mails import order_mail
from shop.orders.models import BuyerVatNumber, Order, OrderLine, OrderStatus, ReviewCause, Vies
from shop.pages.agreed import keep_terms
from shop.payments.cancel import end_other_orders
from shop.payments.start import GRACE, SESSION_LASTS
from shop.regions.models import Country, Region, Seller
from shop.regions.tax_words import tax_words
from shop.regions.vat_numbers import ASKED_OF_VIES

TURNS = 3  # at ending what other windows ordered meanwhile


class EmptyBasket(Exception):
    """Nothing in the basket can be bought in this region."""


class PriceChanged(Exception):
    """The total is not the one the shopper saw. `total` is the one of now, in minor units; `state` where it goes, `words` what the total holds."""

    def __init__(self, total: int, state: str = "", words: str = "") -> None:
        self.total, self.state, self.words = total, state, words
        super().__init__(total)


class BasketChanged(PriceChanged):
    """A line is not as the shopper saw it."""


class OrderedElsewhere(Exception):
    """The basket was ordered in another window at this very moment, otherwise than here."""


@dataclass(frozen=True)
class _Checked:
    """A basket that may be ordered as the shopper saw it: what it costs, and the key of its order."""

    key: str
    quote: Quote


def order_key(basket: Basket, rows: list[BasketRow], region: Region, email: str, address: Address) -> str:
    """Names an order by all that makes it that order; the same again is a repeat, not a second order."""
    lines = [[row.variant.pk, row.quantity, row.line.seen_amount] for row in rows]
    where = astuple(address) if address.vat_number else astuple(address)[:-1]
    parts = [str(basket.key), region.code, lines, email.lower(), where, basket.code]
    parts.append(settings.PAYMENT_MODE)  # an order of another mode can't be paid, so it is never found again
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def place_order(
    basket: Basket,
    *,
    region: Region,
    email: str,
    address: Address,
    shown_total: int,
    at: datetime | None = None,
) -> Order:
    """Turn the basket into a pending order and reserve its stock, in one transaction.

    `shown_total` is the total the shopper saw, tax and delivery included, in the region's minor unit. Calling it
    again, or four times at once, with the same basket, e-mail and address returns the same active order.

    Raises EmptyBasket, PriceChanged, OutOfStock, CodeRefused, NoTaxRate, or OrderedElsewhere while another order from
    the basket waits for its payment; the database is then as before.
    """
    now = at or timezone.now()
    rows = _rows(basket, region, now)
    if found := _living(order_key(basket, rows, region, email, address)):
        return found
    return _made(
        basket, _check(basket, rows, region, email, address, shown_total, now), region, email, address, now
    )


def place_instead(
    basket: Basket, *, region: Region, email: str, address: Address, shown_total: int | None
) -> Order:
    """As `place_order`, and first cancel the basket's other pending orders, which this one takes the place of.

    They end only once it is sure that the shopper saw the total of now; where they took time to end, it is looked at
    again. Of several windows that order at once the last wins, as if they had come one after the other. Call it
    outside transactions. Raises AlreadyPaid or StripeUnreachable as well.
    """

    def checked() -> tuple[_Checked, datetime]:
        now = timezone.now()
        rows = _rows(basket, region, now)
        return _check(basket, rows, region, email, address, shown_total, now), now

    for _ in range(TURNS):
        found, now = checked()
        if end_other_orders(basket, found.key):
            found, now = checked()
        with suppress(OrderedElsewhere):
            return _living(found.key) or _made(basket, found, region, email, address, now)
    raise OrderedElsewhere


def _rows(basket: Basket, region: Region, now: datetime) -> list[BasketRow]:
    rows = [row for row in basket.rows(region, now) if row.counts]
    if not rows:
        raise EmptyBasket
    return rows


def _check(
    basket: Basket,
    rows: list[BasketRow],
    region: Region,
    email: str,
    address: Address,
    shown_total: int | None,
    now: datetime,
) -> _Checked:
    quote = quote_for(rows, region, address, now, code=basket.code, email=email)
    if any(row.changes for row in rows):
        raise BasketChanged(quote.total, address.state, quote.total_tax_words)
    if quote.total != shown_total:
        raise PriceChanged(quote.total, address.state, quote.total_tax_words)
    return _Checked(order_key(basket, rows, region, email, address), quote)


def _living(key: str) -> Order | None:
    return Order.objects.active().filter(basket_key=key).first()


def _made(
    basket: Basket, checked: _Checked, region: Region, email: str, address: Address, now: datetime
) -> Order:
    keep_terms(
        region
    )  # before: who comes first with new words would keep all others waiting until its order is made
    try:
        with transaction.atomic():
            order = create_order(basket.pk, checked.key, checked.quote, email, address, now)
            note_vat_number(order, address.vat_number, now)
            order.reserve_stock()
            order.use_code()
            order.note("Placed.", who="shopper")
            order_mail(order, "placed", by_stranger=True, pay_until=now + SESSION_LASTS)
            look_at_place(order)
    except IntegrityError:
        if found := _living(checked.key):
            return found
        if Order.objects.filter(basket_pk=basket.pk, status=OrderStatus.PENDING).exists():
            raise OrderedElsewhere from None
        raise
    return order


def look_at_place(order: Order) -> None:
    if order.country == "GB" and order.postcode.startswith("BT"):
        order.flag("Northern Ireland: EU product rules hold there.", ReviewCause.PLACE)


def create_order(
    basket_pk: int | None,
    key: str,
    quote: Quote,
    email: str,
    address: Address,
    now: datetime,
    *,
    pay_by: datetime | None = None,
    placed_by: str = "",
) -> Order:
    """A pending order with its lines, of a quote for its address. The caller reserves its stock in the same transaction."""
    assert quote.tax is not None  # it was made for an address
    region = quote.region
    order = Order.objects.create(
        payment_mode=settings.PAYMENT_MODE,
        region=region,
        edition=region if region.edition_of_id else None,
        currency=region.currency,
        basket_pk=basket_pk,
        basket_key=key,
        email=email,
        name=address.name,
        line1=address.line1,
        line2=address.line2,
        town=address.town,
        state=address.state,
        postcode=address.postcode,
        country=address.country,
        country_name=Country.objects.get(code=address.country).translated.name,
        goods_total=quote.goods,
        code=quote.discount.code.code if quote.discount and quote.discount.code else "",
        automatic=quote.discount.automatic if quote.discount else None,
        automatic_name=quote.discount.automatic.name if quote.discount and quote.discount.automatic else "",
        discount_total=quote.off,
        delivery_total=quote.delivery,
        tax_total=quote.tax,
        tax_included=region.prices_include_tax,
        total=quote.total,
        legal=_legal(region, address.country),
        terms=keep_terms(region),
        placed_at=now,
        hold_until=pay_by or now + SESSION_LASTS + GRACE,
        pay_by=pay_by,
        placed_by=placed_by,
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            variant=line.row.variant,
            sku=line.row.variant.sku,
            title=line.row.name,
            label=line.row.variant.translated.label,
            quantity=line.row.quantity,
            unit_amount=_unit_amount(line.row),
            total=line.total,
            discount=line.discount,
            tax_rate=line.rate,
            tax=line.tax,
            facts=_facts(line.row, region),
            origins=line.row.line.origins,
        )
        for line in quote.lines
    )
    return order


def note_vat_number(order: Order, number: str, now: datetime) -> None:
    if number:
        asks = number[:2] in ASKED_OF_VIES
        answer = Vies.WAITING if asks else Vies.NOT_ASKED
        BuyerVatNumber.objects.create(order=order, number=number, answer=answer, due_at=now if asks else None)


def _unit_amount(row: BasketRow) -> int:
    """Of a row that counts: it has a price."""
    assert row.offer.amount is not None
    return row.offer.amount


def _legal(region: Region, country: str) -> dict:
    seller = Seller.current()
    return {
        "seller": f"{seller.legal_name}, {', '.join(seller.address.splitlines())}" if seller else "",
        "company_number": seller.company_number if seller else "",
        "tax_number": region.tax_number_words,
        "withdrawal": region.legal.withdrawal_note,
        "tax_words": tax_words(region, country),
        "button": region.legal.order_button,
    }


def _facts(row: BasketRow, region: Region) -> dict:
    wording = row.product.wording_in(region)
    return {
        "legal_name": wording.legal_name if wording else "",
        "directions": wording.directions if wording else "",
        "warnings": wording.warning_list if wording else [],
        "ingredients": row.product.translated.ingredients,
        "net_quantity": row.variant.translated.net_quantity,
    }
