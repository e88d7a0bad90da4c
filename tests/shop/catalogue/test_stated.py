"""Statements are chosen from the law's list, by what a product is and gives; the form says what it lacks."""

import importlib
import re

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from config.seed import loader
from config.seed.files import shop_content
from shop.catalogue.admin.statements import WordingForm
from shop.catalogue.models import Product, ProductWording, Variant
from shop.claims.statements import as_listed, statements
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
MUSCLE = "Magnesium contributes to normal muscle function"
US_MUSCLE = "Magnesium supports normal muscle function.*"


def wording(code="uk", slug="magnesium-citrate-capsules") -> ProductWording:
    return ProductWording.objects.select_related("product", "region").get(
        product__slug=slug, region__code=code
    )


def gives(mg: int, code="uk") -> ProductWording:
    row = wording(code)
    row.product.variants.update(magnesium_mg=mg)
    row.units_per_day = 1
    row.save()
    return row


def boxes(row: ProductWording) -> str:
    return str(WordingForm(instance=row)["statements"])


@pytest.mark.slow
def test_what_ships_is_on_the_lists_and_qualifies():
    for row in ProductWording.objects.select_related("product", "region"):
        row.full_clean()
        assert row.statement_list == as_listed(row.statement_list, row.region.law)


@pytest.mark.parametrize(
    ("code", "line", "why"),
    [
        ("uk", "Magnesium is good for muscles", "not on the list"),
        ("eu", US_MUSCLE, "not on the list"),
        ("us", MUSCLE, "not on the list"),
        ("us", "Magnesium helps you sleep.*", "not on the list"),
        ("uk", f"{MUSCLE} and it soothes", "not on the list"),
    ],
)
def test_a_sentence_of_no_list_is_refused(code, line, why):
    row = wording(code)
    row.statements = line
    with pytest.raises(ValidationError, match=why):
        row.full_clean()


@pytest.mark.parametrize(
    ("code", "mg", "line", "least"),
    [
        ("uk", 50, MUSCLE, "56.25"),
        ("eu", 56, MUSCLE, "56.25"),
        ("eu", 112, "High in magnesium", "112.5"),
        ("us", 83, "Excellent source of magnesium", "84"),
    ],
)
def test_a_product_that_gives_too_little_may_not_state_it_and_is_told_what_it_lacks(code, mg, line, least):
    row = gives(mg, code)
    row.statements = line
    with pytest.raises(ValidationError, match=f"needs {least} mg a day; this one gives {mg}"):
        row.full_clean()
    row.statements = ""
    assert f"{line} – needs {least} mg a day; this one gives {mg}" in boxes(row)
    assert re.search(rf'value="{re.escape(line)}"[^>]*disabled', boxes(row))


@pytest.mark.parametrize("slug", ["magnesium-oil-spray", "epsom-salt-bath-crystals"])
def test_a_cosmetic_states_nothing(slug):
    row = wording(slug=slug)
    row.statements = MUSCLE
    with pytest.raises(ValidationError, match="only food supplements"):
        row.full_clean()
    assert boxes(wording(slug=slug)).count("disabled") == len(statements("GB"))


def test_another_spelling_of_a_listed_sentence_becomes_the_lists():
    row = wording("us")
    row.statements = "magnesium supports normal  muscle function\nExcellent source of magnesium."
    row.full_clean()
    assert row.statements == f"{US_MUSCLE}\nExcellent source of magnesium"


def test_a_weaker_pack_and_another_kind_are_refused_while_the_product_states_something():
    pack = Variant.objects.get(sku="CIT-CAP-90")
    pack.magnesium_mg = 10
    with pytest.raises(
        ValidationError, match=r"UK: .*needs 56.25 mg a day; this one gives 20.*Untick it first"
    ):
        pack.full_clean()
    product = Product.objects.get(pk=pack.product_id)
    product.kind, product.form = "bath_salt", "epsom"
    with pytest.raises(ValidationError, match="only food supplements"):
        product.full_clean()


@pytest.mark.slow
def test_the_form_ticks_what_is_stated_and_saves_what_is_ticked():
    owner = signed_in()
    product = wording().product
    address = f"/admin/catalogue/product/{product.pk}/change/"
    page = owner.get(address).content.decode()
    sent = fields_of(page)
    mine = next(name for name in sent if name.endswith("-statements") and MUSCLE in sent[name])
    assert re.search(rf'type="checkbox"[^>]*value="{MUSCLE}"[^>]*checked', page)
    assert owner.post(address, {**sent, mine: [MUSCLE]}).status_code == 302
    stated = list(product.wordings.values_list("statements", flat=True))
    assert MUSCLE in stated
    assert "Magnesium contributes to electrolyte balance\n" in "".join(
        stated
    )  # the other region keeps its own


@pytest.mark.slow
def test_another_region_says_what_it_does_not_allow_and_keeps_what_was_ticked():
    owner = signed_in()
    product = wording().product
    address = f"/admin/catalogue/product/{product.pk}/change/"
    sent = fields_of(owner.get(address).content.decode())
    row = next(
        name.removesuffix("-statements")
        for name, value in sent.items()
        if US_MUSCLE in value and "statements" in name
    )
    page = owner.post(address, {**sent, f"{row}-region": str(wording("eu").region_id)}).content.decode()
    assert "is not on the list of what may be stated there" in page
    assert re.search(rf'value="{re.escape(US_MUSCLE)}"[^>]*checked', page)


def test_what_stood_there_and_is_on_no_list_is_kept_until_it_is_unticked():
    row = wording()
    ProductWording.objects.filter(pk=row.pk).update(statements=f"{MUSCLE}\nGood for you")
    html = boxes(wording())
    assert re.search(r'value="Good for you"[^>]*checked', html)
    assert "not on the list: untick it" in html


def test_the_migration_keeps_what_is_there_and_mends_its_spelling():
    row = wording("us")
    ProductWording.objects.filter(pk=row.pk).update(
        statements="Ours\nmagnesium supports normal muscle function."
    )
    importlib.import_module("shop.catalogue.migrations.0006_statements_of_the_list").in_the_words_of_the_list(
        apps, None
    )
    row.refresh_from_db()
    assert row.statements == f"{US_MUSCLE}\nOurs"


@pytest.mark.slow
def test_the_content_files_bring_no_other_statement_in(monkeypatch):
    content = shop_content()
    content["products"][0]["slug"] = "another"
    content["products"][0]["wordings"]["uk"]["statements"] = ["Good for you"]
    for number, pack in enumerate(content["products"][0]["variants"]):
        pack["sku"] = f"CIT-CAP-1{number}"
    monkeypatch.setattr(loader, "shop_content", lambda: content)
    told = []
    loader.Loader(told.append).load()
    assert [line.split(" is not on the list")[0] for line in told if "Not loaded" in line] == [
        "Not loaded: product “another”: wording uk, statements: “Good for you”"
    ]
