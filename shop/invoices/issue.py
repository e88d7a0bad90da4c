"""Issue invoices and credit notes: numbers without gaps, tax by rate, a PDF that never changes."""

import hashlib
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import typst
from babel.dates import format_date
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Sum
from django.utils import timezone

from shop.attribution.origins import spread
from shop.content.characters import clean_data
from shop.invoices.models import Document, DocumentKind, DocumentTax, Series
from shop.orders.models import Order
from shop.payments.models import Refund, RefundStatus
from shop.payments.refund import paid_by

TEMPLATE = Path(__file__).with_name("document.typ")
AT_ONCE = 20
MODE_LETTER = {"sandbox": "S", "test": "T", "live": ""}
Rates = dict[Decimal, tuple[int, int]]  # rate in per cent → (net, tax) in minor units


def rates_of(order: Order) -> Rates:
    """Net and tax of what was sold, by rate; free delivery adds nothing."""
    found: dict[Decimal, list[int]] = defaultdict(lambda: [0, 0])
    for line in order.lines.select_related("order"):
        found[line.tax_rate][0] += line.net
        found[line.tax_rate][1] += line.tax
    return {rate: (net, tax) for rate, (net, tax) in sorted(found.items())}


def refunded_rates(order: Order, before: int, amount: int) -> Rates:
    """Net and tax of a refund of `amount` after `before` went back already, both gross in minor units.

    Taken as the difference of two shares of the invoice, so that refunds which make up the whole take back exactly
    the invoice's tax.
    """
    rates = rates_of(order)
    gross = [net + tax for net, tax in rates.values()]
    now, was = spread(before + amount, gross), spread(before, gross)
    found = {}
    for (rate, (_, tax)), whole, upto, since in zip(rates.items(), gross, now, was, strict=True):
        part = upto - since
        tax_part = _share(tax, upto, whole) - _share(tax, since, whole)
        if part:
            found[rate] = (part - tax_part, tax_part)
    return found


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
        or paid_by(order) != refund.payment
        or not order.was_paid
    ):
        return found
    invoice = issue_invoice(order)
    try:
        with transaction.atomic():
            Order.objects.select_for_update(of=("self",), no_key=True).get(
                pk=order.pk
            )  # one note of an order at a time
            notes = order.documents.exclude(kind=DocumentKind.INVOICE)
            before = sum(row.total if row.kind == DocumentKind.CREDIT else -row.total for row in notes)
            rates = refunded_rates(order, before, refund.amount)
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
    data = _data(order, kind, number, issued_at, tax_point, rates, total, refund, about)
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
    return document


def typeset(data: dict) -> bytes:
    """The PDF of a document's data. Text is data to the typesetter, never markup."""
    return typst.compile(TEMPLATE.read_bytes(), sys_inputs={"data": json.dumps(clean_data(data))})


def _data(order, kind, number, issued_at, tax_point, rates, total, refund, about) -> dict:
    region = order.region
    title = {"invoice": "Invoice", "credit": "Credit note", "reversal": "Reversal of a credit note"}[kind]

    def day(moment):
        return format_date(moment.astimezone(region.zone).date(), "long", locale=region.locale)

    lines = []
    if kind == DocumentKind.INVOICE:
        lines = [
            {
                "what": f"{line.title}, {line.label}",
                "sku": line.sku,
                "packs": line.quantity,
                "unit": region.money(line.unit_amount),
                "rate": f"{line.tax_rate.normalize():f} %",
                "total": region.money(line.total),
            }
            for line in order.lines.select_related("order__region")
        ]
        if order.discount_total:
            lines.append(
                {
                    "what": f"Code {order.code}",
                    "sku": "",
                    "packs": "",
                    "unit": "",
                    "rate": "",
                    "total": order.discount_text,
                }
            )
        lines.append(
            {
                "what": "Delivery, free",
                "sku": "",
                "packs": "",
                "unit": "",
                "rate": "",
                "total": region.money(0),
            }
        )
    else:
        words = refund.get_cause_display() + (f": {refund.words}" if refund.words else "")
        lines = [
            {"what": words, "sku": "", "packs": "", "unit": "", "rate": "", "total": region.money(total)}
        ]
    return {
        "title": title,
        "number": number,
        "about": about,
        "order": order.number,
        "issued": day(issued_at),
        "supplied": day(tax_point),
        "test": order.is_test,
        "seller": order.legal.get("seller", ""),
        "company_number": order.legal.get("company_number", ""),
        "vat_number": order.legal.get("vat_number", ""),
        "buyer": order.address_lines,
        "lines": lines,
        "tax_name": "VAT" if order.tax_included else "Sales tax",
        "tax_included": order.tax_included,
        "rates": [
            {
                "rate": f"{rate.normalize():f} %",
                "net": region.money(net),
                "tax": region.money(tax),
                "gross": region.money(net + tax),
            }
            for rate, (net, tax) in rates.items()
        ],
        "total": region.money(total),
        "paid": "Paid by card." if total and kind == DocumentKind.INVOICE else "",
        "paper": "us-letter" if region.law == "US" else "a4",
        "country": order.country_name,
    }


def issue_documents() -> int:
    """Issue what is missing; how many. Safe to run twice and at once: each is made once."""
    mode = settings.PAYMENT_MODE
    have = Document.objects.filter(order=OuterRef("pk"), kind=DocumentKind.INVOICE)
    paid = Order.objects.filter(payment_mode=mode).exclude(paid_at=None).filter(~Exists(have))
    made = 0
    for order in paid.select_related("region").order_by("paid_at", "pk")[:AT_ONCE]:
        made += issue_invoice(order) is not None
    refunds = Refund.objects.filter(payment__mode=mode, payment__order__paid_at__isnull=False).select_related(
        "payment__order__region"
    )
    noted = Document.objects.filter(refund=OuterRef("pk"), kind=DocumentKind.CREDIT)
    reversed_ = Document.objects.filter(refund=OuterRef("pk"), kind=DocumentKind.REVERSAL)
    done = refunds.filter(~Exists(noted), status=RefundStatus.SUCCEEDED).exclude(cause="automatic")
    for refund in done.order_by("ended_at", "pk")[:AT_ONCE]:
        made += issue_credit_note(refund) is not None
    for refund in refunds.filter(Exists(noted), ~Exists(reversed_), status=RefundStatus.FAILED)[:AT_ONCE]:
        made += issue_reversal(refund) is not None
    return made


def vat_rows(start, end, mode: str) -> list[dict]:
    """Net and tax by region, country and rate of what was supplied and given back from `start` until before `end`."""
    rows = DocumentTax.objects.filter(
        document__mode=mode, document__tax_point__gte=start, document__tax_point__lt=end
    )
    return list(
        rows.order_by()
        .values("document__region", "document__country", "rate", "document__kind")
        .annotate(net_sum=Sum("net"), tax_sum=Sum("tax"))
        .order_by("document__region__position", "document__country", "-rate", "document__kind")
    )
