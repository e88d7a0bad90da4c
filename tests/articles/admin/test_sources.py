"""The form of a source fills itself in from a DOI or PMID, loses nothing that was typed, and saves nothing by it."""

import pytest

from articles.admin import sources
from articles.evidence.lookup import NotFound
from articles.models import Reference
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ADD = "/admin/articles/reference/add/"
FOUND = {"key": "citrate2003", "authors": "Walker AF", "year": "2003", "title": "Citrate", "journal": "Res 16(3):183", "doi": "10.1234/found"}  # fmt: skip


@pytest.fixture
def asked(monkeypatch):
    numbers = []

    def look_up(typed):
        numbers.append(typed)
        return dict(FOUND)

    monkeypatch.setattr(sources, "look_up", look_up)
    return numbers


def post(client, address, **typed):
    sent = {**fields_of(client.get(address).content.decode()), **typed}
    return client.post(address, sent)


def test_empty_fields_are_filled_in_and_what_was_typed_stays(asked):
    owner, before = signed_in(), Reference.objects.count()
    page = post(owner, ADD, _find="10.1234/found", _look_up="", title="As I typed it", finding="I read it.")
    shown = fields_of(page.content.decode())
    assert asked == ["10.1234/found"]
    assert {name: shown[name] for name in FOUND} == {**FOUND, "title": "As I typed it"}
    assert shown["finding"] == "I read it."
    assert 'id="id_find" value=""' in page.content.decode()
    assert "Nothing is saved yet" in page.content.decode()
    assert "errornote" not in page.content.decode()
    assert Reference.objects.count() == before
    assert owner.post(ADD, {**shown, "_save": "Save"}).status_code == 302
    assert Reference.objects.get(key="citrate2003").doi == "10.1234/found"


def test_of_a_stored_source_only_gaps_are_filled(asked):
    owner, row = signed_in(), Reference.objects.create(key="own1999", authors="Own A", title="Own")
    address = f"/admin/articles/reference/{row.pk}/change/"
    page = post(owner, address, doi="10.1234/found", _look_up="")
    shown = fields_of(page.content.decode())
    assert asked == ["10.1234/found"], "the number stands in its own field"
    assert (shown["key"], shown["authors"], shown["journal"]) == ("own1999", "Own A", FOUND["journal"])
    row.refresh_from_db()
    assert (row.journal, row.doi) == ("", "")
    assert owner.post(address, {**shown, "_save": "Save"}).status_code == 302
    row.refresh_from_db()
    assert row.journal == FOUND["journal"]


def test_any_button_looks_up_what_stands_in_its_field(asked):
    """Enter is that of the first button, wherever it is pressed."""
    owner, before = signed_in(), Reference.objects.count()
    assert post(owner, ADD, _find="10.1234/found", _save="Save").status_code == 200
    assert asked == ["10.1234/found"]
    assert Reference.objects.count() == before
    assert post(owner, ADD, key="k", authors="A", title="T", _save="Save").status_code == 302
    assert len(asked) == 1


def test_a_source_that_is_there_is_named(asked):
    owner = signed_in()
    Reference.objects.create(key="there", authors="x", title="x", doi="10.1234/THERE")
    page = post(owner, ADD, _find="https://doi.org/10.1234/there", _look_up="").content.decode()
    assert "has it already, as there" in page
    assert asked == []


@pytest.mark.parametrize("typed", ["", "walker", "\x00", "10.1234/x" * 40])
def test_why_nothing_was_filled_in(typed, settings):
    settings.CHECK_OUTSIDE_LINKS = True
    page = post(signed_in(), ADD, _find=typed, _look_up="", title="Kept").content.decode()
    assert "Nothing was filled in. That is no DOI" in page
    assert fields_of(page)["title"] == "Kept"


def test_without_a_network_it_is_typed_by_hand(monkeypatch):
    def look_up(typed):
        raise NotFound("doi.org can’t be reached from here, so the source is typed by hand.")

    monkeypatch.setattr(sources, "look_up", look_up)
    page = post(signed_in(), ADD, _find="10.1234/found", _look_up="", title="Kept").content.decode()
    assert "can’t be reached from here" in page
    assert fields_of(page)["title"] == "Kept"
    assert 'id="id_find" value="10.1234/found"' in page


@pytest.mark.parametrize("group", ["Marketing", "Orders"])
def test_who_may_not_add_a_source_asks_nobody(asked, group):
    client = signed_in(group)
    assert client.post(ADD, {"_find": "10.1234/found", "_look_up": ""}).status_code == 403
    row = Reference.objects.first()
    client.post(f"/admin/articles/reference/{row.pk}/change/", {"_find": "10.1234/found"})
    assert asked == []
