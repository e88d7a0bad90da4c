"""Orders that staff type, and money that came past Stripe."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.invoices.issue import issue_documents
from shop.invoices.models import Document
from shop.ledger.check import breaches as all_breaches
from shop.orders.models import Order, OrderStatus
from shop.outbox.models import Mail
from shop.payments.cancel import AlreadyPaid
from shop.payments.leave import leave, let_left_packs_go
from shop.payments.models import Payment, PaymentStatus, Refund, RefundStatus
from shop.payments.outside import paid_outside
from shop.payments.reconcile import end_overdue_orders, send_refunds
from shop.payments.sandbox.stripe import sessions
from shop.payments.start import start_payment
from tests.support.factories import an_order, deliver_events, mails_written, session_of, set_stock, stock
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/orders/order/by-hand/"
UK = {
    "region": "uk", "email": "ada@example.org", "name": "Ada Lovelace", "country": "GB", "line1": "1 High Street",
    "line2": "", "postcode": "LS1 4AP", "town": "Leeds", "code": "", "came": "phone", "paying": "link", "days": "3",
    "how": "", "why": "", "form_key": "a" * 32, "pack-0": "CIT-CAP-90", "packs-0": "2",
}  # fmt: skip


def look(client, **typed):
    return client.post(PAGE, {**UK, **typed, "look": "1"})


def place(client, **typed):
    """As on the page: first a look, then the button with the sum that stood there."""
    answer = look(client, **typed)
    assert answer.status_code == 200, answer.content.decode()
    total = re.search(r'name="shown_total" value="(\d+)"', answer.content.decode())
    assert total, answer.content.decode()
    return client.post(PAGE, {**UK, **typed, "place": "1", "shown_total": total[1]})


def breaches():
    return [breach.words for breach in all_breaches()]


def test_an_order_on_the_phone_costs_what_it_costs_in_the_shop_and_is_paid_by_the_link_in_the_mail():
    client, free = signed_in("Orders"), stock().sellable
    assert Order.objects.count() == 0
    assert b"What it costs" in look(client).content
    assert Order.objects.count() == 0, "looking writes nothing"
    place(client)
    order = Order.objects.get()
    same = an_order(quantity=2, email="bob@example.org")
    assert (order.total, order.tax_total) == (same.total, same.tax_total)
    assert (order.placed_by, order.status, order.basket_pk) == ("orders", "pending", None)
    assert stock().sellable == free - 4
    mail = mails_written("by_hand").get()
    assert mail.to == "ada@example.org"
    assert order.full_url in mail.text
    start_payment(order)
    sessions.pay(session_of(order))
    deliver_events()
    order.refresh_from_db()
    assert order.is_paid
    issue_documents()
    assert Document.objects.get(order=order).data["paid"] == "Paid by card."
    assert breaches() == []


def test_the_same_form_sent_twice_is_one_order():
    client = signed_in("Orders")
    place(client)
    total = Order.objects.get().total
    client.post(PAGE, {**UK, "place": "1", "shown_total": total})
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"postcode": "NOWHERE"}, "postcode"),
        ({"postcode": "JE2 3AB"}, ""),
        ({"email": ""}, "e-mail address"),
        ({"pack-0": "NO-SUCH-1"}, "is no pack"),
        ({"pack-0": "CIT"}, "type the SKU"),
        ({"pack-0": "", "packs-0": ""}, "at least one pack"),
        ({"packs-0": "0"}, "from 1 to"),
        ({"packs-0": "-2"}, ""),
        ({"packs-0": "9999999999"}, ""),
        ({"packs-0": "998"}, "can be sold"),
        ({"code": "NOPE"}, "We don’t know the code"),
        ({"came": "pigeon"}, ""),
        ({"paying": "outside"}, "Choose how the money came"),
        ({"paying": "outside", "how": "transfer"}, "how you know"),
    ],
)
def test_what_can_not_be_is_said_and_nothing_is_written(typed, words):
    set_stock("CIT-CAP-90", "uk", 20)
    answer = look(signed_in("Orders"), **typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert (Order.objects.count(), Mail.objects.count()) == (0, 0)
    assert UK["line1"] in answer.content.decode(), "nothing typed is lost"


def test_a_total_that_changed_since_the_look_is_shown_again_and_not_ordered():
    client = signed_in("Orders")
    answer = client.post(PAGE, {**UK, "place": "1", "shown_total": "1"})
    assert answer.status_code == 422
    assert "Look at it again" in answer.content.decode()
    assert Order.objects.count() == 0


def test_the_packs_wait_until_the_day_however_often_a_payment_page_is_left():
    place(signed_in("Orders"), days="7")
    order = Order.objects.get()
    free = stock().sellable
    start_payment(order)
    leave(order)
    let_left_packs_go()
    order.refresh_from_db()
    assert (order.status, order.let_go_at, stock().sellable) == ("pending", None, free)
    end_overdue_orders(timezone.now() + timedelta(days=6))
    order.refresh_from_db()
    assert order.is_pending
    assert order.hold_until == order.pay_by
    end_overdue_orders(timezone.now() + timedelta(days=8))
    order.refresh_from_db()
    assert order.status == OrderStatus.EXPIRED
    assert stock().sellable == free + 2
    assert breaches() == []


def test_money_that_came_past_stripe_pays_the_order_with_its_mail_its_invoice_and_a_clean_ledger():
    place(signed_in("Orders"), paying="outside", how="transfer", why="Statement of 3 May, ref 77")
    order, payment = Order.objects.get(), Payment.objects.get()
    assert order.is_paid
    assert (payment.outside, payment.amount, payment.session_id) == (
        "transfer",
        order.total,
        None,
    )
    assert mails_written("by_hand").count() == 0
    assert mails_written("paid").count() == 1
    issue_documents()
    assert Document.objects.get().data["paid"] == "Paid by bank transfer."
    assert breaches() == []


def test_an_order_that_waits_is_marked_as_paid_once_and_its_payment_page_is_closed():
    client = signed_in("Orders")
    place(client)
    order = Order.objects.get()
    start_payment(order)
    session = session_of(order)
    page = f"/admin/orders/order/{order.pk}/change/"
    typed = {"action": "outside", "how": "cheque", "why": "Cheque of 2 May"}
    assert "Mark order" in client.post(page, typed).content.decode()
    for _ in range(2):
        client.post(page, {**typed, "confirmed": "1"})
    session.refresh_from_db()
    assert session.status == "expired"
    assert Payment.objects.filter(status=PaymentStatus.PAID).count() == 1
    assert breaches() == []


def test_who_paid_at_stripe_meanwhile_is_not_marked_a_second_time():
    place(signed_in("Orders"))
    order = Order.objects.get()
    start_payment(order)
    sessions.pay(session_of(order))
    with pytest.raises(AlreadyPaid):
        paid_outside(order, how="cash", why="till", by="ada")
    deliver_events()
    assert Payment.objects.filter(status=PaymentStatus.PAID).count() == 1
    assert breaches() == []


def test_its_money_goes_back_by_hand_and_stripe_is_never_asked():
    client = signed_in("Orders")
    place(client, paying="outside", how="transfer", why="ref 77")
    order = Order.objects.get()
    page = f"/admin/orders/order/{order.pk}/change/"
    typed = {
        "action": "refund",
        "cause": "goodwill",
        "amount": "1.00",
        "turn": "1",
        "sum": "100",
        "confirmed": "1",
    }
    client.post(page, typed)
    refund = Refund.objects.get()
    assert send_refunds() == 0
    assert "To give back by hand" in client.get(page).content.decode()
    client.post(page, {"action": "transferred", "refund": refund.pk, "why": ""})
    refund.refresh_from_db()
    assert refund.status == RefundStatus.WANTED, "without a word how, it is not believed"
    for _ in range(2):
        client.post(page, {"action": "transferred", "refund": refund.pk, "why": "Transfer of 5 May"})
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCEEDED
    assert mails_written("refunded").count() == 1
    issue_documents()
    assert breaches() == []


def test_a_refund_that_nobody_transferred_is_told_by_the_ledger_after_ten_days():
    client = signed_in("Orders")
    place(client, paying="outside", how="cash", why="till")
    page = f"/admin/orders/order/{Order.objects.get().pk}/change/"
    typed = {
        "action": "refund",
        "cause": "goodwill",
        "amount": "1.00",
        "turn": "1",
        "sum": "100",
        "confirmed": "1",
    }
    client.post(page, typed)
    Refund.objects.update(wanted_at=timezone.now() - timedelta(days=9))
    assert breaches() == []
    Refund.objects.update(wanted_at=timezone.now() - timedelta(days=11))
    assert "given back by hand" in breaches()[0]


def test_the_database_refuses_money_from_outside_that_stripe_is_said_to_have():
    place(signed_in("Orders"), paying="outside", how="cash", why="till")
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.update(intent_id="pi_1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.update(outside_why="")


def test_only_who_sends_orders_may_type_one():
    for role, status in [("Writer", 403), ("Marketing", 403), ("Orders", 200), ("Owner", 200)]:
        assert signed_in(role).get(PAGE + "?region=uk").status_code == status


def test_odd_addresses_of_the_page_are_no_error():
    client = signed_in("Orders")
    for query in ["?region=zz", "?region=", "?region=%00", "?x=1"]:
        assert client.get(PAGE + query).status_code == 200
    assert client.post(PAGE, {"region": "uk", "more": "1", "pack-0": "x"}).status_code == 200
    assert client.post(PAGE, {"region": "uk"}).status_code == 422
