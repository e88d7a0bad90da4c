"""A page asks and reads as much of a shop of 3,000 packs as of one of twelve, by the statistics that PostgreSQL keeps itself.

Indexes are told to lead where they can: for a table of 3,000 rows PostgreSQL would rather read all of it, as it would not for
50,000.
"""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.staff.forms import finding, lengths
from tests.conftest import a_shopper, begin_anew
from tests.support.many import grow, rows_read, some_orders
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
MORE = 900  # rows of any one table: a full page of cards, with what hangs on them
PUBLIC = [
    "/uk/",
    "/uk/shop/",
    "/uk/shop/?form=citrate&sort=price",
    "/uk/shop/compare/",
    "/uk/shop/magnesium-citrate-capsules/",
    "/uk/collections/to-take/",
    "/uk/articles/",
    "/uk/articles/citrate-glycinate-oxide-label-guide/",
    "/uk/articles/feed/",
    "/uk/search/?q=citrate",
    "/uk/search/?q=magnesum",
    "/uk/search/suggest/?q=cit",
    "/uk/help/delivery/",
    "/uk/sitemap.xml",
]
REPORTS = [
    "/admin/",
    "/admin/customer/",
    "/admin/earnings/",
    "/admin/earnings/campaigns/",
    "/admin/earnings/codes/",
    "/admin/find/?q=citrate",
    "/admin/ledger/",
    "/admin/links/",
    "/admin/sales/",
    "/admin/vat/",
    "/admin/vat/oss/",
    "/admin/articles/article/matrix/",
    "/admin/catalogue/product/grid/",
    "/admin/orders/order/?view=to_send",
    "/admin/orders/order/by-hand/",
]
# What still reads more of a larger shop: a list to make shorter.
GROWING = {
    "/uk/shop/magnesium-citrate-capsules/",  # publications of articles about it
    "/uk/articles/citrate-glycinate-oxide-label-guide/",  # publications of its topics, products of its tags
    "/uk/articles/feed/",  # two queries for each of 20 articles, where a small shop has eight
    "/uk/search/?q=citrate",  # names of all products, which a process reads once
    "/uk/search/?q=magnesum",
    "/uk/search/suggest/?q=cit",
    "/uk/sitemap.xml",  # of its part, which has 200 products and 200 articles
    "/admin/",  # which reviews are due, once in ten minutes
    "/admin/ledger/",  # money is compared within a window of days
    "/admin/links/",
    "/admin/articles/article/matrix/",
    "/admin/catalogue/product/grid/",
    "/admin/outbox/mail/",
    "/admin/catalogue/product/",
    "/admin/payments/payment/",
    "/admin/invoices/document/",
    "/admin/articles/noclaim/",  # who ticked
    "/admin/articles/article/",  # how many originals there are
    "/admin/articles/version/",
    "/admin/articles/topic/",  # how many versions each has
    "/admin/articles/article/1/change/",  # products of its tags
}
FORMS = [
    "catalogue_product",
    "catalogue_variant",
    "articles_article",
    "articles_topic",
    "orders_order",
    "invoices_document",
]


def lists() -> list[str]:
    models = [model._meta for model in admin.site._registry]
    return [reverse(f"admin:{one.app_label}_{one.model_name}_changelist") for one in models]


def forms() -> list[str]:
    models = {f"{one._meta.app_label}_{one._meta.model_name}": one for one in admin.site._registry}
    return [
        reverse(f"admin:{name}_change", args=[models[name]._default_manager.order_by("pk")[0].pk])
        for name in FORMS
    ]


def asked(client, path: str) -> tuple[int, dict[str, int]]:
    """(queries, rows read of each table) of a page with nothing kept."""
    begin_anew()
    before = rows_read()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path, follow=True)
    assert answer.status_code == 200, path
    answer.getvalue()
    return len(queries), {table: rows - before.get(table, 0) for table, rows in rows_read().items()}


def test_pages_of_many_packs_ask_and_read_no_more_than_those_of_a_few(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite counts no rows that are read.")
    for of, name in ((lengths, "MOST"), (lengths, "LONG"), (finding, "MAX_READ")):
        monkeypatch.setattr(of, name, 100)  # what they are for 50,000 rows, for 3,000
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")  # theirs are counted elsewhere
    shopper, owner = a_shopper(), signed_in()
    orders = some_orders()
    pages = [
        *((shopper, path) for path in PUBLIC),
        *((owner, path) for path in [*REPORTS, *lists(), *forms()]),
    ]
    pages = [(client, path) for client, path in pages if path not in GROWING]
    for client, path in pages:
        client.get(path)  # what a process asks once
    few = {path: asked(client, path) for client, path in pages}
    grow(3000, 1500, orders)
    many = {path: asked(client, path) for client, path in pages}
    grown = {
        path: (few[path], many[path])
        for path in few
        if many[path][0] > few[path][0] + 3
        or any(rows > few[path][1].get(table, 0) + MORE for table, rows in many[path][1].items())
    }
    assert not grown
