"""A list of many rows is counted no further than it can be paged, and orders and filters by what has an index."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib import admin
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from config.staff.forms import lengths
from shop.catalogue.models import Price, Variant
from shop.invoices.models import Document
from shop.orders.models import Order
from shop.outbox.models import Mail
from shop.payments.models import Payment, Refund, StripeEvent
from shop.withdrawal.models import Withdrawal
from tests.support.factories import region
from tests.support.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BEGIN = datetime(2023, 11, 28, 8, 15, tzinfo=UTC)
GREAT = [Order, Payment, Refund, StripeEvent, Mail, Document, Withdrawal]


def some_mails(count: int) -> None:
    Mail.objects.bulk_create(
        Mail(key=f"k{number}", to=f"ada{number}@example.org", subject=f"Word {number}", text="", html="",
             due_at=BEGIN, sent_at=BEGIN)
        for number in range(count)
    )  # fmt: skip


def some_events(count: int) -> None:
    StripeEvent.objects.bulk_create(
        StripeEvent(event_id=f"evt_{number}", type=f"charge.{'abc'[number % 3]}", happened_at=BEGIN, body={},
                    came_by=["webhook", "reconciler"][number % 2])
        for number in range(count)
    )  # fmt: skip


def some_prices(count: int) -> None:
    Price.objects.all().delete()
    variant = Variant.objects.first()
    rows = [
        Price(
            variant=variant, region=region("uk"), amount=100, valid_from=BEGIN + timedelta(days=11 * number)
        )
        for number in range(count)
    ]
    Price.objects.bulk_create(rows)


LISTS = [("outbox/mail", "mails", some_mails), ("payments/stripeevent", "stripe events", some_events),
         ("catalogue/price", "prices", some_prices)]  # fmt: skip


@pytest.fixture
def long(monkeypatch):
    monkeypatch.setattr(lengths, "MOST", 6)
    monkeypatch.setattr(lengths, "LONG", 4)


def lines(path: str) -> tuple[str, list[str]]:
    owner = signed_in()
    with CaptureQueriesContext(connection) as queries:
        answer = owner.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split()), [row["sql"] for row in queries]


@pytest.mark.parametrize(("path", "name", "fill"), LISTS, ids=[path for path, _, _ in LISTS])
def test_a_long_list_says_that_it_is_counted_no_further(long, path, name, fill):
    fill(9)
    page, queries = lines(f"/admin/{path}/")
    assert f"More than 6 {name}: pages lead to the first 6. Filter or search to find others." in page
    assert "across all pages" not in page
    assert all("LIMIT" in sql for sql in queries if "COUNT(*)" in sql and path.replace("/", "_") in sql)


def test_a_short_list_says_how_many_there_are(long):
    some_mails(6)
    page, _ = lines("/admin/outbox/mail/")
    assert "6 mails" in page
    assert "More than" not in page


def test_a_search_that_finds_very_many_says_so(long):
    some_mails(9)
    assert "More than 6 results" in lines("/admin/outbox/mail/?q=Word")[0]
    assert "1 result (" in lines("/admin/outbox/mail/?q=ada3@example.org")[0]


def test_a_long_list_is_ordered_by_what_an_index_begins_with(long):
    some_mails(3)
    one = admin.site.get_model_admin(Mail)
    assert one.get_sortable_by(None) == one.list_display
    Mail.objects.all().delete()
    some_mails(5)
    assert one.get_sortable_by(None) == ["to", "written_at"]
    some_events(5)
    assert admin.site.get_model_admin(StripeEvent).get_sortable_by(None) == [
        "received_at", "type", "came_by", "event_id",
    ]  # fmt: skip


def test_a_long_list_offers_no_order_of_another_tables_rows(long):
    """Regions stand in an order of their own, which no index of prices gives."""
    some_prices(9)
    assert admin.site.get_model_admin(Price).get_sortable_by(None) == ["valid_from"]


def test_documents_of_a_year_are_ordered_by_the_date_that_chose_them():
    """By another date the database would walk past all that are newer."""
    for path, wanted in (
        ("?tax_point__year=2023", "tax_point"),
        ("?tax_point__gte=2023-01-01T00:00:00Z", "tax_point"),
        ("", "issued_at"),
    ):
        _, queries = lines(f"/admin/invoices/document/{path}")
        rows = [
            sql
            for sql in queries
            if "LIMIT 50" in sql or "LIMIT 101" in sql or 'ORDER BY "invoices_document"' in sql
        ]
        assert [sql for sql in rows if f'ORDER BY "invoices_document"."{wanted}" DESC' in sql], (path, rows)


def test_all_of_a_list_that_is_cut_is_refused_in_words(long):
    some_mails(9)
    Mail.objects.update(sent_at=None, gave_up_at=BEGIN)
    pk = Mail.objects.first().pk
    typed = {"action": "again", "select_across": "1", "_selected_action": pk, "index": 0}
    page = signed_in().post("/admin/outbox/mail/", typed, follow=True).content.decode()
    assert "These are more than 6. Filter or search first" in page
    assert not Mail.objects.filter(gave_up_at=None).exists()
    signed_in().post("/admin/outbox/mail/", {**typed, "select_across": "0"}, follow=True)
    assert Mail.objects.filter(gave_up_at=None).count() == 1


def test_every_list_of_the_admin_is_one_of_these():
    for model, one in admin.site._registry.items():
        assert isinstance(one, lengths.Lengths), model
        assert one.paginator is lengths.FirstOfMany, model
        assert one.show_full_result_count is False, model


@pytest.mark.parametrize("model", GREAT, ids=lambda model: model.__name__)
def test_what_a_great_list_is_filtered_by_has_an_index(model):
    led = set(lengths._led_by_an_index(model))
    partly = " ".join(str(index.condition) for index in model._meta.indexes)
    for one in admin.site.get_model_admin(model).list_filter:
        name = one if isinstance(one, str) else one.parameter_name
        if name not in {"view", "state"}:  # questions of their own
            assert model._meta.get_field(name).attname in led or f"'{name}'" in partly, name


@pytest.mark.parametrize("kind", ["year", "month", "day"])
@pytest.mark.parametrize("only", [{}, {"amount__gt": 100}, {"valid_from__year": 2024}, {"amount": 7}])
def test_the_periods_of_a_list_are_those_that_django_finds(kind, only):
    some_prices(40)
    Price.objects.filter(pk__in=Price.objects.order_by("pk")[3:9]).update(amount=200)
    rows = Price.objects.filter(**only)
    assert list(rows.datetimes("valid_from", kind)) == list(
        models.QuerySet(Price).filter(**only).datetimes("valid_from", kind)
    )


@pytest.mark.parametrize("column", ["type", "came_by"])
def test_the_choices_of_a_filter_are_the_values_of_its_column(column):
    some_events(12)
    page, queries = lines("/admin/payments/stripeevent/")
    for value in StripeEvent.objects.order_by().values_list(column, flat=True).distinct():
        assert f"?{column}={value}" in page
        assert lines(f"/admin/payments/stripeevent/?{column}={value}")[0].count("evt_") >= 4
    assert not [sql for sql in queries if "DISTINCT" in sql and "stripeevent" in sql]
