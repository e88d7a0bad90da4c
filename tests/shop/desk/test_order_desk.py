"""The order desk: found, sent, cancelled, refunded, printed and exported by staff in the admin."""

import csv
import io

import pytest

from shop.orders.models import Order, OrderEvent, OrderLine
from shop.payments.models import Payment, Refund
from tests.support.factories import an_order, mails_written, set_stock, stock
from tests.support.orders import paid
from tests.support.staff import asked_and_sent, signed_in

pytestmark = pytest.mark.django_db
LISTING = "/admin/orders/order/"


def desk(order):
    return f"{LISTING}{order.pk}/change/"


def found(**query):
    html = signed_in("Orders").get(LISTING, query).content.decode()
    return {order.number for order in Order.objects.all() if f">{order.number}</a>" in html}


@pytest.mark.slow
def test_an_order_is_found_by_everything_that_a_shopper_or_stripe_may_say():
    order = paid(email="grace@navy.example")
    other = an_order("GLY-CAP-90", email="tom@example.org")
    payment = order.payments.get()
    for words in (
        order.number,
        order.number.lower(),
        "grace@navy",
        "GRACE@NAVY.EXAMPLE",
        payment.session_id,
        payment.intent_id,
    ):
        assert found(q=words) == {order.number}, words
    assert found(q="lovelace") == found(q="LS1") == found(q="4AP") == {order.number, other.number}
    assert found(q="nobody") == set()
    assert found(q="pi_nothing") == set()


@pytest.mark.slow
def test_the_saved_views():
    sent, waiting, unpaid = (
        paid(email="a@b.de"),
        paid("GLY-CAP-90", email="c@d.de"),
        an_order("OIL-SPR-100", email="e@f.de"),
    )
    from shop.orders.fulfil import send_parcel

    send_parcel(sent, {sent.lines.get().pk: 1}, by="mia")
    assert found(view="to_send") == {waiting.number}
    assert found(view="late") == set()
    Order.objects.filter(pk=waiting.pk).update(paid_at="2026-11-01T00:00Z")
    assert found(view="late") == {waiting.number}
    assert found(view="open") == {unpaid.number}
    Order.objects.filter(pk=sent.pk).update(needs_review="Look", review_cause="money")
    assert found(view="review") == {sent.number}


@pytest.mark.slow
def test_a_parcel_is_sent_from_the_desk_with_its_tracking():
    order = paid()
    orders = signed_in("Orders")
    line = order.lines.get()
    sent = {
        "action": "send",
        f"send-{line.pk}": "1",
        "carrier": "Post",
        "tracking": "AB1",
        "tracking_url": "https://track.example/AB1",
    }
    orders.post(desk(order), sent)
    order.refresh_from_db()
    assert order.sent_at is not None
    assert order.events.last().who == "orders"
    assert "https://track.example/AB1" in mails_written("shipped").get().text
    page = orders.get(desk(order)).content.decode()
    assert "AB1" in page
    assert found(q="AB1") == {order.number}


@pytest.mark.walk
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"action": "send", "send-LINE": "9"}, "only 1 left to send"),
        ({"action": "send", "send-LINE": "x"}, "is no number of packs"),
        ({"action": "send", "send-LINE": "0"}, "at least one line"),
        ({"action": "send", "send-LINE": "1", "carrier": "Cures insomnia Post"}, "The carrier: “insomnia” can’t"),
        ({"action": "send", "send-LINE": "1", "tracking": "for restless&nbsp;legs"}, "The tracking number: “restless"),
        ({"action": "send", "send-LINE": "1", "tracking_url": "javascript:alert(1)"}, "must be a whole address"),
        ({"action": "refund", "cause": "goodwill", "amount": "99"}, "At most £11.95"),
        ({"action": "refund", "cause": "goodwill", "amount": "x"}, "is no amount"),
        ({"action": "refund", "cause": "automatic", "amount": "1"}, "Choose why"),
        ({"action": "cancel"}, "at least one line"),
        ({"action": "return", "return-LINE": "1", "outcome-LINE": "sellable"}, "only 0 were sent"),
        ({"action": "note", "note": " "}, "Write something"),
        ({"action": "end"}, "no longer waiting"),
    ],
)  # fmt: skip
def test_what_can_not_be_done_is_said_and_what_was_typed_stays(typed, words):
    order = paid()
    line = order.lines.get()
    typed = {name.replace("LINE", str(line.pk)): value for name, value in typed.items()} | {
        "why": "My reason"
    }
    answer = signed_in("Orders").post(desk(order), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    if typed["action"] in {"refund", "cancel"}:
        assert "My reason" in page
    assert not Refund.objects.exists()
    assert not order.parcels.exists()
    assert stock().held == 1


@pytest.mark.slow
def test_cancelling_and_refunding_from_the_desk():
    order = paid()
    line = order.lines.get()
    asked_and_sent(
        signed_in("Orders"),
        desk(order),
        {"action": "cancel", f"cancel-{line.pk}": "1", "refund": "on", "why": "Asked."},
    )
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert Refund.objects.get().amount == order.total
    assert order.events.filter(why__startswith="Cancelled before sending", why__contains="Asked.").exists()


@pytest.mark.slow
def test_a_refund_without_an_amount_is_all_that_is_left():
    order = paid()
    orders = signed_in("Orders")
    asked_and_sent(orders, desk(order), {"action": "refund", "cause": "damaged", "amount": "2,00"})
    asked_and_sent(orders, desk(order), {"action": "refund", "cause": "goodwill", "amount": ""})
    assert list(Refund.objects.order_by("pk").values_list("amount", "cause")) == [
        (200, "damaged"),
        (995, "goodwill"),
    ]


def test_an_unpaid_order_is_cancelled_at_stripe_first_and_the_shopper_gets_a_mail():
    order = an_order()
    asked_and_sent(signed_in("Orders"), desk(order), {"action": "end", "why": "Wrong address."})
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert stock().held == 0
    assert "Nothing was charged" in mails_written("cancelled").get().text


@pytest.mark.slow
def test_only_the_order_desk_and_the_owner_act_on_orders():
    order = paid()
    line = order.lines.get()
    for role in ("Writer", "Editor", "Marketing"):
        assert signed_in(role).get(desk(order)).status_code == 403, role
        assert (
            signed_in(role).post(desk(order), {"action": "send", f"send-{line.pk}": "1"}).status_code == 403
        ), role
    assert signed_in("Owner").post(desk(order), {"action": "note", "note": "x"}).status_code == 302
    assert signed_in("Orders").post(desk(order), {"action": "nonsense"}).status_code == 404
    assert signed_in("Orders").post(f"{LISTING}{order.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.slow
def test_pick_list_packing_slip_and_csv():
    set_stock("CIT-CAP-90", "uk", 20)
    one, two = paid(quantity=2, email="a@b.de"), paid("CIT-CAP-90", "OIL-SPR-100", email="c@d.de")
    unpaid = an_order("GLY-CAP-90", email="e@f.de")
    Order.objects.filter(pk=two.pk).update(name="=HYPERLINK(1)")
    orders = signed_in("Orders")
    ticked = {"_selected_action": [one.pk, two.pk, unpaid.pk]}
    page = orders.post(LISTING, {"action": "pick_list", **ticked}).content.decode()
    assert f"{one.number} (2), {two.number} (1)" in page or f"{two.number} (1), {one.number} (2)" in page
    assert unpaid.number not in page
    slips = orders.post(LISTING, {"action": "packing_slips", **ticked}).content.decode()
    assert slips.count("<h1>Packing slip S") == slips.count("<h1") == 3
    assert page.count("<h1") == 1
    rows = list(
        csv.DictReader(
            io.StringIO(orders.post(LISTING, {"action": "export", **ticked}).getvalue().decode("utf-8-sig"))
        )
    )
    assert len(rows) == 4
    assert {row["name"] for row in rows} >= {"'=HYPERLINK(1)"}
    assert next(row for row in rows if row["number"] == one.number)["line total"] == "23.90"
    assert orders.get(f"{LISTING}{one.pk}/slip/").status_code == 200


@pytest.mark.slow
def test_the_desk_costs_the_same_however_many_orders_and_lines(django_assert_max_num_queries):
    order = paid()
    orders = signed_in("Orders")
    orders.get(desk(order))
    template = Order.objects.get(pk=order.pk)
    copies = []
    for number in range(300):
        copies.append(Order(**{field.attname: getattr(template, field.attname) for field in Order._meta.concrete_fields if field.name not in {"id", "number", "kept_token", "basket_key"}}, number=f"S9{number:05}", basket_key=f"k{number}"))  # fmt: skip
    Order.objects.bulk_create(copies)
    OrderEvent.objects.bulk_create(
        OrderEvent(order=order, was="paid", became="paid", who="x", why="x") for _ in range(50)
    )
    with django_assert_max_num_queries(15):
        orders.get(LISTING, {"q": "ada@example"})
    with django_assert_max_num_queries(15):
        orders.get(LISTING, {"view": "late"})
    with django_assert_max_num_queries(26):
        orders.get(desk(order))
    assert OrderLine.objects.count() == Payment.objects.count() == 1
