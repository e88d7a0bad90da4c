"""Lists of great tables are answered from indexes: no values read to draw a filter, no bodies, nothing counted twice."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.invoices.models import Document
from shop.orders.models import Order
from shop.outbox.models import Mail
from shop.payments.models import Payment, Refund
from tests.support.factories import set_stock
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
GREAT = {Order: "orders/order", Payment: "payments/payment", Refund: "payments/refund",
         Mail: "outbox/mail", Document: "invoices/document"}  # fmt: skip


def asked(path) -> list[str]:
    owner = signed_in()
    with CaptureQueriesContext(connection) as queries:
        assert owner.get(path).status_code == 200
    return [row["sql"] for row in queries]


@pytest.mark.parametrize("model", GREAT, ids=lambda model: model.__name__)
def test_a_list_reads_no_column_to_learn_its_values_and_counts_its_rows_once(model):
    queries = asked(f"/admin/{GREAT[model]}/")
    table = f'FROM "{model._meta.db_table}"'
    assert not [sql for sql in queries if "DISTINCT" in sql and "_mode" in sql and table in sql]
    assert len([sql for sql in queries if "COUNT(*)" in sql and table in sql]) == 1
    assert admin.site.get_model_admin(model).show_full_result_count is False


@pytest.mark.parametrize("model", [Payment, Refund, Mail, Document], ids=lambda model: model.__name__)
def test_a_list_is_ordered_by_an_index(model):
    firsts = {index.fields[0].lstrip("-") for index in model._meta.indexes if not index.condition}
    assert model._meta.ordering[0].lstrip("-") in firsts


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "finds"),
    [
        ("orders/order/?payment_mode=", True),
        ("payments/payment/?mode=", True),
        ("payments/payment/?mode=x", True),
    ],
)
def test_the_payment_mode_filters(path, finds):
    set_stock("CIT-CAP-90", "uk", 5)
    order = paid()
    page = signed_in().get(f"/admin/{path}{'sandbox' if path.endswith('=') else ''}").content.decode()
    assert (order.number in page) == finds
    other = signed_in().get(f"/admin/{path.split('=')[0]}=live").content.decode()
    assert order.number not in other


@pytest.mark.slow
def test_a_list_of_mails_leaves_their_bodies_where_they_are():
    set_stock("CIT-CAP-90", "uk", 5)
    paid()
    [rows] = [sql for sql in asked("/admin/outbox/mail/") if '"outbox_mail"."subject"' in sql]
    assert '"outbox_mail"."html"' not in rows
    pk = Mail.objects.latest("pk").pk
    assert "£" in signed_in().get(f"/admin/outbox/mail/{pk}/change/").content.decode()
