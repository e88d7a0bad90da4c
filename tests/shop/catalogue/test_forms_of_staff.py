"""A product's form costs what it shows: a page of its packs, and the newest of the articles that show it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Author, Publication, Version, VersionTag
from articles.products.usage import SHOWN, used_in
from config.staff.site import without_indents
from shop.catalogue.models import Collection, CollectionProduct, Product, ProductWording, Variant
from shop.catalogue.shelving import shelving_once
from tests.support.factories import region
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MOST_BYTES = 175_000  # of five regions, each with its words and the sentences that its law allows to tick


def citrate() -> Product:
    return Product.objects.get(slug="magnesium-citrate-capsules")


def form_of(product) -> str:
    return f"/admin/catalogue/product/{product.pk}/change/"


def more_packs(product, count: int) -> None:
    with shelving_once():
        Variant.objects.bulk_create(
            Variant(product=product, sku=f"CIT-CAP-{1000 + number}", label=f"{number} capsules", pack_units=9,
                    unit_name="capsule", net_quantity="9", ship_weight_g=1, position=100 + number)
            for number in range(count)
        )  # fmt: skip


def more_articles(product, count: int) -> list[Article]:
    author, tag, made = Author.objects.get(), product.tags.first(), []
    for number in range(count):
        article = Article.objects.create(slug=f"a{number}")
        version = Version.objects.create(
            article=article, title=f"A{number}", summary="s", author=author, is_draft=number % 2 == 0
        )
        VersionTag.objects.create(version=version, tag=tag)
        if number % 2:
            Publication.objects.create(version=version, region=region("uk"))
        made.append(article)
    return made


def cost(client, path: str) -> tuple[int, int]:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(path)
    assert page.status_code == 200
    return len(queries), len(page.content)


def test_a_product_with_many_packs_and_articles_costs_no_more():
    owner, product = signed_in(), citrate()
    more_packs(product, 5)
    more_articles(product, SHOWN)
    before = cost(owner, form_of(product))
    more_packs_before = product.variants.count()
    with shelving_once():
        for pack in product.variants.filter(sku__startswith="CIT-CAP-10"):
            pack.pk, pack.sku = None, pack.sku.replace("CIT-CAP-10", "CIT-TAB-10")
            pack.save()
    assert product.variants.count() > more_packs_before
    author, tag = Author.objects.get(), product.tags.first()
    for number in range(30):
        version = Version.objects.create(
            article=Article.objects.create(slug=f"b{number}"), title="B", summary="s", author=author
        )
        VersionTag.objects.create(version=version, tag=tag)
    queries, size = cost(owner, form_of(product))
    assert queries == before[0]
    assert size < before[1] + 3000
    assert size < MOST_BYTES


def test_packs_are_saved_a_page_at_a_time():
    owner, product = signed_in(), citrate()
    more_packs(product, 9)
    skus = list(product.variants.order_by("position", "pk").values_list("sku", flat=True))
    page = owner.get(f"{form_of(product)}?variant-page=2").content.decode()
    shown = fields_of(page)
    assert [shown[f"variants-{number}-sku"] for number in range(5)] == skus[5:10]
    assert f"6 to 10 of {len(skus)}" in page
    assert "variant-page=1#variants-group" in page
    answer = owner.post(
        form_of(product), {**shown, "variants-1-label": "Large", "variants-1-price_uk": "9.99"}
    )
    assert answer.status_code == 302, answer.content.decode()
    assert Variant.objects.get(sku=skus[6]).label == "Large"
    assert list(product.variants.order_by("position", "pk").values_list("sku", flat=True)) == skus
    wrong = owner.post(form_of(product), {**shown, "variants-1-pack_units": "-1"})
    assert fields_of(wrong.content.decode())["variants-0-sku"] == skus[5], "the page that was sent comes back"


@pytest.mark.parametrize("page", ["0", "99", "x", "-1", "٣"])
def test_a_page_of_packs_that_is_none_shows_one_that_is(page):
    more_packs(citrate(), 4)
    answer = signed_in().get(f"{form_of(citrate())}?variant-page={page}")
    assert answer.status_code == 200
    assert "variants-0-sku" in answer.content.decode()


def test_a_collection_shows_a_page_of_what_was_put_in_by_hand():
    row = Collection.objects.create(name="All", slug="all-of-them")
    with shelving_once():
        for number in range(30):
            product = Product.objects.create(
                slug=f"p{number}", name=f"P{number}", kind="food_supplement", form="citrate", summary="s",
                description="d", ingredients="i",
            )  # fmt: skip
            CollectionProduct.objects.create(collection=row, product=product, position=number)
    path = f"/admin/catalogue/collection/{row.pk}/change/"
    first = cost(signed_in(), path)
    assert first[0] < 20
    page = signed_in().get(f"{path}?collectionproduct-page=2").content.decode()
    assert fields_of(page)["by_hand-INITIAL_FORMS"] == "5"


def test_the_newest_uses_stand_on_the_form_and_all_in_the_list_of_articles():
    owner, product = signed_in(), citrate()
    made = more_articles(product, SHOWN + 15)
    assert {use.article for use in used_in(product)} <= set(made)
    page = owner.get(form_of(product)).content.decode()
    path = f"/admin/articles/article/?product={product.pk}"
    assert path in page
    listed = owner.get(path).content.decode()
    assert f"/admin/articles/article/{made[0].pk}/change/" in listed
    assert "iron-first" not in listed
    for odd in ("9" * 40, "x", "-1", str(product.pk + 10_000)):
        assert owner.get(f"/admin/articles/article/?product={odd}&topic={odd}").status_code == 200


def test_what_indents_a_page_goes_and_what_was_typed_stays(rf):
    from django.http import HttpResponse

    typed = "<textarea>\n  two\n\n    lines &lt;\n   \n  &gt;</textarea><textarea>\n\n  </textarea>"
    answer = without_indents(
        HttpResponse(f"<ul>\n    <li>\n      A <b>b</b> <i>c</i></li>\n\n  </ul>{typed}")
    )
    assert answer.content.decode() == f"<ul>\n<li>\n      A <b>b</b> <i>c</i></li>\n</ul>{typed}"
    kept = "<pre>\n  <b>x</b>\n   <i>y</i></pre>"
    assert without_indents(HttpResponse(kept)).content.decode() == kept
    other = b"<a>\n   <b>"
    assert without_indents(HttpResponse(other, content_type="text/csv")).content == other


def test_a_region_without_words_has_an_empty_row_that_needs_no_javascript():
    staff, product = signed_in("Owner"), citrate()
    full = fields_of(staff.get(form_of(product)).content.decode())
    assert full["wordings-TOTAL_FORMS"] == full["wordings-INITIAL_FORMS"] == "5"
    ProductWording.objects.filter(product=product, region=region("us")).delete()
    fields = fields_of(staff.get(form_of(product)).content.decode())
    assert (fields["wordings-TOTAL_FORMS"], fields["wordings-INITIAL_FORMS"]) == ("5", "4")
    assert staff.post(form_of(product), fields).status_code == 302
    assert product.wordings.count() == 4, "a row that nobody filled in became words"
    fields = fields_of(staff.get(form_of(product)).content.decode())
    words = {
        "legal_name": "Dietary supplement",
        "directions": "Take two a day.",
        "warnings": "Keep from children.",
    }
    fields |= {"wordings-4-region": str(region("us").pk)}
    fields |= {f"wordings-4-{name}": text for name, text in words.items()}
    assert staff.post(form_of(product), fields).status_code == 302
    assert product.wordings.get(region=region("us")).legal_name == "Dietary supplement"
