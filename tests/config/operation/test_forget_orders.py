"""Of an old order the numbers and sums stay, and nothing that names anybody: after the years of its region's tax law."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from config.operation.forget_orders import YEARS, forget_old_orders
from config.pages.personal import REGISTER
from config.worker.sweeps import sweeps
from shop.invoices.issue import issue_documents
from shop.ledger.check import RULES
from shop.orders.models import Order, OrderStatus
from shop.outbox.send import KEEP_WORDS, forget_addresses
from shop.payments.models import StripeEvent
from shop.web.answers import forget_sessions
from shop.withdrawal.models import Withdrawal
from tests.conftest import a_shopper
from tests.support.factories import an_order, everywhere, region
from tests.support.orders import paid

pytestmark = pytest.mark.django_db
WHO = "grace@mailbox.example.org"


def first_of(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


@pytest.mark.slow
@pytest.mark.parametrize("code", ["uk", "us", "eu"])
def test_who_bought_is_known_for_the_years_of_the_law_and_not_longer(code):
    order = paid(email=WHO, code=code)
    issue_documents()
    document = order.documents.get()
    Withdrawal.objects.create(
        region=order.region, order=order, name="Grace", number=order.number, email=WHO, form="1"
    )
    order.note(f"E-mail address changed to {WHO}")
    over = first_of(order.placed_at.year + YEARS[region(code).pages_as] + 1)
    broken = [breach for rule in RULES for breach in rule(over)]

    forget_old_orders(over - timedelta(seconds=1))
    assert Order.objects.get().email == WHO
    assert a_shopper().get(order.get_absolute_url() + f"{document.number}.pdf").status_code == 200

    for _ in range(3):
        forget_old_orders(over)
        forget_addresses(over)
        forget_sessions(over)
    StripeEvent.objects.update(received_at=first_of(1990))
    forget_old_orders(over)
    kept = Order.objects.get()
    assert (kept.total, kept.tax_total, kept.number, kept.country) == (
        order.total, order.tax_total, order.number, order.country
    )  # fmt: skip
    document.refresh_from_db()
    assert (document.total, document.data, bytes(document.pdf)) == (order.total, {}, b"")
    assert document.sha256
    assert {table for table in everywhere(WHO) if not table.startswith("sandbox")} == set()
    assert {
        table for table in everywhere(order.name or "Ada Lovelace") if not table.startswith("sandbox")
    } == set()
    assert a_shopper().get(order.get_absolute_url()).status_code == 200
    assert a_shopper().get(order.get_absolute_url() + f"{document.number}.pdf").status_code == 404
    assert [breach for rule in RULES for breach in rule(over)] == broken, "the books say the same"


@pytest.mark.slow
def test_an_order_that_nobody_paid_names_nobody_after_half_a_year():
    order, waiting = an_order(email=WHO), an_order(email=WHO, code="us")
    order.move(OrderStatus.EXPIRED, who="worker", why="Nobody paid.")
    later = timezone.now() + KEEP_WORDS
    assert forget_old_orders(later - timedelta(minutes=1)) == 0
    assert forget_old_orders(later + timedelta(minutes=1)) == 1
    assert list(Order.objects.filter(email=WHO)) == [waiting]
    assert forget_old_orders(later + timedelta(minutes=1)) == 0, "once is enough"


def test_an_open_dispute_keeps_what_it_is_about():
    order = an_order(email=WHO)
    Order.objects.filter(pk=order.pk).update(status="expired", disputed_at=timezone.now())
    assert forget_old_orders(first_of(2100)) == 0


def test_the_register_names_the_years_and_the_sweep():
    words = REGISTER["orders.order"].how_long
    assert "in the UK six" in words
    assert "in the US seven" in words
    assert "in the EU ten" in words
    assert REGISTER["orders.order"].goes == "forget_old_orders"
    assert "forget_old_orders" in {sweep.name for sweep in sweeps()}
