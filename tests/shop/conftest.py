"""An order that the tests of a module share."""

import pytest
from django.db import transaction

from shop.orders.models import Order
from tests.conftest import begin_anew
from tests.support.factories import session_of


@pytest.fixture(scope="module", autouse=True)
def order_of_module(request):
    """What the module's ORDER makes (`an_order`, `paid`, `an_order_at_stripe` …), if it has one: made once, there in each test."""
    if not hasattr(request.module, "ORDER"):
        yield None
        return
    request.getfixturevalue("django_db_setup")
    unblocked = request.getfixturevalue("django_db_blocker").unblock
    around = transaction.atomic()
    around._from_testcase = True
    with unblocked():
        around.__enter__()
        begin_anew()
        made = request.module.ORDER()
    yield made.pk if isinstance(made, Order) else made[0].pk
    with unblocked():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture
def order(order_of_module, db):
    """The order of the module, as it was when it was made."""
    return Order.objects.get(pk=order_of_module)


@pytest.fixture
def session(order):
    """Its session at Stripe, where ORDER began one."""
    return session_of(order)
