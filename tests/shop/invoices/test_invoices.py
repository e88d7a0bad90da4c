"""Invoices and credit notes: no gap in the numbers, tax to the cent, and a PDF that never changes."""

import hashlib
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.attribution.origins import spread
from shop.catalogue.models import Product
from shop.invoices import issue
from shop.invoices.issue import (
    _share,
    issue_credit_note,
    issue_documents,
    issue_invoice,
    returned_rates,
)
from shop.invoices.models import Document, DocumentTax, Series
from shop.money import net_of
from shop.orders.models import Order, OrderLine
from shop.payments.left import paid_by
from shop.payments.models import Payment, Refund
from shop.payments.reconcile import send_refunds
from shop.payments.refund import cancel_and_refund, want_refund, worth
from shop.payments.sandbox.models import SandboxRefund
from shop.payments.sandbox.stripe import refunds, sessions
from shop.sweeps.models import Setback
from tests.conftest import a_shopper
from tests.support.documents import refunded
from tests.support.factories import an_order, deliver_events, set_stock
from tests.support.orders import a_code, order_with, paid

pytestmark = pytest.mark.django_db


def words_of(document) -> str:
    """The text of the page, from the data that was typeset."""
    return str(document.data)


@pytest.mark.slow
def test_a_paid_order_has_one_invoice_and_an_unpaid_one_none():
    order = paid("CIT-CAP-90", "OIL-SPR-100", quantity=2)
    assert issue_invoice(an_order("GLY-CAP-90", email="x@y.de")) is None
    first = issue_invoice(order)
    assert issue_invoice(order) == first
    assert (first.number, first.total) == ("UK-SI-000001", order.total)
    assert bytes(first.pdf).startswith(b"%PDF-")
    assert sum(tax.net + tax.tax for tax in first.taxes.all()) == order.total
    assert sum(tax.tax for tax in first.taxes.all()) == order.tax_total
    page_words = words_of(first)
    for words in (
        "Magnesium Citrate Capsules",
        "£23.90",
        "20 %",
        "Ada Lovelace",
        order.number,
        "Delivery, free",
    ):
        assert words in page_words, words


@pytest.mark.slow
def test_numbers_have_no_gap_in_any_region_and_each_has_its_own():
    for sku in ("CIT-CAP-90",):
        for code in ("uk", "us", "eu"):
            set_stock(sku, code, 50)
    for number in range(5):
        paid(code=("uk", "us")[number % 2], email=f"b{number}@example.org")
    while issue_documents():
        pass
    assert sorted(Document.objects.values_list("number", flat=True)) == [
        "UK-SI-000001", "UK-SI-000002", "UK-SI-000003", "US-SI-000001", "US-SI-000002"]  # fmt: skip
    for series in Series.objects.all():
        rows = Document.objects.filter(region=series.region, letter=series.letter).order_by("sequence")
        assert list(rows.values_list("sequence", flat=True)) == list(range(1, series.last + 1))


@pytest.mark.slow
def test_a_pdf_that_can_not_be_made_leaves_no_gap(monkeypatch):
    order = paid()

    def broken(data):
        raise RuntimeError("no typesetter")

    monkeypatch.setattr("shop.invoices.issue.typeset", broken)
    with pytest.raises(RuntimeError):
        issue_invoice(order)
    monkeypatch.undo()
    assert issue_invoice(order).sequence == 1


@pytest.mark.slow
def test_renaming_re_pricing_and_re_issuing_change_no_byte():
    order = paid()
    before = issue_invoice(order)
    Product.objects.update(name="Another name")
    Order.objects.filter(pk=order.pk).update(name="Somebody else")
    order.refresh_from_db()
    after = issue_invoice(order)
    assert hashlib.sha256(bytes(after.pdf)).hexdigest() == before.sha256
    with pytest.raises(TypeError, match="never changed"):
        after.save()
    with pytest.raises(TypeError, match="never deleted"):
        after.delete()
    answer = a_shopper().get(f"/orders/{order.token}/{before.number}.pdf")
    assert hashlib.sha256(answer.content).hexdigest() == before.sha256
    assert answer["Content-Type"] == "application/pdf"


@pytest.mark.slow
def test_nobody_opens_another_orders_invoice():
    one, two = paid(), paid("GLY-CAP-90", email="c@d.de")
    number = issue_invoice(one).number
    assert a_shopper().get(f"/orders/{two.token}/{number}.pdf").status_code == 404
    assert a_shopper().get(f"/orders/guess/{number}.pdf").status_code == 404
    assert "Invoice UK-SI-" in a_shopper().get(one.get_absolute_url()).content.decode()


@pytest.mark.slow
def test_credit_notes_take_back_exactly_the_invoice_in_however_many_parts():
    set_stock("CIT-CAP-90", "eu", 9)
    order = paid("CIT-CAP-90", "OIL-SPR-100", code="eu")
    refunded(order, 333, 1, 777, paid_by(order).left - 1111)
    notes = Document.objects.filter(kind="credit").order_by("sequence")
    assert [note.sequence for note in notes] == [1, 2, 3, 4]
    assert sum(note.total for note in notes) == order.total
    sums = {}
    for tax in DocumentTax.objects.all():
        net, part = sums.get(tax.rate, (0, 0))
        sums[tax.rate] = (net + tax.net, part + tax.tax)
    assert set(sums.values()) == {(0, 0)}
    assert notes[0].data["about"] == "EU-SI-000001"


@pytest.mark.slow
def test_a_refund_that_failed_after_its_note_is_taken_back_by_a_reversal():
    order = paid()
    refunded(order, 500)
    refunds.fail_refund(SandboxRefund.objects.get())
    deliver_events()
    while issue_documents():
        pass
    kinds = list(Document.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["invoice", "credit", "reversal"]
    assert sum(tax.net + tax.tax for tax in DocumentTax.objects.all()) == order.total
    refunded(order, order.total)
    assert sum(tax.net + tax.tax for tax in DocumentTax.objects.all()) == 0


def test_money_that_was_never_a_sale_has_no_credit_note():
    order = paid()
    row = Refund.objects.create(
        payment=order.payments.get(), amount=5, cause="automatic", status="succeeded", reason="twice"
    )
    row.payment.status = "review"
    row.payment.save()
    assert issue_credit_note(row) is None


@pytest.mark.slow
def test_a_code_stands_on_the_invoice_and_tax_is_on_what_was_paid():
    a_code()
    order = order_with("NOVEMBER10", "CIT-CAP-90")
    from shop.payments.start import start_payment
    from tests.support.factories import session_of

    start_payment(order)
    sessions.pay(session_of(order))
    deliver_events()
    order.refresh_from_db()
    document = issue_invoice(order)
    assert "Code NOVEMBER10" in words_of(document)
    assert sum(tax.net + tax.tax for tax in document.taxes.all()) == order.total == 1075


def two_rates(code="eu"):
    """A paid order of two lines at two rates: 20 % and 5 %."""
    for sku in ("CIT-CAP-90", "OIL-SPR-100"):
        set_stock(sku, code, 9)
    order = paid("CIT-CAP-90", "OIL-SPR-100", code=code, quantity=2)
    for line, rate in zip(order.lines.order_by("pk"), (20, 5), strict=True):
        tax = line.total - net_of(line.total, Decimal(rate))
        OrderLine.objects.filter(pk=line.pk).update(tax_rate=rate, tax=tax)
    Order.objects.filter(pk=order.pk).update(tax_total=sum(order.lines.values_list("tax", flat=True)))
    return Order.objects.get(pk=order.pk)


def note_of(refund):
    send_refunds()
    deliver_events()
    issue_documents()
    return refund.documents.get(kind="credit")


@pytest.mark.slow
def test_a_credit_note_lists_the_packs_and_their_own_tax():
    order = two_rates()
    capsules, spray = order.lines.order_by("pk")
    cancelled = cancel_and_refund(
        order, {capsules.pk: 1}, by="mia", why="secret", words="Sold out.", refund=True
    )
    note = note_of(cancelled)
    [row] = note.data["lines"]
    assert (row["packs"], row["sku"], row["rate"]) == (1, "CIT-CAP-90", "20 %")
    assert row["what"] == f"{capsules.title}, {capsules.label}"
    assert note.data["why"] == "Cancelled before sending. Sold out."
    assert [tax.rate for tax in note.taxes.all()] == [20]
    damaged = want_refund(paid_by(order), 100, cause="damaged", by="mia", goods={spray.pk: 1})
    note = note_of(damaged)
    assert [(row["packs"], row["what"].split(":")[0]) for row in note.data["lines"]] == [
        (1, "Part of the price")
    ]
    assert [tax.rate for tax in note.taxes.all()] == [5]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "why", "supplied_as"), [("us", "Canceled before", "Date of sale"), ("uk", "Cancelled before", "Tax point")]
)  # fmt: skip
def test_documents_are_worded_as_their_region_words_them(code, why, supplied_as):
    order = paid(code=code)
    refund = cancel_and_refund(
        order, {order.lines.get().pk: 1}, by="mia", why="x", words="Our parcel was late.", refund=True
    )
    note = note_of(refund)
    assert note.data["why"] == f"{why} sending. Our parcel was late.", (
        "what staff wrote stays as it was written"
    )
    assert note.data["supplied_as"] == supplied_as


@pytest.mark.slow
@pytest.mark.parametrize("cause", ["goodwill", "dashboard", "lost"])
def test_a_credit_note_without_packs_is_for_a_part_of_all_prices(cause):
    order = two_rates()
    refund = want_refund(paid_by(order), 700, cause=cause, by="mia", reason="secret")
    note = note_of(refund)
    assert [row["sku"] for row in note.data["lines"]] == ["CIT-CAP-90", "OIL-SPR-100"]
    assert {tax.rate for tax in note.taxes.all()} == {5, 20}
    assert "secret" not in words_of(note)
    assert "Stripe" not in note.data["why"]


@pytest.mark.slow
def test_the_last_refund_of_all_leaves_nothing_at_any_rate():
    order = two_rates()
    capsules, spray = order.lines.order_by("pk")
    payment = paid_by(order)
    for amount, goods in ((333, None), (worth(spray, 2), {spray.pk: 2}), (100, {spray.pk: 1})):
        note_of(want_refund(payment, amount, cause="goodwill", by="mia", goods=goods))
    note_of(want_refund(payment, payment.left, cause="goodwill", by="mia", goods={capsules.pk: 2}))
    sums = {}
    for tax in DocumentTax.objects.all():
        net, part = sums.get(tax.rate, (0, 0))
        sums[tax.rate] = (net + tax.net, part + tax.tax)
    assert sums == {Decimal(20): (0, 0), Decimal(5): (0, 0)}


@pytest.mark.slow
def test_refunds_that_can_have_no_note_block_nobody():
    first, later = paid(), paid("GLY-CAP-90", email="c@d.de")
    twice = Payment.objects.create(
        order=first, mode="sandbox", amount=9999, currency="GBP", params={}, status="review",
        ends_at=timezone.now(), look_at=timezone.now(),
    )  # fmt: skip
    for number in range(25):
        Refund.objects.create(
            payment=twice, amount=1 + number, cause="goodwill", status="succeeded", ended_at=timezone.now()
        )
    assert issue_documents() == 2
    assert issue_documents() == 0
    refund = want_refund(paid_by(later), 100, cause="goodwill", by="mia")
    assert note_of(refund).total == 100


@pytest.mark.slow
def test_a_document_that_can_not_be_made_stops_no_other(monkeypatch):
    poisoned, other = paid(), paid("GLY-CAP-90", email="c@d.de")
    real = issue.typeset

    def breaks(data):
        if data["order"] == poisoned.number:
            raise ValueError("no")
        return real(data)

    monkeypatch.setattr(issue, "typeset", breaks)
    assert issue_documents() == 1
    assert other.documents.count() == 1
    assert issue_documents() == 0
    monkeypatch.setattr(issue, "typeset", real)
    Setback.objects.update(next_at=timezone.now())
    assert issue_documents() == 1
    assert [row.sequence for row in Document.objects.order_by("pk")] == [1, 2]


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from([0, 5, 10, 20, 21, 25.5]), st.integers(1, 20000)), min_size=1, max_size=5),
    st.lists(st.integers(1, 30000), max_size=6),
)  # fmt: skip
def test_refunds_in_any_parts_sum_to_the_invoice_by_rate(lines, parts):
    rates = {}
    for rate, gross in lines:
        tax = round(gross * rate / (100 + rate))
        net, had = rates.get(Decimal(str(rate)), (0, 0))
        rates[Decimal(str(rate))] = (net + gross - tax, had + tax)
    left, sums = sum(net + tax for net, tax in rates.values()), {}
    for number, part in enumerate([*parts, left]):
        part = min(part, left)
        if not part:
            continue
        # By turns for goods of one rate, which may have too little left, and for a part of all prices.
        one = list(rates)[number % len(rates)]
        shares = {one: part} if number % 2 else dict(zip(rates, spread(part, [sum(p) for p in rates.values()]), strict=True))  # fmt: skip
        found = returned_rates(rates, sums, shares)
        assert sum(net + tax for net, tax in found.values()) == part
        assert all(net >= 0 and tax >= 0 for net, tax in found.values())
        for rate, (net, tax) in found.items():
            had = sums.get(rate, (0, 0))
            sums[rate] = (had[0] + net, had[1] + tax)
        left -= part
    assert sums == {rate: pair for rate, pair in rates.items() if sum(pair)}


def test_a_share_is_rounded_half_up_and_the_whole_is_whole():
    assert _share(100, 1, 3) == 33
    assert _share(5, 1, 2) == 3
    assert _share(7, 9, 9) == 7
    assert _share(7, 0, 0) == 0
