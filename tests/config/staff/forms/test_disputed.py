"""What two people changed at once in one form: what is kept, asked about, shown and refused."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Reference
from shop.catalogue.models import Collection, Price, Product, ProductTag, RelatedProductTag, Stock, Variant
from shop.codes.models import Code
from shop.regions.models import Region, Seller
from tests.support.factories import set_price
from tests.support.forms import boxes, columns_written, number_of, page_of, path_of
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    return Product.objects.get(variants__sku="CIT-CAP-90")


@pytest.mark.slow
def test_a_price_and_a_stock_that_moved_meanwhile_stay(product):
    """A colleague sets a price, a parcel leaves, a planned price begins; somebody corrects a typing error."""
    owner = signed_in()
    fields = page_of(owner, product)
    set_price("CIT-CAP-90", "uk", 1999)
    Stock.objects.filter(variant__sku="CIT-CAP-90", region__code="uk").update(on_hand=118)
    prices = Price.objects.count()
    with CaptureQueriesContext(connection) as captured:
        answer = owner.post(path_of(product), {**fields, "summary": "A sentence without its typing error."})
    assert answer.status_code == 302
    assert columns_written(captured, "catalogue_product") == {"summary"}
    assert not columns_written(captured, "catalogue_stock")
    assert Price.objects.count() == prices
    assert Stock.objects.get(variant__sku="CIT-CAP-90", region__code="uk").on_hand == 118


@pytest.mark.walk
def test_a_count_typed_over_one_that_moved_is_asked_about_and_never_breaks_a_hold(product):
    owner = signed_in()
    fields = page_of(owner, product)
    name = f"{number_of(fields, 'CIT-CAP-90')}stock_uk"
    row = Stock.objects.filter(variant__sku="CIT-CAP-90", region__code="uk")
    row.update(on_hand=118, held=40)
    answer = owner.post(path_of(product), {**fields, name: "130"})
    page = answer.content.decode()
    assert all(f"<q>{count}</q>" in page for count in (130, fields[name], 118))
    assert row.get().on_hand == 118
    again = fields_of(page)
    assert owner.post(path_of(product), {**again, "mine": boxes(page)}).status_code == 302
    assert row.get().on_hand == 130
    fields = page_of(owner, product)
    answer = owner.post(path_of(product), {**fields, name: "39"})
    assert "40 packs belong to orders not sent yet" in answer.content.decode()
    assert (row.get().on_hand, row.get().held) == (130, 40)


@pytest.mark.walk
def test_ticking_the_box_saves_over_what_was_shown_not_over_a_third_change(product):
    owner = signed_in()
    fields = page_of(owner, product)
    rows = Product.objects.filter(pk=product.pk)
    rows.update(storage="Dry")
    page = owner.post(path_of(product), {**fields, "storage": "Cool"}).content.decode()
    rows.update(storage="Dark")
    page = owner.post(path_of(product), {**fields_of(page), "mine": boxes(page)}).content.decode()
    assert "<q>Dark</q>" in page
    assert rows.get().storage == "Dark"


@pytest.mark.walk
def test_taking_theirs_leaves_it_and_saves_the_rest(product):
    owner = signed_in()
    fields = page_of(owner, product)
    Product.objects.filter(pk=product.pk).update(storage="Dry", vegan=not product.vegan)
    page = owner.post(path_of(product), {**fields, "storage": "Cool", "allergens": "None"}).content.decode()
    answer = owner.post(path_of(product), {**fields_of(page), "theirs": boxes(page), "mine": boxes(page)})
    assert answer.status_code == 200, "both boxes ticked say nothing"
    assert owner.post(path_of(product), {**fields_of(page), "theirs": boxes(page)}).status_code == 302
    row = Product.objects.get(pk=product.pk)
    assert (row.storage, row.allergens, row.vegan) == ("Dry", "None", not product.vegan)


@pytest.mark.walk
def test_of_a_long_text_theirs_is_shown_and_mine_stays_in_its_field(product):
    owner = signed_in()
    fields = page_of(owner, product)
    Product.objects.filter(pk=product.pk).update(description="Theirs, and <b>long</b>.\n\n" * 9)
    page = owner.post(path_of(product), {**fields, "description": "Mine."}).content.decode()
    assert '<span class="both__text">Theirs, and &lt;b&gt;long' in page
    assert fields_of(page)["description"] == "Mine."


@pytest.mark.walk
def test_it_says_who_saved_it(product):
    owner, colleague = signed_in(), signed_in("Owner", name="bo")
    fields = page_of(owner, product)
    assert colleague.post(path_of(product), {**fields, "allergens": "None at all"}).status_code == 302
    page = owner.post(path_of(product), {**fields, "allergens": "None"}).content.decode()
    assert "Meanwhile <b>bo</b> made it <q>None at all</q>" in page


@pytest.mark.slow
def test_the_same_value_typed_by_both_is_no_dispute(product):
    owner = signed_in()
    fields = page_of(owner, product)
    Product.objects.filter(pk=product.pk).update(storage="Cool")
    assert owner.post(path_of(product), {**fields, "storage": "Cool"}).status_code == 302


def test_line_ends_of_a_browser_are_no_change():
    seller = Seller.objects.get()
    Seller.objects.update(address="1 High Street\nLeeds\n")
    owner = signed_in()
    fields = page_of(owner, seller)
    Seller.objects.update(address="2 High Street\nLeeds")
    typed = fields | {"address": fields["address"].replace("\n", "\r\n"), "phone": "0113 496 0000"}
    assert owner.post(path_of(seller), typed).status_code == 302
    seller.refresh_from_db()
    assert (seller.address, seller.phone) == ("2 High Street\nLeeds", "0113 496 0000")


@pytest.mark.slow
def test_choices_of_many_rows_are_compared_too():
    owner, group = signed_in(), Group.objects.get(name="Writer")
    user = User.objects.create(username="colleague", is_staff=True)
    user.groups.add(group)
    fields = page_of(owner, user)
    user.groups.add(Group.objects.get(name="Orders"))
    assert owner.post(path_of(user), {**fields, "first_name": "Col"}).status_code == 302
    assert {one.name for one in user.groups.all()} == {"Writer", "Orders"}
    fields = page_of(owner, user)
    user.groups.remove(group)
    both = {**fields, "groups": [group.pk, Group.objects.get(name="Editor").pk]}
    page = owner.post(path_of(user), both).content.decode()
    assert "<q>Orders</q>" in page
    assert {one.name for one in user.groups.all()} == {"Orders"}


@pytest.mark.walk
def test_rows_that_others_added_and_took_away(product):
    """A row that is gone is no error to who did not touch it; who did is offered it as a new one."""
    owner = signed_in()
    tags = [RelatedProductTag.objects.create(name=f"Tag {n}", slug=f"tag-{n}") for n in range(3)]
    ProductTag.objects.filter(product=product).delete()
    rows = [ProductTag.objects.create(product=product, tag=tag) for tag in tags[:2]]
    fields = page_of(owner, product)
    rows[0].delete()
    ProductTag.objects.create(product=product, tag=tags[2])
    assert owner.post(path_of(product), {**fields, "storage": "Cool"}).status_code == 302
    assert {row.tag for row in ProductTag.objects.filter(product=product)} == {tags[1], tags[2]}
    fields = page_of(owner, product)
    ProductTag.objects.filter(product=product).delete()
    answer = owner.post(path_of(product), {**fields, "producttag_set-0-tag": tags[0].pk})
    page = answer.content.decode()
    assert "Somebody deleted this row" in page
    assert not ProductTag.objects.filter(product=product).exists()
    assert owner.post(path_of(product), fields_of(page)).status_code == 302
    assert [row.tag for row in ProductTag.objects.filter(product=product)] == [tags[0]]


@pytest.mark.walk
def test_deleting_a_row_that_somebody_changed_is_asked_about(product):
    owner = signed_in()
    extra = Variant.objects.get(sku="CIT-CAP-90")
    extra.pk, extra.sku, extra._state.adding = None, "CIT-CAP-77", True
    extra.save()
    fields = page_of(owner, product)
    Variant.objects.filter(pk=extra.pk).update(label="77 capsules")
    gone = {**fields, f"{number_of(fields, 'CIT-CAP-77')}DELETE": "on"}
    page = owner.post(path_of(product), gone).content.decode()
    assert "77 capsules" in page
    assert Variant.objects.filter(pk=extra.pk).exists()
    assert owner.post(path_of(product), {**fields_of(page), "mine": boxes(page)}).status_code == 302
    assert not Variant.objects.filter(pk=extra.pk).exists()


@pytest.mark.slow
def test_a_list_that_is_edited_in_place_keeps_the_rest():
    owner = signed_in()
    path = "/admin/catalogue/collection/"
    fields = fields_of(owner.get(path).content.decode())
    first = Collection.objects.get(pk=fields["form-0-id"])
    Collection.objects.filter(pk=first.pk).update(position=7)
    assert owner.post(path, {**fields, "form-1-position": "9", "_save": "1"}).status_code == 302
    assert (
        Collection.objects.get(pk=first.pk).position,
        Collection.objects.get(pk=fields["form-1-id"]).position,
    ) == (7, 9)
    fields = fields_of(owner.get(path).content.decode())
    number = next(n for n in range(9) if fields[f"form-{n}-id"] == str(first.pk))
    Collection.objects.filter(pk=first.pk).update(position=5)
    page = owner.post(path, {**fields, f"form-{number}-position": "3", "_save": "1"}).content.decode()
    assert "<q>5</q>" in page
    assert "<q>3</q>" in page
    assert Collection.objects.get(pk=first.pk).position == 5
    ticked = {**fields_of(page), "mine": boxes(page), "_save": "1"}
    assert owner.post(path, ticked).status_code == 302
    assert Collection.objects.get(pk=first.pk).position == 3


def test_a_page_whose_row_was_deleted_gives_back_what_was_typed():
    owner = signed_in()
    row = Reference.objects.create(key="gone2020", authors="Gone G", title="Gone")
    fields = page_of(owner, row)
    path = path_of(row)
    Reference.objects.filter(pk=row.pk).delete()
    answer = owner.post(path, {**fields, "finding": "All of what I had typed."})
    assert answer.status_code == 410
    assert "All of what I had typed." in answer.content.decode()


@pytest.mark.walk
def test_a_seal_that_does_not_fit_overwrites_nothing(product):
    owner = signed_in()
    fields = page_of(owner, product)
    other = page_of(owner, Product.objects.exclude(pk=product.pk).first())["opened"]
    Product.objects.filter(pk=product.pk).update(storage="Dry")
    for seal in ("x:y:z", other):
        page = owner.post(path_of(product), {**fields, "opened": seal}).content.decode()
        assert "<q>Dry</q>" in page, seal
    assert owner.post(path_of(product), fields_of(page)).status_code == 200
    assert Product.objects.get(pk=product.pk).storage == "Dry"


def test_microseconds_that_the_form_can_not_show_stay():
    code = Code.objects.create(code="MICRO-10", percent=10)
    code.terms.create(region=Region.objects.first())
    Code.objects.filter(pk=code.pk).update(starts_at=code.starts_at.replace(microsecond=123456))
    owner = signed_in()
    fields = page_of(owner, code)
    with CaptureQueriesContext(connection) as captured:
        assert owner.post(path_of(code), {**fields, "note": "Said on the phone"}).status_code == 302
    assert columns_written(captured, "codes_code") == {"note"}
    assert Code.objects.get(pk=code.pk).starts_at.microsecond == 123456


@pytest.mark.slow
def test_what_a_model_does_when_it_is_saved_still_happens(product):
    """The seller's row is one, the content version moves, the search is told."""
    from config.search.models import IndexState, Synonym
    from shop.content.models import read_content_version

    owner = signed_in()
    row = Synonym.objects.create(words="postage\nshipping")
    state, version = IndexState.objects.get().value, read_content_version()
    assert owner.post(path_of(row), {**page_of(owner, row), "words": "postage\ndelivery"}).status_code == 302
    assert IndexState.objects.get().value != state
    assert owner.post(path_of(product), {**page_of(owner, product), "storage": "Cool"}).status_code == 302
    assert read_content_version() != version
