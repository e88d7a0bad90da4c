"""A newer file of VAT rates is shown as what differs; what is put into force is a new row, and nothing changes in place."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.regions.models import Country, Decision, ProposedRate, SalesTaxRate, TaxClass, VatRate
from shop.regions.newer_rates import Unreadable, approve, leave, midnight, open_proposals, propose, read_file
from shop.regions.tax import vat_rate
from tests.support.clock import freeze
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
TODAY = datetime(2026, 11, 27, 12, tzinfo=UTC)
PAGE = "/admin/rates/"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    freeze(monkeypatch, TODAY)


def a_file(**countries) -> bytes:
    """Of rows (day, standard rate) by country."""
    items = {
        code: [{"effective_from": day, "rates": {"standard": rate}} for day, rate in rows]
        for code, rows in countries.items()
    }
    return json.dumps({"items": items}).encode()


def proposed(**countries) -> list[ProposedRate]:
    propose(read_file(a_file(**countries)), "a newer file", date(2026, 11, 20))
    return list(ProposedRate.objects.filter(decision=Decision.OPEN, is_verified=True).order_by("begins"))


def test_only_what_differs_is_proposed_and_nothing_is_charged_before_it_is_approved():
    rows = proposed(
        IT=[("2013-10-01", 22), ("2027-01-01", 23)], FR=[("2014-01-01", 20)], ZZ=[("2014-01-01", 9)]
    )
    assert [(row.country.code, row.rate, row.begins) for row in rows] == [("IT", 23, date(2027, 1, 1))]
    assert vat_rate("IT", at=datetime(2028, 1, 1, tzinfo=UTC)) == 22


def test_an_approved_rate_begins_at_midnight_on_the_regions_clock():
    [row] = proposed(IT=[("2027-01-01", 23)])
    made = approve(row.pk, "owner")
    begins = datetime(2027, 1, 1, tzinfo=BERLIN)
    assert made.valid_from == begins
    assert "a newer file" in made.source
    assert (vat_rate("IT", at=begins - timedelta(microseconds=1)), vat_rate("IT", at=begins)) == (22, 23)


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31), date(2027, 1, 1), date(2028, 2, 29)])
@pytest.mark.parametrize("code", ["IT", "GB", "FI", "PT"])
def test_the_last_moment_before_midnight_has_the_old_rate_on_any_day(code, day):
    """Also where the clocks change on that day: midnight is the region's own."""
    old = vat_rate(code, at=TODAY)
    [row] = proposed(**{code: [(day.isoformat(), 1)]})
    approve(row.pk, "owner")
    country = Country.objects.select_related("region").get(code=code)
    begins = midnight(day, country)
    assert begins.astimezone(country.region.zone).strftime("%Y-%m-%d %H:%M:%S") == f"{day} 00:00:00"
    for minutes in (1, 30, 59, 60, 61, 24 * 60):
        assert vat_rate(code, at=begins - timedelta(minutes=minutes)) == old
        assert vat_rate(code, at=begins + timedelta(minutes=minutes)) == 1


def test_a_rate_whose_day_has_passed_begins_when_it_is_approved():
    [row] = proposed(IT=[("2013-10-01", 22), ("2026-07-01", 21)])
    [shown] = [one for one in open_proposals() if one.row == row]
    assert (shown.old, shown.is_late) == (22, True)
    assert approve(row.pk, "owner").valid_from == TODAY
    assert vat_rate("IT", at=TODAY - timedelta(seconds=1)) == 22, (
        "what was charged in July stays what was charged"
    )


def test_a_cut_for_a_time_and_its_end_are_both_proposed():
    rows = proposed(DE=[("2021-01-01", 19), ("2027-07-01", 16), ("2028-01-01", 19)])
    assert [(row.rate, row.begins.year) for row in rows] == [(16, 2027), (19, 2028)]


def test_a_newer_file_takes_the_place_of_what_was_not_decided_and_leaves_what_was():
    [first] = proposed(IT=[("2027-01-01", 23)])
    approve(first.pk, "owner")
    proposed(FR=[("2027-01-01", 21)])
    assert [row.country.code for row in proposed(ES=[("2027-01-01", 22)])] == ["ES"]
    assert ProposedRate.objects.get(pk=first.pk).decision == Decision.APPROVED
    assert not proposed(IT=[("2027-01-01", 23)]), "the shop has it now"


def test_a_proposal_is_decided_once():
    [row] = proposed(IT=[("2027-01-01", 23)])
    assert approve(row.pk, "anna")
    assert approve(row.pk, "ben") is None
    assert not leave(row.pk, "ben")
    row.refresh_from_db()
    assert row.decided_by == "anna"
    assert VatRate.objects.filter(country__code="IT", rate=23).count() == 1


def test_where_a_row_begins_at_that_moment_already_the_proposal_stays_open():
    [row] = proposed(IT=[("2027-01-01", 23)])
    VatRate.objects.create(country=row.country, rate=24, valid_from=midnight(row.begins, row.country))
    assert approve(row.pk, "anna") is None
    row.refresh_from_db()
    assert row.decision == Decision.OPEN


@pytest.mark.parametrize("data", [
    b"", b"[]", b"{}", b'{"items": {}}', b'{"items": []}', b'{"items": {"IT": 3}}', b'{"items": {"IT": [3]}}', b"\xff\xfe", b"[" * 20000,
    b'{"items": {"IT": [{"effective_from": "soon", "rates": {"standard": 22}}]}}',
    b'{"items": {"IT": [{"effective_from": "9999-12-31", "rates": {"standard": 22}}]}}',
    b'{"items": {"IT": [{"effective_from": "2027-01-01", "rates": {"reduced": 5}}]}}',
    b'{"items": {"IT": [{"effective_from": "2027-01-01", "rates": {"standard": "NaN"}}]}}',
    b'{"items": {"IT": [{"effective_from": "2027-01-01", "rates": {"standard": 122}}]}}',
    b'{"items": {"IT": [{"effective_from": "2027-01-01", "rates": {"standard": 22.55}}]}}',
    b'{"items": {"IT": [{"effective_from": "2027-01-01", "rates": {"standard": true}}]}}',
    b'{"items": {"IT": [{"effective_from": "2027-01-01", "rates": null}]}}',
    a_file(IT=[("2027-01-01", 22), ("2027-01-01", 23)]),
    a_file(GR=[("2027-01-01", 22)], EL=[("2027-01-01", 23)]),
    a_file(IT=[(f"{1900 + n % 200}-0{1 + n % 9}-1{n % 10}", 22) for n in range(1001)]),
])  # fmt: skip
def test_what_is_no_file_of_rates_is_refused_in_words(data):
    with pytest.raises(Unreadable):
        read_file(data)


# --- reduced rates of food supplements ------------------------------------------------------------------------------


def test_reduced_rates_of_supplements_ship_unverified_with_source_and_date_and_are_not_charged():
    rows = list(ProposedRate.objects.filter(tax_class=TaxClass.SUPPLEMENT))
    assert len(rows) == 14
    for row in rows:
        assert row.source
        assert row.source_date
        assert not row.is_verified
        assert row.decision == Decision.OPEN
        assert vat_rate(row.country.code, tax_class="supplement") == vat_rate(row.country.code)


def with_reduced(*rows) -> bytes:
    """Germany with a standard rate of 19 and a reduced one by day."""
    items = [{"effective_from": day, "rates": {"standard": 19, "reduced": rate}} for day, rate in rows]
    return json.dumps({"items": {"DE": items}}).encode()


def test_a_reduced_rate_that_is_charged_follows_its_name_in_a_newer_file():
    approve(ProposedRate.objects.get(country__code="DE", tax_class=TaxClass.SUPPLEMENT).pk, "owner")
    propose(
        read_file(with_reduced(("2021-01-01", 7), ("2027-07-01", 5), ("2028-01-01", 7))),
        "a file",
        TODAY.date(),
    )
    found = [
        (one.row.tax_class, one.old, one.row.rate, one.row.begins.year)
        for one in open_proposals()
        if one.row.is_verified
    ]
    assert found == [("supplement", 7, 5, 2027), ("supplement", 7, 7, 2028)]
    assert all("reduced" in one.row.doubt for one in open_proposals() if one.row.is_verified)


def test_a_reduced_rate_that_nobody_approved_is_in_no_newer_file():
    assert propose(read_file(with_reduced(("2021-01-01", 7), ("2027-07-01", 5))), "a file", TODAY.date()) == 0


def test_once_approved_a_reduced_rate_holds_for_supplements_alone():
    row = ProposedRate.objects.get(country__code="DE", tax_class=TaxClass.SUPPLEMENT)
    made = approve(row.pk, "owner")
    assert "unverified" in made.source
    assert (vat_rate("DE", tax_class="supplement"), vat_rate("DE")) == (7, 19)


# --- the page -------------------------------------------------------------------------------------------------------


def sent_file(data, **more):
    file = SimpleUploadedFile("vat-rates.json", data, content_type="application/json")
    return {
        "compare": "1",
        "file": file,
        "source": "ibericode/vat-rates",
        "source_date": "2026-11-20",
        **more,
    }


@pytest.mark.slow
def test_the_page_shows_old_and_new_and_writes_what_is_ticked():
    owner = signed_in()
    assert (
        owner.post(PAGE, sent_file(a_file(IT=[("2027-01-01", 23)], FR=[("2027-01-01", 21)]))).status_code
        == 303
    )
    page = owner.get(PAGE).content.decode()
    words = " ".join(page.split())
    assert "2 rates of the file differ" in words
    assert '<td data-label="Now">22&nbsp;%</td>' in words
    assert "<b>23&nbsp;%</b>" in words
    assert "1 January 2027" in words
    row = ProposedRate.objects.get(country__code="IT", tax_class="standard")
    other = ProposedRate.objects.get(country__code="FR", tax_class="standard")
    owner.post(PAGE, {"approve": "1", "rate": [row.pk, "x", "99999999999999999"]})
    owner.post(PAGE, {"leave": "1", "rate": [other.pk]})
    page = " ".join(owner.get(PAGE).content.decode().split())
    assert "put into force by" in page
    assert "left as it was by" in page
    assert vat_rate("IT", at=datetime(2027, 1, 2, tzinfo=UTC)) == 23
    assert vat_rate("FR", at=datetime(2027, 1, 2, tzinfo=UTC)) == 20


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"approve": "1"},
        {"leave": "1", "rate": ["0"]},
        {"compare": "1"},
        {"compare": "1", "source_date": "x"},
    ],
)
def test_odd_forms_change_nothing_and_are_no_error(sent):
    owner = signed_in()
    before = list(ProposedRate.objects.values_list("pk", "decision"))
    assert owner.post(PAGE, sent).status_code in {200, 303}
    assert list(ProposedRate.objects.values_list("pk", "decision")) == before


def test_a_bad_file_is_told_in_the_form_and_forgets_nothing():
    [row] = proposed(IT=[("2027-01-01", 23)])
    page = signed_in().post(PAGE, sent_file(b"{}", source="My source")).content.decode()
    assert "This is not a file of VAT rates" in page
    assert 'value="My source"' in page
    assert ProposedRate.objects.filter(pk=row.pk).exists()


def test_who_may_not_add_rates_sees_nothing():
    assert signed_in("Writer").get(PAGE).status_code == 403


# --- what the database refuses --------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [
    lambda row: VatRate.objects.filter(pk=row.pk).update(rate=1),
    lambda row: VatRate.objects.filter(pk=row.pk).update(valid_from=timezone.now() + timedelta(days=9)),
    lambda row: VatRate.objects.filter(pk=row.pk).delete(),
    lambda row: VatRate.objects.create(country=row.country, rate=1, valid_from=row.valid_from - timedelta(days=1)),
])  # fmt: skip
def test_the_database_refuses_to_change_what_has_begun(change):
    row = VatRate.objects.filter(country__code="IT", zone=None).latest("valid_from")
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        change(row)
    row.refresh_from_db()
    assert row.rate == Decimal(22)


def test_the_same_holds_for_sales_tax():
    row = SalesTaxRate.objects.create(state="OR", rate=5, valid_from="2026-01-01T00:00:00Z")
    for change in (lambda: row.delete(), lambda: SalesTaxRate.objects.update(rate=1)):
        with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
            change()


def test_what_has_not_begun_can_be_corrected():
    country = Country.objects.get(code="IT")
    row = VatRate.objects.create(country=country, rate=23, valid_from=datetime(2099, 1, 1, tzinfo=UTC))
    VatRate.objects.filter(pk=row.pk).update(rate=24)
    assert row.delete()[0] == 1
