"""Batches as the warehouse and the owner meet them in the admin."""

import csv
import io
from html import unescape

import pytest

from shop.catalogue.models import Batch
from shop.orders.fulfil import send_parcel
from tests.support.batches import a_batch, day, stock_of
from tests.support.factories import region, set_stock, variant
from tests.support.orders import a_paid_order
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LIST = "/admin/catalogue/batch/"


def typed(**more) -> dict:
    form = {"variant": variant().pk, "region": region("uk").pk, "number": "l2031 a", "packs": "40",
            "best_before": f"{day(400):%Y-%m-%d}", "sold_until": ""}  # fmt: skip
    return {**form, **more}


def words(answer) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def test_goods_are_taken_in_with_six_fields():
    set_stock("CIT-CAP-90", "uk", 1)
    owner = signed_in()
    assert owner.post(f"{LIST}add/", typed()).status_code == 302
    batch = Batch.objects.get()
    assert (batch.number, batch.left, batch.sold_until, batch.came_by) == ("L2031 A", 40, day(340), "owner")
    assert stock_of().on_hand == 41
    assert owner.post(f"{LIST}add/", typed(number="L2031 A", packs="2")).status_code == 302
    assert Batch.objects.get().left == 42
    assert "L2031 A" in words(owner.get(LIST))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"packs": "0"}, "greater than or equal to 1"),
        ({"packs": "²"}, "digits that are not read here"),
        ({"packs": "99999999999"}, "less than or equal to"),
        ({"best_before": "yesterday"}, "valid date"),
        ({"best_before": "0001-01-01"}, "no day that stands on a pack"),
        ({"best_before": "9999-12-31"}, "more than twenty years"),
        ({"best_before": 30}, "could be sold until"),
        ({"number": ""}, "required"),
        ({"number": "   "}, "required"),
        ({"number": "L" * 50}, "at most 40"),
        ({"variant": "99999"}, "valid choice"),
        ({"region": "x"}, "valid choice"),
        ({"is_counted": "on", "packs": "5"}, "Only 1 packs in the stock have no batch yet"),
        ({"sold_until": 900}, "best-before date at the latest"),
    ],
)
def test_what_can_not_come_in_is_told_at_its_field_and_nothing_is_saved(wrong, told):
    set_stock("CIT-CAP-90", "uk", 1)
    wrong = {name: str(day(value)) if isinstance(value, int) else value for name, value in wrong.items()}
    answer = signed_in().post(f"{LIST}add/", typed(**wrong))
    assert answer.status_code == 200
    assert told in words(answer)
    assert not Batch.objects.exists()
    assert stock_of().on_hand == 1


def test_packs_left_are_counted_in_the_form():
    set_stock("CIT-CAP-90", "uk", 0)
    batch, owner = a_batch("L1", 10), signed_in()
    page = f"{LIST}{batch.pk}/change/"
    fields = fields_of(owner.get(page).content.decode())
    assert owner.post(page, {**fields, "left": "7"}).status_code == 302
    batch.refresh_from_db()
    assert (batch.left, batch.came, stock_of().on_hand) == (7, 7, 7)


def test_a_recall_asks_first_and_is_done_once():
    order = a_paid_order(quantity=2)
    set_stock("CIT-CAP-90", "uk", 5)
    batch, owner = a_batch("BAD", 5, is_counted=True), signed_in()
    send_parcel(order, {order.lines.get().pk: 2}, by="ada")
    page = f"{LIST}{batch.pk}/recall/"
    asked = words(owner.get(page))
    assert "3 packs in the stock" in asked
    assert "1 order with 2 packs" in asked
    for wrong in ({}, {"words": "Stop."}, {"words": "Stop.", "sure": "on", "packs": "9"}, {"sure": "on", "packs": "3"},
                  {"words": "x" * 2001, "sure": "on", "packs": "3"}):  # fmt: skip
        assert owner.post(page, wrong).status_code == 422, wrong
        assert Batch.objects.get().recalled_at is None
    sure = {"words": "Stop taking them.", "sure": "on", "packs": "3"}
    assert owner.post(page, sure).status_code == 302
    assert "It was recalled on" in words(owner.post(page, {**sure, "words": "Other words."}))
    batch.refresh_from_db()
    assert batch.recall_words == "Stop taking them."
    assert stock_of().on_hand == 0
    buyers = words(owner.get(f"{LIST}{batch.pk}/buyers/"))
    assert order.number in buyers
    assert "Stop taking them." in buyers


def test_the_buyers_come_as_a_harmless_table():
    order = a_paid_order(quantity=1)
    batch = a_batch("BAD", 5)
    type(order).objects.filter(pk=order.pk).update(name="=HYPERLINK(1)")
    send_parcel(order, {order.lines.get().pk: 1}, by="ada")
    answer = signed_in().get(f"{LIST}{batch.pk}/buyers.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 2
    assert not any(cell.startswith("=") for cell in rows[1])


def test_who_sees_orders_sees_buyers_and_recalls_nothing():
    batch = a_batch("BAD", 5)
    orders = signed_in("Orders")
    assert orders.get(f"{LIST}{batch.pk}/buyers/").status_code == 200
    assert orders.get(f"{LIST}{batch.pk}/recall/").status_code == 403
    assert (
        orders.post(f"{LIST}{batch.pk}/recall/", {"words": "x", "sure": "on", "packs": "5"}).status_code
        == 403
    )
    assert orders.get(f"{LIST}add/").status_code == 403
    assert signed_in("Writer", name="writer").get(f"{LIST}{batch.pk}/buyers/").status_code == 403


def test_the_desk_and_the_pick_list_name_the_batches():
    order = a_paid_order(quantity=3)
    set_stock("CIT-CAP-90", "uk", 3)
    a_batch("OLD", 2, good_for=300)
    a_batch("YOUNG", 5)
    staff = signed_in("Orders")
    page = words(staff.get(f"/admin/orders/order/{order.pk}/change/"))
    assert "2 of batch OLD" in page
    assert "1 of batch YOUNG" in page
    ticked = {"action": "pick_list", "_selected_action": [order.pk]}
    assert "2 of batch <b>OLD</b>" in " ".join(
        staff.post("/admin/orders/order/", ticked).content.decode().split()
    )
