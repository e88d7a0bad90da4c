"""Kinds of product and forms of magnesium are rows: a new one is made in the admin and sold without code."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.catalogue.models import FormOfMagnesium, Particular, Product, ProductKind, ProductWording, Variant
from shop.catalogue.models.kinds import kinds, magnesium_forms
from shop.content.models import begin_request, numbers_of
from shop.content.scopes import SITE
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.factories import region, set_stock, variant
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
MALATE = {
    "code": "malate",
    "name": "Malate",
    "words": "To take: powder",
    "position": "4",
    "share": "15.5",
    "source": "Formula weight",
    "checked_on": "2026-11-27",
    "sku_code": "MAL",
    "sku_packs": "pwd, cap",
    "colour": "#336699",
}


def malate(**changes) -> FormOfMagnesium:
    row = FormOfMagnesium(**{**MALATE, "share": Decimal("15.5"), "checked_on": date(2026, 11, 27), **changes})
    row.full_clean()
    row.save()
    row.kinds.set(ProductKind.objects.filter(code="food_supplement"))
    return row


def a_product(form: str, kind: str, sku: str, **pack) -> Product:
    """As a copy of the citrate powder, with the words and prices it has."""
    like = variant("CIT-PWD-250")
    product = Product(
        slug=f"{form}-{kind}".replace("_", "-"), name=f"Magnesium {form}", kind=kind, form=form, summary="Powder.",
        description="Powder.", ingredients="Magnesium salt", allergens="None", storage="Dry",
    )  # fmt: skip
    product.full_clean()
    product.save()
    row = Variant(
        product=product, sku=sku, label="250 g", pack_units=200, unit_name="scoop", net_quantity="250 g",
        net_weight_g=250, compound="Magnesium salt", ship_weight_g=300, **pack,
    )  # fmt: skip
    row.full_clean()
    row.save()
    for wording in like.product.wordings.all():
        ProductWording.objects.create(
            product=product, region=wording.region, legal_name=wording.legal_name, directions=wording.directions,
            warnings=wording.warnings, units_per_day=wording.units_per_day if pack else None,
        )  # fmt: skip
    for where in Region.objects.all():
        row.set_price(where, 1500, timezone.now() - timedelta(minutes=1))
        set_stock(sku, where.code, 9)
    return product


def in_the_admin(model: str, **typed):
    owner, page = signed_in(), f"/admin/catalogue/{model}/add/"
    return owner.post(page, {**fields_of(owner.get(page).content.decode()), **typed})


@pytest.mark.slow
def test_a_fifth_form_is_made_in_the_admin_and_sold_at_once():
    before = a_shopper().get("/uk/").content.decode()
    assert "To take: powder" not in before
    swallowed = ProductKind.objects.get(code="food_supplement").pk
    answer = in_the_admin("formofmagnesium", **MALATE, kinds=[swallowed])
    assert answer.status_code == 302, answer.content.decode()
    a_product("malate", "food_supplement", "MAL-PWD-250", compound_mg=1290, magnesium_mg=200)
    shopper = a_shopper()
    assert "To take: powder" in shopper.get("/uk/").content.decode()
    listed = shopper.get("/uk/shop/?form=malate").content.decode()
    assert "Magnesium malate" in listed
    assert "Malate" in listed
    page = shopper.get("/uk/shop/malate-food-supplement/").content.decode()
    assert "/uk/basket/add/" in page
    assert "200 mg" in page


@pytest.mark.slow
def test_a_fourth_kind_is_sold_once_somebody_says_what_the_law_wants_told_of_it():
    answer = in_the_admin(
        "productkind", code="soap", name="Soap bar", use_words="For washing", used_on="washing",
        judged_as="cosmetic_topical", tax_class="standard", position="3",
    )  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    form = malate(share=None, sku_packs="SPR")
    form.kinds.set([ProductKind.objects.get(code="soap")])
    product = a_product("malate", "soap", "MAL-SPR-100")
    here = region("uk")
    page = a_shopper().get(product.url_in(here)).content.decode()
    assert "/uk/basket/add/" not in page, "nobody has said what must be told of it"
    Particular.objects.create(
        law="GB", kind="soap", fact="wording.directions", asks="how to use it", source="us", checked_on=date(2026, 1, 1)
    )  # fmt: skip
    page = a_shopper().get(product.url_in(here)).content.decode()
    assert "/uk/basket/add/" in page
    assert "It is a cosmetic for washing" in " ".join(page.split())
    assert "For washing" in a_shopper().get("/uk/shop/").content.decode()
    assert not product.is_supplement


def test_a_pack_is_refused_with_the_rule_of_its_form():
    pack = variant("CIT-CAP-90")
    pack.sku = "GLY-CAP-90"
    with pytest.raises(
        ValidationError,
        match=r"The SKU of Citrate has CIT, CAP \(capsules\), TAB \(tablets\) or PWD \(powder\), and two to four digits",
    ):
        pack.full_clean()
    for wrong in ("CIT-SPR-90", "CIT-CAP-9", "CIT-CAP-90\n", "CIT-CAP-٩٠", "cit-cap-90"):
        pack.sku = wrong
        with pytest.raises(ValidationError):
            pack.full_clean()


@pytest.mark.parametrize(
    ("sku", "compound", "mg", "words"),
    [
        ("CIT-CAP-90", 625, 105, "625 mg of the compound hold 101 mg at most: Citrate is 16.16 % magnesium"),
        ("OIL-SPR-100", None, 10, "No intake is told of Oil spray"),
    ],
)
def test_a_pack_states_no_more_magnesium_than_its_compound_holds(sku, compound, mg, words):
    pack = variant(sku)
    pack.compound_mg, pack.magnesium_mg = compound, mg
    with pytest.raises(ValidationError, match=words):
        pack.full_clean()


def test_every_pack_that_ships_is_as_its_form_says():
    for pack in Variant.objects.select_related("product"):
        pack.full_clean()
        pack.product.full_clean()


def test_a_form_is_sold_as_its_kinds_alone():
    product = Product.objects.get(slug="magnesium-citrate-capsules")
    product.form = "oil"
    with pytest.raises(ValidationError, match=r"Oil spray may be sold as: Skin spray \(cosmetic\)"):
        product.full_clean()


def test_the_database_knows_the_codes_whoever_writes():
    product = Product.objects.first()
    for column in ("kind", "form"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Product.objects.filter(pk=product.pk).update(**{column: "nothing"})
    with pytest.raises(IntegrityError), transaction.atomic():
        ProductKind.objects.filter(code="bath_salt").update(code="bath_salts")
    FormOfMagnesium.kinds.through.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProductKind.objects.filter(code="bath_salt").delete()


def test_what_is_swallowed_is_read_as_a_food_supplement_and_nothing_else_is():
    for swallowed, judged in ((True, "bath_salt"), (False, "food_supplement")):
        row = ProductKind(
            code="x", name="X", use_words="x", used_on="x", is_swallowed=swallowed, judged_as=judged
        )
        with pytest.raises(ValidationError):
            row.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_a_kind_that_has_products_stays_as_it_is_used():
    row = ProductKind.objects.get(code="bath_salt")
    row.is_swallowed, row.judged_as, row.other_substitutes = True, "food_supplement", False
    with pytest.raises(ValidationError, match="Make a new kind"):
        row.full_clean()


def test_kinds_and_forms_are_read_once_for_any_number_of_products(django_assert_num_queries):
    begin_request(numbers_of([SITE]))
    try:
        kinds()
        magnesium_forms()
        products = list(Product.objects.all())
        with django_assert_num_queries(0):
            assert {product.is_supplement for product in products} == {True, False}
            assert all(product.form_row and product.get_kind_display() for product in products)
    finally:
        begin_request(None)


def test_code_and_rows_stay():
    owner = signed_in()
    for model, row in (("formofmagnesium", FormOfMagnesium), ("productkind", ProductKind)):
        page = f"/admin/catalogue/{model}/{row.objects.first().pk}/change/"
        html = owner.get(page).content.decode()
        assert 'name="code"' not in html
        assert owner.get(page.replace("change", "delete")).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "kept"), [("", "supplement"), ("standard", "standard"), ("supplement", "supplement")]
)
def test_a_new_product_takes_the_tax_class_of_its_kind_unless_one_is_chosen(typed, kept):
    ProductKind.objects.filter(code="food_supplement").update(tax_class="supplement")
    owner, page = signed_in(), "/admin/catalogue/product/add/"
    fields = fields_of(owner.get(page).content.decode())
    assert fields["tax_class"] == ""
    words = {"name": "New", "slug": "new", "form": "citrate", "kind": "food_supplement", "summary": "Powder.",
             "description": "Powder.", "ingredients": "Magnesium citrate", "allergens": "None", "storage": "Dry"}  # fmt: skip
    answer = owner.post(page, {**fields, **words, "tax_class": typed})
    assert answer.status_code == 302, answer.content.decode()
    product = Product.objects.get(slug="new")
    assert product.tax_class == kept
    page = f"/admin/catalogue/product/{product.pk}/change/"
    assert fields_of(owner.get(page).content.decode())["tax_class"] == kept
