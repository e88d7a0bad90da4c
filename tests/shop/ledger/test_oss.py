"""The one-stop shop's return: supplies of a quarter by country and rate, and corrections by the quarter of the sale."""

import csv
import io
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.invoices import corrections, sums
from shop.invoices.issue import issue_documents
from shop.invoices.models import Correction, Document, DocumentTax, Series
from shop.invoices.sums import add_up, count_anew
from shop.ledger.oss import oss_regions, oss_rows
from shop.ledger.vat import Quarter
from shop.orders.models import Order
from shop.regions.laws import LawPack
from shop.regions.models import Country
from tests.support.documents import refunded
from tests.support.factories import ROME, region, set_stock
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BERLIN = ZoneInfo("Europe/Berlin")
Q3, Q4 = Quarter(2026, 3), Quarter(2026, 4)
LAST_OF_Q3 = datetime(2026, 9, 30, 23, 59, 59, tzinfo=BERLIN)
FIRST_OF_Q4 = datetime(2026, 10, 1, tzinfo=BERLIN)
PARIS = ROME.__class__("Ada Lovelace", "1 rue de Rivoli", "", "Paris", "", "75001", "FR")


def sold(at, *back, address=ROME, code="eu") -> Order:
    """An order that was paid at a moment, with credit notes of (moment, cents)."""
    set_stock("CIT-CAP-90", code, 50)
    order = paid(quantity=2, code=code, address=address)
    refunded(order, *(cents for _, cents in back))
    while issue_documents():
        pass
    Order.objects.filter(pk=order.pk).update(paid_at=at)
    notes = order.documents.order_by("pk")
    for note, moment in zip(notes, [at, *(moment for moment, _ in back)], strict=True):
        Document.objects.filter(pk=note.pk).update(tax_point=moment)
    return order


@pytest.fixture
def a_year():
    """Sales of two quarters, in three countries, some of whose money went back in theirs or in the next."""
    sold(LAST_OF_Q3, (LAST_OF_Q3, 500), (FIRST_OF_Q4, 700))
    sold(LAST_OF_Q3 - timedelta(days=40), (FIRST_OF_Q4 + timedelta(days=3), 1000), address=PARIS)
    sold(FIRST_OF_Q4, (FIRST_OF_Q4 + timedelta(days=1), 300))
    sold(FIRST_OF_Q4, code="uk", address=None)


def by_hand(quarter: Quarter) -> tuple[dict, dict]:
    """The same document by document."""
    begin, end = quarter.bounds(BERLIN)
    own, earlier = defaultdict(int), defaultdict(int)
    for row in DocumentTax.objects.filter(document__region__code="eu").select_related("document__order"):
        if not begin <= row.document.tax_point < end:
            continue
        day = row.document.order.paid_at.astimezone(BERLIN)
        sale = Quarter(day.year, (day.month + 2) // 3)
        for name, amount in (("net", row.net), ("tax", row.tax)):
            if sale == quarter:
                own[(row.document.country, row.rate), name] += amount
            else:
                earlier[(str(sale), row.document.country, row.rate), name] += amount
    return dict(own), dict(earlier)


def as_reported(quarter: Quarter) -> tuple[dict, dict]:
    supplies, corrected = oss_rows(quarter)
    own = {((row.country, row.rate), name): getattr(row, name) for row in supplies for name in ("net", "tax")}
    earlier = {
        ((str(row.sold), row.country, row.rate), name): getattr(row, name)
        for row in corrected
        for name in ("net", "tax")
    }
    return own, earlier


def all_agree() -> bool:
    return all(as_reported(quarter) == by_hand(quarter) for quarter in (Q3, Q4))


def test_the_return_is_what_the_documents_say_at_every_step_of_counting(a_year, monkeypatch):
    monkeypatch.setattr(sums, "AT_ONCE", 1)
    monkeypatch.setattr(corrections, "AT_ONCE", 1)
    assert all_agree()
    steps = 0
    while add_up():
        steps += 1
        assert all_agree()
    assert steps > 2
    assert Correction.objects.exists()
    count_anew(settings.PAYMENT_MODE)
    assert not Correction.objects.exists()
    assert all_agree()


def test_a_refund_of_the_quarter_before_corrects_that_quarter_and_takes_nothing_from_this_one(a_year):
    supplies, corrected = oss_rows(Q4)
    assert [(row.country, row.net + row.tax) for row in supplies] == [("IT", 2990 - 300)]
    assert [(str(row.sold), row.country, row.net + row.tax) for row in corrected] == [
        ("2026-3", "FR", -1000),
        ("2026-3", "IT", -700),
    ]
    supplies, corrected = oss_rows(Q3)
    assert [(row.country, row.net + row.tax) for row in supplies] == [("FR", 2990), ("IT", 2990 - 500)]
    assert corrected == []


def test_the_quarter_ends_at_midnight_on_the_regions_clock():
    sold(datetime(2026, 9, 30, 22, 0, tzinfo=UTC))  # the first second of October in Berlin
    assert oss_rows(Q3) == ([], [])
    assert len(oss_rows(Q4)[0]) == 1


def test_what_is_older_than_three_years_is_said_to_be():
    sold(datetime(2022, 5, 1, tzinfo=UTC), (FIRST_OF_Q4, 500))
    [row] = oss_rows(Q4)[1]
    assert row.is_too_old
    assert "not by this return" in signed_in().get("/admin/vat/oss/?quarter=2026-4").content.decode()


def test_once_counted_the_return_reads_no_document(a_year):
    while add_up():
        pass
    assert not Series.objects.filter(letter="C", last__gt=0, corrected=0).exists()
    with CaptureQueriesContext(connection) as queries:
        oss_rows(Q4)
    assert not [query["sql"] for query in queries if "invoices_document" in query["sql"]]


def test_the_page_and_its_file_say_the_same(a_year):
    owner = signed_in()
    page = " ".join(owner.get("/admin/vat/oss/?quarter=2026-4").content.decode().split())
    supplies, corrected = oss_rows(Q4)
    for row in (*supplies, *corrected):
        assert f"<b>{row.tax_text}</b>" in page
    rows = list(csv.reader(io.StringIO(owner.get("/admin/vat/oss/?quarter=2026-4&as=csv").content.decode())))
    assert rows[0] == [
        "quarter",
        "what",
        "quarter of the sale",
        "country",
        "rate %",
        "net",
        "VAT",
        "currency",
    ]
    assert [(row[1], row[2], row[3], row[7]) for row in rows[1:]] == [
        ("supply", "2026-4", "IT", "EUR"),
        ("correction", "2026-3", "FR", "EUR"),
        ("correction", "2026-3", "IT", "EUR"),
    ]
    assert sum(Decimal(row[5]) + Decimal(row[6]) for row in rows[1:]) == Decimal("26.90") - Decimal("17.00")


@pytest.mark.parametrize(
    "query", ["?quarter=9999-9", "?quarter=%00", "?quarter=2026-4&as=pdf", "?quarter=2999-4"]
)
def test_odd_quarters_are_no_error(query):
    assert signed_in().get(f"/admin/vat/oss/{query}").status_code == 200


def test_who_may_not_see_the_ledger_sees_no_return():
    assert signed_in("Writer").get("/admin/vat/oss/").status_code == 403


def test_the_return_counts_regions_by_their_countries_not_by_what_their_pages_look_like():
    eu = region("eu")
    law = LawPack.objects.get(code=eu.law)
    law.pages_as = "GB"
    law.save()
    assert [row.code for row in oss_regions()] == ["eu"]
    Country.objects.create(region=eu, code="NO", name="Norway")
    assert oss_regions() == []
