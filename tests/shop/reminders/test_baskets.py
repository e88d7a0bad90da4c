"""One mail for a basket left behind: only for those who asked, only while packs are in it, then forgotten."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.basket.models import Basket
from shop.optin.asking import confirm, stop
from shop.outbox.models import Mail
from shop.outbox.send import MOST_A_DAY, had_enough, send_next
from shop.reminders.baskets import LEFT_FOR, ask, send_basket_reminders
from shop.reminders.models import BasketReminder
from tests.conftest import a_shopper
from tests.support.baskets import add, basket_page
from tests.support.factories import a_basket, everywhere, post_with_token, region, set_stock, shown_next

pytestmark = pytest.mark.django_db
SKU = "CIT-CAP-90"


def mails():
    return Mail.objects.filter(key__startswith="basket-")


def with_basket():
    client = a_shopper()
    add(client)
    return client


def asked(client, email="Ada@Example.org"):
    return post_with_token(client, "/uk/basket/", "/uk/reminders/", {"email": email})


def left_by(email="ada@example.org", basket=None):
    wish = ask(basket or a_basket(SKU), region("uk"), email)
    confirm(wish)
    return wish


def later(by=LEFT_FOR + timedelta(minutes=1)):
    return timezone.now() + by


@pytest.mark.slow
def test_the_whole_way_from_the_basket_to_the_one_mail():
    client = with_basket()
    assert "One mail tomorrow" in basket_page(client)
    assert "Look into your mailbox" in shown_next(asked(client))
    page = re.search(r"http://127\.0\.0\.1:8000(/reminders/basket/[\w-]+/)", mails().get().text).group(1)
    assert send_basket_reminders(later()) == 0, "nobody has confirmed"
    reader = a_shopper()
    reader.get(page)
    assert BasketReminder.objects.get().confirmed_at is None, "looking confirms nothing"
    post_with_token(reader, page, page, {})
    assert send_basket_reminders(later(timedelta(hours=23))) == 0, "nobody left yet"
    assert [send_basket_reminders(later()), send_basket_reminders(later())] == [1, 0]
    mail = mails().get()
    assert "1 × " in mail.text
    assert f"?variant={SKU}" in mail.text
    assert "/uk/basket/" in mail.text
    assert "£" not in mail.text, "it names no price: the basket has today's"
    assert not BasketReminder.objects.exists()
    assert a_shopper().get(page).status_code == 404


def test_nobody_is_asked_for_an_address_where_there_is_no_basket():
    client = a_shopper()
    assert "One mail tomorrow" not in basket_page(client)
    add(client)
    token = client.get("/uk/basket/")
    assert token.status_code == 200
    Basket.objects.all().delete()
    client.post("/uk/reminders/", {"email": "ada@example.org"})
    assert not BasketReminder.objects.exists()


@pytest.mark.parametrize(
    "email", ["", "ada", "a" * 300 + "@example.org", "ada@example.org\r\nBcc: x@y.z", "\x00", "\u202e@"]
)
def test_what_is_no_address_is_said_and_nothing_is_kept(email):
    assert "nothing was kept" in shown_next(asked(with_basket(), email))
    assert not BasketReminder.objects.exists()


def test_who_goes_on_with_the_basket_is_not_written_to_before_a_day_has_passed():
    wish = left_by()
    Basket.objects.filter(pk=wish.basket_id).update(touched_at=later(timedelta(hours=5)))
    assert send_basket_reminders(later()) == 0
    assert send_basket_reminders(later(timedelta(hours=30))) == 1


@pytest.mark.parametrize("why", ["ordered", "sold out"])
def test_who_has_nothing_left_to_buy_hears_nothing_and_is_forgotten(why):
    wish = left_by()
    if why == "ordered":
        wish.basket.consume({line.variant_id: line.quantity for line in wish.basket.lines.all()})
    else:
        set_stock(SKU, "uk", 0)
    assert send_basket_reminders(later()) == 1
    assert not BasketReminder.objects.exists()
    assert not mails().exists()


def test_it_goes_with_the_basket_and_by_one_press():
    wish = left_by()
    wish.basket.delete()
    assert not BasketReminder.objects.exists()
    assert not mails().exists()
    stop(left_by())
    assert not mails().exists()


def test_after_the_mail_the_address_stands_nowhere(settings, mailoutbox):
    settings.EMAIL_URL = "smtp://mail.example.org"
    left_by()
    send_basket_reminders(later())
    while send_next():
        pass
    assert any("Left in your basket" in one.subject for one in mailoutbox)
    assert not everywhere("ada@example.org")


def test_how_many_wait_changes_no_number_of_queries():
    def queries():
        with CaptureQueriesContext(connection) as seen:
            send_basket_reminders(timezone.now())
        return len(seen)

    left_by()
    few = queries()
    for number in range(20):
        left_by(f"ada{number}@example.org")
    assert queries() == few


# --- whoever asks learns nothing of an address ---------------------------------------------------------------------


def unconfirmed(basket):
    ask(basket, region("uk"), "ada@example.org")


def confirmed(basket):
    left_by(basket=basket)


def elsewhere(basket):
    left_by()


def too_many(basket):
    for _ in range(MOST_A_DAY):
        had_enough("ada@example.org")


@pytest.mark.parametrize("state", [unconfirmed, confirmed, elsewhere, too_many])
def test_the_same_statements_and_words_whatever_is_known_of_an_address(state):
    client = with_basket()
    asked(client, "first@example.org")
    state(Basket.objects.first())

    def answer(email):
        page = client.get("/uk/basket/").content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
        with CaptureQueriesContext(connection) as seen:
            got = client.post("/uk/reminders/", {"email": email, "csrfmiddlewaretoken": token})
        shapes = [
            re.sub(r"(?:'(?:[^']|'')*'|\b\d+\b|s\d+_x\d+|NULL)(?:::\w+)?", "?", one["sql"]) for one in seen
        ]
        return shapes, got.status_code, got["Location"], client.get("/uk/basket/").content.count(b"mailbox")

    assert answer("ada@example.org") == answer("never@example.org")
