"""Every change of stock has a row in the log, whoever made it, and no row is ever changed."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Sum

from shop.catalogue.models import Stock, StockMovement, Told
from shop.catalogue.stock_triggers import install
from shop.ledger.check import breaches
from shop.ledger.rules import stock_log
from shop.orders.fulfil import send_parcel, take_return
from shop.orders.models import Outcome
from tests.support.factories import region, set_stock, stock, variant
from tests.support.orders import a_paid_order
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
SKU = "CIT-CAP-90"


def last() -> StockMovement:
    return StockMovement.objects.filter(variant=variant(), region=region("uk")).first()


def told(row: StockMovement) -> tuple:
    return row.change, row.was, row.became, row.cause, row.who, row.why, row.reference


def test_the_log_of_each_pack_adds_up_to_what_is_on_hand_from_the_start():
    rows = StockMovement.objects.order_by().values_list("variant", "region").annotate(Sum("change"))
    sums = {(pack, here): total for pack, here, total in rows}
    on_hand = {(row.variant_id, row.region_id): row.on_hand for row in Stock.objects.exclude(on_hand=0)}
    assert on_hand
    assert sums == on_hand


@pytest.mark.slow
def test_a_parcel_and_a_return_say_who_why_and_of_which_order():
    order = a_paid_order(quantity=3)
    line = order.lines.get()
    send_parcel(order, {line.pk: 2}, by="mia")
    assert told(last()) == (-2, 10, 8, "sent", "mia", "", f"order:{order.pk}")
    take_return(order, {line.pk: 1}, {line.pk: Outcome.SELLABLE}, by="tom", why="Wrong size.")
    assert told(last()) == (1, 8, 9, "returned", "tom", "Wrong size.", f"order:{order.pk}")


def test_holding_and_giving_back_is_no_change_of_stock():
    set_stock(SKU, "uk", 7)
    before = StockMovement.objects.count()
    Stock.objects.reserve({variant(): 2}, region("uk"), reference="order:1")
    Stock.objects.release("order:1")
    assert StockMovement.objects.count() == before


def test_what_changes_it_past_the_shop_has_a_row_that_names_nobody():
    row = set_stock(SKU, "uk", 7)
    Stock.objects.recount(
        row.variant_id, row.region_id, was=7, became=9, told=Told("counted", "mia", "Found.")
    )
    assert told(last()) == (2, 7, 9, "counted", "mia", "Found.", "")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalogue_stock SET on_hand = on_hand - 4 WHERE id = %s", [row.pk])
    assert told(last()) == (-4, 9, 5, "", "", "", "")
    pack, here = row.variant_id, row.region_id
    row.delete()
    gone = StockMovement.objects.filter(variant=pack, region=here).first()
    assert told(gone) == (-5, 5, 0, "", "", "", "")


@pytest.mark.parametrize("change", ["update", "delete"])
def test_no_row_of_it_is_ever_changed_or_deleted(change):
    rows = StockMovement.objects.filter(pk=StockMovement.objects.first().pk)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        rows.update(who="nobody") if change == "update" else rows._raw_delete(rows.db)


def test_a_count_that_somebody_else_changed_meanwhile_is_not_written():
    row = set_stock(SKU, "uk", 7)
    counted = Told("counted", "mia")
    pack, here = row.variant_id, row.region_id
    assert not Stock.objects.recount(pack, here, was=8, became=3, told=counted)
    assert not Stock.objects.recount(pack, here, was=None, became=3, told=counted)
    Stock.objects.filter(pk=row.pk).update(held=4)
    assert not Stock.objects.recount(pack, here, was=7, became=3, told=counted)
    assert stock().on_hand == 7
    assert Stock.objects.recount(pack, here, was=7, became=4, told=counted)
    row.delete()
    assert Stock.objects.recount(pack, here, was=None, became=4, told=counted)
    assert (stock().on_hand, last().was, last().became) == (4, 0, 4)


def test_the_ledger_tells_of_stock_that_its_log_does_not_add_up_to():
    row = set_stock(SKU, "uk", 7)
    assert not list(stock_log(None))
    without = (
        "DROP TRIGGER stock_changed"
        if connection.vendor == "sqlite"
        else "DROP TRIGGER stock_logged ON catalogue_stock"
    )
    with connection.cursor() as cursor:
        cursor.execute(without)
    Stock.objects.filter(pk=row.pk).update(on_hand=F("on_hand") + 5)
    [breach] = breaches()
    assert (breach.rule, breach.about) == ("log", row.pk)
    assert breach.words == "CIT-CAP-90 in UK: 12 on hand, 0 held; its log adds up to 7."
    install(connection)
    Stock.objects.filter(pk=row.pk).update(on_hand=7)
    assert last().was == 12


@pytest.mark.slow
def test_staff_say_why_on_the_products_page_which_shows_the_last_changes():
    set_stock(SKU, "uk", 7)
    owner, product = signed_in(), variant().product
    address = f"/admin/catalogue/product/{product.pk}/change/"
    typed = fields_of(owner.get(address).content.decode())
    [name] = [key for key, value in typed.items() if key.endswith("-sku") and value == SKU]
    prefix = name.removesuffix("-sku")
    typed |= {f"{prefix}-stock_uk": "12", f"{prefix}-stock_why": "A delivery of five."}
    assert owner.post(address, typed).status_code == 302
    row = last()
    assert (row.change, row.cause, row.why) == (5, "counted", "A delivery of five.")
    assert row.who
    page = owner.get(address).content.decode()
    assert "+5 (7 → 12)" in page
    listed = owner.get("/admin/catalogue/stockmovement/", {"product": product.pk}).content.decode()
    assert "A delivery of five." in listed
    assert "GLY-CAP-90" not in listed.split('id="result_list"')[1]
