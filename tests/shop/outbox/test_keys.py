"""Keys of mails and references of holds are made in one place each, and spelled as in the rows that are there already."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Value

from shop.catalogue.references import basket_reference, order_reference, order_reference_in_rows
from shop.orders.models import Order
from shop.outbox import keys
from tests.support.factories import an_order

ROOT = Path(settings.BASE_DIR)
AT = datetime(2026, 11, 30, 7, 5, 9, tzinfo=UTC)
ROOMS = [
    path
    for top in ("shop", "articles", "config")
    for path in ROOT.glob(f"{top}/**/*.py")
    if "migrations" not in path.parts
]
MADE_BY = {  # argument of a call: calls that make its value
    "key": {name for name in vars(keys) if name.endswith(("_key", "_key_in_rows"))},
    "key__startswith": {name for name in vars(keys) if name.endswith("_kind")},
    "about": {"about_order"},
    "reference": {"order_reference", "order_reference_in_rows"},
    "visitor": {"basket_reference"},
}


@pytest.mark.parametrize(
    ("made", "stored"),
    [
        (keys.order_key("paid", 17), "order-paid:17"),
        (keys.order_key("shipped", 17, 4), "order-shipped:17:4"),
        (keys.order_kind("refunded"), "order-refunded:"),
        (keys.alert_key("confirm", "abc"), "alert-confirm:abc"),
        (keys.alert_key("confirm", "abc", 2), "alert-confirm:abc:2"),
        (keys.alert_kind("back"), "alert-back:"),
        (keys.newsletter_confirm_key("abc"), "letters-confirm:abc"),
        (keys.newsletter_confirm_key("abc", 1), "letters-confirm:abc:1"),
        (keys.letter_key(3, "abc"), "letter:3:abc"),
        (keys.letter_kind(3), "letter:3:"),
        (keys.letter_kind(), "letter:"),
        (keys.proof_key(3, AT), "letter-proof:3:20261130070509"),
        (keys.link_report_key(AT), "link-report:2026-W49"),
        (keys.unknown_event_key("evt_1"), "unknown-event:evt_1"),
        (keys.about_order(17), "order:17"),
        (order_reference(17), "order:17"),
        (basket_reference(17), "basket:17"),
        (basket_reference(None), ""),
    ],
)
def test_each_is_spelled_as_in_the_rows_that_are_there(made, stored):
    assert made == stored


@pytest.mark.parametrize(
    ("about", "pk"),
    [("order:17", 17), ("order:", None), ("", None), ("basket:17", None), ("order:x", None), ("17", None)],
)
def test_what_a_mail_is_about_is_read_or_nothing(about, pk):
    assert keys.order_pk_in(about) == pk


@pytest.mark.django_db
def test_a_query_makes_the_same_text():
    order = an_order()
    made = Order.objects.filter(pk=order.pk).values_list(
        keys.order_key_in_rows("paid", "pk"),
        keys.order_key_in_rows("shipped", "pk", Value(4)),
        order_reference_in_rows("pk"),
    )
    assert made.get() == (
        keys.order_key("paid", order.pk),
        keys.order_key("shipped", order.pk, 4),
        order_reference(order.pk),
    )


def spelled_by_hand(source: str) -> list[str]:
    """Calls that are given a key or reference put together on the spot."""
    found = []
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        called = ast.unparse(call.func)
        for given in call.keywords:
            is_mail = called == "write_mail" or called.startswith("Mail.objects.")
            is_hold = called.startswith(("Hold.objects.", "Stock.objects.", "CodeUse.objects."))
            asked = given.arg in MADE_BY and (is_mail or is_hold)
            texts = [n for n in ast.walk(given.value) if isinstance(n, ast.Constant) and n.value]
            made = isinstance(given.value, ast.Call) and ast.unparse(given.value.func) in MADE_BY.get(
                given.arg or "", ()
            )
            if asked and not made and any(isinstance(n.value, str) for n in texts):
                found.append(f"{call.lineno}: {given.arg}={ast.unparse(given.value)}")
    return found


@pytest.mark.slow
def test_no_room_puts_a_key_or_reference_together_itself():
    wrong = {
        str(path.relative_to(ROOT)): found for path in ROOMS if (found := spelled_by_hand(path.read_text()))
    }
    assert not wrong


@pytest.mark.parametrize(
    "source",
    [
        'write_mail(key=f"order-paid:{order.pk}", to=to)',
        'Mail.objects.filter(key__startswith="letter:" + str(pk))',
        'Stock.objects.reserve(packs, region, reference="order:1")',
        'Hold.objects.filter(visitor=f"basket:{pk}" if pk else "")',
        'write_mail(about="order:%s" % pk)',
    ],
)
def test_the_rule_sees_what_is_put_together(source):
    assert spelled_by_hand(source)
