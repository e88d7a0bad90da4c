"""What an invoice or a credit note says, in the language of where it was ordered: the data that document.typ sets."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from shop.invoices.models import DocumentKind
from shop.orders.models import BuyerVatNumber, Order, OrderLine
from shop.payments.left import paid_by
from shop.payments.models import Outside, Refund, RefundCause
from shop.regions.languages import speaking
from shop.regions.local import day_words
from shop.regions.spelling import spelled
from shop.regions.tax_words import tax_label

CAUSES: dict[str, Any] = {
    RefundCause.DASHBOARD: gettext_lazy("Refund")
}  # causes whose names are words for staff
PAID = {
    "": gettext_lazy("by card"),
    Outside.TRANSFER: gettext_lazy("by bank transfer"),
    Outside.CASH: gettext_lazy("by cash"),
    Outside.CHEQUE: gettext_lazy("by cheque"),
    Outside.MACHINE: gettext_lazy("by card machine"),
}
Rates = dict[Decimal, tuple[int, int]]  # rate in per cent → (net, tax) in minor units


@dataclass(frozen=True)
class CreditedPart:
    """Packs that a credit note is for, or a part of their price, and its share of the sum in minor units, tax included."""

    line: OrderLine
    packs: int
    gross: int
    is_whole: bool  # these packs themselves, not a part of the price


def data_of(order, kind, number, issued_at, tax_point, rates, total, refund, about, parts) -> dict:
    """`rates`: Rates; `parts`: of a credit note, what it is for."""
    with speaking(order.storefront):
        return _data(order, kind, number, issued_at, tax_point, rates, total, refund, about, parts)


def _data(order, kind, number, issued_at, tax_point, rates, total, refund, about, parts) -> dict:
    region = order.storefront
    title = region.invoice_title if kind == DocumentKind.INVOICE else str(DocumentKind(kind).label)
    tax_name = tax_label(region.tax_words, included=False)

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
                    "what": order.discount_words,
                    "sku": "",
                    "packs": "",
                    "unit": "",
                    "rate": "",
                    "total": order.discount_text,
                }
            )
        lines.append(
            {
                "what": _("Delivery, free"),
                "sku": "",
                "packs": "",
                "unit": "",
                "rate": "",
                "total": region.money(0),
            }
        )
    else:
        lines = [_credited(part, region) for part in parts]
    return {
        "title": title,
        "number": number,
        "about": about,
        "why": _why(refund) if refund else "",
        "order": order.number,
        "issued": day_words(issued_at, region),
        "supplied": day_words(tax_point, region),
        "supplied_as": _("Tax point") if order.tax_included else _("Date of sale"),
        "test": order.is_test,
        "seller": order.legal.get("seller", ""),
        "company_number": order.legal.get("company_number", ""),
        "tax_number": order.seller_tax_number,
        "buyer": [*order.address_lines, *_vat_number(order)],
        "lines": lines,
        "tax_name": tax_name,
        "tax_words": order.tax_words,
        "total_words": order.total_tax_words,
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
        "paid": _paid_words(order) if total and kind == DocumentKind.INVOICE else "",
        "paper": "us-letter" if region.pages_as == "US" else "a4",
        "country": order.country_name,
        "says": _says(about, order, title, tax_name),
    }


def _says(about: str, order: Order, title: str, tax_name: str) -> dict[str, str]:
    """What document.typ says in English otherwise; nothing of it in English."""
    if get_language() == settings.LANGUAGE_CODE:
        return {}
    company = order.legal.get("company_number", "")
    return {
        "company": _("company number {number}").format(number=company),
        "test": _("TEST: no money moved"),
        "of": _("of {number}").format(number=about),
        "order": _("Order"),
        "issued": _("Issued"),
        "what": _("What"),
        "packs": _("Packs"),
        "each": _("Each"),
        "amount": _("Amount"),
        "rate": _("Rate"),
        "net": _("Net"),
        "gross": _("Gross"),
        "total": _("{title} total:").format(title=title),
        "included": _("{tax} is included, at the rate of the country of delivery: {country}.").format(
            tax=tax_name, country=order.country_name
        ),
    }


def _vat_number(order: Order) -> list[str]:
    """The line with it, for a business that asked for that."""
    row = BuyerVatNumber.objects.filter(order=order).select_related("order__region").first()
    return [_("VAT number {number}").format(number=row.words)] if row else []


def _paid_words(order: Order) -> str:
    payment = paid_by(order)
    return _("Paid {how}.").format(how=PAID[payment.outside]) if payment else ""


def _why(refund: Refund) -> str:
    """In words for the shopper; what staff wrote for colleagues never stands here."""
    cause = CAUSES.get(refund.cause) or refund.get_cause_display()
    cause = spelled(str(cause), refund.payment.order.storefront)
    return f"{cause}. {refund.words}" if refund.words else f"{cause}."


def _credited(part: CreditedPart, region) -> dict:
    line = part.line
    what = f"{line.title}, {line.label}"
    return {
        "what": what if part.is_whole else _("Part of the price: {what}").format(what=what),
        "sku": line.sku,
        "packs": part.packs,
        "unit": "",
        "rate": f"{line.tax_rate.normalize():f} %",
        "total": region.money(part.gross),
    }
