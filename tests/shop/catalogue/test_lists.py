"""Lists have pages with addresses; the comparison shows what was chosen."""

import re

import pytest

from shop.catalogue.models import Collection, CollectionProduct, Product, Variant
from tests.support.factories import many_packs

pytestmark = pytest.mark.django_db
CAPSULES = "magnesium-citrate-capsules"


def text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def main(html):
    return html.split("<main")[1].split("</main>")[0]


@pytest.mark.slow
def test_filters_and_pages_lead_through_a_large_shop(shopper):
    """64 more products; three pages with an address each, counted by the database."""
    many_packs(64)
    first = text(shopper, "/uk/shop/")
    assert "71 of 71 products" in first
    assert "Page 1 of 3" in first
    assert re.findall(r'href="([^"]+)" rel="(\w+)"', main(first)) == [("/uk/shop/?page=2", "next")]
    second = text(shopper, "/uk/shop/?page=2")
    assert re.findall(r'href="([^"]+)" rel="(\w+)"', main(second)) == [
        ("/uk/shop/", "prev"),
        ("/uk/shop/?page=3", "next"),
    ]
    assert 'rel="canonical" href="http://127.0.0.1:8000/uk/shop/?page=2"' in second
    cards = [
        re.findall(r'id="product-([\w-]+)"', text(shopper, f"/uk/shop/?page={n}")) for n in (1, 2, 3, 99)
    ]
    assert [len(page) for page in cards] == [24, 24, 23, 23]
    assert len({slug for page in cards for slug in page}) == 71
    filtered = main(text(shopper, "/uk/shop/?form=oil&sort=-price&page=2"))
    assert "65 of 71 products" in filtered
    assert 'href="/uk/shop/?form=oil&amp;sort=-price&amp;page=3" rel="next"' in filtered
    assert 'href="/uk/shop/?form=oil&amp;sort=-price" rel="prev"' in filtered
    for page in ("0", "-1", "x", "9" * 30, ""):
        assert shopper.get("/uk/shop/", {"page": page}).status_code == 200
    packs = text(shopper, "/uk/shop/compare/?sort=price&page=2")
    assert 'href="/uk/shop/compare/?sort=price&amp;page=3" rel="next"' in packs
    assert packs.count('<th scope="row">') == 24


@pytest.mark.parametrize(
    ("query", "skus", "words"),
    [
        ("pack=CIT-CAP-90&pack=GLY-CAP-90", ["CIT-CAP-90", "GLY-CAP-90"], "The packs you chose"),
        ("pack=GLY-CAP-90&pack=CIT-CAP-90&pack=GLY-CAP-90", ["CIT-CAP-90", "GLY-CAP-90"], "you chose"),
        ("pack=GLY-CAP-90&pack=CIT-CAP-90&sort=100mg", ["CIT-CAP-90", "GLY-CAP-90"], "you chose"),
        ("pack=OIL-SPR-100&pack=nonsense&pack=%00", ["OIL-SPR-100"], "you chose"),
    ],
)
def test_the_comparison_shows_the_packs_that_were_chosen(shopper, query, skus, words):
    page = main(text(shopper, f"/uk/shop/compare/?{query}"))
    assert re.findall(r'<th scope="row">\s*<a href="[^"]*variant=([\w-]+)"', page) == skus
    assert words in page
    for link in re.findall(r'href="(/uk/shop/compare/[^"]*sort=[^"]*)"', page):
        assert all(f"pack={sku}" in link for sku in skus)


def test_more_packs_than_fit_are_told_and_unknown_ones_show_all(shopper):
    skus = [row.sku for row in Variant.objects.order_by("pk")]
    page = main(text(shopper, f"/uk/shop/compare/?{'&'.join(f'pack={sku}' for sku in skus)}"))
    assert page.count('<th scope="row">') == 6
    assert f"{len(skus) - 6} more that you chose are left out" in page
    assert "Every pack we sell" in main(text(shopper, "/uk/shop/compare/?pack=nonsense"))
    ticks = re.findall(r'name="pack" value="([\w-]+)" form="chosen"', text(shopper, "/uk/shop/"))
    assert len(ticks) == 7
    assert '<form class="chosen" id="chosen" action="/uk/shop/compare/">' in text(shopper, "/uk/shop/")


def test_a_small_shop_shows_no_pages(shopper):
    for path in ("/uk/shop/", "/uk/shop/compare/", "/uk/collections/bath-and-skin/"):
        assert 'class="pages"' not in text(shopper, path)


@pytest.mark.slow
def test_a_collection_shows_what_was_put_in_by_hand_first_and_nothing_twice(shopper):
    many_packs(30)
    made = Collection.objects.create(name="Oil", slug="oil", summary="s", rule_form="oil")
    for number, product in enumerate(Product.objects.filter(form="oil").order_by("-pk")[:27]):
        CollectionProduct.objects.create(collection=made, product=product, position=number)
    CollectionProduct.objects.create(collection=made, product=Product.objects.get(slug=CAPSULES), position=99)
    pages = [
        re.findall(r'id="product-([\w-]+)"', text(shopper, f"/uk/collections/oil/?page={n}")) for n in (1, 2)
    ]
    slugs = [slug for page in pages for slug in page]
    by_hand = [row.product.slug for row in made.by_hand.all()]
    rest = [row.slug for row in Product.objects.filter(form="oil") if row.slug not in by_hand]
    assert slugs == by_hand + rest
    assert len(pages[0]) == 24
    assert 'href="/uk/collections/oil/" rel="prev"' in text(shopper, "/uk/collections/oil/?page=2")
