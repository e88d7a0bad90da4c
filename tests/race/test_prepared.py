"""Queries that PostgreSQL has prepared find what Django's own find, fail as they do, and are put anew where they are forgotten."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, F, Q, Value
from django.utils import timezone

from shop.catalogue.models import Price, Product
from shop.content import short
from shop.content.compiled import Compiled
from shop.content.models import ContentScope, numbers_of
from shop.regions.models import Region

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ODD = 'it\'s "ünusual" % %s \\ $1'


@pytest.fixture(autouse=True)
def pooled(monkeypatch):
    """As with the pool, where a connection serves again."""
    monkeypatch.setattr(short, "outlives_requests", lambda database: True)


def names() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'shop_%'")
        return {name for (name,) in cursor.fetchall()}


def by_pks(pks):
    return Product.objects.filter(pk__in=pks).order_by("pk")


def by_name(name, but):
    rows = Product.objects.filter(name=name).exclude(pk=but)
    return rows.annotate(said=Value("50 %"), same=F("name")).values("said", "same", "vegan")


def begun(now, most):
    rows = Price.objects.filter(valid_from__lte=now, amount__lte=most)
    return rows.order_by("region").values_list("region").annotate(many=Count("pk"))


def but_these(pks):
    return Product.objects.exclude(pk__in=pks).order_by("pk")


def twice(pks, slugs):
    """The same list in two places, and one of which each value stands by itself as well."""
    some = Product.objects.filter(pk__in=pks).values("pk")
    firsts = [Product.objects.filter(slug=slug).values("pk") for slug in slugs]
    rows = Product.objects.filter(pk__in=some).exclude(pk__in=[*pks[:1], 0])
    return rows.filter(Q(pk__in=firsts[0]) | Q(slug__in=slugs) | Q(pk__in=pks)).order_by("pk")


@pytest.fixture
def products():
    found = list(Product.objects.all()[:1])
    for number, name in enumerate((ODD, "Third")):
        copy = Product.objects.get(pk=found[0].pk)
        copy.pk, copy.slug, copy.name, copy._state.adding = None, f"copy-{number}", name, True
        copy.save()
        found.append(copy)
    return found


def test_they_find_the_same_again_and_again(products):
    now = timezone.now()
    pks, slugs = [row.pk for row in products], [row.slug for row in products]
    cases = [
        (by_pks, [pks]),
        (by_pks, [[products[0].pk, 2**62]]),
        (by_pks, [[products[1].pk]]),
        (by_pks, [[]]),
        (by_pks, [[*range(10**6, 10**6 + 40), products[2].pk]]),
        (but_these, [pks[1:]]),
        (but_these, [[]]),
        (but_these, [[*range(10**6, 10**6 + 40), products[2].pk]]),
        (twice, [pks, slugs]),
        (twice, [pks[1:], slugs[:1]]),
        (twice, [[*pks, *range(10**6, 10**6 + 40)], slugs]),
        (by_name, [ODD, products[0].pk]),
        (by_name, ["nobody", 0]),
        (begun, [now, 900]),
        (begun, [datetime(2001, 1, 1, tzinfo=UTC), 2**40]),
    ]
    asked = {build: Compiled(build) for build, _ in cases}
    for _ in range(3):
        for build, values in cases:
            assert asked[build](*values) == list(build(*values))


def test_a_list_of_any_length_is_one_statement(products):
    ask, before = Compiled(by_pks), names()
    for count in (1, 2, 3, 8, 9, 40, 300):
        assert ask([products[2].pk, *range(10**6, 10**6 + count)]) == [products[2]]
    assert len(names() - before) == 1


def test_in_a_transaction_nothing_is_prepared(products):
    before, ask = names(), Compiled(by_pks)
    with transaction.atomic():
        Product.objects.filter(pk=products[0].pk).update(name="Else")
        assert ask([products[0].pk])[0].name == "Else"
    assert names() == before


def test_what_the_server_has_forgotten_is_found_all_the_same(products):
    ask = Compiled(by_pks)
    wanted = ask([products[0].pk])
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert not names()
    assert ask([products[0].pk]) == wanted
    assert ask([products[0].pk]) == wanted
    assert names()


def test_a_column_that_becomes_another_one_is_read_as_it_is_then():
    ContentScope.objects.create(key="a scope", value=7)
    ask = Compiled(lambda key: ContentScope.objects.filter(key=key).values_list("value"))
    assert ask("a scope") == [(7,)]
    column = "ALTER TABLE content_contentscope ALTER COLUMN value TYPE {}"
    with connection.cursor() as cursor:
        cursor.execute(column.format("numeric"))
    try:
        assert ask("a scope") == [(7,)]
        assert numbers_of(["a scope"])["a scope"] == 7
    finally:
        with connection.cursor() as cursor:
            cursor.execute(column.format("bigint"))


def test_what_can_not_be_prepared_is_asked_as_before(monkeypatch, products):
    monkeypatch.setattr(short, "MOST", 0)
    before = names()
    assert Compiled(by_pks)([products[1].pk])[0].name == ODD
    assert names() == before


def test_a_text_that_postgresql_can_not_hold_is_refused_as_by_a_cursor():
    ask = Compiled(lambda name: Product.objects.filter(name=name).values_list("pk"))
    with pytest.raises((DatabaseError, ValueError)):
        ask("a\0b")
    assert ask("a") == []


def test_what_fails_is_raised_and_the_next_question_is_answered():
    ask = Compiled(
        lambda most: Region.objects.extra(where=["1 / %s::int >= 0"], params=[most]).values_list("pk")
    )
    with pytest.raises(DatabaseError):
        ask(0)
    assert ask(1)


def test_a_plan_for_all_values_starts_no_further_processes(products):
    """It guesses how many rows there are: for large tables it would, though there is not one."""
    with connection.cursor() as cursor:
        for name in ("parallel_setup_cost", "parallel_tuple_cost", "min_parallel_table_scan_size"):
            cursor.execute(f"SET {name} = 0")
    assert Compiled(by_pks)([row.pk for row in products]) == products
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN SELECT count(*) FROM catalogue_price WHERE amount > 0")
        assert "Parallel" not in str(cursor.fetchall())
        for name in ("parallel_setup_cost", "parallel_tuple_cost", "min_parallel_table_scan_size"):
            cursor.execute(f"RESET {name}")
