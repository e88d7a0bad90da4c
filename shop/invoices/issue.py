"""Issue invoices and credit notes: numbers without gaps, tax by rate, a PDF that never changes."""

import hashlib
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Subquery, Sum
from django.utils import timezone

from shop.attribution.origins import spread
from shop.invoices import typesetting
from shop.invoices.models import Document, DocumentKind, DocumentTax, Series
from shop.invoices.said import CreditedPart, Rates, data_of
from shop.orders.models import Order, OrderLine
from shop.payments.left import paid_by
from shop.payments.models import Payment, PaymentStatus, Refund, RefundCause, RefundStatus
from shop.payments.refund import worth
from shop.sweeps.alone import each_alone

TEMPLATE = Path(__file__).with_name("document.typ")
MAX_PER_SWEEP = 20
MAX_COUNTED = 1000
MODE_LETTER = {"sandbox": "S", "test": "T", "live": ""}
NO_SALE = (RefundCause.AUTOMATIC, RefundCause.MISMATCH)  # money that bought nothing


def rates_of(order: Order) -> Rates:
    """Net and tax of what was sold, by rate; free delivery adds nothing."""
    found: dict[Decimal, list[int]] = defaultdict(lambda: [0, 0])
    for line in order.lines.select_related("order"):
        found[line.tax_rate][0] += line.net
        found[line.tax_rate][1] += line.tax
    return {rate: (net, tax) for rate, (net, tax) in sorted(found.items())}


def parts_of(refund: Refund) -> list[CreditedPart]:
    """What a refund is for: the packs that it names, otherwise a part of the price of what is not given back yet."""
    order = refund.payment.order
    lines = list(order.lines.select_related("order__region"))
    had: dict[int, int] = defaultdict(int)
    for earlier in _noted_before(refund):
        for part in _parts(earlier, lines, had):
            had[part.line.pk] += part.gross
    return _parts(refund, lines, had)


def _noted_before(refund: Refund) -> list[Refund]:
    """Refunds of the order whose credit notes held when this one's was issued, or hold now; the oldest first."""
    documents = refund.payment.order.documents.exclude(kind=DocumentKind.INVOICE).order_by("pk")
    found: dict[int, Refund] = {}
    for document in documents.select_related("refund__payment").defer("pdf", "data"):
        if document.refund_id == refund.pk:
            break
        if document.refund is None:
            continue
        if document.kind == DocumentKind.CREDIT:
            found[document.refund.pk] = document.refund
        else:
            found.pop(document.refund.pk, None)
    return list(found.values())


def _parts(refund: Refund, lines: list[OrderLine], had: dict[int, int]) -> list[CreditedPart]:
    """`had`: minor units given back by earlier credit notes, by order line."""
    named = {row.line_id: row.quantity for row in refund.goods.all()}
    if named:
        found = [(line, named[line.pk]) for line in lines if line.pk in named]
        worths = [worth(line, packs) for line, packs in found]
    else:
        found = [(line, line.quantity) for line in lines]
        whole = [worth(line, line.quantity) for line in lines]
        left = [max(value - had[line.pk], 0) for line, value in zip(lines, whole, strict=True)]
        worths = left if sum(left) >= refund.amount else whole
    gone = refund.cause in {RefundCause.CANCELLED, RefundCause.RETURNED}
    is_whole = bool(named) and (gone or sum(worths) == refund.amount)
    shares = spread(refund.amount, worths)
    return [
        CreditedPart(line, packs, share, is_whole)
        for (line, packs), share in zip(found, shares, strict=True)
        if named or share
    ]


def returned_rates(sold: Rates, back: Rates, shares: dict[Decimal, int]) -> Rates:
    """Net and tax of a refund of `shares` (by rate, gross, minor units), after `back` went back of what was `sold`.

    No rate gives back more than was sold at it; what is over goes to the others. The tax is the difference of two
    shares of the invoice's, so that refunds which make up the whole take back exactly the invoice's tax.
    """
    rates = list(sold)
    gross = [sum(sold[rate]) for rate in rates]
    had = [sum(back.get(rate, (0, 0))) for rate in rates]
    room = [max(whole - part, 0) for whole, part in zip(gross, had, strict=True)]
    parts = [min(shares.get(rate, 0), left) for rate, left in zip(rates, room, strict=True)]
    over = sum(shares.values()) - sum(parts)
    room = [left - part for left, part in zip(room, parts, strict=True)]
    more = spread(over, room if sum(room) >= over else gross)
    found = {}
    for rate, whole, before, part in zip(
        rates, gross, had, map(sum, zip(parts, more, strict=True)), strict=True
    ):
        if part:
            tax = _share(sold[rate][1], before + part, whole) - back.get(rate, (0, 0))[1]
            tax = min(max(tax, 0), part)
            found[rate] = (part - tax, tax)
    return found


def _refunded_rates(order: Order) -> Rates:
    """Net and tax of the order's credit notes so far, less those that were reversed."""
    rows = DocumentTax.objects.filter(document__order=order).exclude(document__kind=DocumentKind.INVOICE)
    sums = rows.order_by().values("rate").annotate(net_sum=Sum("net"), tax_sum=Sum("tax"))
    return {row["rate"]: (-row["net_sum"], -row["tax_sum"]) for row in sums}


def _share(tax: int, part: int, whole: int) -> int:
    """Halves up."""
    return (2 * tax * part + whole) // (2 * whole) if whole else 0


def issue_invoice(order: Order) -> Document | None:
    """The invoice of an order that was paid; made once, then the same for ever. None for one that never was paid."""
    found = order.documents.filter(kind=DocumentKind.INVOICE).first()
    if found or not order.was_paid:
        return found
    try:
        return _issue(order, DocumentKind.INVOICE, "I", order.paid_at, rates_of(order), order.total)
    except IntegrityError:
        return order.documents.get(kind=DocumentKind.INVOICE)


def issue_credit_note(refund: Refund) -> Document | None:
    """The credit note of a refund of something that was sold. Money that was never a sale has no invoice, and no note."""
    order = refund.payment.order
    found = refund.documents.filter(kind=DocumentKind.CREDIT).first()
    if (
        found
        or refund.status != RefundStatus.SUCCEEDED
        or refund.cause in NO_SALE
        or paid_by(order) != refund.payment
        or not order.was_paid
    ):
        return found
    invoice = issue_invoice(order)
    try:
        with transaction.atomic():
            Order.objects.locked(order.pk)  # one note of an order at a time
            shares: dict[Decimal, int] = defaultdict(int)
            for part in parts_of(refund):
                shares[part.line.tax_rate] += part.gross
            rates = returned_rates(rates_of(order), _refunded_rates(order), shares)
            return _issue(
                order, DocumentKind.CREDIT, "C", refund.ended_at or timezone.now(), rates, refund.amount,
                refund=refund, about=invoice.number,
            )  # fmt: skip
    except IntegrityError:
        return refund.documents.get(kind=DocumentKind.CREDIT)


def issue_reversal(refund: Refund) -> Document | None:
    """Takes a credit note back whose refund failed after all."""
    note = refund.documents.filter(kind=DocumentKind.CREDIT).first()
    found = refund.documents.filter(kind=DocumentKind.REVERSAL).first()
    if found or note is None or refund.status != RefundStatus.FAILED:
        return found
    rates = {row.rate: (-row.net, -row.tax) for row in note.taxes.all()}
    try:
        return _issue(
            refund.payment.order, DocumentKind.REVERSAL, "C", timezone.now(), rates, note.total,
            refund=refund, about=note.number,
        )  # fmt: skip
    except IntegrityError:
        return refund.documents.get(kind=DocumentKind.REVERSAL)


@transaction.atomic
def _issue(order, kind, letter, tax_point, rates: Rates, total, *, refund=None, about="") -> Document:
    """Take the next number and store the document, both or neither."""
    Series.objects.get_or_create(region=order.region, mode=order.payment_mode, letter=letter)
    series = Series.objects.select_for_update(no_key=True).get(
        region=order.region, mode=order.payment_mode, letter=letter
    )
    series.last += 1
    series.save(update_fields=["last"])
    number = f"{order.region.code.upper()}-{MODE_LETTER[order.payment_mode]}{letter}-{series.last:06}"
    issued_at = timezone.now()
    parts = parts_of(refund) if refund else []
    data = data_of(order, kind, number, issued_at, tax_point, rates, total, refund, about, parts)
    pdf = typeset(data)
    document = Document.objects.create(
        kind=kind,
        region=order.region,
        mode=order.payment_mode,
        letter=letter,
        sequence=series.last,
        number=number,
        order=order,
        refund=refund,
        tax_point=tax_point,
        issued_at=issued_at,
        country=order.country,
        total=total,
        data=data,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
    )
    sign = -1 if kind == DocumentKind.CREDIT else 1
    DocumentTax.objects.bulk_create(
        DocumentTax(document=document, rate=rate, net=sign * net, tax=sign * tax)
        for rate, (net, tax) in rates.items()
    )
    if kind == DocumentKind.INVOICE:
        Order.objects.filter(pk=order.pk).update(has_invoice=True)
    elif kind == DocumentKind.CREDIT:
        Refund.objects.filter(pk=refund.pk).update(has_note=True)
    return document


def typeset(data: dict, **options) -> bytes:
    """The PDF of an invoice or a credit note, from its data."""
    return typesetting.typeset(TEMPLATE, data, **options)


def _missing() -> list[tuple]:
    """(what, rows, what issues one) of each kind of document; the rows are those that have none yet.

    Orders and refunds say whether they have theirs, so that an index holds those without, however many have one.
    """
    mode = settings.PAYMENT_MODE
    paid = Order.objects.filter(payment_mode=mode, paid_at__isnull=False, has_invoice=False)
    refunds = Refund.objects.filter(payment__mode=mode, payment__order__paid_at__isnull=False).select_related(
        "payment__order__region"
    )
    noted = Document.objects.filter(refund=OuterRef("pk"), kind=DocumentKind.CREDIT)
    reversed_ = Document.objects.filter(refund=OuterRef("pk"), kind=DocumentKind.REVERSAL)
    # As in paid_by: money that came twice, or too late, was never a sale and has no note.
    sale = Payment.objects.filter(order=OuterRef("payment__order"), status=PaymentStatus.PAID)
    to_note = (
        refunds.exclude(cause__in=NO_SALE)
        .filter(status=RefundStatus.SUCCEEDED, has_note=False)
        .annotate(sale=Subquery(sale.order_by("settled_at", "pk").values("pk")[:1]))
        .filter(payment=F("sale"))
    )
    to_reverse = refunds.filter(Exists(noted), ~Exists(reversed_), status=RefundStatus.FAILED)
    return [
        ("invoices", paid.select_related("region").order_by("paid_at", "pk"), _invoice),
        ("reversals", to_reverse.order_by("ended_at", "pk"), issue_reversal),
        ("credit_notes", to_note.order_by("ended_at", "pk"), _credit_note),
    ]


def _invoice(order: Order) -> Document | None:
    """Also of an order whose invoice the release before this one issued, without saying so on the order."""
    found = issue_invoice(order)
    if found:
        Order.objects.filter(pk=order.pk).update(has_invoice=True)
    return found


def _credit_note(refund: Refund) -> Document | None:
    found = issue_credit_note(refund)
    if found:
        Refund.objects.filter(pk=refund.pk).update(has_note=True)
    return found


def issue_documents() -> int:
    """Issue what is missing; how many. Safe to run twice and at once: each is made once."""
    return sum(
        each_alone(rows, issue, sweep=f"issue_{name}", most=MAX_PER_SWEEP) for name, rows, issue in _missing()
    )


def count_missing() -> int:
    """How many documents are still to be issued, in any period; of each kind MAX_COUNTED at most."""
    return sum(rows[:MAX_COUNTED].count() for _, rows, _ in _missing())
