"""One mail before a pack is empty: asked for at the order, confirmed by mail, sent once, then forgotten."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.catalogue.models import ProductWording
from shop.optin.asking import confirm
from shop.orders.models import Order, OrderLine, OrderStatus
from shop.outbox.models import Mail
from shop.outbox.send import send_next
from shop.reminders.models import PackReminder
from shop.reminders.packs import ask, forget_unconfirmed, line_of, send_reminders
from shop.reminders.reckon import AT, DAYS_BEFORE, LONGEST, due_at, empty_on
from tests.conftest import a_shopper
from tests.support.factories import an_order, everywhere, post_with_token, region, set_price, set_stock
from tests.support.orders import a_paid_order, paid

pytestmark = pytest.mark.django_db
SKU = "CIT-CAP-90"
ASKED = "Remind me when it is empty"


def per_day(units, code="uk"):
    ProductWording.objects.filter(product__variants__sku=SKU, region=region(code)).update(units_per_day=units)


@pytest.fixture(autouse=True)
def two_a_day(db):
    per_day(2)


@pytest.fixture
def order():
    return paid(SKU, email="Ada@Example.org")


def pressed(order, client=None, **data):
    page = f"/orders/{order.token}/"
    return post_with_token(client or a_shopper(), page, f"{page}remind/", data or {"pack": SKU})


def page_of(order):
    return a_shopper().get(f"/orders/{order.token}/").content.decode()


def link(mail):
    return re.search(r"http://127\.0\.0\.1:8000(/reminders/[\w-]+/)", mail.text).group(1)


def wishes():
    return Mail.objects.filter(key__startswith="reminder-")


def asked_and_confirmed(order):
    wish = ask(line_of(order, SKU))
    confirm(wish)
    return wish


@pytest.mark.slow
def test_the_whole_way_from_the_order_to_the_one_mail(order):
    assert ASKED in page_of(order)
    assert not PackReminder.objects.exists(), "nothing is kept for those who do not ask"
    pressed(order)
    wish = PackReminder.objects.get()
    assert wish.email == "ada@example.org"
    assert "Waits for your click" in page_of(order)
    page, shopper = link(wishes().get()), a_shopper()
    later = wish.due_at + timedelta(minutes=1)
    assert send_reminders(later) == 0, "nobody has confirmed"
    shopper.get(page)
    assert PackReminder.objects.get().confirmed_at is None, "a mail scanner that opens links confirms nothing"
    post_with_token(shopper, page, page, {})
    assert "We write on" in page_of(order)
    set_price(SKU, "uk", 1111)
    assert send_reminders(wish.due_at - timedelta(minutes=1)) == 0
    assert [send_reminders(later), send_reminders(later)] == [1, 0]
    mail = wishes().get()
    assert "£11.11 incl. VAT" in mail.text
    assert f"?variant={SKU}" in mail.text
    assert mail.is_last
    assert not PackReminder.objects.exists(), "the address is deleted with the mail"
    assert a_shopper().get(page).status_code == 404


def test_nothing_is_offered_before_it_is_paid_nor_for_what_has_no_amount_a_day():
    assert ASKED not in page_of(an_order(SKU))
    assert ASKED not in page_of(paid("OIL-SPR-100"))


@pytest.mark.parametrize(
    ("packs", "units", "days"), [(1, 1, 90), (1, 2, 45), (2, 2, 90), (1, 4, 22), (3, 1, 270)]
)
def test_it_lasts_as_long_as_the_label_says_from_the_day_it_arrives(packs, units, days):
    per_day(units)
    set_stock(SKU, "uk", 9)
    order = a_paid_order(SKU, quantity=packs)
    line = line_of(order, SKU)
    assert empty_on(line) == order.arrives_last + timedelta(days=days)


@pytest.mark.parametrize(("code", "zone"), [("uk", "Europe/London"), ("us", "America/New_York")])
def test_the_mail_goes_in_the_morning_by_the_clock_of_the_region(code, zone):
    per_day(2, code)
    order = paid(SKU, code=code)
    line = line_of(order, SKU)
    local = due_at(line).astimezone(region(code).zone)
    assert str(region(code).zone) == zone
    assert (local.time(), local.date()) == (AT, empty_on(line) - timedelta(days=DAYS_BEFORE))


def test_it_is_nine_o_clock_also_on_the_day_on_which_the_clocks_change(order):
    per_day(1)
    for day in (date(2027, 3, 28), date(2027, 10, 31)):
        first = day + timedelta(days=DAYS_BEFORE) - timedelta(days=90)
        Order.objects.filter(pk=order.pk).update(arrives_last=first)
        line = OrderLine.objects.select_related("order__region").get(order=order)
        now = timezone.now().replace(year=2027, month=1, day=2)
        assert due_at(line, now).astimezone(region("uk").zone).isoformat()[:16] == f"{day}T09:00"


@pytest.mark.parametrize(
    ("ago", "offered"), [(timedelta(0), True), (timedelta(days=30), True), (timedelta(days=60), False)]
)
def test_what_is_empty_already_is_not_offered(order, ago, offered):
    Order.objects.filter(pk=order.pk).update(arrives_last=order.arrives_last - ago)
    assert (ASKED in page_of(order)) == offered


def test_nobody_is_asked_for_an_address_to_be_kept_for_years():
    per_day(1)
    line = line_of(a_paid_order(SKU, quantity=2), SKU)
    assert due_at(line) is not None
    assert due_at(line, line.order.paid_at - LONGEST) is None


def test_what_did_not_come_or_came_back_is_not_reckoned_with(order):
    order = a_paid_order(SKU, quantity=3)
    rows = OrderLine.objects.filter(order=order)
    rows.update(cancelled=1)
    assert empty_on(line_of(order, SKU)) == order.arrives_last + timedelta(days=90)
    rows.update(sent=2, returned=2)
    assert line_of(order, SKU) is None
    assert ASKED not in page_of(order)


@pytest.mark.parametrize("how", ["all came back", "cancelled"])
def test_who_has_nothing_of_it_any_more_hears_nothing_and_is_forgotten(order, how):
    wish = asked_and_confirmed(order)
    if how == "cancelled":
        Order.objects.filter(pk=order.pk).update(status=OrderStatus.CANCELLED)
    else:
        OrderLine.objects.filter(order=order).update(sent=1, returned=1)
    assert send_reminders(wish.due_at) == 1
    assert not PackReminder.objects.exists()
    assert not wishes().exists()


@pytest.mark.parametrize(
    ("state", "words"),
    [("sold out", "sold out at the moment"), ("not sold", "do not sell it in the UK any more")],
)
def test_the_mail_says_so_where_it_can_not_be_bought(order, state, words):
    wish = asked_and_confirmed(order)
    set_stock(SKU, "uk", 1) if state == "sold out" else set_price(SKU, "uk", None)  # one is this order's
    send_reminders(wish.due_at)
    mail = wishes().get()
    assert words in mail.text
    assert words in " ".join(mail.html.split())
    assert "£" not in mail.text


def test_it_is_stopped_by_one_press_in_the_mail_or_at_the_order(order):
    pressed(order)
    page = link(wishes().get())
    post_with_token(a_shopper(), page, page, {"stop": "1"})
    assert not PackReminder.objects.exists()
    assert not wishes().exists(), "what was not sent yet is not sent any more"
    pressed(order)
    pressed(order, stop=SKU)
    assert not PackReminder.objects.exists()


def test_pressed_twice_in_two_tabs_it_is_one_wish_and_one_mail(order):
    pressed(order)
    pressed(order)
    assert PackReminder.objects.count() == wishes().count() == 1


@pytest.mark.parametrize("pack", ["", "NO-SUCH", "x" * 500, "٣", "\u202e", "OIL-SPR-100"])
def test_nonsense_keeps_nothing(order, pack):
    answer = pressed(order, pack=pack)
    assert answer.status_code == 303
    assert not PackReminder.objects.exists()


def test_another_orders_link_stops_nothing_of_this_one(order):
    pressed(order)
    pressed(paid(SKU, email="bob@example.org"), stop=SKU)
    assert PackReminder.objects.count() == 1
    assert a_shopper().post("/orders/guessed/remind/", {"pack": SKU}).status_code in {403, 404}


def test_what_nobody_confirms_goes_after_a_week(order):
    wish = ask(line_of(order, SKU))
    assert forget_unconfirmed(timezone.now() + timedelta(days=6)) == 0
    assert forget_unconfirmed(wish.asked_at + timedelta(days=8)) == 1
    assert not wishes().exists()


def test_after_the_mail_the_reminder_stands_nowhere(settings, mailoutbox, order):
    settings.EMAIL_URL = "smtp://mail.example.org"
    wish = asked_and_confirmed(order)
    send_reminders(wish.due_at)
    while send_next():
        pass
    assert any("Soon empty" in one.subject for one in mailoutbox)
    assert not everywhere(wish.kept_token)
    assert not wishes().exists()


def test_an_order_of_many_packs_takes_no_more_queries(order):
    many = a_paid_order(SKU, "GLY-CAP-90", "CIT-CAP-180")
    counts = []
    for one in (order, many):
        page_of(one)
        with CaptureQueriesContext(connection) as seen:
            page_of(one)
        counts.append(len(seen))
    assert counts[0] == counts[1]
