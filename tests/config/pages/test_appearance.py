"""Day, night and larger text: chosen without JavaScript, kept in one cookie, drawn by the server, cached apart."""

import re

import pytest

from tests.conftest import a_shopper
from tests.support.markup import squeezed

pytestmark = pytest.mark.django_db
PAGE = "/uk/articles/magnesium-and-restless-legs-guide/"


def html_tag(client) -> str:
    return re.search(r"<html[^>]+>", client.get(PAGE).content.decode())[0]


def test_a_choice_is_kept_and_shown_and_leads_back_to_the_place():
    client = a_shopper()
    answer = client.post("/reading/", {"look": "night", "next": PAGE + "#reading-head"})
    assert answer.status_code == 303
    assert answer.url == PAGE + "#reading-head"
    assert 'data-look="night" data-text="normal"' in html_tag(client)
    page = squeezed(client.get(PAGE).content.decode())
    assert re.search(r'css/dark[^"]*\.css" media="screen" id="dark"', page)
    assert 'value="night" aria-pressed="true"' in page
    client.post("/reading/", {"text": "large"})
    assert 'data-look="night" data-text="large"' in html_tag(client)
    cookie = client.cookies["theme"]
    assert cookie.value == "night.large"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_the_usual_look_needs_no_cookie():
    client = a_shopper()
    client.post("/reading/", {"look": "night"})
    client.post("/reading/", {"look": "auto"})
    assert client.cookies["theme"]["max-age"] == 0
    assert 'data-look="auto"' in html_tag(client)


def test_each_look_is_cached_apart_and_without_a_cookie_all_get_the_same():
    plain = a_shopper().get(PAGE).content
    night = a_shopper()
    night.cookies["theme"] = "night.large"
    assert 'data-look="night"' in html_tag(night)
    assert a_shopper().get(PAGE).content == plain
    assert 'data-look="night"' in html_tag(night)


@pytest.mark.parametrize(
    "value", ["", "x", "night.huge", "huge.large", "night.large.more", '"><script>', "é"]
)
def test_an_odd_cookie_counts_as_not_chosen(value):
    client = a_shopper()
    client.cookies["theme"] = value
    tag = html_tag(client)
    assert "script" not in tag
    assert re.search(r'data-look="(auto|night)" data-text="(normal|large)"', tag)


@pytest.mark.parametrize("data", [{}, {"look": "x"}, {"text": "x", "next": "https://elsewhere.example/"}])
def test_an_odd_choice_changes_nothing_and_leads_nowhere_else(data):
    answer = a_shopper().post("/reading/", data)
    assert answer.status_code == 303
    assert answer.url.startswith("/")
    assert not answer.url.startswith("//")


def test_a_get_changes_nothing():
    assert a_shopper().get("/reading/?look=night").status_code == 405


def test_no_claim_is_made_for_the_night():
    page = a_shopper().get("/uk/").content.decode()
    form = page.split('id="reading-foot"')[1].split("</form>")[0]
    assert "sleep" not in form.lower()
