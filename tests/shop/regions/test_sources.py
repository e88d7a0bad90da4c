"""No fact of a law without its source and a date: in what ships, and in what staff can add."""

import json
from pathlib import Path

import pytest

from shop.catalogue.models import FormOfMagnesium, Particular
from shop.pages.shipped import FOLDER
from shop.regions.laws import LawPack, LawSource, Told
from shop.regions.models import PostalZone, ProposedRate, SalesTaxRate, VatRate
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
# By table: what names the source, and what dates it.
FACTS = [
    (LawSource, "source", "checked_on"),
    (Particular, "source", "checked_on"),
    (FormOfMagnesium, "source", "checked_on"),
    (VatRate, "source", "valid_from"),
    (SalesTaxRate, "source", "valid_from"),
    (ProposedRate, "source", "source_date"),
    (PostalZone, "source", "source"),
]


@pytest.mark.parametrize(("model", "source", "day"), FACTS, ids=lambda one: getattr(one, "__name__", one))
def test_no_row_that_ships_is_without_source_and_date(model, source, day):
    rows = model.objects.all()
    assert not [str(row) for row in rows if not getattr(row, source).strip() or not getattr(row, day)]
    assert rows.exists() or model is SalesTaxRate, "no state ships: where to collect is for the seller to say"
    assert not model._meta.get_field(source).blank or model is PostalZone


def test_each_law_names_a_source_for_all_that_it_tells():
    for law in LawPack.objects.all():
        assert {row.fact for row in law.sources.all()} == set(Told.values), law


@pytest.mark.no_database
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: Path(path).stem)
def test_words_for_a_law_have_their_source_and_a_day_or_a_lawyer_to_see_them(path):
    for row in json.loads(path.read_text())["blocks"]:
        name = row.get("heading") or row.get("drawn")
        assert row.get("source") or "laws" not in row, name
        assert not row.get("source") or row.get("seen") or row.get("to_check"), name


@pytest.mark.slow
@pytest.mark.parametrize("page", ["vatrate", "salestaxrate", "lawpack"])
def test_staff_add_none_without(page):
    owner = signed_in()
    if page == "lawpack":
        law = LawPack.objects.get(code="GB")
        address, empty = f"/admin/regions/lawpack/{law.pk}/change/", {"sources-0-source": " "}
    else:
        address, empty = (
            f"/admin/regions/{page}/add/",
            {"rate": "5", "source": " ", "valid_from_0": "2027-01-01"},
        )
    answer = owner.post(address, {**fields_of(owner.get(address).content.decode()), **empty})
    assert answer.status_code == 200
    assert "This field is required" in answer.content.decode() or "Type" in answer.content.decode()
    assert not VatRate.objects.filter(rate=5).exists()
    assert not SalesTaxRate.objects.exists()
    assert not LawSource.objects.filter(source="").exists()
