"""Staff write pages in the admin: drafts by editors, publishing by owners, in the region's time."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from shop.pages.models import PageBlock, PageVersion
from shop.pages.names import EVERY
from shop.pages.publishing import publish, start_draft
from tests.conftest import a_shopper
from tests.support.factories import region
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LIST = "/admin/pages/pageversion/"


def form_of(version) -> str:
    return f"{LIST}{version.pk}/change/"


def a_draft(client, page="returns", code="us") -> PageVersion:
    assert client.post(f"{LIST}new/{page}/{code}/").status_code == 302
    return PageVersion.objects.get(page=page, region__code=code, starts_at=None)


def test_the_table_has_every_page_in_every_region():
    page = signed_in("Editor").get(LIST).content.decode()
    for name in EVERY.values():
        assert f'<th scope="row">{name}</th>' in page
        for code in ("UK", "US", "EU"):
            assert f'aria-label="Write {name}, {code}"' in page


def test_an_editor_writes_and_an_owner_publishes_in_the_regions_time():
    editor = signed_in("Editor")
    draft = a_draft(editor)
    fields = fields_of(editor.get(form_of(draft)).content.decode())
    fields["blocks-0-body"] = "Write to us and we answer."
    assert editor.post(form_of(draft), {**fields, "_continue": "1"}).status_code == 302
    assert draft.blocks.first().body == "Write to us and we answer."
    assert "Write to us and we answer." in editor.get(f"{LIST}{draft.pk}/preview/").content.decode()
    assert "Write to us and we answer." not in a_shopper().get("/us/help/returns/").content.decode()
    assert editor.post(f"{LIST}{draft.pk}/publish/").status_code == 403

    owner, year = signed_in(), timezone.now().year + 1
    owner.post(f"{LIST}{draft.pk}/publish/", {"starts_at": f"{year}-06-01T08:00"})
    draft.refresh_from_db()
    assert draft.starts_at == datetime(year, 6, 1, 8, tzinfo=ZoneInfo(region("us").time_zone))
    assert "Make it a draft again" in owner.get(form_of(draft)).content.decode()
    owner.post(f"{LIST}{draft.pk}/back/")
    owner.post(f"{LIST}{draft.pk}/publish/", {"starts_at": ""})
    assert "Write to us and we answer." in a_shopper().get("/us/help/returns/").content.decode()


@pytest.mark.parametrize(
    "typed", ["soon", "2020-01-01T08:00", "9999-12-31T23:59:59", "0001-01-01T00:00", "9" * 400]
)
def test_an_odd_moment_publishes_nothing_and_says_so(typed):
    owner = signed_in()
    draft = a_draft(owner)
    answer = owner.post(f"{LIST}{draft.pk}/publish/", {"starts_at": typed}, follow=True)
    assert "Nothing was published" in answer.content.decode()
    assert PageVersion.objects.get(pk=draft.pk).is_draft


def test_what_is_published_has_no_fields_and_begins_a_new_version():
    owner = signed_in()
    draft = a_draft(owner)
    publish(draft, by="owner")
    page = owner.get(form_of(draft)).content.decode()
    assert 'name="blocks-0-body"' not in page
    answer = owner.post(form_of(draft), {"title": "Other", "lead": "", "change": ""})
    assert answer.status_code == 403
    owner.post(f"{LIST}{draft.pk}/again/")
    again = PageVersion.objects.get(page="returns", region__code="us", starts_at=None)
    assert again.edition == draft.edition + 1
    assert [row.body for row in again.blocks.all()] == [row.body for row in draft.blocks.all()]


def test_words_that_claim_are_refused_at_their_field_and_nothing_typed_is_lost():
    owner = signed_in()
    draft = a_draft(owner)
    fields = fields_of(owner.get(form_of(draft)).content.decode())
    fields["blocks-0-body"] = "Our magnesium helps you sleep."
    page = owner.post(form_of(draft), fields).content.decode()
    assert "can’t stand here" in page
    assert "Our magnesium helps you sleep." in page
    assert not PageBlock.objects.filter(body__contains="helps you sleep").exists()


@pytest.mark.parametrize("path", ["new/nothing/uk/", "new/terms/xx/"])
def test_no_page_is_made_at_an_address_that_there_is_not(path):
    assert signed_in().post(LIST + path).status_code == 404


def test_the_list_for_the_lawyer_has_what_ships_and_what_was_written():
    draft = start_draft("terms", region("eu"))
    PageBlock.objects.create(
        version=draft, heading="A new clause", body="Words.", source="Some law", to_check=True
    )
    owner = signed_in()
    assert "A new clause" not in owner.get(f"{LIST}to-check/").content.decode(), "it is no one's yet"
    publish(draft, by="owner")
    page = owner.get(f"{LIST}to-check/").content.decode()
    assert "A new clause" in page
    assert "Directive (EU) 2019/771" in page
