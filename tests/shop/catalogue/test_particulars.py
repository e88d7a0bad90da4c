"""No facts, no sale: what a law wants told stands on the page before the button, or there is no button on any page."""

import random
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.utils import timezone

from shop.catalogue.models import Fact, Lack, Particular, Product, ProductWording, ShelfRow, Variant
from shop.catalogue.models.particulars import told_in
from shop.catalogue.offers import offer
from shop.catalogue.particulars import all_told, missing, told
from shop.content.models import content_changed
from shop.regions.models import Region, Seller
from shop.web.language import speaking
from tests.support.factories import region, set_stock, variant
from tests.support.markup import squeezed
from tests.support.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CAPSULES = "magnesium-citrate-capsules"


class Before(HTMLParser):
    """The text of a page up to the first form that puts something into the basket."""

    def __init__(self, page: str):
        super().__init__()
        self.text, self.found = "", False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "form" and "/basket/add/" in (dict(attrs).get("action") or ""):
            self.found = True

    def handle_data(self, data):
        if not self.found:
            self.text += f" {data}"


def sold() -> list[tuple[str, str]]:
    return [
        (product.slug, where.code)
        for where in Region.objects.all()
        for product in Product.objects.on_sale_in(where)
    ]


@pytest.mark.walk
def test_all_that_the_law_wants_told_stands_before_the_button(client):
    pairs = sold()
    assert len(pairs) == 35, "seven products in three regions and two editions"
    for slug, code in pairs:
        where = region(code)
        product = Product.objects.get(slug=slug)
        for pack in product.variants.all():
            page = Before(client.get(f"{product.url_in(where)}?variant={pack.sku}").content.decode())
            assert page.found or not offer(pack, where).can_buy, (slug, code)
            with speaking(where):
                lines = told(product, pack, product.wording_in(where), where)
            facts = {Fact(row.fact) for row in Particular.objects.filter(law=where.law, kind=product.kind)}
            assert {line.fact for line in lines} == facts, (slug, code)
            for line in lines:
                for text in line.lines:
                    assert squeezed(text) in squeezed(page.text), (slug, code, text)


def by_update(product):
    Product.objects.filter(pk=product.pk).update(ingredients="")


def by_save(product):
    wording = product.wordings.get(region__code="uk")
    wording.directions = " \n\u00a0–"
    wording.save()


def by_sql(product):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalogue_productwording SET warnings = %s WHERE product_id = %s", ["Ask.", product.pk]
        )


def by_deletion(product):
    product.wordings.all().delete()


def by_the_pack(product):
    product.variants.update(net_quantity=".")


def by_the_seller(product):
    Seller.objects.update(address=" ")


def by_the_day(product):
    product.wordings.update(review_by=timezone.now())


def by_nobody_having_looked(product):
    product.wordings.update(review_by=None)


def by_a_new_rule(product):
    Particular.objects.create(
        law="GB", kind=product.kind, fact=Fact.DIRECTIONS, words="with|without a word of it", asks="a",
        source="s", checked_on=timezone.localdate(),
    )  # fmt: skip
    product.wordings.update(directions="Take two.")


def by_no_list(product):
    Particular.objects.filter(law="GB", kind=product.kind).delete()


WAYS = [by_update, by_save, by_deletion, by_the_pack, by_the_seller, by_the_day, by_nobody_having_looked,
        by_a_new_rule, by_no_list]  # fmt: skip
PLACES = ["/uk/", "/uk/shop/", "/uk/shop/compare/", "/uk/search/?q=citrate+capsules", "/uk/feeds/google.xml",
          "/uk/sitemap.xml", "/uk/collections/powders/", "/uk/articles/citrate-glycinate-oxide-label-guide/",
          f"/uk/shop/{CAPSULES}/", "/llms.txt"]  # fmt: skip
MACHINES = ("/uk/sitemap.xml", "/llms.txt")  # they name what is sold, without a form to buy it


@pytest.mark.slow
@pytest.mark.parametrize("empty", [*WAYS, by_sql])
def test_a_product_without_its_facts_is_for_sale_on_no_surface(shopper, empty):
    product = Product.objects.get(slug=CAPSULES)
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    assert "CIT-CAP-90" in shopper.get("/uk/shop/").content.decode()
    shown = [path for path in PLACES if "11.95" in shopper.get(path).content.decode()]  # kept from now on
    assert len(shown) >= 6, shown
    empty(product)
    if empty is by_sql:  # past the models: pages that are kept stay until something shows
        content_changed()
    assert not offer(variant("CIT-CAP-90"), region("uk")).can_buy
    for path in PLACES:
        page = shopper.get(path).content.decode()
        assert 'value="CIT-CAP-90"' not in page, path
        assert "£11.95" not in page, path
        assert "11.95 GBP" not in page, path
        if path in MACHINES:
            assert f"/uk/shop/{CAPSULES}/" not in page, path
    basket = shopper.get("/uk/basket/").content.decode()
    assert "Not sold in the UK" in basket or "not sold" in basket.lower()
    before = shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-180"}, follow=True).content.decode()
    assert "£19.95" not in before


def test_each_empty_fact_alone_stops_the_sale_and_is_named():
    """Each particular of each law and kind, emptied on the product, the pack, the wording or the seller."""
    for where in Region.objects.all():
        for row in Particular.objects.filter(law=where.law):
            product = Product.objects.on_sale_in(where).filter(kind=row.kind).first()
            if product is None:
                continue
            pack = product.variants.first()
            fact = Fact(row.fact)
            owner = {
                "product": product, "pack": pack, "wording": product.wordings.get(region=where), "seller": Seller.current(),
            }[fact.owner]  # fmt: skip
            kept = getattr(owner, fact.column)
            value = (0 if fact == Fact.UNITS_PER_DAY else None) if isinstance(kept, int) else " "
            if fact in (Fact.SKU, Fact.UNITS_PER_DAY):
                continue  # the database knows no empty ones: see below
            type(owner).objects.filter(pk=owner.pk).update(**{fact.column: value})
            assert not Product.objects.on_sale_in(where).filter(pk=product.pk, variants=pack).exists() or (
                fact.owner == "pack"
            )
            assert offer(pack, where).amount is None, row
            lack = Lack.objects.filter(product=product, region=where).first()
            if fact.owner != "seller":
                assert row.asks in lack.asks, row
            type(owner).objects.filter(pk=owner.pk).update(**{fact.column: kept})
            assert offer(pack, where).amount is not None, row


@pytest.mark.parametrize("seed", range(6))
def test_the_gate_in_sql_and_what_staff_read_agree(seed):
    chance = random.Random(seed)
    blanks = [
        "",
        " ",
        "\u00a0",
        "-",
        "…",
        "x",
        "Not to exceed. A VARIED DIET. Out of the reach of children",
        "é",
        "7",
    ]
    for _ in range(15):
        model, names = chance.choice([
            (Product, ["ingredients", "allergens", "storage"]),
            (ProductWording, ["legal_name", "directions", "warnings"]),
            (Variant, ["net_quantity", "compound"]),
        ])  # fmt: skip
        row = chance.choice(list(model.objects.all()))
        model.objects.filter(pk=row.pk).update(**{chance.choice(names): chance.choice(blanks)})
    for where in Region.objects.all():
        told_now = set(
            Variant.objects.filter(told_in(where, timezone.now(), ProductWording.objects.all())).values_list(
                "pk", flat=True
            )
        )
        for pack in Variant.objects.select_related("product"):
            wording = pack.product.wordings.filter(region=where).first()
            asks = missing(pack.product, pack, wording, where)
            assert (pack.pk in told_now) is (asks == []), (pack.sku, where.code, asks)
            loaded = all_told(pack.product, pack, wording, where, timezone.now())
            assert (pack.pk in told_now) is loaded, (pack.sku, where.code, asks)


def test_it_is_sold_until_the_day_of_review_and_not_after():
    pack, uk = variant("CIT-CAP-90"), region("uk")
    day = timezone.now() + timedelta(days=9)
    ProductWording.objects.filter(product=pack.product, region=uk).update(review_by=day)
    second = timedelta(seconds=1)
    assert offer(pack, uk, day - second).amount == 1195
    assert offer(pack, uk, day).amount is None
    rows = ShelfRow.objects.filter(variant=pack, region=uk)
    assert rows.filter(since__lte=day - second, until__gt=day - second).count() == 1
    assert not rows.filter(until__gt=day).exists()
    lack = Lack.objects.get(product=pack.product, region=uk)
    assert (lack.since, lack.asks) == (day, ["a look at its facts"])


def test_what_loses_a_fact_leaves_lists_and_comes_back_with_it(shopper):
    product = Product.objects.get(slug=CAPSULES)
    link = f'href="/uk/shop/{CAPSULES}/'
    assert link in shopper.get("/uk/shop/").content.decode()
    Product.objects.filter(pk=product.pk).update(storage="")
    assert link not in shopper.get("/uk/shop/").content.decode()
    page = shopper.get(product.url_in(region("uk"))).content.decode()
    assert "Not sold in the UK" in page
    assert "/basket/add/" not in page.split("buy-bar")[0].split("nearest")[0].split('class="buy"')[1]
    product.storage = "Keep it dry."
    product.save()
    assert link in shopper.get("/uk/shop/").content.decode()


def test_an_order_is_not_placed_for_what_lost_a_fact_meanwhile(shopper):
    set_stock("CIT-CAP-90", "uk", 5)
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    assert shopper.get("/uk/checkout/").status_code == 200
    ProductWording.objects.filter(product__slug=CAPSULES).update(warnings="")
    answer = shopper.get("/uk/checkout/", follow=True)
    assert "obligation to pay" not in answer.content.decode()


def test_staff_see_what_is_missing_and_where_and_a_new_product_is_a_draft():
    owner = signed_in("Owner")
    product = Product.objects.get(slug=CAPSULES)
    ProductWording.objects.filter(product=product, region__code="eu").update(warnings="Ask a doctor.")
    form = owner.get(f"/admin/catalogue/product/{product.pk}/change/").content.decode()
    assert (
        "<strong>EU</strong>: not sold, since this is missing: the warning not to exceed the daily dose"
        in form
    )
    assert "<strong>UK</strong>: sold; its facts are good until" in form
    start = owner.get("/admin/").content.decode()
    assert "Not sold, or soon not: facts are missing" in start
    assert f"{product} in EU" in start
    new = owner.get("/admin/catalogue/product/add/").content.decode()
    box = new[new.index('name="is_active"') - 200 :][:400]
    assert "checked" not in box
