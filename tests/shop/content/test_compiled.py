"""Queries that are put together once answer as those that are put together each time."""

from datetime import timedelta

import pytest
from django.db.models import Count, Min, OuterRef
from django.utils import timezone

from articles.models import Publication, VersionTopic
from shop.catalogue.models import Price, Product, Variant, with_wording
from shop.content.compiled import Compiled, firsts, hang, has_one
from tests.support.factories import region

pytestmark = pytest.mark.django_db


def by_pks(pks):
    return Product.objects.filter(pk__in=pks).order_by("pk")


def with_a_wording(pks, region):
    return with_wording(Product.objects.filter(pk__in=pks), region).order_by("pk")


def published(region, now):
    rows = Publication.objects.current(now).filter(region=region)
    return rows.select_related("article", "version__author").order_by("article")


def by_slug(slug, but):
    return Product.objects.filter(slug=slug).exclude(pk=but).values("pk", "name", "vegan")


def begun(now):
    return Price.objects.filter(valid_from__lte=now).values_list("region").annotate(first=Min("valid_from"))


def filed(topics):
    lists = [VersionTopic.objects.filter(topic=pk).values_list("version") for pk in topics]
    return lists[0].union(*lists[1:])


def said(rows):
    return [(repr(row), getattr(row, "__dict__", row)) for row in rows]


def plain(found):
    """What rows say, without the state that each has of its own."""
    return [
        (name, {key: value for key, value in facts.items() if key != "_state"} if isinstance(facts, dict) else facts)
        for name, facts in found
    ]  # fmt: skip


@pytest.mark.parametrize("build", [by_pks, with_a_wording])
@pytest.mark.parametrize("count", [0, 1, 2, 4, 9])
def test_products_of_many_lengths(build, count):
    pks = list(Product.objects.values_list("pk", flat=True)[:count]) + [999_000 + n for n in range(count)]
    values = [pks] if build is by_pks else [pks, region("eu").pk]
    ask = Compiled(build)
    for _ in range(2):
        assert plain(said(ask(*values))) == plain(said(build(*values)))


def test_other_values_get_other_rows():
    ask, now = Compiled(published), timezone.now()
    for code in ("uk", "us", "eu", "uk"):
        for at in (now, now - timedelta(days=4000), now):
            wanted = list(published(region(code).pk, at))
            found = ask(region(code).pk, at)
            assert found == wanted
            assert [row.version.author.name for row in found] == [row.version.author.name for row in wanted]
    assert found


@pytest.mark.parametrize(
    ("build", "values"),
    [
        (by_slug, ["magnesium-citrate-capsules", 0]),
        (by_slug, ["magnesium-glycinate-capsules", 1]),
        (by_slug, ["it's 100% %s", 1]),
        (begun, [timezone.now()]),
        (filed, [[1, 2, 3]]),
        (filed, [[2]]),
    ],
)
def test_rows_of_any_kind(build, values):
    assert sorted(Compiled(build)(*values), key=repr) == sorted(build(*values), key=repr)


def test_it_is_put_together_once_for_each_length(django_assert_num_queries):
    built = []

    def build(pks):
        built.append(len(pks))
        return by_pks(pks)

    ask = Compiled(build)
    with django_assert_num_queries(40):
        for count in range(1, 41):
            assert len(ask([1, *range(999_000, 999_000 + count - 1)])) <= 1
    assert built == [1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 64]


def test_the_clock_must_be_a_value():
    with pytest.raises(ValueError, match="clock"):
        Compiled(lambda region: Publication.objects.current().filter(region=region))(1)


def test_nothing_else_may_be_loaded_for_stand_ins():
    with pytest.raises(ValueError, match="prefetch"):
        Compiled(lambda pks: Variant.objects.filter(pk__in=pks).prefetch_related("stock"))([1])


def test_a_count_by_lists():
    def build(products):
        return (
            Variant.objects.filter(product__in=products)
            .values_list("product")
            .annotate(count=Count("pk"))
            .order_by("product")
        )

    pks = list(Product.objects.values_list("pk", flat=True))
    assert Compiled(build)(pks) == list(build(pks))


def test_what_hangs_on_a_row_is_its_own_however_it_is_asked(django_assert_num_queries):
    first, second = Product.objects.order_by("pk")[:2]
    packs = list(Variant.objects.filter(product__in=[first, second]).order_by("-pk"))
    hang([first, second], "variants", packs)
    for product in (first, second):
        own = [pack for pack in packs if pack.product_id == product.pk]
        with django_assert_num_queries(0):
            assert list(product.variants.all()) == own
            assert len(product.variants.all()) == product.variants.count()
        assert set(product.variants.values_list("pk", flat=True)) == {pack.pk for pack in own}
        assert set(product.variants.filter(pk__gt=0)) == set(own)
        assert product.variants.order_by("-pk").first() == own[0]
    everything = Variant.objects.count()
    assert first.variants.update(position=7) == sum(pack.product_id == first.pk for pack in packs)
    assert Variant.objects.filter(position=7).count() < everything


def test_the_first_rows_of_lists_are_those_that_each_list_begins_with():
    kinds = sorted(set(Product.objects.values_list("kind", flat=True)))

    def build(kinds: list[str]):
        sold = Variant.objects.filter(product=OuterRef("pk"), is_active=True)
        rows = Product.objects.filter(has_one(sold)).order_by("-pk")
        return firsts([rows.filter(kind=kind)[:2] for kind in kinds], "pk")

    unsold = Product.objects.filter(kind=kinds[0]).order_by("-pk").first()
    unsold.variants.update(is_active=False)
    for some in (kinds, kinds[:1]):
        found = {pk for (pk,) in Compiled(build)(some)}
        lists = (Product.objects.filter(kind=kind).exclude(pk=unsold.pk).order_by("-pk") for kind in some)
        assert found == {row.pk for rows in lists for row in rows[:2]}
