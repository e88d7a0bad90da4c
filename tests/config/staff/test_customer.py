"""The page of an e-mail address: its orders alone, and a deletion that leaves them."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.deeds.models import Deed, Verb
from config.newsletter.models import Subscriber
from shop.alerts.models import StockAlert
from shop.orders.models import Order, OrderLine
from shop.outbox.models import Mail
from shop.payments.models import Payment, PaymentStatus, StripeEvent
from shop.reviews.asking import ask
from shop.reviews.models import ReviewAsk
from shop.reviews.moderating import show
from shop.reviews.writing import lines_to_review, write
from shop.withdrawal.models import Withdrawal
from tests.support.factories import an_order, an_order_at_stripe, everywhere, region, set_stock, variant
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAGE, ADA = "/admin/customer/", "ada@example.org"
SURE = {"email": ADA, "sure": "1"}


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
    asked = owner.post(PAGE, {"email": ADA}).content.decode()
    assert "Nothing was deleted yet" in asked
    assert StockAlert.objects.filter(email=ADA).exists()
    assert owner.post(PAGE, SURE).status_code == 302
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
    assert "Delete what no law wants kept" not in shown(desk)


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


def test_nothing_of_an_address_is_left_where_no_law_wants_it():
    """In any column of any table; what stands sealed in sessions ends by itself."""
    ended, region_ = an_order_at_stripe(email=ADA)[0], region("uk")
    StripeEvent.objects.create(event_id="evt_1", type="checkout.session.expired", happened_at=timezone.now(),
        received_at=timezone.now(), came_by="webhook", is_done=True, body={"data": {"object": {"customer_email": ADA, "client_reference_id": ended.number}}})  # fmt: skip
    Payment.objects.filter(order=ended).update(status=PaymentStatus.EXPIRED)
    ended.move("expired", who="test", why=f"Nobody paid, says {ADA}")
    StockAlert.objects.create(email=ADA, variant=variant(), region=region_)
    Subscriber.objects.create(email=ADA, region=region_)
    Withdrawal.objects.create(region=region_, name="Ada", number="S1", email=ADA, form="x")
    Mail.objects.update(sent_at=timezone.now())
    assert kept_by_us(ADA)
    owner = signed_in("Owner")
    page = owner.post(PAGE, SURE, follow=True).content.decode()
    assert "Nowhere." in page
    assert kept_by_us(ADA) == []
    assert Order.objects.filter(pk=ended.pk).exists(), "numbers and sums stay"
    deed = Deed.objects.get(verb=Verb.DELETED, kind__startswith="all that was kept")
    assert ADA not in str(deed.changes)


def test_a_paid_order_keeps_what_the_law_wants_and_the_page_says_so():
    order = paid(email=ADA)
    Mail.objects.update(sent_at=timezone.now())
    page = signed_in("Owner").post(PAGE, SURE, follow=True).content.decode()
    assert "as long as tax law asks" in page
    assert Order.objects.get(pk=order.pk).email == ADA
    assert not Mail.objects.exclude(to="").exists()


def test_all_that_is_kept_is_exported_with_nothing_that_opens_anything():
    order = paid(email=ADA)
    Subscriber.objects.create(email=ADA, region=region("uk"))
    an_order(email="b@example.org")
    answer = signed_in("Owner").get(PAGE, {"email": ADA, "as": "json"})
    told = json.loads(answer.content)
    assert {"orders", "the newsletter", "payments"} <= set(told["tables"])
    assert told["tables"]["orders"]["rows"][0]["postcode"] == order.postcode
    assert told["what was ordered"][0]["order"] == order.number
    text = answer.content.decode()
    assert order.kept_token not in text
    assert "b@example.org" not in text
    assert Deed.objects.filter(verb=Verb.EXPORTED, kind__contains="mail address").count() == 1
    assert signed_in("Orders").get(PAGE, {"email": ADA, "as": "json"}).status_code == 403


def test_what_somebody_wrote_of_a_product_is_exported_and_goes_with_the_rest():
    order = paid(email=ADA)
    OrderLine.objects.filter(order=order).update(sent=1)
    line = lines_to_review(order).select_related("order__region").get()
    show(write(line, stars=2, text="The jar was half empty.", name="Ada L."), by="grace")
    ask(order)
    tables = json.loads(signed_in("Owner").get(PAGE, {"email": ADA, "as": "json"}).content)["tables"]
    assert tables["reviews"]["rows"][0]["text"] == "The jar was half empty."
    assert {"reviews as they are shown", "questions for a review"} <= tables.keys()
    assert signed_in("Owner").post(PAGE, SURE).status_code == 302
    assert not everywhere("half empty")
    assert not everywhere("Ada L.")
    assert not ReviewAsk.objects.exists()


def kept_by_us(text):
    return [label for label in everywhere(text) if not label.startswith("sandbox.")]
