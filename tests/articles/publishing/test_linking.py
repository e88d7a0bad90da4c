"""Marketing links articles to products: in a minute, by region, many at once, and back again."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from articles.evidence import facts
from articles.models import Article, LinkChange, ProductCard, ProductLink, Publication, VersionTag
from articles.publishing.bulk_links import NotPossible, Wanted, change, undo
from articles.publishing.drafts import open_draft
from articles.publishing.publish import Slot, publish
from articles.reading import shown_products
from articles.reading.shown_products import choose
from shop.catalogue.models import Product, ProductTag, RelatedProductTag, Variant
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.editions import in_english
from tests.support.factories import region, set_price, set_stock
from tests.support.linking import (
    CITRATE,
    GLYCINATE,
    IRON,
    LABELS,
    article,
    product,
    shown,
)
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_one_article_shows_other_products_in_other_regions():
    draft = open_draft(article(IRON), "mia")
    for slug, code in ((GLYCINATE, "uk"), (CITRATE, "us")):
        ProductLink.objects.create(version=draft, product=product(slug), show_in="only", region_codes=code)
    facts.refresh(draft)
    publish(draft, [Slot(row, timezone.now()) for row in in_english()], "mia")
    assert shown(IRON, "uk") == [GLYCINATE]
    assert shown(IRON, "us") == [CITRATE]
    assert shown(IRON, "eu") == []


def test_a_product_can_be_first_in_one_region_and_kept_out_of_another():
    draft = open_draft(article(), "mia")
    oil = product("magnesium-oil-spray")
    ProductLink.objects.create(version=draft, product=oil, show_in="only", region_codes="uk")
    ProductLink.objects.create(version=draft, product=oil, kind="exclude", show_in="only", region_codes="us")
    _, linked = draft.parts()
    assert oil.pk in linked.in_region(region("uk")).pins
    assert oil.pk in linked.in_region(region("us")).excluded
    assert oil.pk not in linked.in_region(region("eu")).products(set())


@pytest.mark.slow
def test_the_claims_check_knows_which_products_stand_beside_a_text_in_which_region():
    draft = open_draft(article(IRON), "mia")
    ProductLink.objects.create(version=draft, product=product(), show_in="only", region_codes="uk")
    facts.refresh(draft)
    assert draft.claims["uk"]["products"] == [product().pk]
    assert draft.claims["us"]["products"] == []


@pytest.mark.walk
def test_many_articles_at_once_with_a_look_before_and_one_way_back():
    marketing = signed_in("Marketing")
    articles = list(Article.objects.all())
    originals = [row for row in articles if row.original_id is None]
    assert len(originals) < len(articles), "translations follow these"
    before = {row.slug: shown(row.slug, "us") for row in originals}
    published = Publication.objects.filter(article__original=None)
    versions = dict(published.values_list("pk", "version"))
    count = Publication.objects.count()
    oil = product("magnesium-oil-spray")

    def pinned():
        rows = ProductLink.objects.filter(product=oil).values_list("version", "product", "region_codes")
        by_version: dict = {}
        for version, *link in rows:
            by_version.setdefault(version, set()).add(tuple(link))
        return {
            pk: by_version.get(version, set())
            for pk, version in Publication.objects.values_list("pk", "version")
        }

    links = pinned()
    listing = "/admin/articles/article/"
    sent = {"action": "link_products", "_selected_action": [row.pk for row in originals]}
    assert "Look at what it would do" in marketing.post(listing, sent).content.decode()
    sent |= {"what": "pin", "product": oil.pk, "regions": ["us"]}
    page = marketing.post(listing, sent).content.decode()
    assert "What it would do" in page
    assert not LinkChange.objects.exists(), "a look changes nothing"
    answer = marketing.post(listing, {**sent, "confirmed": "1"})
    done = LinkChange.objects.get()
    assert (done.made_by, done.articles) == ("marketing", len(originals))
    for row in originals:
        assert oil.slug in shown(row.slug, "us"), row
    assert all(links == {(oil.pk, "us")} for links in pinned().values()), "translations too"
    assert dict(published.values_list("pk", "version")) != versions
    assert Publication.objects.count() == count, "no publication more: dates and schedules stay"
    marketing.post(answer["Location"])
    assert dict(published.values_list("pk", "version")) == versions
    assert {row.slug: shown(row.slug, "us") for row in originals} == before
    assert Publication.objects.count() == count
    assert pinned() == links, "translations too"
    assert "Take it back" not in marketing.get(answer["Location"]).content.decode()
    with pytest.raises(NotPossible, match="already"):
        undo(LinkChange.objects.get(), "mia")


@pytest.mark.slow
def test_the_words_and_the_date_of_a_live_article_stay():
    page = f"/uk/articles/{LABELS}/"
    before = a_shopper().get(page).content.decode()
    tag = RelatedProductTag.objects.create(name="Evening", slug="evening")
    change([article()], Wanted("tag", tag=tag), "mia")
    after = a_shopper().get(page).content.decode()

    def words(html):
        return re.findall(r'<div class="prose">.*?</div>|<time[^>]*>', html, re.DOTALL)

    assert words(before) == words(after)
    current = Publication.objects.filter(article=article()).first().version
    assert VersionTag.objects.filter(version=current, tag=tag).exists()
    assert current.note == "Add a related-product tag: Evening"


@pytest.mark.walk
def test_a_draft_gets_the_same_and_keeps_its_own_words():
    draft = open_draft(article(), "tom")
    draft.title = "Tom’s better title"
    draft.save()
    change([article()], Wanted("pin", product=product("magnesium-oil-spray")), "mia")
    draft.refresh_from_db()
    assert draft.is_draft
    assert draft.title == "Tom’s better title"
    assert draft.product_links.filter(product__slug="magnesium-oil-spray").exists()
    undo(LinkChange.objects.get(), "mia")
    assert not draft.product_links.filter(product__slug="magnesium-oil-spray").exists()


@pytest.mark.walk
def test_taking_back_leaves_alone_what_was_published_since():
    change([article()], Wanted("pin", product=product("magnesium-oil-spray")), "mia")
    draft = open_draft(article(), "tom")
    draft.title = "Published since"
    draft.save()
    publish(draft, [Slot(row, timezone.now()) for row in in_english()], "tom")
    undo(LinkChange.objects.get(), "mia")
    assert "Published since" in a_shopper().get(f"/uk/articles/{LABELS}/").content.decode()


@pytest.mark.walk
def test_what_is_only_scheduled_is_linked_too():
    draft = open_draft(article(), "tom")
    later = timezone.now() + timedelta(days=2)
    publish(draft, [Slot(region("uk"), later)], "tom")
    change([article()], Wanted("pin", product=product("magnesium-oil-spray")), "mia")
    row = Publication.objects.get(starts_at=later)
    assert row.version.product_links.filter(product__slug="magnesium-oil-spray").exists()
    assert row.version.is_draft is False


@pytest.mark.slow
def test_doing_the_same_twice_changes_nothing():
    wanted = Wanted("pin", product=product("magnesium-oil-spray"), codes=("uk",))
    change([article()], wanted, "mia")
    assert change([article()], wanted, "mia").done == []


@pytest.mark.slow
def test_staff_see_why_each_product_shows_and_keep_one_out():
    marketing = signed_in("Marketing")
    article_page = f"/admin/articles/article/{article().pk}/change/"
    page = marketing.get(article_page).content.decode()
    assert "a card in the text" in page
    assert "shared tag" in page
    card = shown(LABELS, "us")[-1]
    sent = {"action": "keep_out", "product": product(card).pk, "region": "us"}
    back = marketing.post(article_page, sent)["Location"]
    assert card not in shown(LABELS, "us")
    assert card in shown(LABELS, "uk")
    marketing.post(back)
    assert card in shown(LABELS, "us")


def test_who_may_link_and_who_not():
    article_page = f"/admin/articles/article/{article().pk}/change/"
    sent = {"action": "keep_out", "product": product().pk, "region": "us"}
    listing = {"action": "link_products", "_selected_action": [article().pk]}
    for role in ("Writer", "Orders"):
        assert signed_in(role).post(article_page, sent).status_code == 403, role
        client = signed_in(role)
        client.post("/admin/articles/article/", {**listing, "what": "pin", "product": product().pk, "confirmed": "1"})  # fmt: skip
        assert not LinkChange.objects.exists(), role


@pytest.mark.parametrize("sent", [{"what": "tag"}, {"what": "pin"}, {"what": "nonsense"}, {"what": "pin", "product": "999999"}, {"what": "pin", "product": "x", "regions": ["zz"]}])  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_changed(sent):
    listing = {"action": "link_products", "_selected_action": [article().pk], "confirmed": "1"}
    answer = signed_in().post("/admin/articles/article/", {**listing, **sent})
    assert answer.status_code == 200
    assert 'class="errorlist' in answer.content.decode()
    assert not LinkChange.objects.exists()


# --- substitutes -----------------------------------------------------------------------------------------------


def withdraw(slug, is_active=False):
    Product.objects.filter(slug=slug).update(is_active=is_active)


@pytest.mark.slow
def test_a_withdrawn_product_is_replaced_by_the_nearest_and_returns_by_itself():
    draft = open_draft(article(IRON), "mia")
    ProductLink.objects.create(version=draft, product=product())
    facts.refresh(draft)
    publish(draft, [Slot(region("uk"), timezone.now())], "mia")
    assert shown(IRON, "uk") == [CITRATE]
    withdraw(CITRATE)
    html = a_shopper().get(f"/uk/articles/{IRON}/").content.decode()
    [instead] = shown(IRON, "uk")
    assert product(instead).form == "citrate"
    assert f"Replaces {product().name_in(region('uk'))}" in html
    withdraw(CITRATE, True)
    assert shown(IRON, "uk") == [CITRATE]
    assert "Replaces" not in a_shopper().get(f"/uk/articles/{IRON}/").content.decode()


def test_the_successor_that_staff_named_comes_first():
    linked = _pinned(CITRATE)
    withdraw(CITRATE)
    Product.objects.filter(slug=CITRATE).update(successor=product(GLYCINATE))
    [shown] = choose(linked, region("uk"), [])[1]
    assert (shown.card.product.slug, shown.replaces) == (GLYCINATE, product().name_in(region("uk")))


@pytest.mark.slow
def test_what_is_not_sold_or_sold_out_in_the_region_is_no_substitute():
    linked = _pinned(CITRATE)
    withdraw(CITRATE)
    first = choose(linked, region("uk"), [])[1][0].card.product
    for sku in first.variants.values_list("sku", flat=True):
        set_stock(sku, "uk", 0)
    second = choose(linked, region("uk"), [])[1][0].card.product
    assert second.pk != first.pk
    assert choose(linked, region("us"), [])[1][0].card.product == first, "there it is in stock"
    for sku in Variant.objects.filter(product__kind="food_supplement").values_list("sku", flat=True):
        set_price(sku, "uk", None)
    assert choose(linked, region("uk"), []) == ({}, [])


def test_a_substitute_stands_once_and_never_where_it_is_kept_out():
    linked = _pinned(CITRATE, "magnesium-citrate-tablets")
    withdraw(CITRATE)
    cards = choose(linked, region("uk"), [])[1]
    slugs = [row.card.product.slug for row in cards]
    assert len(slugs) == len(set(slugs))
    assert "magnesium-citrate-tablets" in slugs
    kept_out = product(slugs[0]) if slugs[0] != "magnesium-citrate-tablets" else product(slugs[1])
    linked = linked.__class__(linked.pins, {kept_out.pk})
    assert kept_out.pk not in {row.card.product.pk for row in choose(linked, region("uk"), [])[1]}


@pytest.mark.slow
def test_a_card_of_a_sold_out_product_says_so_and_names_what_is_in_stock():
    for sku in product().variants.values_list("sku", flat=True):
        set_stock(sku, "uk", 0)
    draft = open_draft(article(IRON), "mia")
    ProductLink.objects.create(version=draft, product=product())
    facts.refresh(draft)
    publish(draft, [Slot(region("uk"), timezone.now())], "mia")
    html = a_shopper().get(f"/uk/articles/{IRON}/").content.decode()
    assert shown(IRON, "uk") == [CITRATE]
    card = html[html.index(f'id="product-{CITRATE}"') :].split("</article>")[0]
    assert "Sold out" in card
    assert "In stock instead" in card
    assert "basket/add" not in card


def test_what_a_tag_has_no_room_for_can_be_named_instead(monkeypatch):
    """Only what shows in the article is taken."""
    monkeypatch.setattr(shown_products, "MAX_CARDS", 1)
    first, second, newest = Product.objects.on_sale_in(region("uk")).filter(form="citrate").order_by("pk")
    for sku in first.variants.values_list("sku", flat=True):
        set_stock(sku, "uk", 0)
    draft, tag = open_draft(article(IRON), "mia"), RelatedProductTag.objects.create(name="of citrate")
    ProductLink.objects.create(version=draft, product=first)
    VersionTag.objects.create(version=draft, tag=tag)
    for one in (second, newest):
        ProductTag.objects.create(product=one, tag=tag)
    _, linked = draft.parts()
    _, after = choose(linked.in_region(region("uk")), region("uk"), [])
    assert [row.card.product for row in after] == [first]
    assert after[0].instead.product == second


@pytest.mark.slow
def test_a_card_in_the_text_has_a_substitute_too_and_its_slot_closes_without_one():
    version = article().newest()
    ids = [block.product_id for block in version.blocks() if isinstance(block, ProductCard)]
    card = Product.objects.get(pk=ids[0])
    withdraw(card.slug)
    html = a_shopper().get(f"/uk/articles/{LABELS}/").content.decode()
    assert "inline-card" in html
    assert "Replaces" in html
    Product.objects.filter(kind=card.kind).update(is_active=False)
    html = a_shopper().get(f"/uk/articles/{LABELS}/").content.decode()
    assert "inline-card" not in html


@pytest.mark.slow
def test_withdrawing_asks_with_the_list_of_where_it_is_used():
    owner = signed_in()
    form = f"/admin/catalogue/product/{product().pk}/change/"
    sent = fields_of(owner.get(form).content.decode())
    sent.pop("is_active")
    asked = owner.post(form, sent).content.decode()
    assert "Withdraw it all the same" in asked
    assert "Where it is used" in asked
    assert product().is_active
    owner.post(form, {**sent, "withdraw": "on"})
    assert not product().is_active


@pytest.mark.walk
def test_a_successor_is_another_product_of_the_same_kind():
    owner = signed_in()
    form = f"/admin/catalogue/product/{product().pk}/change/"
    sent = fields_of(owner.get(form).content.decode())
    for wrong in (product().pk, product("magnesium-oil-spray").pk):
        assert "of the same kind" in owner.post(form, {**sent, "successor": wrong}).content.decode()


def test_a_page_costs_few_queries_more_where_something_linked_is_gone(django_assert_max_num_queries):
    withdraw(CITRATE)
    with django_assert_max_num_queries(22):
        a_shopper().get(f"/uk/articles/{LABELS}/")


def _pinned(*slugs):
    draft = open_draft(article(IRON), "mia")
    for place, slug in enumerate(slugs):
        ProductLink.objects.create(version=draft, product=product(slug), position=place)
    return draft.parts()[1].in_region(region("uk"))


def _sold_out():
    for sku in product().variants.values_list("sku", flat=True):
        set_stock(sku, "uk", 0)


def _no_price():
    for sku in product().variants.values_list("sku", flat=True):
        set_price(sku, "uk", None)


STATES = {
    "in stock": (lambda: None, CITRATE, "Add to basket"),
    "sold out": (_sold_out, CITRATE, "Tell me when it is back"),
    "withdrawn": (lambda: withdraw(CITRATE), None, "Replaces Magnesium Citrate Capsules"),
    "no price here": (_no_price, None, "Replaces Magnesium Citrate Capsules"),
    "in the bin": (lambda: Product.objects.filter(slug=CITRATE).update(binned_at=timezone.now()), None, "Replaces Magnesium Citrate Capsules"),
    "renamed": (lambda: Product.objects.get(slug=CITRATE).wordings.update(name="Citrate, renamed"), CITRATE, "Citrate, renamed"),
    "held by policy": (lambda: Region.objects.filter(code="uk").update(link_policy="separate"), None, None),
}  # fmt: skip


@pytest.mark.walk
@pytest.mark.parametrize("state", STATES)
def test_each_state_of_a_card_shows_the_truth_on_the_next_request(state):
    draft = open_draft(article(IRON), "mia")
    ProductLink.objects.create(version=draft, product=product())
    facts.refresh(draft)
    publish(draft, [Slot(row, timezone.now()) for row in in_english()], "mia")
    page = f"/uk/articles/{IRON}/"
    assert shown(IRON, "uk") == [CITRATE]
    happen, still, words = STATES[state]
    happen()
    html = a_shopper().get(page).content.decode()
    found = re.findall(r'id="product-([\w-]+)"', html)
    if still:
        assert found == [still]
    if words:
        assert words in html
    else:
        assert found == []
        assert "From our shop" not in html
    assert shown(IRON, "us")[:1] == [CITRATE] or state in {"withdrawn", "in the bin"}
