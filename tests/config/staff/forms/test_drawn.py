"""Staff forms look like the shop's: the browser's own pickers, boxes to tick, words for nothing."""

import re

import pytest
from django.contrib.auth.models import Group, User

from shop.codes.models import Code
from tests.support.factories import region
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
ADD = "/admin/codes/code/add/"


def where() -> dict:
    return {"terms-0-region": str(region("uk").pk)}


def test_a_day_and_a_time_are_picked_in_the_browser_and_saved():
    owner = signed_in()
    page = owner.get(ADD).content.decode()
    assert 'type="date" name="starts_at_0"' in page
    assert re.search(r'type="time" name="starts_at_1"[^>]*step="1"', page)
    assert "calendar.js" not in page
    typed = {
        "code": "LATER",
        "kind": "percent",
        "percent": "10",
        "starts_at_0": "2031-02-03",
        "starts_at_1": "04:05:06",
        **where(),
    }
    answer = owner.post(ADD, {**fields_of(page), **typed})
    assert answer.status_code == 302, answer.content.decode()
    assert Code.objects.get().starts_at.isoformat() == "2031-02-03T04:05:06+00:00"
    again = owner.get(f"/admin/codes/code/{Code.objects.get().pk}/change/").content.decode()
    assert 'value="2031-02-03"' in again
    assert 'value="04:05:06"' in again


def test_a_day_in_the_writing_of_the_country_is_still_read():
    owner = signed_in()
    typed = {
        "code": "LATER",
        "kind": "percent",
        "percent": "10",
        "starts_at_0": "03/02/2031",
        "starts_at_1": "04:05",
        **where(),
    }
    assert owner.post(ADD, {**fields_of(owner.get(ADD).content.decode()), **typed}).status_code == 302
    assert Code.objects.get().starts_at.isoformat() == "2031-02-03T04:05:00+00:00"


def test_what_is_no_day_is_told_and_nothing_is_saved():
    owner = signed_in()
    typed = {
        "code": "LATER",
        "kind": "percent",
        "percent": "10",
        "starts_at_0": "soon",
        "starts_at_1": "04:05",
        **where(),
    }
    page = owner.post(ADD, {**fields_of(owner.get(ADD).content.decode()), **typed}).content.decode()
    assert 'href="#id_starts_at_0"' in page
    assert not Code.objects.exists()


@pytest.mark.slow
def test_roles_are_boxes_to_tick():
    owner = signed_in()
    person = User.objects.create_user("anna", is_staff=True)
    path = f"/admin/auth/user/{person.pk}/change/"
    page = owner.get(path).content.decode()
    editor = Group.objects.get(name="Editor")
    assert re.search(rf'type="checkbox" name="groups" value="{editor.pk}"', page)
    assert "SelectFilter2" not in page
    assert owner.post(path, {**fields_of(page), "groups": [str(editor.pk)]}).status_code == 302
    assert list(person.groups.all()) == [editor]


def test_a_choice_of_nothing_is_a_word():
    page = signed_in().get(ADD).content.decode()
    assert "---------" not in page


def test_the_form_of_a_person_says_whether_there_is_a_password_and_nothing_of_how_it_is_kept():
    owner = signed_in()
    with_one = User.objects.create_user("anna", password="four words that hold")
    without = User.objects.create_user("berta")
    told = owner.get(f"/admin/auth/user/{with_one.pk}/change/").content.decode()
    assert "Set. Nobody can read it." in told
    assert "pbkdf2" not in told
    assert "algorithm" not in told
    assert (
        "nobody can sign in with a password"
        in owner.get(f"/admin/auth/user/{without.pk}/change/").content.decode()
    )
