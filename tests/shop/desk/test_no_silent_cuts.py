"""Lists, papers, exports and mails of staff hold all there is, or say how much more there is and where."""

import csv
import io

import pytest
from django.utils import timezone

from shop.ledger import breach
from shop.ledger.check import breaches
from shop.orders.models import Order, OrderLine
from shop.payments.models import StripeEvent
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
LISTING = "/admin/orders/order/"


def many(count):
    """Copies of a paid order, as many as asked for in all."""
    order = paid()
    line = order.lines.get()
    names = [
        f.attname
        for f in Order._meta.concrete_fields
        if f.name not in {"id", "number", "kept_token", "basket_key"}
    ]
    row = {name: getattr(order, name) for name in names}
    Order.objects.bulk_create(
        Order(**row, number=f"S9{number:05}", basket_key=f"k{number}") for number in range(count - 1)
    )
    names = [f.attname for f in OrderLine._meta.concrete_fields if f.name not in {"id", "order"}]
    row = {name: getattr(line, name) for name in names}
    OrderLine.objects.bulk_create(OrderLine(**row, order=each) for each in Order.objects.exclude(pk=order.pk))
    return order


def ticked(**data):
    return {"_selected_action": ["1"], "select_across": "1", "index": "0", **data}


@pytest.mark.walk
@pytest.mark.parametrize("count", [200, 205, 431])
def test_all_slips_picks_and_lines_are_printed_and_exported(count):
    many(count)
    orders = signed_in("Orders")
    slips = orders.post(LISTING, ticked(action="packing_slips")).content.decode()
    assert slips.count("<h1>Packing slip S") == count
    assert f"{count} orders." in orders.post(LISTING, ticked(action="pick_list")).content.decode()
    exported = orders.post(LISTING, ticked(action="export")).getvalue().decode()
    assert len(list(csv.DictReader(io.StringIO(exported)))) == count


@pytest.mark.slow
def test_the_pick_list_says_what_it_leaves_out():
    many(3)
    Order.objects.filter(number__startswith="S9").update(disputed_at=timezone.now())
    page = signed_in("Orders").post(LISTING, ticked(action="pick_list")).content.decode()
    assert "2 of the ticked are not on it" in page


@pytest.mark.walk
def test_the_export_reads_in_portions(django_assert_max_num_queries):
    many(600)
    orders = signed_in("Orders")
    with django_assert_max_num_queries(20):
        assert orders.post(LISTING, ticked(action="export")).getvalue().count(b"\n") == 601


@pytest.mark.slow
def test_the_ledger_says_how_many_more_there_are(monkeypatch):
    monkeypatch.setattr(breach, "MAX_OF_A_KIND", 3)
    many(8)
    sentences = [row.words for row in breaches() if row.rule == "orders"]
    assert len(sentences) == 4
    assert sentences[-1].startswith("4 more like")


@pytest.mark.slow
def test_the_start_page_says_how_many_more_wait_and_leads_to_all():
    many(13)
    Order.objects.update(needs_review="Look", review_cause="money")
    orders = signed_in("Orders")
    page = orders.get("/admin/").content.decode()
    assert '<a href="?all=orders-to-look-at">All of “Orders to look at”</a>' in page
    assert 'Orders to look at <span class="start-page__count">13</span>' in page
    everything = orders.get("/admin/?all=orders-to-look-at").content.decode()
    assert everything.split("Orders to look at <")[1].split("</section>")[0].count(">S9") == 12
    assert "All of “Orders to look at”" not in everything
    assert orders.get("/admin/?all=%00<b>").status_code == 200


@pytest.mark.slow
def test_what_staff_type_is_refused_rather_than_cut():
    order, orders = paid(), signed_in("Orders")
    line = order.lines.get()
    page = f"{LISTING}{order.pk}/change/"
    send = {"action": "send", f"send-{line.pk}": "1"}
    for name, most in (("carrier", 60), ("tracking", 80), ("tracking_url", 300)):
        text = "https://t.example/" + "a" * most
        answer = orders.post(page, {**send, name: text})
        assert answer.status_code == 422, name
        assert f"{len(text)} characters; {most} fit" in answer.content.decode()
    for action in (
        {"action": "note", "note": "a" * 301},
        {"action": "refund", "cause": "lost", "words": "a" * 201},
    ):
        assert orders.post(page, action).status_code == 422
    assert not order.parcels.exists()


@pytest.mark.slow
def test_a_long_story_stands_in_the_timeline_whole():
    order = paid()
    order.note("a" * 500 + " the end")
    assert order.events.last().why.endswith("the end")


def test_the_list_of_stripes_words_leads_to_all_of_them():
    StripeEvent.objects.bulk_create(
        StripeEvent(event_id=f"evt_{n}", type="x", livemode=False, happened_at=timezone.now(), body={}, is_done=True)
        for n in range(15)
    )  # fmt: skip
    assert "/admin/payments/stripeevent/" in signed_in("Owner").get("/admin/ledger/").content.decode()
