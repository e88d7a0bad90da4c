"""Forms that move money ask first, name the sum, and work once; words to colleagues and to the shopper stay apart."""

import pytest

from shop.desk.models import Turn
from shop.orders.fulfil import send_parcel
from shop.orders.models import Return
from shop.outbox.models import Mail
from shop.payments.models import Payment, Refund
from shop.payments.reconcile import send_refunds
from tests.support.factories import an_order, deliver_events, mails_written, set_stock, stock
from tests.support.orders import paid
from tests.support.staff import asked_and_sent, fields_of, signed_in

pytestmark = pytest.mark.django_db
SECRET, PUBLIC = "Serial complainer, be careful.", "We are sorry for the dent."


def desk(order):
    return f"/admin/orders/order/{order.pk}/change/"


def two_packs(**kwargs):
    set_stock("CIT-CAP-90", "uk", 20)
    return paid(quantity=2, **kwargs)


ORDER = two_packs


def form_of(action, order):
    line = order.lines.get()
    if action == "return":
        send_parcel(order, {line.pk: 2}, by="mia")
    return {
        "refund": {"action": "refund", "cause": "goodwill", "amount": "5"},
        "cancel": {"action": "cancel", f"cancel-{line.pk}": "1", "refund": "on"},
        "return": {
            "action": "return",
            f"return-{line.pk}": "1",
            f"outcome-{line.pk}": "sellable",
            "amount": "5",
        },
    }[action]


MONEY = ["refund", "cancel", "return"]


@pytest.mark.slow
@pytest.mark.parametrize("action", MONEY)
def test_nothing_moves_before_the_page_that_names_the_sum_is_answered(action, order):
    orders = signed_in("Orders")
    form = form_of(action, order)
    page = orders.post(desk(order), form).content.decode()
    assert ("£11.95" if action == "cancel" else "£5.00") in page
    assert not Refund.objects.exists()
    assert not Turn.objects.exists()
    assert stock().held == (0 if action == "return" else 2)
    changed = orders.post(desk(order), {**fields_of(page), "change": "1"})
    assert changed.status_code == 200
    assert fields_of(changed.content.decode())["turn"] == "1"
    assert not Refund.objects.exists()


@pytest.mark.parametrize("action", MONEY)
def test_the_same_form_sent_again_gives_money_back_once(action, order):
    orders = signed_in("Orders")
    asked = fields_of(orders.post(desk(order), form_of(action, order)).content.decode())
    first = orders.post(desk(order), asked)
    again = orders.post(desk(order), asked, follow=True)
    assert first.status_code == 302
    assert "done already, and not a second time" in again.content.decode()
    assert Refund.objects.count() == Turn.objects.count() == 1
    assert sum(Return.objects.values_list("quantity", flat=True)) == (1 if action == "return" else 0)


@pytest.mark.slow
@pytest.mark.parametrize("action", MONEY)
def test_two_tabs_and_the_back_button_start_from_the_page_as_it_was(action, order):
    orders = signed_in("Orders")
    form = form_of(action, order)
    tab = {**fields_of(orders.get(desk(order)).content.decode()), **form}
    other = fields_of(orders.post(desk(order), tab).content.decode())
    asked_and_sent(orders, desk(order), tab)
    for old in (tab, other, {**other, "amount": "4", "sum": "400"}):
        answer = orders.post(desk(order), old, follow=True)
        assert (
            "Meanwhile somebody did this" in answer.content.decode()
            or "done already" in answer.content.decode()
        )
    assert Refund.objects.count() == 1


def test_two_staff_with_the_same_page_open_give_money_back_once(order):
    mia, tom = signed_in("Orders", name="mia"), signed_in("Orders", name="tom")
    forms = [
        fields_of(who.post(desk(order), form_of("refund", order)).content.decode()) for who in (mia, tom)
    ]
    mia.post(desk(order), forms[0])
    answer = tom.post(desk(order), {**forms[1], "why": "Torn"})
    assert answer.status_code == 422
    assert "£5.00 goes back" in answer.content.decode()
    assert "(mia," in answer.content.decode()
    assert "Torn" in answer.content.decode()
    assert Refund.objects.count() == 1


@pytest.mark.slow
def test_a_turn_that_no_page_carried_moves_nothing(order):
    orders = signed_in("Orders")
    for turn in ("", "0", "-1", "9", "x", "٣", "99999999999999999999", "1.0"):
        form = {**form_of("refund", order), "confirmed": "1", "sum": "500", "turn": turn}
        assert orders.post(desk(order), form).status_code in {200, 422}, turn
    assert not Refund.objects.exists()


@pytest.mark.parametrize("action", MONEY)
def test_another_sum_than_the_one_that_was_named_moves_nothing(action, order):
    orders = signed_in("Orders")
    asked = fields_of(orders.post(desk(order), form_of(action, order)).content.decode())
    answer = orders.post(desk(order), {**asked, "sum": "1"})
    assert answer.status_code == 422
    assert not Refund.objects.exists()
    assert not Turn.objects.exists()
    assert stock().held == (0 if action == "return" else 2)


def test_a_refund_in_the_dashboard_between_asking_and_doing_is_seen(order):
    orders = signed_in("Orders")
    asked = fields_of(
        orders.post(desk(order), {"action": "refund", "cause": "lost", "amount": ""}).content.decode()
    )
    Payment.objects.update(given_back=1000)
    page = orders.post(desk(order), asked).content.decode()
    assert "It would be £13.90 now" in page
    assert not Refund.objects.exists()


def test_the_same_parcel_sent_by_a_double_click_leaves_once(order):
    orders = signed_in("Orders")
    line = order.lines.get()
    form = {"action": "send", "turn": "1", f"send-{line.pk}": "1"}
    orders.post(desk(order), form)
    orders.post(desk(order), form)
    line.refresh_from_db()
    assert (line.sent, mails_written("shipped").count()) == (1, 1)


@pytest.mark.slow
def test_cancelling_an_unpaid_order_asks_too():
    order, orders = an_order(), signed_in("Orders")
    page = orders.post(desk(order), {"action": "end", "why": SECRET, "words": PUBLIC}).content.decode()
    assert "Nobody has paid it" in page
    order.refresh_from_db()
    assert order.status == "pending"
    orders.post(desk(order), fields_of(page))
    assert PUBLIC in mails_written("cancelled").get().text
    assert SECRET not in mails_written("cancelled").get().text


@pytest.mark.slow
def test_the_ledgers_fix_that_gives_money_back_asks_and_works_once():
    order, owner = paid(), signed_in("Owner")
    Payment.objects.update(status="review")
    form = {"fix": "give_back", "about": order.payments.get().pk}
    asked = fields_of(owner.post("/admin/ledger/", form).content.decode())
    assert not Refund.objects.exists()
    assert "done already" not in owner.post("/admin/ledger/", asked, follow=True).content.decode()
    assert "done already" in owner.post("/admin/ledger/", asked, follow=True).content.decode()
    assert Refund.objects.get().amount == order.total


@pytest.mark.walk
@pytest.mark.parametrize("action", MONEY)
def test_what_staff_write_for_colleagues_reaches_no_shopper(action, client, order):
    orders = signed_in("Orders")
    orders.post(desk(order), {"action": "note", "note": SECRET})
    asked_and_sent(orders, desk(order), form_of(action, order) | {"why": SECRET, "words": PUBLIC})
    send_refunds()
    deliver_events()
    from shop.invoices.issue import issue_documents

    assert issue_documents() == 2
    shown = client.get(order.get_absolute_url()).content.decode()
    shown += "".join(mail.text + mail.html + mail.subject for mail in Mail.objects.all())
    shown += str(list(order.documents.values_list("data", flat=True)))
    assert SECRET not in shown
    assert PUBLIC in str(order.documents.get(kind="credit").data)
    assert PUBLIC in "".join(Mail.objects.values_list("text", flat=True))
    assert SECRET in orders.get(desk(order)).content.decode()
    assert Refund.objects.get().reason == SECRET


def test_mails_to_the_address_before_stay_in_sight_and_no_note_is_lost(order):
    orders = signed_in("Orders")
    Mail.objects.filter(to=order.email).update(sent_at=order.paid_at)
    orders.post(desk(order), {"action": "address", "email": "right@example.org"})
    order.note("x")
    page = orders.get(desk(order)).content.decode()
    assert page.count(f"to {order.email}</span>") == Mail.objects.count() > 0
    note = orders.post(desk(order), {"action": "note", "note": "n" * 301})
    assert note.status_code == 422
    assert fields_of(note.content.decode())["note"] == "n" * 301
    wrong = orders.post(desk(order), {"action": "address", "email": "right@"})
    assert fields_of(wrong.content.decode())["email"] == "right@"


@pytest.mark.slow
def test_no_reason_and_no_outcome_is_chosen_for_staff(order):
    page = signed_in("Orders").get(desk(order)).content.decode()
    assert fields_of(page)["cause"] == ""
    assert (
        signed_in("Orders").post(desk(order), {"action": "refund", "cause": "", "amount": "1"}).status_code
        == 422
    )
    line = order.lines.get()
    send_parcel(order, {line.pk: 2}, by="mia")
    assert fields_of(signed_in("Orders").get(desk(order)).content.decode())[f"outcome-{line.pk}"] == ""
