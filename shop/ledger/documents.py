"""Rules about invoices and credit notes: each says what its order or refund does, and their sums are kept rightly."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import F, IntegerField, OuterRef, Q, Subquery, Sum

from shop.invoices.issue import NO_SALE
from shop.invoices.models import Document, DocumentKind, DocumentTax
from shop.invoices.sums import wrong_days
from shop.ledger.among import ALL
from shop.ledger.breach import PATIENCE, Breach, Some, _day, _orders
from shop.payments.models import Payment, PaymentStatus, Refund, RefundStatus


def documents(now, among=ALL) -> Iterator[Breach]:
    """Whatever was paid an hour ago has an invoice of its total and tax, and what went back of it has a credit note."""
    invoice = Document.objects.filter(order=OuterRef("pk"), kind=DocumentKind.INVOICE)
    taxes = DocumentTax.objects.filter(document__order=OuterRef("pk"), document__kind=DocumentKind.INVOICE)
    parts = taxes.order_by().values("document__order")
    paid = among.of(_orders(), "pk").filter(paid_at__lt=now - PATIENCE)
    rows = paid.annotate(
        invoiced=Subquery(invoice.values("total")[:1]),
        tax_invoiced=Subquery(parts.annotate(n=Sum("tax")).values("n"), IntegerField()),
        net_invoiced=Subquery(parts.annotate(n=Sum("net")).values("n"), IntegerField()),
    )
    agree = Q(invoiced=F("total"), tax_invoiced=F("tax_total"), net_invoiced=F("total") - F("tax_total"))
    for order in (some := Some(rows.filter(Q(invoiced=None) | ~agree).select_related("region"))):
        said = "there is no invoice" if order.invoiced is None else "its invoice says another sum or tax"
        words = f"{order}: {order.total_text} was paid, and {said}."
        yield Breach("documents", words, order.pk, _day(order.paid_at), order=order.pk)
    yield from some.rest("documents", now)
    yield from _credit_notes(now, among)


def _credit_notes(now, among) -> Iterator[Breach]:
    sale = Payment.objects.filter(order=OuterRef("payment__order"), status=PaymentStatus.PAID)
    note = Document.objects.filter(refund=OuterRef("pk"), kind=DocumentKind.CREDIT)
    rows = (
        among.of(Refund.objects.filter(payment__mode=settings.PAYMENT_MODE), "payment__order")
        .filter(
            status=RefundStatus.SUCCEEDED, ended_at__lt=now - PATIENCE, payment__order__paid_at__isnull=False
        )
        .exclude(cause__in=NO_SALE)
        .annotate(
            sale=Subquery(sale.order_by("settled_at", "pk").values("pk")[:1]),
            noted=Subquery(note.values("total")[:1]),
        )
        .filter(Q(noted=None) | ~Q(noted=F("amount")), payment=F("sale"))
    )
    for refund in (some := Some(rows.select_related("payment__order__region"))):
        said = "there is no credit note" if refund.noted is None else "its credit note says another sum"
        order = refund.payment.order_id
        yield Breach(
            "documents", f"{refund} went back, and {said}.", refund.pk, _day(refund.ended_at), order=order
        )
    yield from some.rest("documents", now)


def sums(now, among=ALL) -> Iterator[Breach]:
    """What reports add up by day is what the documents of that day say."""
    for day in [None] if among.is_all else sorted(among.days):
        for region, wrong in wrong_days(settings.PAYMENT_MODE, day):
            words = f"{region.name}: the sums of {wrong:%-d %B %Y} are not those of its documents."
            yield Breach("sums", words, region.pk, wrong.isoformat(), "count_days")
