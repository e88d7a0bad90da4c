"""The sales report says what was sold of each pack, whenever its sums were brought together."""

import csv
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.staff.earnings import Period
from config.staff.sales import sold
from shop.attribution.models import PackDay
from shop.attribution.packs import COUNTED, fold_packs
from shop.payments.reconcile import send_refunds
from shop.payments.refund import want_refund
from tests.support.factories import deliver_events, region, set_stock, variant
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SALES = "/admin/sales/"


@pytest.fixture(autouse=True)
def stocked():
    PackDay.objects.all().delete()
    for sku in ("CIT-CAP-90", "CIT-CAP-180"):
        set_stock(sku, "uk", 50)


def totals() -> dict:
    found: dict = {}
    for row in PackDay.objects.all():
        sums = found.setdefault((row.region_id, row.day, row.variant_id), dict.fromkeys(COUNTED, 0))
        for name in COUNTED:
            sums[name] += getattr(row, name)
    return found


def lines(by: str) -> list[dict]:
    text = signed_in("Owner").get(SALES, {"as": "csv", "by": by, "region": "uk"}).content.decode()
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_each_paid_order_counts_its_packs_on_the_day_it_was_paid_net_of_tax():
    order = paid("CIT-CAP-90", "CIT-CAP-180", quantity=2)
    assert totals() == {
        (order.region_id, order.paid_at.astimezone(order.region.zone).date(), line.variant_id): {
            "orders": 1,
            "units": 2,
            "net": line.net,
            "refunded": 0,
        }
        for line in order.lines.select_related("order")
    }


def test_bringing_sums_together_changes_no_figure_and_leaves_one_row_a_day():
    paid("CIT-CAP-90")
    paid("CIT-CAP-90", "CIT-CAP-180", email="b@example.org")
    before = totals()
    for _ in range(2):
        fold_packs()
        assert totals() == before
        assert PackDay.objects.count() == 2
    paid("CIT-CAP-90", email="c@example.org")
    fold_packs()
    assert PackDay.objects.count() == 2
    assert PackDay.objects.get(variant=variant()).units == 3


def test_what_is_given_back_is_taken_off_the_pack_and_the_day_of_the_sale():
    order = paid("CIT-CAP-90", quantity=2)
    line = order.lines.select_related("order").get()
    want_refund(order.payments.get(), order.total, cause="goodwill", by="mia")
    send_refunds()
    deliver_events()
    [row] = lines("pack")
    assert (row["SKU"], row["units"], row["net"], row["refunded"], row["kept"]) == (
        "CIT-CAP-90",
        "2",
        f"{line.net / 100:.2f}",
        f"{line.net / 100:.2f}",
        "0.00",
    )


def test_the_ways_to_look_add_up_to_the_same():
    paid("CIT-CAP-90", "CIT-CAP-180", quantity=2)
    paid("CIT-CAP-90", email="b@example.org")
    assert [(row["product"], row["units"]) for row in lines("product")] == [
        ("Magnesium Citrate Capsules", "5")
    ]
    assert {row["SKU"]: row["units"] for row in lines("pack")} == {"CIT-CAP-90": "3", "CIT-CAP-180": "2"}
    assert [row["units"] for row in lines("day")] == ["5"]
    assert len({sum(Decimal(row["net"]) for row in lines(by)) for by in ("product", "pack", "day")}) == 1


def test_the_page_shows_a_plot_and_costs_the_same_however_many_orders():
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            page = client.get(SALES, {"region": "uk", "by": "pack"})
        assert "<svg" in page.content.decode()
        return len(found)

    client = signed_in("Owner")
    paid("CIT-CAP-90")
    client.get(SALES)
    few = queries()
    for number in range(3):
        paid("CIT-CAP-90", "CIT-CAP-180", email=f"b{number}@example.org")
    assert queries() == few
    assert sold(Period.of({}), region("uk")).exists()


def test_it_is_for_the_owner_and_odd_filters_fall_back():
    assert signed_in("Writer").get(SALES).status_code == 403
    odd = {"by": "secret", "region": "xx", "from": "2026-13-99", "page": "-1"}
    assert signed_in("Owner").get(SALES, odd).status_code == 200
