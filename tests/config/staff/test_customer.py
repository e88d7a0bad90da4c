"""The page of an e-mail address: its orders alone, and a deletion that leaves them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.newsletter.models import Subscriber
from shop.alerts.models import StockAlert
from shop.orders.models import Order
from shop.outbox.models import Mail
from tests.support.factories import an_order, region, set_stock, variant
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAGE, ADA = "/admin/customer/", "ada@example.org"


@pytest.fixture(autouse=True)
def stocked():
    set_stock("CIT-CAP-90", "uk", 50)


def shown(client, email: str = ADA) -> str:
    return client.get(PAGE, {"email": email}).content.decode()


def test_it_shows_the_orders_of_the_address_and_their_money():
    mine, other = paid(email=ADA), an_order(email="b@example.org")
    page = shown(signed_in("Orders"))
    assert mine.number in page
    assert f"<b>{mine.total_text}</b> stayed" in page
    assert other.number not in page
    assert mine.number in shown(signed_in("Orders"), f"  {ADA.upper().lower()} ")
    assert "No order has this address" in shown(signed_in("Orders"), "nobody@example.org")


def test_what_it_waits_for_is_deleted_with_its_mails_and_the_orders_stay():
    order = paid(email=ADA)
    alert = StockAlert.objects.create(email=ADA, variant=variant(), region=region("uk"))
    Subscriber.objects.create(email=ADA, region=region("uk"))
    Subscriber.objects.create(email="b@example.org", region=region("uk"))
    Mail.objects.filter(to=ADA).update(person=alert.kept_token)
    owner = signed_in("Owner")
    assert "CIT-CAP-90 is back" in shown(owner)
    assert owner.post(PAGE, {"email": ADA}).status_code == 302
    assert not StockAlert.objects.filter(email=ADA).exists()
    assert [row.email for row in Subscriber.objects.all()] == ["b@example.org"]
    assert not Mail.objects.filter(person=alert.kept_token).exists()
    assert Order.objects.filter(pk=order.pk, email=ADA).exists()


def test_who_may_not_see_orders_sees_no_customer_and_who_may_not_delete_deletes_nothing():
    Subscriber.objects.create(email=ADA, region=region("uk"))
    assert signed_in("Writer").get(PAGE).status_code == 403
    desk = signed_in("Orders")
    assert desk.post(PAGE, {"email": ADA}).status_code == 403
    assert Subscriber.objects.filter(email=ADA).exists()
    assert "Delete all that it waits for" not in shown(desk)


def test_the_page_costs_the_same_however_many_orders():
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            shown(desk)
        return len(found)

    desk = signed_in("Orders")
    paid(email=ADA)
    shown(desk)
    few = queries()
    for _ in range(3):
        paid(email=ADA)
    assert queries() == few
