"""Everything a shopper or a document says is on the clock of the region, and reports go by the same days."""

from datetime import UTC, datetime

import pytest

from articles.models import Publication
from shop.invoices.issue import issue_credit_note, issue_documents, issue_invoice
from shop.ledger.vat import Quarter, differences, rows_of
from shop.orders.models import Order
from shop.outbox.keys import order_key
from shop.outbox.models import Mail
from shop.payments.left import paid_by
from shop.payments.models import Refund
from shop.payments.reconcile import send_refunds
from shop.payments.refund import want_refund
from shop.regions.local import day_words, hour_words
from tests.support.clock import freeze
from tests.support.factories import an_order_at_stripe, deliver_events, region
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


BOUNDARIES = [
    # paid at (UTC), region, the quarter on the region's clock, the day on the invoice
    ((2027, 1, 1, 3, 0), "us", "2026-4", "December 31, 2026"),
    ((2026, 9, 30, 22, 30), "eu", "2026-4", "1 October 2026"),
    ((2026, 6, 30, 23, 30), "uk", "2026-3", "1 July 2026"),
    ((2026, 12, 31, 23, 30), "eu", "2027-1", "1 January 2027"),
    ((2026, 12, 31, 23, 30), "uk", "2026-4", "31 December 2026"),
    ((2026, 4, 1, 3, 59), "us", "2026-1", "March 31, 2026"),
    ((2026, 4, 1, 4, 0), "us", "2026-2", "April 1, 2026"),
]


@pytest.mark.parametrize(("moment", "code", "quarter", "day"), BOUNDARIES)
def test_invoice_and_report_put_an_order_into_the_same_quarter(moment, code, quarter, day):
    order = paid("CIT-CAP-90", code=code)
    Order.objects.filter(pk=order.pk).update(paid_at=datetime(*moment, tzinfo=UTC))
    order.refresh_from_db()
    assert issue_invoice(order).data["supplied"] == day
    wanted = Quarter.of(quarter)
    year, number = map(int, quarter.split("-"))
    others = [Quarter(year, number).before(), Quarter(year + (number == 4), 1 if number == 4 else number + 1)]
    assert sum(row.net + row.tax for row in rows_of(wanted)) == order.total
    assert not any(rows_of(one) for one in others)
    assert not any(differences(one) for one in [wanted, *others])


@pytest.mark.parametrize(("moment", "code", "quarter", "day"), BOUNDARIES)
@pytest.mark.walk
def test_a_credit_note_counts_on_the_day_that_stands_on_it(moment, code, quarter, day):
    order = paid("CIT-CAP-90", code=code)
    want_refund(paid_by(order), order.total, cause="goodwill", by="mia")
    send_refunds()
    deliver_events()
    Order.objects.filter(pk=order.pk).update(paid_at=datetime(2026, 2, 10, tzinfo=UTC))
    refund = Refund.objects.get()
    Refund.objects.filter(pk=refund.pk).update(ended_at=datetime(*moment, tzinfo=UTC))
    refund.refresh_from_db()
    assert issue_credit_note(refund).data["supplied"] == day
    assert sum(row.back_net + row.back_tax for row in rows_of(Quarter.of(quarter))) == -order.total


@pytest.mark.slow
def test_the_report_page_says_whose_clock_it_goes_by():
    paid("CIT-CAP-90")
    while issue_documents():
        pass
    page = signed_in().get("/admin/vat/").content.decode()
    assert "each region’s own clock" in page
    assert "Times on these pages are UTC unless another clock is named" in page


@pytest.mark.parametrize(
    ("code", "moment", "placed", "until"),
    [
        ("uk", (2027, 7, 1, 23, 30), "2 July 2027, 00:30 BST", "01:15 BST"),
        ("uk", (2026, 12, 1, 9, 5), "1 December 2026, 09:05 GMT", "09:50 GMT"),
        ("us", (2027, 7, 2, 3, 15), "July 1, 2027, 11:15 PM EDT", "12:00 AM EDT"),
        ("us", (2026, 12, 2, 3, 15), "December 1, 2026, 10:15 PM EST", "11:00 PM EST"),
        ("eu", (2026, 12, 31, 23, 15), "1 January 2027, 00:15 CET", "01:00 CET"),
        ("eu", (2027, 7, 1, 22, 15), "2 July 2027, 00:15 CEST", "01:00 CEST"),
    ],
)
def test_order_page_and_mails_are_on_the_shoppers_clock(shopper, monkeypatch, code, moment, placed, until):
    freeze(monkeypatch, datetime(*moment, tzinfo=UTC))
    order, _ = an_order_at_stripe("CIT-CAP-90", code=code)
    page = " ".join(shopper.get(order.get_absolute_url()).content.decode().split())
    assert f"Placed {placed}." in page
    assert f"kept until {until}" in page
    mail = Mail.objects.get(key=order_key("placed", order.pk))
    assert until in mail.text
    assert until in mail.html
    assert "UTC" not in page + mail.text + mail.html


def test_an_article_has_one_day_on_list_page_and_data(shopper):
    row = Publication.objects.filter(region__code="us").select_related("version__article").first()
    Publication.objects.filter(pk=row.pk).update(starts_at=datetime(2026, 11, 3, 3, 0, tzinfo=UTC))
    region("us").save()
    path = row.version.article.url_in(region("us"))
    page = shopper.get(path).content.decode()
    assert '<time datetime="2026-11-02">November 2, 2026</time>' in page
    assert '"datePublished": "2026-11-02T22:00:00-05:00"' in page
    assert (
        '<time datetime="2026-11-02">November 2, 2026</time>' in shopper.get("/us/articles/").content.decode()
    )


def test_words_for_days_and_hours():
    moment = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert (day_words(moment, region("uk")), hour_words(moment, region("uk"))) == (
        "29 March 2026",
        "00:59 GMT",
    )
    assert (day_words(moment, region("us")), hour_words(moment, region("us"))) == (
        "March 28, 2026",
        "8:59 PM EDT",
    )
    assert hour_words(datetime(2026, 3, 29, 1, 0, tzinfo=UTC), region("uk")) == "02:00 BST"


def test_no_template_for_shoppers_writes_a_date_without_a_clock():
    """Dates of shoppers' pages and mails go through the region's clock; only calendar days may go without."""
    import re
    from pathlib import Path

    allowed = {"retracted_on", "reviewed_on", "preview_at", "row.changed", "failing_since", "best_before"}
    allowed |= {"happened_at"}  # staff read UTC, by its name
    for path in Path("templates").rglob("*.*"):
        if {"admin", "account", "mfa"} & set(path.parts) or path.suffix not in {".html", ".txt", ".xml"}:
            continue
        for name in re.findall(r"{{ ?([\w.]+)\|(?:date|time):", path.read_text()):
            assert any(name.endswith(one) for one in allowed), f"{path}: {name}"
