"""Forms on cacheable pages carry no token; this rule stands in for it."""

import pytest
from django.test import Client

from shop.basket.models import BasketLine
from tests.support.factories import post_with_token

pytestmark = pytest.mark.django_db
ADD = {"variant": "CIT-CAP-90"}


def browser(**headers):
    return Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True, headers=headers)


def test_the_browsers_word_is_enough():
    assert browser(**{"Sec-Fetch-Site": "same-origin"}).post("/uk/basket/add/", ADD).status_code == 303


def test_an_old_browser_may_say_its_origin():
    assert browser(Origin="http://127.0.0.1").post("/uk/basket/add/", ADD).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1.evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"},
    ],
)
def test_a_forged_origin_is_refused_and_nothing_changes(headers):
    answer = browser(**headers).post("/uk/basket/add/", ADD)
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()
    assert not BasketLine.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}])
def test_a_silent_browser_is_asked_once_with_a_token(headers):
    client = browser(**headers)
    page = client.post("/uk/basket/add/", ADD)
    assert page.status_code == 200
    assert "Add this to your basket?" in page.content.decode()
    assert not BasketLine.objects.exists()
    token = page.content.decode().split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    answer = browser_like(client).post("/uk/basket/add/", {**ADD, "csrfmiddlewaretoken": token})
    assert answer.status_code == 303
    assert BasketLine.objects.count() == 1


def browser_like(client):
    other = browser()
    other.cookies = client.cookies
    return other


def test_a_wrong_token_on_the_question_is_refused():
    client = browser()
    client.post("/uk/basket/add/", ADD)
    answer = client.post("/uk/basket/add/", {**ADD, "csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403
    assert not BasketLine.objects.exists()


def test_basket_changes_always_need_the_token():
    client = browser(**{"Sec-Fetch-Site": "same-origin"})
    client.post("/uk/basket/add/", ADD)
    assert client.post("/uk/basket/update/", {"remove": "CIT-CAP-90"}).status_code == 403
    assert BasketLine.objects.count() == 1
    assert (
        post_with_token(client, "/uk/basket/", "/uk/basket/update/", {"remove": "CIT-CAP-90"}).status_code
        == 303
    )
    assert not BasketLine.objects.exists()
