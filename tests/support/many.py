"""A shop of thousands of packs, articles and orders within a test: rows are copied inside PostgreSQL, a table at a time."""

from django.db import connection
from django.db.models import F
from django.utils import timezone

from articles.models.counts import ArticleCount
from shop.catalogue.models import ShelfCount, ShelfRow, Variant
from shop.invoices.issue import issue_documents
from shop.orders.fulfil import send_parcel
from shop.outbox.models import Mail
from tests.measure.copying import begin
from tests.measure.large import copy_articles, copy_orders, copy_products
from tests.support.orders import paid


def some_orders() -> list[int]:
    """Nothing is left to do for them; their keys."""
    orders = [paid(sku) for sku in ("CIT-CAP-90", "GLY-CAP-90", "EPS-CRY-1000")]
    for order in orders:
        send_parcel(order, {line.pk: line.quantity for line in order.lines.all()}, by="ada")
    issue_documents()
    Mail.objects.update(sent_at=timezone.now())
    return [order.pk for order in orders]


def grow(packs: int, orders: int, samples: list[int]) -> None:
    """Until there are so many, with orders like these, and for each third pack an article.

    Triggers rest meanwhile: what they and the worker keep is copied or multiplied. Words are not indexed.
    """
    times = packs // Variant.objects.count() - 1
    begin(max(times, orders // len(samples)))
    shelf = ShelfRow.objects.all()
    catalogue = copy_products(times)
    catalogue.copy(shelf)
    ShelfCount.objects.update(cards=F("cards") * (times + 1), packs=F("packs") * (times + 1))
    copy_articles(times // 2, catalogue)[0].end()
    ArticleCount.objects.update(articles=F("articles") * (times // 2 + 1))
    copy_orders(orders // len(samples), samples, lambda words: None)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE")


def rows_read() -> dict[str, int]:
    """Of each table, how many rows this transaction has read from it or found by an index, by PostgreSQL's own statistics."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
        )
        return dict(cursor.fetchall())
