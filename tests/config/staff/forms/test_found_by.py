"""Long lists of the admin are searched by keys that have an index; nothing reads all rows, and nothing is cut silently."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.staff.forms import finding
from shop.catalogue.models import Product, Variant
from shop.invoices.models import Document
from shop.orders.models import Order, found_by_words, words
from shop.outbox.models import Mail
from shop.payments.models import Payment
from tests.support.factories import an_order
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def long(monkeypatch):
    """Lists of more than two rows are long."""
    monkeypatch.setattr(finding, "MAX_READ", 2)
    monkeypatch.setattr(finding, "LAST", 2)


def found(model, text):
    one = admin.site.get_model_admin(model)
    return set(one.get_search_results(None, model.objects.all(), text)[0])


def test_old_rows_are_found_whole_and_the_last_ones_by_parts(long):
    orders = [paid(email=f"ada{number}@example.org") for number in range(4)]
    first, last = orders[0], orders[-1]
    for model, own in ((Payment, "order"), (Document, "order")):
        rows = list(model.objects.order_by("pk"))
        if not rows:
            continue
        assert {getattr(row, own) for row in found(model, first.number)} == {first}
        assert {getattr(row, own) for row in found(model, f" Order no. {first.number.lower()}, ")} == {first}
        assert last in {getattr(row, own) for row in found(model, last.number[2:])}
    payment = Payment.objects.get(order=first)
    assert found(Payment, payment.session_id) == {payment}
    mail = Mail.objects.filter(to="ada0@example.org").first()
    assert mail in found(Mail, "ADA0@example.org")
    assert mail in found(Mail, mail.key)
    newest = Mail.objects.order_by("-pk").first()
    assert newest in found(Mail, newest.subject.split()[0])


@pytest.mark.parametrize("model", [Payment, Mail])
def test_a_long_list_is_asked_for_the_last_rows_and_by_keys_alone(model, long):
    for number in range(4):
        paid(email=f"ada{number}@example.org")
    with CaptureQueriesContext(connection) as captured:
        found(model, "example")
    asked = [row["sql"] for row in captured if "LIKE" in row["sql"]]
    assert all('"id" >' in sql for sql in asked), asked


def a_product(name: str, sku: str) -> Product:
    product = Product.objects.create(
        slug=name.lower().replace(" ", "-"), name=name, kind="food_supplement", form="citrate", summary="s",
        description="d", ingredients="i",
    )  # fmt: skip
    Variant.objects.create(
        product=product,
        sku=sku,
        label="9",
        pack_units=9,
        unit_name="capsule",
        net_quantity="9",
        ship_weight_g=1,
    )
    return product


def test_a_long_list_without_keys_is_found_in_parts(long, monkeypatch):
    monkeypatch.setattr(finding, "MOST", 2)
    old = a_product("Pure Malate", "CIT-CAP-901")
    for number in range(4):
        a_product(f"Plain Powder {number}", f"CIT-PWD-95{number}")
    newest = Product.objects.order_by("-pk").first()
    for text in (
        "malat",
        "PURE mal",
        "cap-901",
        "malate 901",
        "«Malate»",
        "pure malate cap",
        "powder malate",
    ):
        assert found(Product, text) == ({old} if text != "powder malate" else set()), text
    assert found(Product, "plain 953") == {newest}
    several = found(Product, "powder")
    assert newest in several
    assert len(several) == 2
    said = signed_in().get("/admin/catalogue/product/?q=powder").content.decode()
    assert "Add a word to find others" in said
    assert "Add a word" not in signed_in().get("/admin/catalogue/product/?q=malate").content.decode()
    choices = signed_in().get(
        "/admin/autocomplete/?app_label=search&model_name=pin&field_name=product&term=powder"
    )
    assert len(choices.json()["results"]) == 2
    assert "Add a word" not in signed_in().get("/admin/catalogue/product/").content.decode()


def test_of_words_that_many_have_no_more_rows_are_read_than_are_shown(long, monkeypatch):
    monkeypatch.setattr(finding, "MOST", 2)
    monkeypatch.setattr(finding, "AT_ONCE", 3)
    monkeypatch.setattr(finding, "NEWEST", 6)
    for number in range(9):
        a_product(f"Plain Powder {number}", f"CIT-PWD-95{number}")
    with CaptureQueriesContext(connection) as captured:
        names = {row.name for row in found(Product, "PLAIN pwd-")}
    assert names == {"Plain Powder 8", "Plain Powder 7"}
    asked = [row["sql"] for row in captured if "LIKE" in row["sql"]]
    assert not asked, asked
    assert {row.name for row in found(Product, "plain 950")} == {"Plain Powder 0"}


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(words, "MOST", 3)
    monkeypatch.setattr(words, "LAST", 4)


def named(name: str, count: int) -> list[Order]:
    orders = [
        an_order(email=f"{name}{number}@mail.example".lower().replace(" ", "")) for number in range(count)
    ]
    for order in orders:
        order.name = name
        order.save()
        Order.objects.write_words_of([order.pk])
    return orders


def test_a_word_that_many_have_finds_the_newest_and_says_so(few):
    orders = named("Ada Lovelace", 6)
    pks, is_cut = found_by_words("Ada")
    assert pks == {order.pk for order in orders[-3:]}
    assert is_cut


def test_a_search_does_not_ask_for_the_first_date_of_what_it_found():
    named("Ada Lovelace", 2)
    with CaptureQueriesContext(connection) as captured:
        signed_in("Orders").get("/admin/orders/order/", {"q": "Ada"})
    assert not [row for row in captured if "MIN(" in row["sql"] or "TRUNC" in row["sql"].upper()]


def test_a_rare_word_beside_one_that_many_have_finds_the_oldest(few):
    named("Grace Zuse", 1)
    old = named("Ada Hopper", 1)[0]
    named("Ada Lovelace", 6)
    assert found_by_words("ada hopper") == ({old.pk}, False)
    assert found_by_words("Hopper") == ({old.pk}, False)
    assert found_by_words("ada hopper zuse") == (set(), False)


def test_two_words_that_many_have_find_those_with_both(few):
    old = named("Ada Hopper", 1)[0]
    named("Ada Lovelace", 5)
    named("Grace Hopper", 5)
    pks, _ = found_by_words("Ada Hopper")
    assert pks == {old.pk}


def test_two_words_that_all_have_are_looked_for_among_the_newest_alone(few, monkeypatch):
    orders = named("Ada Lovelace", 8)
    monkeypatch.delattr(words, "with_words")  # reads all orders that have either
    pks, is_cut = found_by_words("Ada Lovelace")
    assert pks == {order.pk for order in orders[-3:]}
    assert is_cut


def test_the_desk_says_that_there_are_more(few):
    named("Ada Lovelace", 6)
    client = signed_in("Orders")
    page = client.get("/admin/orders/order/", {"q": "Ada"}, follow=True).content.decode()
    assert "Add a word to find older ones" in page
    assert (
        "Add a word to find older ones"
        not in client.get("/admin/orders/order/", {"q": "zzz"}).content.decode()
    )


@pytest.mark.parametrize("text", ["Ada", "ada example.org", "S1", "ada0@mail.example", "van-der-berg ada"])
def test_a_search_reads_no_more_of_many_orders_than_of_some(text, few):
    named("Ada van der Berg", 8)

    def rows():
        read = 0
        with CaptureQueriesContext(connection) as captured:
            found_by_words(text)
        for row in captured:
            with connection.cursor() as cursor:
                cursor.execute(row["sql"])
                read += len(cursor.fetchall())
        return len(captured), read

    few_asked, few_read = rows()
    named("Ada van der Berg", 12)
    asked, read = rows()
    assert asked <= few_asked + 1
    assert read <= few_read + 4
