"""One mail that asks for a review: who wanted it, once an order, days after it came, never about what came back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.orders.models import Order, OrderLine
from shop.outbox.models import Mail
from shop.regions.models import Region
from shop.reviews.asking import ask, can_ask, due_at, send_review_asks
from shop.reviews.models import ReviewAsk
from shop.reviews.writing import lines_to_review, write
from tests.conftest import a_shopper
from tests.support.factories import an_order, post_with_token

pytestmark = pytest.mark.django_db
SKU = "CIT-CAP-90"


@pytest.fixture
def order():
    placed = an_order(SKU)
    Order.objects.filter(pk=placed.pk).update(status="paid", paid_at=timezone.now())
    OrderLine.objects.filter(order=placed).update(sent=1)
    return Order.objects.select_related("region").get(pk=placed.pk)


def asks():
    return list(Mail.objects.filter(key__startswith="review-ask"))


def later(order):
    return due_at(order) + timedelta(minutes=1)


def test_nobody_is_asked_who_did_not_want_it(order):
    assert send_review_asks(later(order)) == 0
    assert asks() == []


def test_who_wanted_it_is_asked_once_and_the_mail_leads_to_the_form(order):
    page = f"/orders/{order.token}/"
    post_with_token(a_shopper(), page, f"{page}review/", {"ask": "1"})
    row = ReviewAsk.objects.get()
    assert row.due_at == due_at(order)
    assert "We ask you once" in a_shopper().get(page).content.decode()
    assert send_review_asks(later(order) - timedelta(hours=1)) == 0
    assert send_review_asks(later(order)) == 1
    [mail] = asks()
    assert f"{page}review/{SKU}/" in mail.text
    assert mail.to == order.email
    assert send_review_asks(later(order)) == 0
    ask(order)
    send_review_asks(later(order) + timedelta(days=90))
    assert len(asks()) == 1


def test_one_click_stops_it(order):
    ask(order)
    page = f"/orders/{order.token}/"
    post_with_token(a_shopper(), page, f"{page}review/", {"stop": "1"})
    assert not ReviewAsk.objects.exists()
    assert send_review_asks(later(order)) == 0


@pytest.mark.parametrize("what", ["returned", "written", "cancelled", "no days", "forgotten"])
def test_nobody_is_asked_about_what_came_back_or_was_written_about(order, what):
    ask(order)
    when = later(order)
    if what == "returned":
        OrderLine.objects.update(returned=1)
    elif what == "written":
        line = lines_to_review(order).get()
        line.order = order
        write(line, stars=1, text="Bad.", name="")
    elif what == "cancelled":
        Order.objects.update(status="cancelled")
    elif what == "no days":
        Region.objects.update(review_days=0)
    else:
        Order.objects.update(email="")
    assert send_review_asks(when) == 1
    assert asks() == []


def test_the_question_waits_for_the_parcel(order):
    OrderLine.objects.update(sent=0)
    ask(order)
    assert send_review_asks(later(order)) == 1
    assert asks() == []
    OrderLine.objects.update(sent=1)
    assert send_review_asks(later(order) + timedelta(days=7)) == 1
    assert len(asks()) == 1


def test_staff_say_for_each_region_how_many_days_later(order):
    before = due_at(order)
    order.region.review_days = 20
    assert due_at(order) - before == timedelta(days=6)
    order.region.review_days = 0
    assert not can_ask(order)
