import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.orders.models import ACTIVE, ENDED, LEGAL_MOVES, IllegalMove, Order, OrderStatus
from shop.regions.delivery import arrival
from tests.support.factories import an_order, an_order_at_stripe, mails_written

pytestmark = pytest.mark.django_db
ORDER = an_order

# Written out by hand a second time: a table that is tested against itself can hold anything.
MAY_BECOME = {
    "pending": {"awaiting_payment", "paid", "expired", "failed", "cancelled"},
    "awaiting_payment": {"paid", "failed", "cancelled"},
    "expired": {"paid"},
    "failed": {"pending", "paid", "cancelled"},
    "cancelled": {"paid"},
    "paid": {"cancelled"},
}


def test_the_table_of_moves_is_the_one_that_was_meant():
    assert {str(was): {str(to) for to in targets} for was, targets in LEGAL_MOVES.items()} == MAY_BECOME


def test_every_order_is_living_or_dead():
    assert {str(status) for status in ACTIVE} == {"pending", "awaiting_payment", "paid"}
    assert {str(status) for status in ENDED} == {"expired", "failed", "cancelled"}


@pytest.mark.parametrize("was", OrderStatus.values)
@pytest.mark.parametrize("to", OrderStatus.values)
def test_every_move_that_is_not_listed_is_refused(was, to, order):
    Order.objects.filter(pk=order.pk).update(status=was, paid_at=timezone.now())
    order.refresh_from_db()
    logged = order.events.count()
    if to in MAY_BECOME[was]:
        assert order.move(to, who="test", why="because", paid_at=timezone.now())
        event = order.events.last()
        assert (event.was, event.became, event.who, event.why) == (was, to, "test", "because")
    elif was == to and any(to in targets for targets in MAY_BECOME.values()):
        assert order.move(to, who="test", why="again") is False
        assert order.events.count() == logged
    else:
        with pytest.raises(IllegalMove):
            order.move(to, who="test", why="because")
        order.refresh_from_db()
        assert order.status == was
        assert order.events.count() == logged


@pytest.mark.parametrize(
    ("to", "kept"),
    [("cancelled", False), ("expired", False), ("failed", True), ("awaiting_payment", True)],
)
def test_what_led_a_shopper_here_is_wiped_when_the_order_has_ended(to, kept):
    """An order that failed may still be paid; a paid one is counted and wiped by `settle`."""
    order = an_order()
    order.lines.update(origins=[[1, True, "mail / – / spring", 1]])
    order.move(to, who="test", why="because")
    assert bool(order.lines.get().origins) is kept


def test_an_order_number_tells_the_mode_and_is_not_the_key_to_the_page(client, order):
    assert order.number.startswith("S1")
    assert len(order.token) >= 30
    assert client.get(f"/orders/{order.number}/").status_code == 404
    assert client.get(order.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("token", ["x", "0" * 40, "a" * 500, "%00", "..", "<b>"])
def test_a_guessed_link_opens_nothing(client, token):
    assert client.get(f"/orders/{token}/").status_code == 404


def test_the_order_page_is_private(client):
    answer = client.get(an_order().get_absolute_url())
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer["Cache-Control"]
    assert "form-action 'self' http://127.0.0.1:8000" in answer["Content-Security-Policy"]
    assert "TEST order" in answer.content.decode()


def test_the_return_address_typed_by_hand_decides_nothing(client):
    order, _ = an_order_at_stripe()
    page = client.get(order.get_absolute_url() + "?from=payment").content.decode()
    assert "Confirming your payment" in page
    order.refresh_from_db()
    assert order.status == "pending"
    assert not mails_written().exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "nonsense"},
        {"status": "paid", "paid_at": None},
        {"delivery_total": 1},
        {"total": 1},
    ],
)
def test_the_database_refuses_impossible_orders(wrong, order):
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**wrong)


def test_a_product_that_was_ordered_can_not_be_deleted_under_the_order():
    from django.db.models import ProtectedError

    order = an_order()
    with pytest.raises(ProtectedError):
        order.lines.get().variant.product.delete()


@pytest.mark.parametrize(
    ("country", "place"),
    [
        ("US", ["Portland, OR 97201"]),
        ("GB", ["Portland", "97201"]),
        ("IE", ["Portland", "97201"]),
        ("IT", ["97201 Portland"]),
    ],
)
def test_an_address_is_written_as_its_country_does(country, place):
    order = Order(
        name="A", line1="1", town="Portland", state="OR", postcode="97201", country=country, country_name="C"
    )
    assert order.address_lines == ["A", "1", *place, "C"]


def test_how_orders_and_lines_are_named(order):
    line = order.lines.get()
    assert (str(Order()), str(order)) == ("new order", order.number)
    assert (str(line), line.unit_text) == (f"1 × {line.title}", "£11.95")


def test_an_order_arrives_when_it_was_promised_or_as_reckoned_for_those_before_the_promise(order):
    assert order.arrives == ""
    order.paid_at = timezone.now()
    assert order.arrives == arrival(order.region, order.paid_at, country="GB", postcode=order.postcode).words


def test_nothing_moves_to_a_status_that_is_none(order):
    with pytest.raises(IllegalMove, match="Nothing moves to elsewhere"):
        order.move("elsewhere", who="test", why="because")
