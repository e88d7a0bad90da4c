"""Products of other shops become drafts: whatever saved their tables, and a bad row stops no other."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from config.forwarding.models import Redirect
from config.moving.drafts import Folder, State
from config.moving.goods import goods_in
from config.moving.products import Destination, arrivals_of, bring_in
from shop.catalogue.models import Price, Product, ProductPicture, Stock, Variant
from shop.text.tables import decoded
from tests.conftest import a_shopper
from tests.support.exports import PRODUCTS_OF_SHOPIFY as SHOPIFY
from tests.support.exports import PRODUCTS_OF_WOO as WOO
from tests.support.exports import SHOPIFY_HEAD as HEAD
from tests.support.factories import region

pytestmark = pytest.mark.django_db


def arrivals(text, home="uk", folder=None, form=""):
    destination = Destination(region(home), Folder(folder), form)
    return list(arrivals_of(goods_in(text), destination)), destination


def one(text, **kwargs):
    [found] = arrivals(text, **kwargs)[0]
    return found


def row(**cells):
    """A table of one product, of Shopify's columns."""
    names = HEAD.split(",")
    said = {
        "Handle": "a-thing",
        "Title": "Citrate 90 capsules",
        "Variant Grams": "100",
        "Variant Price": "9.99",
        **cells,
    }
    more = [name for name in said if name not in names]
    quoted = ['"' + said.get(name, "").replace('"', '""') + '"' for name in [*names, *more]]
    return f"{','.join([*names, *more])}\n{','.join(quoted)}\n"


def test_a_table_of_shopify_is_told_line_by_line():
    found, _ = arrivals(SHOPIFY)
    assert [(one.goods.line, one.goods.handle, one.state) for one in found] == [
        (3, "old-citrate", State.NEW), (6, "gift-card", State.REFUSED), (7, "oil-spray", State.NEW), (8, "mystery", State.REFUSED),
    ]  # fmt: skip
    citrate, gift, oil, mystery = found
    assert citrate.product.description == "Each capsule holds magnesium citrate.\n\nMade in Leeds."
    assert citrate.refused == ["It cures restless legs."]
    assert [pack.variant.label for pack in citrate.packs] == ["90 capsules", "180 capsules"]
    assert [list(pack.amounts.values()) for pack in citrate.packs] == [[1499, 1850], [102499]]
    assert any("barcode 12-34" in note for note in citrate.notes)
    assert any("OLD-1 becomes CIT-CAP-" in note for note in citrate.notes)
    assert "gift card" in gift.words
    assert (oil.product.form, oil.packs[0].variant.net_volume_ml, oil.packs[0].variant.unit_name) == (
        "oil",
        250,
        "bottle",
    )
    assert "Add a column “Form” with one of citrate" in mystery.words


def test_a_table_of_woocommerce_finds_the_parents_of_its_variations():
    found, _ = arrivals(WOO)
    salt, lost, both, nameless = found
    assert [(pack.variant.label, pack.amounts[region("uk").pk]) for pack in salt.packs] == [
        ("1 kg", 899),
        ("5 kg", 102999),
    ]
    assert (salt.product.form, salt.product.kind, salt.packs[1].variant.ship_weight_g) == (
        "epsom",
        "bath_salt",
        5200,
    )
    assert "parent" in lost.words
    assert "leads to other products" in both.words
    assert "no name" in nameless.words


def test_looking_makes_nothing_and_bringing_in_twice_changes_nothing():
    before = Product.objects.count(), Price.objects.count(), Redirect.objects.count()
    arrivals(SHOPIFY)
    assert before == (Product.objects.count(), Price.objects.count(), Redirect.objects.count())
    assert bring_in(*arrivals(SHOPIFY)) == (2, 3, 2)
    again, destination = arrivals(SHOPIFY)
    assert [row.state for row in again] == [State.SAME, State.REFUSED, State.SAME, State.REFUSED]
    assert bring_in(again, destination) == (0, 0, 0)


@pytest.mark.slow
def test_what_was_brought_in_is_for_sale_nowhere_and_its_old_address_leads_to_it():
    bring_in(*arrivals(SHOPIFY))
    product = Product.objects.get(slug="old-citrate")
    pack = product.variants.get(label="90 capsules")
    assert not product.is_active
    assert not Stock.objects.filter(variant__product=product, on_hand__gt=0).exists()
    assert not Variant.objects.buyable_in(region("uk")).filter(product=product).exists()
    assert a_shopper().get("/products/old-citrate").url == "/uk/shop/old-citrate/"
    page = a_shopper().get("/uk/shop/old-citrate/").content.decode()
    assert "cures" not in page
    assert str(pack.sku) not in a_shopper().get("/uk/shop/").content.decode()
    product.is_active = True
    product.save()
    assert not Variant.objects.buyable_in(region("uk")).filter(product=product).exists(), "facts are missing"


def test_an_address_that_a_product_had_before_is_taken():
    product = Product.objects.get(slug="magnesium-citrate-capsules")
    product.slug = "another"
    product.save()
    assert one(row(Handle="magnesium-citrate-capsules")).state == State.SAME


def test_pictures_come_from_a_folder_and_want_words(tmp_path):
    for name in ("a.jpg", "c.jpg"):
        Image.new("RGB", (900, 900), "white").save(tmp_path / name)
    (tmp_path / "b.jpg").write_text("no picture")
    found, destination = arrivals(SHOPIFY, folder=tmp_path)
    assert any("b.jpg" in note for note in found[0].notes)
    bring_in(found, destination)
    rows = ProductPicture.objects.filter(product__slug="old-citrate").select_related("picture")
    assert [row.picture.alt for row in rows] == ["A white jar", "From above"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"Title": "Bisglycinate tablets, 60 tablets"}, "glycinate"),
        ({"Title": "Bath flakes 1 kg", "Type": "Epsom salts"}, "epsom"),
        ({"Title": "Muscle relief 100 ml", "Tags": "magnesium chloride, spray"}, "oil"),
        ({"Title": "Powder, 30 scoops", "Form (product.metafields.custom.form)": "Citrate"}, "citrate"),
    ],
)
def test_the_form_of_magnesium_is_told_by_words_or_a_column(cells, code):
    assert one(row(**cells)).goods.handle == "a-thing"
    assert (found := one(row(**cells))).state == State.REFUSED or found.product.form == code


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"Title": "Citrate and glycinate, 90 capsules"}, "may be citrate or glycinate"),
        ({"Title": "Plain 90 capsules"}, "is not told by its title"),
        ({"Title": "Citrate for restless legs 90 capsules"}, "“restless legs” can’t stand here"),
        ({"Form": "Oxide"}, "“Oxide” is none of citrate"),
        ({"Kind": "medicine"}, "not as “medicine”"),
        ({"Body (HTML)": "<p>" + "a " * 60_000}, "more than 100,000 signs"),
    ],
)
def test_what_can_not_be_brought_in_says_why_and_what_helps(cells, words):
    found = one(row(**cells))
    assert (found.state, words in found.words) == (State.REFUSED, True), found.words


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"Title": "Citrate capsules"}, "Add a column “Pack units”"),
        ({"Title": "Citrate", "Option1 Value": "Large"}, "Add a column “Pack units”"),
        ({"Variant Grams": "", "Title": "Citrate 90 capsules"}, "Fill the column “Variant Grams”"),
        ({"Variant Grams": "²"}, "Fill the column “Variant Grams”"),
        ({"Option1 Value": "90 capsules against cramp"}, "can’t stand here"),
        ({"Variant Price": "free"}, "write it as 14.99"),
        ({"Variant Price": "9999999999999"}, "write it as 14.99"),
        ({"Variant Price": "٩٫٩٩"}, "write it as 14.99"),
        ({"Price / Atlantis": "7.00"}, "no region is called so"),
        ({"Elemental magnesium (mg)": "0x10"}, ""),
    ],
)
def test_a_pack_that_lacks_something_is_named_with_its_line(cells, words):
    found = one(row(**cells))
    assert found.state == State.NEW
    assert any(note.startswith("Line 2") and words in note for note in found.notes) or not words, found.notes


@pytest.mark.parametrize(
    ("text", "minor"),
    [("14.99", 1499), ("14,99", 1499), ("£14.99", 1499), ("1,299.00", 129900), ("1.299,00", 129900), ("1,299", 129900),
     ("15", 1500), (" 15.5 ", 1550), ("0.005", None), ("-3", None), ("EUR 7", 700), ("1.2.3", None), ("1 299,50 EUR", 129950), ("...", None), ("0", None)],
)  # fmt: skip
def test_prices_are_read_as_spreadsheets_write_them(text, minor):
    [pack] = one(row(**{"Variant Price": text})).packs
    assert pack.amounts.get(region("uk").pk) == minor


ODD = {
    "nothing": b"",
    "a byte order mark": b"\xef\xbb\xbf",
    "zeros": b"\0" * 500,
    "no headings": b"1,2,3\n4,5,6\n",
    "only headings": HEAD.encode(),
    "an archive": b"PK\x03\x04" + bytes(range(256)) * 20,
    "a page": b"<!doctype html><title>Sign in</title>" * 50,
    "half a quote": f'{HEAD}\na,"Citrate 90 capsules'.encode(),
    "a cell of a megabyte": f"{HEAD}\na,{'x' * 1_000_000}\nb,Citrate 90 capsules,,,,,,,,,,,,90,,1\n".encode(),
    "too few cells": f"{HEAD}\na\nb,Citrate\n".encode(),
    "too many cells": f"{HEAD}\na,Citrate 90 capsules{',1' * 300}\n".encode(),
    "handles alone": f"{HEAD}\n{'a,' * 3}\n{'a,,,' * 2}\n".encode(),
    "a handle that is none": f"{HEAD}\n日本,日本\n".encode(),
    "two headings alike": b"Handle,Title,Title,Title\na,Citrate,Other,Third\n",
    "WooCommerce in German": "ID,Typ,Name,Beschreibung\n1,simple,Citrat,x\n".encode("cp1252"),
    "one that is its own parent": WOO.replace("id:12", "id:13").encode(),
}


@pytest.mark.parametrize("name", ODD)
def test_no_file_ends_it(name):
    found, destination = arrivals(decoded(ODD[name]))
    assert all(one.words for one in found if one.state == State.REFUSED)
    bring_in(found, destination)


@pytest.mark.parametrize(
    "saved",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("cp1252"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: "\n".join(
            line.replace(";", ",").replace(",", ";") if '"' not in line else line for line in text.split("\n")
        ).encode(),
        lambda text: (text + "\n\n,,,,\n").encode(),
    ],
)
def test_it_does_not_matter_what_saved_the_table(saved):
    text = row().replace('"', "").replace("Citrate 90", "Citraté Citrate 90")
    found = one(decoded(saved(text)))
    assert (found.state, found.product.name) == (State.NEW, "Citraté Citrate 90 capsules")


def test_one_handle_in_two_places_is_one_product():
    rows = [row(**{"Handle": handle, "Option1 Value": label}).split("\n")[1] for handle, label in
            (("a", "90 capsules"), ("b", "90 capsules"), ("a", "60 capsules"))]  # fmt: skip
    found, destination = arrivals("\n".join([HEAD, *rows]))
    assert [(one.goods.handle, len(one.packs)) for one in found] == [("a", 2), ("b", 1)]
    skus = [pack.variant.sku for one in found for pack in one.packs]
    assert len(set(skus)) == 3
    bring_in(found, destination)


def test_looking_asks_no_more_for_many_than_for_few(django_assert_max_num_queries):
    lines = [row(Handle=f"p{number}").split("\n")[1] for number in range(150)]  # three batches
    arrivals("\n".join([HEAD, *lines[:1]]))
    with django_assert_max_num_queries(24):
        arrivals("\n".join([HEAD, *lines]))


# --- the command and the page -----------------------------------------------------------------------------------------


def run(*arguments):
    out = StringIO()
    call_command("import_products", *map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_command_looks_first_and_saves_when_told(tmp_path):
    file = tmp_path / "products.csv"
    file.write_text(SHOPIFY)
    said = run(file)
    assert "2 new, 0 there already, 2 left out. Nothing is saved" in said
    assert "May not stand on a product, and is left out: “It cures restless legs.”" in said
    assert not Product.objects.filter(slug="old-citrate").exists()
    assert "2 products with 3 packs made, 2 redirects saved" in run(file, "--save")
    for bad in (
        [tmp_path / "none.csv"],
        [file, "--pictures", file],
        [file, "--region", "xx"],
        [file, "--form", "oxide"],
    ):
        with pytest.raises(CommandError):
            run(*bad)
