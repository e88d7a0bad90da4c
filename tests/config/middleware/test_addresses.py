"""Old addresses lead on: whatever has a slug that staff can change, in one hop, for good, with the query."""

import pytest
from django.utils import timezone

from articles.models import Article, Author, OldAddress, Topic
from articles.publishing.addresses import move
from articles.publishing.drafts import open_draft
from articles.publishing.publish import Slot, publish
from shop.catalogue.models import Collection, OldProduct, Product
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.factories import region
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
CITRATE, GLYCINATE = "magnesium-citrate-capsules", "magnesium-glycinate-capsules"
KINDS = {
    "product": (Product, "/{}/shop/{}/", "catalogue/product"),
    "collection": (Collection, "/{}/collections/{}/", "catalogue/collection"),
    "article": (Article, "/{}/articles/{}/", None),
    "author": (Author, "/{}/articles/authors/{}/", "articles/author"),
    "topic": (Topic, "/{}/articles/?topic={}", "articles/topic"),
    "topic feed": (Topic, "/{}/articles/feed/?topic={}", "articles/topic"),
    "product's articles": (Product, "/{}/articles/?product={}", "catalogue/product"),
}  # fmt: skip


def a_row(kind):
    model = KINDS[kind][0]
    if model is Topic:
        return Topic.objects.get(slug="iron")
    if model is Product:
        return Product.objects.get(slug=CITRATE)
    return model.objects.order_by("pk").first()


def rename(row, slug):
    row.refresh_from_db()
    row.slug = slug
    row.save()


def get(address):
    return a_shopper().get(address)


def leads(address):
    """Where an address leads, in exactly one hop to a page that is there."""
    answer = get(address)
    assert answer.status_code == 301, (address, answer.status_code)
    assert "no-cache" in answer["Cache-Control"], "another page may take the old address"
    assert get(answer["Location"]).status_code == 200, answer["Location"]
    return answer["Location"]


@pytest.mark.walk
@pytest.mark.parametrize("kind", KINDS)
def test_each_old_address_leads_to_the_present_one_in_every_region(kind):
    row, (_, address, _) = a_row(kind), KINDS[kind]
    first = row.slug
    for slug in ("second-name", "third-name"):
        rename(row, slug)
    for code in ("uk", "us", "eu"):
        for old in (first, "second-name"):
            assert leads(address.format(code, old)) == address.format(code, "third-name")
    rename(row, first)
    assert get(address.format("uk", first)).status_code == 200
    assert leads(address.format("uk", "third-name")) == address.format("uk", first)


@pytest.mark.parametrize("kind", KINDS)
def test_the_query_comes_along(kind):
    row, (_, address, _) = a_row(kind), KINDS[kind]
    first = row.slug
    rename(row, "second-name")
    more = "variant=CIT-CAP-90&utm_source=letter&utm_campaign=a%26b&page=1"
    joint = "&" if "?" in address else "?"
    assert (
        leads(address.format("us", first) + joint + more)
        == address.format("us", "second-name") + joint + more
    )


@pytest.mark.parametrize("kind", [kind for kind, (_, _, form) in KINDS.items() if form])
@pytest.mark.walk
def test_a_slug_changed_in_the_admin_is_kept(kind):
    row, (_, address, form) = a_row(kind), KINDS[kind]
    first, owner = row.slug, signed_in()
    page = f"/admin/{form}/{row.pk}/change/"
    sent = {**fields_of(owner.get(page).content.decode()), "slug": "Second-Name"}
    assert owner.post(page, sent).status_code == 302
    assert leads(address.format("uk", first)) == address.format("uk", "second-name")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["product", "author", "article"])
def test_two_that_swap_their_addresses(kind):
    model, address, _ = KINDS[kind]
    one = a_row(kind)
    if kind == "author":
        other = Author.objects.create(name="Another", slug="another", about="x")
    else:
        other = model.objects.exclude(pk=one.pk).order_by("pk").first()
    a, b = one.slug, other.slug
    rename(one, "for-a-moment")
    rename(other, a)
    rename(one, b)
    for code in ("uk", "eu"):
        assert get(address.format(code, a)).status_code == get(address.format(code, b)).status_code == 200
        assert leads(address.format(code, "for-a-moment")) == address.format(code, b)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.slug, other.slug) == (b, a)


@pytest.mark.slow
def test_a_new_row_at_an_old_address_comes_first_and_leaves_it_for_its_own():
    old = Product.objects.get(slug=CITRATE)
    rename(old, "citrate-of-old")
    new = Product.objects.get(slug=GLYCINATE)
    rename(new, CITRATE)
    assert get(f"/uk/shop/{CITRATE}/").status_code == 200
    rename(new, "glycinate-again")
    assert leads(f"/uk/shop/{CITRATE}/") == "/uk/shop/glycinate-again/", "the last that had it"
    assert leads(f"/uk/shop/{GLYCINATE}/") == "/uk/shop/glycinate-again/"


@pytest.mark.slow
def test_a_draft_at_an_old_address_takes_it_when_it_comes_out():
    moved, slug = (
        Article.objects.get(slug="citrate-glycinate-oxide-label-guide"),
        "citrate-glycinate-oxide-label-guide",
    )
    move(moved, "label-guide")
    other = Article.objects.exclude(pk=moved.pk).first()
    new = Article.objects.create(slug=slug)
    draft = open_draft(other, "anna")
    draft.article, draft.pk = new, None
    draft._state.adding = True
    draft.save()
    assert leads(f"/uk/articles/{slug}/") == "/uk/articles/label-guide/"
    publish(draft, [Slot(region("uk"), timezone.now())], "anna")
    assert get(f"/uk/articles/{slug}/").status_code == 200


@pytest.mark.slow
def test_cards_and_links_in_texts_follow():
    product, article = (
        Product.objects.get(slug=CITRATE),
        Article.objects.get(slug="citrate-glycinate-oxide-label-guide"),
    )
    rename(product, "citrate-now")
    rename(article, "labels-now")
    from articles.models.links import with_ids

    for kind, old, new in (("product", CITRATE, "citrate-now"), ("article", "citrate-glycinate-oxide-label-guide", "labels-now")):  # fmt: skip
        answer = get(f"/uk/card/{kind}/{old}.jpg?v=of-old")
        assert answer.status_code in {301, 302}
        assert f"/uk/card/{kind}/{new}.jpg?v=" in answer["Location"]
        assert get(answer["Location"]).status_code == 200
    assert f'"/to/product/{product.pk}/?variant=CIT-CAP-90"' in with_ids(f'<a href="/uk/shop/{CITRATE}/?variant=CIT-CAP-90">x</a>')  # fmt: skip
    assert get(f"/to/product/{product.pk}/?variant=CIT-CAP-90")["Location"].endswith("?variant=CIT-CAP-90")


@pytest.mark.parametrize(("typed", "right"), [
    ("/UK/", "/uk/"), ("/Uk", "/uk/"), ("/UK/shop/", "/uk/shop/"), ("/uk/shop", "/uk/shop/"),
    ("/EU/SHOP/Compare/?sort=mg", "/eu/shop/compare/?sort=mg"),
    (f"/UK/Shop/{CITRATE.upper()}?variant=CIT-CAP-90", f"/uk/shop/{CITRATE}/?variant=CIT-CAP-90"),
    ("/us/Articles/?Topic=x", "/us/articles/?Topic=x"), ("/uk/articles/?topic=IRON", "/uk/articles/?topic=iron"),
    ("/uk/help/Delivery", "/uk/help/delivery/"), ("/UK/sitemap.xml", "/uk/sitemap.xml"),
])  # fmt: skip
def test_letters_and_slashes_are_put_right_in_one_hop(typed, right):
    assert leads(typed) == right


def test_an_old_address_in_capitals_without_its_slash_is_one_hop_too():
    rename(Product.objects.get(slug=CITRATE), "citrate-now")
    assert leads(f"/UK/shop/{CITRATE.title()}?a=1") == "/uk/shop/citrate-now/?a=1"


@pytest.mark.parametrize("address", [
    "/uk/shop/none/", "/xx/shop/", "/XX/", "/uk/articles/none/", "/uk/articles/authors/none/", "/uk/articles/?topic=none",
    "/uk/articles/?product=none", "/uk/collections/none/", "/uk/card/product/none.jpg", "/nowhere/", "/uk/nothing/at/all",
    "/orders/ABC/", "/preview/abc/", "/uk/%F0%9F%92%8A/", "/to/article/999999/",
])  # fmt: skip
def test_what_never_was_is_not_found(address):
    assert get(address).status_code == 404


def test_it_costs_a_handful_of_reads_and_nothing_where_a_page_is_found(django_assert_max_num_queries):
    rename(Product.objects.get(slug=CITRATE), "citrate-now")
    get("/uk/shop/citrate-now/")
    shopper = a_shopper()
    with django_assert_max_num_queries(9):
        shopper.get(f"/uk/shop/{CITRATE}/")


def test_only_readers_are_led_on():
    rename(Product.objects.get(slug=CITRATE), "citrate-now")
    assert a_shopper().post(f"/uk/shop/{CITRATE}/", {}).status_code in {404, 405}
    assert a_shopper().head(f"/uk/shop/{CITRATE}/").status_code == 301


def test_the_page_cache_follows_at_once():
    address = f"/uk/shop/{CITRATE}/"
    assert get(address).status_code == get(address).status_code == 200
    product = Product.objects.get(slug=CITRATE)
    rename(product, "citrate-now")
    assert get(address).status_code == 301
    rename(product, CITRATE)
    assert get(address).status_code == 200
    assert OldProduct.objects.get(slug="citrate-now").hits == 0
    assert not OldProduct.objects.filter(slug=CITRATE).exists()


@pytest.mark.slow
def test_a_slug_of_capitals_is_no_second_address():
    assert not Collection(name="x", slug="A-B", summary="s").clean_fields()
    owner = signed_in()
    row = Collection.objects.create(name="Twice", slug="twice", summary="One of two.")
    page = "/admin/catalogue/collection/add/"
    sent = {
        **fields_of(owner.get(page).content.decode()),
        "name": "Again",
        "slug": "TWICE",
        "summary": "Two.",
    }
    answer = owner.post(page, sent)
    assert answer.status_code == 200
    assert "already exists" in answer.content.decode()
    row.refresh_from_db()
    assert row.slug == "twice"


@pytest.mark.slow
def test_the_desk_asks_before_it_takes_an_address_over():
    editor, slug = signed_in("Editor"), "citrate-glycinate-oxide-label-guide"
    moved = Article.objects.get(slug=slug)
    other = Article.objects.exclude(pk=moved.pk).first()
    move(moved, "label-guide")
    article_page = f"/admin/articles/article/{other.pk}/change/"
    editor.post(article_page, {"action": "move", "slug": slug})
    assert "take it over" in editor.get(article_page).content.decode()
    assert leads(f"/uk/articles/{slug}/") == "/uk/articles/label-guide/"
    editor.post(article_page, {"action": "move", "slug": slug, "take_over": "on"})
    other.refresh_from_db()
    assert other.slug == slug
    assert get(f"/uk/articles/{slug}/").status_code == 200


def test_the_hits_of_an_old_address_are_told():
    article = Article.objects.get(slug="citrate-glycinate-oxide-label-guide")
    move(article, "labels-now")
    for row in Region.open_markets():
        get(f"/{row.code}/articles/citrate-glycinate-oxide-label-guide/")
    assert OldAddress.objects.get().hits == 3
