"""The shelf says what cards say that are made from the products themselves, now and at every later moment known."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.catalogue import shelf_check, shelving
from shop.catalogue.cards import product_cards
from shop.catalogue.cells import Cell
from shop.catalogue.compare import packs_of
from shop.catalogue.models import (
    Price,
    Product,
    ProductTag,
    ProductWording,
    RelatedProductTag,
    ShelfCount,
    ShelfRow,
    Stock,
    Variant,
)
from shop.catalogue.shelf import counts, counts_by_tag, packs_count, packs_on_shelf, shelf
from shop.content.memo import forget_all
from shop.content.models import ContentVersion
from shop.regions.models import Region
from shop.web.visitor import visit_of
from tests.support.clock import freeze
from tests.support.factories import a_basket, an_order, region, set_price, set_stock, stock, with_facts

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def direct(where, at=None):
    """Cards made from all products: what the shelf stands for."""
    return [card for card in product_cards(Product.objects.visible(), where, at) if card.offers]


def assert_right(at=None):
    assert shelf_check.drift() == []
    for where in Region.objects.all():
        cards = direct(where, at)
        rows = list(shelf(where, at).order_by("position", "product_id"))
        assert [(row.product_id, row.variant_id, row.amount, row.sold_out) for row in rows] == [
            (card.product.pk, card.offer.variant.pk, card.offer.amount, card.is_sold_out) for card in cards
        ]
        cells = [
            Cell.of(card.product, card.offer.amount, card.facts.mg_per_day if card.facts else 0)
            for card in cards
        ]
        assert [Cell.read(row.cell) for row in rows] == cells
        packs = packs_on_shelf(where, at).order_by("position", "product_id", "pack_position", "variant_id")
        assert [
            (row.variant_id, row.mg_a_day, row.days, row.units_a_day, round(row.cost_of_100_mg / 100, 9), round(row.cost_of_a_day / 100, 9))
            for row in packs
        ] == [
            (row.variant.pk, row.facts.mg_per_day, row.facts.days, row.facts.units_per_day, round(float(row.per_100_mg), 9), round(float(row.per_day), 9))
            if row.facts
            else (row.variant.pk, 0, 0, 0, 0, 0)
            for row in packs_of(cards, where)
        ]  # fmt: skip
        if at is None:
            forget_all()
            assert counts(where) == Counter(cells)
            assert packs_count(where) == len(packs)
            for tag in RelatedProductTag.objects.all():
                have = set(ProductTag.objects.filter(tag=tag).values_list("product", flat=True))
                with_tag = Counter(
                    cell for card, cell in zip(cards, cells, strict=True) if card.product.pk in have
                )
                assert counts_by_tag(where, [tag.pk]) == {tag.pk: with_tag}


def something(chance):
    """One change of the kinds that staff, orders and loaders make."""
    product, pack = chance.choice(Product.objects.all()), chance.choice(Variant.objects.all())
    where, now = chance.choice(Region.objects.all()), timezone.now()
    row, _ = Stock.objects.get_or_create(variant=pack, region=where)
    free = Stock.objects.get(pk=row.pk).sellable
    tag = chance.choice(RelatedProductTag.objects.all())
    amount = chance.choice([None, 900, 1499, 1500, 2500, chance.randint(1, 4000)])
    later = now + chance.randint(1, 9) * HOUR
    return chance.choice(
        [
            lambda: pack.set_price(where, amount),
            lambda: Price.objects.create(variant=pack, region=where, amount=amount, valid_from=later + chance.random() * HOUR),
            lambda: Price.objects.filter(variant=pack, valid_from__gt=now).delete(),
            lambda: Price.objects.filter(variant=pack, amount__gt=1).update(amount=chance.randint(1, 4000)),
            lambda: Price.objects.bulk_create([Price(variant=one, region=where, amount=chance.randint(1, 4000), valid_from=later + chance.random() * HOUR) for one in Variant.objects.all()[:3]]),
            lambda: Stock.objects.reserve({pack: free}, where, reference=f"order:{chance.random()}") if free else None,
            lambda: [Stock.objects.release(hold.reference) for hold in row.holds.all()],
            lambda: Stock.objects.filter(pk=row.pk, held=0).update(on_hand=chance.choice([0, 3])),
            lambda: Stock.objects.take_in({pack.pk: 2}, where),
            lambda: setattr(row, "on_hand", row.held) or row.save(),
            lambda: Product.objects.filter(pk=product.pk).update(**{chance.choice(["is_active", "vegan"]): chance.random() < 0.5}),
            lambda: Product.objects.filter(pk=product.pk).update(position=chance.randint(0, 9), form=chance.choice(["citrate", "oil"])),
            lambda: Product.objects.filter(pk=product.pk).update(binned_at=chance.choice([None, now])),
            lambda: setattr(pack, "is_active", not pack.is_active) or pack.save(),
            lambda: setattr(pack, "magnesium_mg", chance.choice([None, 50, 100, 125])) or pack.save(),
            lambda: setattr(pack, "product", product) or pack.save(),
            lambda: ProductWording.objects.filter(product=product).update(units_per_day=chance.choice([None, 1, 2, 4])),
            lambda: ProductWording.objects.filter(product=product, region=where).delete(),
            lambda: product.tags.set([tag, *RelatedProductTag.objects.all()[:1]]),
            lambda: product.tags.remove(tag),
        ]
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_the_shelf_follows_every_change(seed, monkeypatch):
    chance = random.Random(seed)
    for _ in range(12):
        something(chance)()
    assert_right()
    now = timezone.now()
    for hours in (0.5, 3, 11):
        assert_right(now + hours * HOUR)
    freeze(monkeypatch, now + 5 * HOUR)
    assert_right()
    version = ContentVersion.objects.get().value
    shelving.settle()
    assert_right()
    assert not shelving.due(timezone.now()).exists()
    assert ContentVersion.objects.get().value == version, "nothing that shows has changed"


def a_product(number: int) -> Product:
    product = Product.objects.create(
        slug=f"p{number}", name="P", kind="food_supplement", form="oil", summary="s", description="d", ingredients="i"
    )  # fmt: skip
    product.tags.set(RelatedProductTag.objects.all()[:2])
    for pack in range(2):
        one = Variant.objects.create(
            product=product, sku=f"OIL-CAP-{1000 + 2 * number + pack}", label="x", pack_units=9, unit_name="x",
            net_quantity="9", ship_weight_g=1, magnesium_mg=100,
        )  # fmt: skip
        for where in Region.markets():
            one.set_price(where, 100 + pack)
            Stock.objects.create(variant=one, region=where, on_hand=pack)
    return with_facts(product)


@pytest.mark.slow
def test_what_is_deleted_leaves_no_row_and_no_count():
    everything = lambda: (ShelfRow.objects.count(), sorted(ShelfCount.objects.values_list()))  # noqa: E731
    before = everything()
    made = [a_product(number) for number in range(3)]
    assert_right()
    tag = made[0].tags.last()
    made[0].delete()
    Product.objects.filter(pk=made[1].pk).delete()
    assert_right()
    Price.objects.filter(variant__product=made[2], variant__position=0)[0].delete()
    made[2].variants.first().delete()
    assert_right()
    made[2].tags.all().delete()
    assert not ShelfCount.objects.filter(tag=tag.pk).exists()
    made[2].variants.all().delete()
    assert ShelfRow.objects.count() == before[0]
    Product.objects.update(is_active=False)
    assert everything() == (0, [])


def test_a_price_of_the_future_moves_product_and_counts_at_its_moment(monkeypatch):
    before = counts(region("uk"))
    set_price("EPS-CRY-1000", "uk", 9900, ago=-HOUR)
    set_price("EPS-CRY-2500", "uk", None, ago=-2 * HOUR)
    assert counts(region("uk")) == before
    freeze(monkeypatch, timezone.now() + 3 * HOUR)
    assert_right()
    assert counts(region("uk")) != before


def test_those_who_hold_the_last_packs_see_them_among_what_can_be_bought():
    set_price("CIT-CAP-90", "uk", 500)
    set_stock("CIT-CAP-90", "uk", 1)
    basket = a_basket("CIT-CAP-90")
    an_order(basket=basket)
    assert stock().sellable == 0
    uk = region("uk")
    for_all = shelf(uk).get(product__slug="magnesium-citrate-capsules")
    assert for_all.amount != 500
    with visit_of(lambda: basket.visitor):
        cards = direct(uk)
        rows = shelf(uk).order_by("position", "product_id")
        assert [(row.product_id, row.amount) for row in rows] == [
            (card.product.pk, card.offer.amount) for card in cards
        ]
        assert counts(uk) == Counter(card.cell for card in cards)
        own = rows.get(product=for_all.product_id)
        assert own.amount == 500


@pytest.mark.slow
def test_several_changes_are_shelved_once(django_assert_max_num_queries):
    seen = []
    with shelving.shelving_once():
        set_price("CIT-CAP-90", "uk", 123)
        Product.objects.update(vegan=False)
        seen.append(shelf(region("uk")).filter(amount=123).exists())
    assert seen == [False]
    assert_right()


@pytest.mark.slow
def test_what_was_wronged_is_found_and_mended(capsys):
    ShelfRow.objects.filter(region=region("uk"))[0].delete()
    ShelfRow.objects.filter(region=region("eu"), is_card=True).update(sold_out=True)
    row = ShelfCount.objects.filter(tag=0)[0]
    ShelfCount.objects.filter(pk=row.pk).update(cards=row.cards + 7)
    assert shelf_check.drift()
    with pytest.raises(SystemExit):
        call_command("shelve", "--check")
    version = ContentVersion.objects.get().value
    shelf_check.LookAtShelf()()
    assert_right()
    assert ContentVersion.objects.get().value != version
    ShelfRow.objects.all().delete()
    call_command("shelve")
    assert_right()
    call_command("shelve", "--check")


@pytest.mark.slow
def test_a_shop_that_is_older_than_the_shelf_is_shelved_by_migrating():
    ShelfRow.objects.all().delete()
    ShelfCount.objects.all().delete()
    from django.db.migrations.loader import MigrationLoader

    from shop.catalogue.apps import shelve_what_was_there

    last = MigrationLoader(None).graph.node_map["catalogue", "0007_shelf"]
    migration = MigrationLoader(None).graph.nodes[last.key]
    shelve_what_was_there()  # as after a flush
    shelve_what_was_there(plan=[(migration, True)])
    assert not ShelfRow.objects.exists(), "backwards"
    shelve_what_was_there(plan=[(migration, False)])
    assert_right()
    with CaptureQueriesContext(connection) as captured:
        shelve_what_was_there()
        shelve_what_was_there(plan=[(migration, False)])
    assert len([one for one in captured if "catalogue_" in one["sql"]]) <= 2, "only whether there is a shelf"


@pytest.mark.parametrize("filled", [False, True])
def test_many_products_are_shelved_with_as_many_statements_about_counts_as_few(filled, monkeypatch):
    monkeypatch.setattr(shelving, "AT_ONCE", 3)
    pks = list(Product.objects.values_list("pk", flat=True))
    ShelfRow.objects.all().delete()
    ShelfCount.objects.all().delete()
    if filled:
        shelving.shelve(pks)
        QuerySet(Price).update(amount=F("amount") + 9000)  # past the models
        with CaptureQueriesContext(connection) as captured:
            assert shelving.shelve(pks)
    else:
        with CaptureQueriesContext(connection) as captured:
            assert shelf_check.shelve_all()
    assert_right()
    said = [one["sql"] for one in captured if "catalogue_shelfcount" in one["sql"]]
    assert len(said) <= 5, "looked at, read, taken out, written"
    assert not [one for one in said if one.startswith("UPDATE")], (
        "a statement that grows with the square of its rows"
    )
