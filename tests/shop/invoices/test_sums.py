"""What reports add up by day is what the documents say, whether the worker has counted them or not."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.desk.models import LedgerState
from shop.invoices import sums
from shop.invoices.issue import issue_documents
from shop.invoices.models import DaySum, Document, DocumentTax, Series
from shop.invoices.sums import add_up, sums_of, wrong_days
from shop.ledger import among
from shop.ledger.check import BY_PART, RULES, breaches, looked_at, match_money
from shop.ledger.documents import sums as sums_rule
from shop.ledger.fixes import count_days
from shop.orders.models import Order
from shop.regions.models import Region
from tests.support.documents import refunded
from tests.support.factories import set_stock
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ALWAYS = date(2000, 1, 1), date(2999, 1, 1)


@pytest.fixture
def sold():
    """Orders of all regions, some of their money given back, over two days."""
    for code in ("uk", "us", "eu"):
        set_stock("CIT-CAP-90", code, 50)
    found = [paid(quantity=2, code=code) for code in ("uk", "us", "eu") for _ in range(2)]
    for order in found[::2]:
        refunded(order, 300)
    while issue_documents():
        pass
    noon = timezone.now().replace(hour=12) - timedelta(days=1)  # the same day by the clocks of all regions
    Document.objects.update(tax_point=noon)
    Document.objects.filter(order=found[0]).update(tax_point=noon - timedelta(days=3))
    return found


def directly(region) -> dict:
    """The same from all documents, one by one."""
    found: dict = {}
    for row in DocumentTax.objects.filter(document__region=region).select_related("document"):
        key = (row.document.kind, row.document.country, row.rate)
        net, tax = found.get(key, (0, 0))
        found[key] = (net + row.net, tax + row.tax)
    return found


def all_agree() -> bool:
    return all(
        sums_of(region, settings.PAYMENT_MODE, *ALWAYS) == directly(region) for region in Region.objects.all()
    )


@pytest.mark.slow
def test_sums_are_those_of_the_documents_at_every_step_of_counting(sold, monkeypatch):
    monkeypatch.setattr(sums, "AT_ONCE", 1)
    steps = 0
    assert all_agree()
    while add_up():
        steps += 1
        assert all_agree()
    assert steps > 1
    assert not Series.objects.exclude(last=F("summed")).exists()
    assert wrong_days(settings.PAYMENT_MODE) == []
    assert len(set(DaySum.objects.values_list("day", flat=True))) == 2
    with CaptureQueriesContext(connection) as queries:
        assert all_agree_without_looking()
    assert not [query["sql"] for query in queries if "invoices_document" in query["sql"]]
    paid()
    issue_documents()
    assert all_agree(), "with what came since"


def all_agree_without_looking() -> bool:
    return any(sums_of(region, settings.PAYMENT_MODE, *ALWAYS) for region in Region.objects.all())


def a_row_changed():
    DaySum.objects.filter(kind="credit").update(net=F("net") + 1)


def a_row_gone():
    DaySum.objects.filter(kind="invoice").first().delete()


def a_row_too_many():
    row = DaySum.objects.first()
    row.pk, row.country = None, "XX"
    row.save()


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [a_row_changed, a_row_gone, a_row_too_many])
def test_a_wrong_sum_is_found_stays_red_and_is_added_up_anew(sold, spoil, monkeypatch):
    while add_up():
        pass
    monkeypatch.setattr(among, "PART", 2)
    match_money()
    spoil()
    for _ in range(3):
        match_money()
    for _ in range(3):
        assert {breach["rule"] for breach in LedgerState.objects.get().breaches} == {"sums"}
        match_money()
    assert {breach.rule for breach in breaches()} == {"sums"}
    count_days(None, "olga")
    assert all_agree()
    while add_up():
        pass
    match_money()
    assert (LedgerState.objects.get().breaches, breaches()) == ([], [])
    assert all_agree()


def no_invoice(order):
    Document.objects.filter(order=order).update(kind="reversal")


def another_sum(order):
    Document.objects.filter(order=order, kind="invoice").update(total=F("total") + 1)


def another_tax(order):
    rows = DocumentTax.objects.filter(document__order=order, document__kind="invoice")
    rows.update(net=F("net") - 1, tax=F("tax") + 1)


def no_credit_note(order):
    Document.objects.filter(order=order, kind="credit").update(kind="reversal")


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [no_invoice, another_sum, another_tax, no_credit_note])
def test_a_document_that_does_not_say_what_its_order_does_is_red(sold, spoil):
    spoil(sold[0])
    later = timezone.now() + timedelta(hours=2)
    found = {breach.order for breach in breaches(later) if breach.rule == "documents"}
    assert found == {sold[0].pk}


@pytest.mark.slow
def test_each_rule_tells_since_when_it_has_looked_at_everything(sold, monkeypatch):
    """A round of parts counts from its beginning, and only once it has ended."""
    while add_up():
        pass
    monkeypatch.setattr(among, "PART", 2)
    moments = [timezone.now() + timedelta(minutes=number) for number in range(9)]
    match_money(moments[0])
    state = LedgerState.objects.get()
    assert state.whole is None
    assert "not yet" in signed_in().get("/admin/ledger/").content.decode()
    for moment in moments[1:]:
        match_money(moment)
    state = LedgerState.objects.get()
    assert moments[0] < state.whole < state.checked_at
    since = {name: when for name, _, when in looked_at(state)}
    assert (since["holds"], since["sums"], since["stock"]) == (state.whole, state.days_whole, moments[-1])
    assert len(since) == len(RULES)


def test_the_rules_that_ask_about_a_part_are_those_that_say_so(db):
    """Each of the others is asked about everything each time."""

    class Spy(among.Among):
        asked: set = set()

        def of(self, rows, order):
            Spy.asked.add(order)
            return super().of(rows, order)

    for rule in RULES:
        Spy.asked.clear()
        list(rule(timezone.now(), Spy()))
        assert bool(Spy.asked) == (rule in BY_PART), rule
    assert sums_rule in RULES


def test_a_rule_that_fails_is_not_said_to_have_looked(monkeypatch, db):
    def fails(now, among):
        raise ValueError

    fails.__name__ = "totals"
    monkeypatch.setattr("shop.ledger.check.RULES", (fails,))
    match_money()
    assert looked_at(LedgerState.objects.get())[0][2] is None


def test_the_earnings_page_counts_orders_without_an_invoice_too(sold):
    from config.staff.earnings import Period, shop_revenue

    period = Period.of({"days": "30"})
    uk = Region.by_code("uk")
    before = shop_revenue(uk, period)
    order = paid()
    assert shop_revenue(uk, period) == before + order.total - order.tax_total
    issue_documents()
    assert Order.objects.get(pk=order.pk).has_invoice
    assert shop_revenue(uk, period) == before + order.total - order.tax_total
