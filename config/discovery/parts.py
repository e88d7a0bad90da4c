"""All that is on sale or published in a region, in parts of bounded size: those of PART primary keys in a row.

A part is named by its number from 1. A row stays in its part, so that a change of one row changes one part of each document.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import BooleanField, Max, Min, Q, QuerySet
from django.db.models.expressions import RawSQL

from articles.models import Article, Publication
from articles.reading.published import PublishedVersion, as_published, current_publications
from shop.catalogue.cards import ProductCard, cards_of
from shop.catalogue.models import Product, ShelfRow
from shop.catalogue.offers import next_price_of
from shop.catalogue.shelf import OURS
from shop.regions.models import Region, SalesTaxRate

PART = 200
LONGEST = timedelta(days=1)


def bounds(number: int) -> tuple[int, int]:
    """The first and last primary key of a part."""
    return (number - 1) * PART + 1, number * PART


def within(column: str, number: int) -> Q:
    """The rows whose column, a foreign key, is one of a part."""
    first, last = bounds(number)
    return Q((f"{column}__gte", first), (f"{column}__lte", last))


def number_of(pk: int) -> int:
    return (pk - 1) // PART + 1


def on_sale(region) -> QuerySet[ShelfRow]:
    return ShelfRow.objects.held_at(region).filter(is_card=True)


def published(region) -> QuerySet[Publication]:
    return Publication.objects.current().filter(region=region.pk).order_by()


def product_parts(region) -> list[int]:
    """The numbers of the parts in which something is on sale in a region."""
    return _with_rows(Product, on_sale(region), "product_id")


def article_parts(region) -> list[int]:
    """The numbers of the parts in which something is published in a region."""
    return _with_rows(Article, published(region), "article_id")


def _with_rows(model, rows: QuerySet, column: str) -> list[int]:
    """One query: of each part an index is asked for a first row, and none is counted. The ORM has no list of numbers."""
    last = number_of(model.objects.aggregate(last=Max("pk"))["last"] or 0)
    name = f"{connection.ops.quote_name(rows.model._meta.db_table)}.{connection.ops.quote_name(column)}"
    within_part = f"{name} BETWEEN (part.number - 1) * {PART} + 1 AND part.number * {PART}"
    own = RawSQL(within_part, (), BooleanField())  # noqa: S611 - constants
    sql, values = rows.order_by().filter(own).values("pk").query.sql_with_params()
    numbers = "SELECT 1 UNION ALL SELECT number + 1 FROM part WHERE number < %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE part(number) AS ({numbers}) SELECT number FROM part WHERE EXISTS ({sql}) ORDER BY number",  # noqa: S608 - as the ORM wrote it
            [last, *values],
        )
        return [number for (number,) in cursor.fetchall()]


def cards_in(region, number: int) -> list[ProductCard]:
    """Cards of what is on sale of a part, in the shop's order; four queries."""
    rows = on_sale(region).filter(within("product", number)).order_by(*OURS)
    return cards_of(rows.values_list("product_id", flat=True), region)


def articles_in(region, number: int) -> list[PublishedVersion]:
    """What is published of a part, newest first; one query."""
    return as_published(current_publications(region).filter(within("article", number)), region)


def next_price(region, number: int, now: datetime) -> datetime:
    """When the clock next changes a price of a part, or a tax that feeds tell; a day from now at the latest."""
    taxes = SalesTaxRate.objects.filter(valid_from__gt=now).aggregate(at=Min("valid_from"))["at"]
    found = [at for at in (next_price_of(bounds(number), region, now), taxes) if at]
    return _first(now, min(found, default=None))


def next_publication(region, number: int, now: datetime) -> datetime:
    """The same of what is published."""
    later = Q(starts_at__gt=now) | Q(ends_at__gt=now)
    rows = Publication.objects.filter(within("article", number), later, region=region.pk).order_by()
    moments = [one for row in rows.values_list("starts_at", "ends_at") for one in row if one and one > now]
    return _first(now, min(moments, default=None))


def _first(now: datetime, moment: datetime | None) -> datetime:
    return min(now + LONGEST, moment or now + LONGEST)


@dataclass(frozen=True)
class Document:
    """Something that is made of parts. `row`: the kind of scope that its rows have (shop.content.scopes)."""

    name: str
    row: str
    numbers: Callable[[Region], list[int]]
    draw: Callable[[Region, int], str]
    ends: Callable[[Region, int, datetime], datetime]

    def part_name(self, region, number: int) -> str:
        return f"{self.name} {region.code} {number}"


def of_products(name: str, draw: Callable[[Region, int], str]) -> Document:
    return Document(name, "product", product_parts, draw, next_price)


def of_articles(name: str, draw: Callable[[Region, int], str]) -> Document:
    return Document(name, "article", article_parts, draw, next_publication)
