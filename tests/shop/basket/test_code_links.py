"""A code in a link is kept for whoever follows it, told in words, and never on the page of anybody else."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from shop.basket.code_links import MOST
from shop.basket.models import Basket
from tests.conftest import a_shopper
from tests.support.baskets import add
from tests.support.orders import a_code

pytestmark = pytest.mark.django_db


def followed(client, address):
    """The page that a link leads to, in the end."""
    answer = client.get(address)
    assert answer.status_code == 303
    assert "no-store" in answer["Cache-Control"]
    return answer["Location"], client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("page", ["/uk/", "/uk/shop/", "/uk/articles/", "/uk/shop/?sort=price"])
def test_it_is_told_once_and_counts_as_soon_as_something_is_in_the_basket(page):
    a_code("SPRING10")
    client = a_shopper()
    address, html = followed(client, page + ("&" if "?" in page else "?") + "code=spring10&utm_source=paper")
    assert "code=" not in address
    assert "utm_source=paper" in address
    assert "Your code SPRING10 is kept: it takes 10 % off" in html
    assert "SPRING10" not in client.get(page).content.decode()
    add(client, "CIT-CAP-90")
    assert "Code SPRING10" in client.get("/uk/basket/").content.decode()


def test_it_goes_onto_the_basket_that_is_there():
    a_code("SPRING10")
    client = a_shopper()
    add(client, "CIT-CAP-90")
    followed(client, "/uk/shop/?code=SPRING10")
    assert Basket.objects.get().code == "SPRING10"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"text": "OTHER"}, "We don’t know the code “SPRING10”"),
        (
            {"starts_at": timezone.now() - timedelta(days=9), "ends_at": timezone.now() - timedelta(days=1)},
            "ended on",
        ),
        ({"starts_at": timezone.now() + timedelta(days=1)}, "begins on"),
        ({"regions": ("eu",)}, "does not hold in"),
        ({"limit": 1, "used": 1}, "used up"),
    ],
    ids=["unknown", "over", "not yet", "elsewhere", "used up"],
)
def test_one_that_can_not_be_used_is_told_so_and_not_kept(more, words):
    a_code(**{"text": "SPRING10", **more})
    client = a_shopper()
    _, html = followed(client, "/uk/shop/?code=SPRING10")
    assert words in html
    assert "Nothing is taken off." in html
    add(client, "CIT-CAP-90")
    assert Basket.objects.get().code == ""


def test_the_page_of_others_never_has_it():
    a_code("SPRING10")
    a_shopper().get("/uk/shop/?code=SPRING10", follow=True)
    other = a_shopper()
    for _ in range(2):
        assert "SPRING10" not in other.get("/uk/shop/").content.decode()


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}])
def test_a_browser_that_fetches_ahead_keeps_nothing(headers):
    a_code("SPRING10")
    assert a_shopper().get("/uk/shop/?code=SPRING10", headers=headers).status_code == 200
    assert a_shopper().head("/uk/shop/?code=SPRING10").status_code == 200
    assert Session.objects.count() == 0


@pytest.mark.parametrize(
    "odd", ["%00", "%F0%9F%90%88", "a" * 4000, "%E2%80%8FSPRING10", "<script>", "x&code=y", "+"]
)
def test_odd_codes_are_no_error(odd):
    answer = a_shopper().get(f"/uk/shop/?code={odd}", follow=True)
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().split("<main", 1)[1].split("</main")[0]


@pytest.mark.slow
def test_codes_can_not_be_guessed_in_bulk():
    a_code("SPRING10")
    for number in range(MOST):
        a_shopper().get(f"/uk/shop/?code=GUESS{number}")
    client = a_shopper()
    client.get("/uk/shop/?code=SPRING10")
    assert "code" not in client.session


def test_other_pages_than_those_of_a_shop_know_no_code():
    for page in ["/?code=X", "/admin/login/?code=X", "/uk/basket/?code=X", "/zz/?code=X"]:
        assert "Your code" not in a_shopper().get(page, follow=True).content.decode()
