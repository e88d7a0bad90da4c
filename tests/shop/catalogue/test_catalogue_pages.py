import re

import pytest
from django.core.exceptions import ValidationError

from shop.catalogue.models import Product, ProductWording, RelatedProductTag
from shop.content.models import content_changed
from tests.conftest import a_shopper
from tests.support.factories import an_order, set_price, set_stock
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
CAPSULES = "magnesium-citrate-capsules"


def text(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def main(html):
    return html.split("<main")[1].split("</main>")[0]


def test_variants_share_a_page_and_the_address_selects_one(shopper):
    page = main(text(shopper, f"/uk/shop/{CAPSULES}/?variant=CIT-CAP-180"))
    assert "£19.95" in page
    assert "£11.95" in page
    assert 'name="variant" value="CIT-CAP-180"' in page
    assert "CIT-CAP-180" in page.split("Product identifier")[1]


@pytest.mark.parametrize(
    ("code", "words"), [("uk", "incl. VAT"), ("eu", "incl. VAT"), ("us", "plus sales tax")]
)
def test_every_price_stands_beside_its_tax_words(shopper, code, words):
    for path in (
        f"/{code}/shop/",
        f"/{code}/shop/{CAPSULES}/",
        f"/{code}/articles/citrate-glycinate-oxide-label-guide/",
    ):
        page = main(text(shopper, path))
        beside = re.findall(r'class="price__amount">[^<]+</span>\s+<span class="price__tax">([^<]+)<', page)
        assert beside
        assert set(beside) == {words}
        assert len(beside) == page.count("price__amount")


def test_not_sold_here_says_so_and_names_the_nearest(shopper):
    for sku in ("EPS-CRY-1000",):
        set_price(sku, "us", None)
    page = main(text(shopper, "/us/shop/epsom-salt-bath-crystals/"))
    assert "Not sold in the US" in page
    assert "Add to basket" not in page
    assert "Nearest to it that we sell in the US" in page
    assert "epsom-salt" not in main(text(shopper, "/us/shop/"))
    assert "/us/shop/epsom-salt-bath-crystals/" not in text(shopper, "/us/sitemap.xml")
    assert "/uk/shop/epsom-salt-bath-crystals/" in text(shopper, "/uk/sitemap.xml")


SPRAY, SALT = "magnesium-oil-spray", "epsom-salt-bath-crystals"
POWDER, GLYCINATE = "magnesium-citrate-powder", "magnesium-glycinate-capsules"


def withdraw(*slugs):
    Product.objects.filter(slug__in=slugs).update(is_active=False)


def nearest_on(page):
    found = re.search(r'class="nearest">.*?href="/\w+/shop/([\w-]+)/"', page, re.DOTALL)
    return found and found.group(1)


@pytest.mark.parametrize(
    ("slug", "also", "expected"),
    [
        (SPRAY, (), SALT),
        (SALT, (), SPRAY),
        (SPRAY, (SALT,), None),
        (POWDER, (), "magnesium-citrate-tablets"),
        (GLYCINATE, (), "magnesium-glycinate-powder"),
    ],
)
def test_the_nearest_is_never_swallowed_for_what_is_not(shopper, slug, also, expected):
    withdraw(slug, *also)
    assert nearest_on(main(text(shopper, f"/uk/shop/{slug}/"))) == expected


@pytest.mark.parametrize("there", [True, False])
def test_the_successor_that_staff_chose_is_the_nearest_while_it_is_to_be_had(shopper, there):
    Product.objects.filter(slug=CAPSULES).update(
        successor=Product.objects.get(slug=GLYCINATE), is_active=False
    )
    if not there:
        withdraw(GLYCINATE)
    found = nearest_on(main(text(shopper, f"/uk/shop/{CAPSULES}/")))
    assert (found == GLYCINATE) == there
    assert found


@pytest.mark.slow
def test_where_the_successor_is_gone_too_its_own_stands_in(shopper):
    """The rule alone would choose the tablets: of the same form, and nearer in milligrams."""
    powder, glycinate = "magnesium-glycinate-powder", Product.objects.get(slug=GLYCINATE)
    Product.objects.filter(slug=CAPSULES).update(successor=Product.objects.get(slug=powder))
    Product.objects.filter(slug=powder).update(successor=glycinate)
    withdraw(CAPSULES, powder)
    page = f"/uk/shop/{CAPSULES}/"
    assert nearest_on(main(text(shopper, page))) == GLYCINATE
    Product.objects.filter(slug=GLYCINATE).update(successor=Product.objects.get(slug=CAPSULES))
    withdraw(GLYCINATE)
    assert nearest_on(main(text(shopper, page))) == "magnesium-citrate-tablets", "a ring of successors ends"


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
@pytest.mark.parametrize("how", [{"is_active": False}, {"binned_at": "2026-01-01T00:00:00Z"}])
def test_what_is_no_longer_sold_has_no_price_anywhere_on_its_page(shopper, code, how):
    Product.objects.filter(slug=CAPSULES).update(**how)
    page = text(shopper, f"/{code}/shop/{CAPSULES}/")
    own = main(page).split('class="nearest"')[0]
    assert "No longer sold" in own
    assert not re.search(r"[£$€]\s?\d", own)
    assert '"price"' not in page


@pytest.mark.parametrize(
    ("code", "words"), [("uk", "incl. VAT"), ("eu", "incl. VAT"), ("us", "plus sales tax")]
)
@pytest.mark.parametrize("slug", [CAPSULES, SPRAY, GLYCINATE])
def test_each_pack_button_says_its_price_with_the_tax_words(shopper, code, words, slug):
    buttons = re.findall(r'class="variant__price">(.*?)</span>\s*(?:<span class="variant__note|</a>)', text(shopper, f"/{code}/shop/{slug}/"), re.DOTALL)  # fmt: skip
    priced = [button for button in buttons if re.search(r"[£$€]", button)]
    assert priced
    assert all(f'<span class="price__tax">{words}' in button for button in priced)


def test_one_pack_that_is_not_sold_here_leaves_the_other(shopper):
    page = main(text(shopper, "/us/shop/epsom-salt-bath-crystals/?variant=EPS-CRY-2500"))
    assert "Not sold in the US" in page
    assert "$9.95" in page
    assert "Add to basket" not in page


def test_sold_out_in_one_region_is_buyable_in_another(shopper):
    us = main(text(shopper, "/us/shop/magnesium-glycinate-capsules/?variant=GLY-CAP-30"))
    assert "Sold out" in us
    assert "Add to basket" not in us
    uk = main(text(shopper, "/uk/shop/magnesium-glycinate-capsules/?variant=GLY-CAP-30"))
    assert "Add to basket" in uk


def test_a_withdrawn_product_keeps_its_address(shopper):
    Product.objects.filter(slug=CAPSULES).update(is_active=False)
    page = main(text(shopper, f"/uk/shop/{CAPSULES}/"))
    assert "No longer sold" in page
    assert "Nearest to it" in page
    assert "Add to basket" not in page
    assert CAPSULES not in main(text(shopper, "/uk/shop/"))


def test_wording_of_one_region_stays_there(shopper):
    ProductWording.objects.filter(product__slug=CAPSULES, region__code="uk").update(
        description="Only for readers in Britain."
    )
    assert "Only for readers in Britain." in text(shopper, f"/uk/shop/{CAPSULES}/")
    for code in ("us", "eu"):
        assert "Only for readers in Britain." not in text(shopper, f"/{code}/shop/{CAPSULES}/")


@pytest.mark.parametrize(
    ("code", "portion", "percent", "level"),
    [
        ("uk", "375 mg", "100 %", "400 mg"),
        ("eu", "250 mg", "67 %", "250 mg"),
        ("us", "250 mg", "60 %", "350 mg"),
    ],
)
def test_facts_are_computed_from_one_stored_value(shopper, code, portion, percent, level):
    page = main(text(shopper, f"/{code}/shop/magnesium-citrate-tablets/"))
    facts = page.split('class="facts"')[1].split("</section>")[0]
    assert portion in facts
    assert percent in facts
    assert level in facts
    assert ("Supplement Facts" in facts) == (code == "us")


def test_no_daily_dose_passes_the_level_of_its_region():
    from shop.catalogue.facts import daily_facts

    for wording in ProductWording.objects.select_related("product", "region"):
        for one in wording.product.variants.all():
            facts = daily_facts(one, wording, wording.region)
            assert facts is None or facts.within_upper_level, f"{one} in {wording.region}"


def test_cosmetics_state_no_amount_and_no_statement(shopper):
    for slug in ("magnesium-oil-spray", "epsom-salt-bath-crystals"):
        page = main(text(shopper, f"/uk/shop/{slug}/"))
        assert "mg" not in re.sub(r"<[^>]+>", "", page)
        assert "contributes" not in page
        assert "not an oral source" in page


def test_us_statements_carry_asterisk_and_disclaimer_once(shopper):
    page = main(text(shopper, f"/us/shop/{CAPSULES}/"))
    assert "supports normal muscle function.*" in page
    assert page.count("have not been evaluated by the Food and Drug Administration") == 1
    assert "Food and Drug" not in text(shopper, f"/uk/shop/{CAPSULES}/")


def test_eu_pages_name_maker_and_responsible_person(shopper):
    page = text(shopper, "/eu/shop/epsom-salt-bath-crystals/")
    assert "Responsible person in the EU" in page
    assert "eu@fellbrook.example" in page
    assert "Responsible person in the EU" not in text(shopper, "/uk/shop/epsom-salt-bath-crystals/")


def test_filters_are_links_and_unknown_values_filter_nothing(shopper):
    page = main(text(shopper, "/uk/shop/?form=glycinate&sort=-price"))
    assert "Magnesium Glycinate Powder" in page
    assert "Magnesium Citrate Powder" not in page
    assert "2 of 7 products" in page
    assert "7 of 7 products" in text(shopper, "/uk/shop/?form=nonsense&sort=<script>")
    assert "Nothing fits" in text(shopper, "/uk/shop/?form=oil&kind=bath_salt")


def test_a_tag_may_not_name_a_condition():
    with pytest.raises(ValidationError, match="names a condition"):
        RelatedProductTag(name="Restless legs", slug="restless-legs").full_clean()
    RelatedProductTag(name="Sachets", slug="sachets").full_clean()


@pytest.mark.slow
def test_no_product_page_names_a_condition_outside_its_warnings(shopper):
    from shop.claims.conditions import conditions_named

    for code in ("uk", "us", "eu"):
        for product in Product.objects.all():
            page = main(text(shopper, f"/{code}/shop/{product.slug}/"))
            page = re.sub(r'<section class="warnings".*?</section>', "", page, flags=re.DOTALL)
            page = re.sub(r'<div class="label__warnings".*?</div>', "", page, flags=re.DOTALL)
            assert conditions_named(re.sub(r"<[^>]+>", " ", page)) == [], f"{code} {product.slug}"


def test_hreflang_is_reciprocal_and_leaves_out_where_it_is_not_sold(shopper):
    set_price("EPS-CRY-1000", "us", None)

    def links(path):
        return dict(
            re.findall(
                r'rel="alternate" hreflang="([\w-]+)" href="http://127.0.0.1:8000([^"]+)"',
                text(shopper, path),
            )
        )

    uk = links("/uk/shop/epsom-salt-bath-crystals/")
    assert set(uk) == {"en-GB", "en", "de", "fr", "x-default"}
    for path in uk.values():
        assert links(path) == uk
    assert set(links(f"/uk/shop/{CAPSULES}/")) == {"en-GB", "en-US", "en", "de", "fr", "x-default"}
    assert f'rel="canonical" href="http://127.0.0.1:8000/uk/shop/{CAPSULES}/"' in text(
        shopper, f"/uk/shop/{CAPSULES}/?variant=CIT-CAP-180"
    )


def test_every_picture_has_words_and_measures(shopper):
    for path in ("/uk/", "/uk/shop/", f"/uk/shop/{CAPSULES}/", "/uk/articles/"):
        for tag in re.findall(r"<img [^>]+>", text(shopper, path)):
            assert " alt=" in tag, (path, tag)
            assert " width=" in tag, (path, tag)
            assert " height=" in tag, (path, tag)


@pytest.mark.slow
def test_sold_out_stock_typed_by_staff_shows_on_the_next_request(shopper):
    assert "Add to basket" in main(text(shopper, f"/uk/shop/{CAPSULES}/?variant=CIT-CAP-90"))
    set_stock("CIT-CAP-90", "uk", 0)
    assert "Sold out" in main(text(shopper, f"/uk/shop/{CAPSULES}/?variant=CIT-CAP-90"))


@pytest.mark.slow
def test_a_product_goes_into_the_bin_and_comes_back_whole(client):
    staff = signed_in()
    product = Product.objects.get(slug="magnesium-oil-spray")
    listing = "/admin/catalogue/product/"
    chosen = {"_selected_action": product.pk}
    assert staff.post(listing, {"action": "put_into_bin", "confirmed": "1", **chosen}).status_code == 302
    assert product.slug not in client.get("/uk/shop/").content.decode()
    assert "No longer sold" in client.get(f"/uk/shop/{product.slug}/").content.decode()
    row = f"/admin/catalogue/product/{product.pk}/change/"
    assert row not in staff.get(listing).content.decode()
    assert row in staff.get(listing + "?bin=1").content.decode()
    staff.post(listing + "?bin=1", {"action": "take_out_of_bin", **chosen})
    assert product.slug in client.get("/uk/shop/").content.decode()


def test_orders_may_not_use_the_bin():
    staff = signed_in("Orders")
    product = Product.objects.get(slug="magnesium-oil-spray")
    staff.post(
        "/admin/catalogue/product/",
        {"action": "put_into_bin", "_selected_action": product.pk, "confirmed": "1"},
    )
    product.refresh_from_db()
    assert product.binned_at is None


@pytest.mark.slow
def test_packs_in_somebodys_checkout_say_when_they_may_be_free_again():
    set_stock("CIT-CAP-90", "uk", 1)
    order = an_order()
    page = "/uk/shop/magnesium-citrate-capsules/?variant=CIT-CAP-90"
    sentence = f"here again at {order.hold_until.astimezone(order.region.zone):%H:%M}"
    assert sentence in a_shopper().get(page).content.decode()
    assert "somebody’s checkout" not in a_shopper().get(page.replace("/uk/", "/us/")).content.decode()
    order.move("paid", who="x", why="x", paid_at=order.placed_at)
    order.forget_origins()
    content_changed()
    html = a_shopper().get(page).content.decode()
    assert "somebody’s checkout" not in html
    assert "Sold out" in html
