"""Staff find an order and whatever else the admin keeps, however it is written."""

import pytest
from django.db import connection, transaction

from articles.models import Author, Reference
from shop.catalogue.models import Product
from shop.codes.models import Code
from shop.desk.admin import OrderAdmin
from shop.orders.fulfil import send_parcel
from shop.orders.mails import correct_address
from shop.orders.models import Order, OrderWord, with_words
from tests.support.factories import LEEDS, an_order
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LISTING = "/admin/orders/order/"


def an_order_of(name="Ada Lovelace", email="ada@example.org", postcode="LS1 4AP", **more):
    return an_order(
        address=type(LEEDS)(**{**LEEDS.__dict__, "name": name, "postcode": postcode}), email=email, **more
    )


def found(text) -> set:
    admin = OrderAdmin(Order, None)
    return set(admin.get_search_results(None, Order.objects.all(), text)[0])


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ({"name": "Sinéad O’Neill"}, ["O'Neill", "o’neill", "oneill", "O Neill", "ONEILL", "neill", "sinead", "SINÉAD O'NEILL", "O`Neill", "Oʼneill"]),
        ({"name": "Jürgen Groß-Müller"}, ["jurgen", "Juergen", "gross", "groß", "Muller", "müller", "mueller", "Groß-Müller", "grossmuller", "Gross Muller"]),
        ({"name": "Łukasz Żak"}, ["lukasz", "Łukasz", "zak", "ŻAK"]),
        ({"name": "Søren Kierkegård"}, ["soren", "Soeren", "Kierkegard", "kierkegaard"]),
        ({"name": "Jean-Luc van der Berg"}, ["jean luc", "jeanluc", "Jean‐Luc", "vanderberg", "van der berg", "Berg"]),
        ({"name": "Zoë D'Arcy-Evans"}, ["zoe", "d’arcy", "darcy evans", "D'Arcy-Evans", "arcy", "evans"]),
        ({"postcode": "SW1A 1AA"}, ["SW1A1AA", "sw1a1aa", "SW1A 1AA", "sw1a", "1aa", "SW1A-1AA", "SW1A\u00a01AA", "ＳＷ１Ａ １ＡＡ"]),
        ({"email": "ada+shop@example.org"}, ["ada+shop@example.org", "ADA+Shop@Example.org", "ada+shop", "ada shop@example.org", "shop@example.org", "example.org"]),
        ({"email": "first.last-name@mail.example"}, ["first.last-name@mail.example", "first.last", "last-name", "lastname", "first.last-name@"]),
    ],
)  # fmt: skip
def test_an_order_is_found_however_it_is_written(stored, typed):
    order, other = (
        an_order_of(**stored),
        an_order_of(name="Somebody Else", email="else@other.example", postcode="M1 1AE"),
    )
    for text in typed:
        assert found(text) == {order}, text
        assert other not in found(f"{text} nobody"), text


def test_an_order_is_found_by_its_number_in_any_spelling():
    order, _ = an_order_of(), an_order_of(email="other@example.org")
    n = order.number
    parts = {"n": n, "p": n[0], "d": n[1:], "a": n[1:4], "b": n[4:], "l": n.lower()}
    for shape in (
        "{n}",
        "{d}",
        "#{n}",
        "{p}-{d}",
        "{p} {d}",
        "{p} {a} {b}",
        "{a} {b}",
        "{l}",
        " {n} ",
        "{n}\u200b",
    ):
        assert found(shape.format(**parts)) == {order}, shape


PASTED = [
    "Order {n}", "Re: order no. {n},", "Order number: {n}", "Mrs O'Neill", "Dr. Sinead O'Neill", "<{e}>", "mailto:{e}", "{e},",
    "Sinéad O’Neill <{e}>", "“{e}”;", "https://shop.example/orders/{t}/", "/orders/{t}/?from=cancel", "Ms ONEILL {n}",
]  # fmt: skip


@pytest.mark.slow
def test_what_stands_around_a_pasted_number_or_address_is_no_part_of_it():
    order, other = (
        an_order_of(name="Sinéad O’Neill", email="so@example.org"),
        an_order_of(email="x@other.example"),
    )
    for pasted in PASTED:
        assert found(pasted.format(n=order.number, e="so@example.org", t=order.token)) == {order}, pasted
        assert other not in found(pasted.format(n="S999999", e="no@example.org", t="a" * 32)), pasted


@pytest.mark.parametrize("name", ["No Order", "Dr No", "Order", "Re"])
def test_a_name_of_such_words_is_found_too(name):
    order = an_order_of(name=name)
    assert order in found(name)


@pytest.mark.parametrize("shape", ["https://doi.org/{}", "doi:{}", "DOI: {}", "http://dx.doi.org/{}", "{}."])
def test_a_study_is_found_by_its_number_as_it_is_pasted(shape):
    row = Reference.objects.exclude(doi="").first()
    assert row.key in listed("/admin/articles/reference/", shape.format(row.doi))


@pytest.mark.slow
def test_an_order_is_found_by_the_numbers_of_its_papers_and_parcels():
    order = paid()
    send_parcel(order, {order.lines.get().pk: 1}, by="ada", carrier="UPS", tracking="1Z999AA10123456784")
    for typed in ("1Z999AA10123456784", "1z999aa10123456784", "1Z 999 AA1 0123 4567 84"):
        assert found(typed) == {order}, typed


@pytest.mark.slow
def test_odd_searches_are_no_error():
    order, orders = an_order_of(), signed_in("Orders")
    for typed in ("", "   ", "'", "%", "_", "\\", "@", "+", "-", "\u200b", "x" * 500, "' OR 1=1 --", "\x00"):
        assert found(typed) in (set(), {order}), typed
        assert orders.get(LISTING, {"q": typed}).status_code == 200, typed


def test_the_words_follow_every_way_in_which_an_order_is_written():
    order = an_order_of(name="Old Name")
    assert found("old name") == {order}
    order.name = "New Name"
    order.save()
    assert (found("old"), found("new name")) == (set(), {order})
    Order.objects.filter(pk=order.pk).update(name="Third Name", postcode="EC1A 1BB")
    assert (found("new"), found("third"), found("ec1a1bb")) == (set(), {order}, {order})
    correct_address(order, "right@example.org", by="ada")
    assert (found("ada@example.org"), found("right@example.org")) == (set(), {order})
    with transaction.atomic():
        copy = Order.objects.get(pk=order.pk)
        copy.basket_pk = None
        copy.pk, copy.number, copy.basket_key, copy.kept_token, copy.name = (
            None,
            "S777777",
            "k",
            "t",
            "Fourth Name",
        )
        Order.objects.bulk_create([copy])
    assert {row.number for row in found("fourth")} == {"S777777"}


def test_no_search_reads_all_orders():
    an_order_of()
    plan = with_words(Order.objects.order_by(), "O'Neill SW1A1AA ada+shop@example.org").explain()
    if connection.vendor == "sqlite":
        assert "SCAN orders_orderword" not in plan
        assert "SCAN U0" not in plan
        assert "SCAN orders_order" not in plan
    assert OrderWord._meta.get_field("word").db_index


@pytest.mark.parametrize("model", ["payment", "refund", "dispute"])
def test_what_belongs_to_an_order_is_found_by_its_number(model):
    html = signed_in().get(f"/admin/payments/{model}/").content.decode()
    assert 'id="searchbar"' in html


# --- the rest of the admin -------------------------------------------------------------------------------------------


def listed(path, text) -> str:
    page = signed_in().get(path, {"q": text})
    assert page.status_code == 200
    return (
        page.content.decode().split('id="result_list"')[-1]
        if 'id="result_list"' in page.content.decode()
        else ""
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "typed", ["O'Brien", "o’brien", "obrien", "muller", "Müller", "MULLER O'BRIEN", "Mueller"]
)
def test_names_and_titles_are_found_without_accents_and_apostrophes(typed):
    Author.objects.create(slug="x", name="Ana Müller O’Brien", about="x")
    assert "Müller" in listed("/admin/articles/author/", typed)
    assert "Müller" not in listed("/admin/articles/author/", f"{typed} nobody")
    row = Reference.objects.first()
    row.authors = "Müller A, O’Brien B"
    row.save()
    assert row.key in listed("/admin/articles/reference/", typed)


@pytest.mark.parametrize("typed", ["CIT-CAP-90", "cit cap 90", "citcap90", "CIT–CAP–90", "Magnésium Citrate"])
def test_products_are_found_by_any_spelling(typed):
    product = Product.objects.get(slug="magnesium-citrate-capsules")
    assert product.name in listed("/admin/catalogue/product/", typed)
    results = signed_in().get("/admin/autocomplete/", {"app_label": "articles", "model_name": "productlink", "field_name": "product", "term": typed})  # fmt: skip
    assert product.name in {row["text"] for row in results.json()["results"]}


@pytest.mark.parametrize("typed", ["NOVEMBER-10", "november 10", "november10", "NOVEMBER‑10"])
def test_codes_are_found_by_any_spelling(typed):
    Code.objects.create(code="NOVEMBER-10", percent=10)
    assert "NOVEMBER-10" in listed("/admin/codes/code/", typed)


@pytest.mark.slow
def test_numbers_of_orders_are_found_in_other_lists_too():
    order = paid()
    for path in ("/admin/payments/payment/", "/admin/outbox/mail/"):
        for typed in (
            order.number,
            order.number.lower(),
            f"{order.number[0]}-{order.number[1:]}",
            f" {order.number}",
        ):
            assert order.number in listed(path, typed), (path, typed)
