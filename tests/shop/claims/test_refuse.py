"""How a claim is refused: once a phrase, with the regions, what may be said instead, and the sources."""

import pytest
from django.core.exceptions import ValidationError

from shop.catalogue.models import Product
from shop.claims.refuse import refuse_claims, refuse_in, refuse_run_together, said_now, words_in
from shop.claims.rules import SAFETY
from shop.codes.models import Code
from shop.content.texts import Scope, Text
from shop.regions.models import Country, Region
from tests.support.factories import region

pytestmark = pytest.mark.django_db
MUSCLE = "Magnesium contributes to normal muscle function"


def refused(text, kind="food_supplement", codes=("uk", "us", "eu"), **more):
    """What is said of a text; “” where it may stand."""
    try:
        refuse_claims({"words": text}, [region(code) for code in codes], kind, **more)
    except ValidationError as error:
        return " ".join(error.message_dict["words"])
    return ""


def test_regions_with_the_same_advice_are_told_together_and_each_source_once():
    told = refused("Helps you sleep.")
    assert told.startswith("“sleep” can’t stand here in UK, US, EU. In UK, EU: Leave it out, or use")
    assert "In US: Leave it out" in told
    sources = told.partition(" Source: ")[2].removesuffix(".").split("; ")
    assert len(sources) == len(set(sources)) > 1
    alone = refused("Helps you sleep.", codes=["us"])
    assert alone.startswith("“sleep” can’t stand here in US. Leave it out")
    assert refused("Helps you sleep.", instead="Say how much.").startswith(
        "“sleep” can’t stand here in UK, US, EU. Say how much. Source: "
    )


def test_what_is_wrong_of_one_kind_alone_is_refused_where_the_kind_is_known():
    assert refused("Drink the bath salt in water.", "bath_salt")
    assert not refused("Drink the bath salt in water.", "")
    assert refused("Helps you sleep.", "")
    assert refused(MUSCLE, ["food_supplement", "bath_salt"], ["uk"], mg_a_day=100), "a bath may not say it"
    assert not refused(MUSCLE, "food_supplement", ["uk"], mg_a_day=100)
    assert refused(MUSCLE, "food_supplement", ["uk"], mg_a_day=10)


@pytest.mark.parametrize("text", ["It never lets anybody down.", "We like to see our shoppers again."])
def test_a_letter_need_not_be_in_words_of_a_label(text):
    assert refused(text)
    assert not refused(text, is_letter=True)
    assert refused("Helps you sleep.", is_letter=True)


def test_in_directions_no_sentence_is_offered_that_may_not_stand_there():
    told = refused("Helps you sleep.", surface=SAFETY)
    assert "authorised sentence" not in told


def test_a_text_declared_of_another_row_is_refused_in_the_regions_of_its_scope():
    declared = Text("product", "beside a picture", instead="Say what it shows.")
    with pytest.raises(ValidationError, match=r"in UK\. Say what it shows") as error:
        refuse_in("picture", "Helps you sleep.", Scope([region("uk")]), declared)
    assert list(error.value.message_dict) == ["picture"]
    with pytest.raises(ValidationError, match="UK, US, EU"):
        refuse_in("picture", "Helps you sleep.", Scope(), declared)
    refuse_in("picture", "Helps you sleep.", None, declared)
    refuse_in("picture", "A jar.", Scope(), declared)


def test_what_was_saved_before_is_told_by_row_and_field_in_the_regions_asked_of():
    product = Product.objects.get(slug="magnesium-citrate-capsules")
    assert said_now([product], [region("uk")]) == []
    product.name, product.summary = "RLS Calm", "Helps you sleep."
    name, summary = said_now([product], [region("uk")])
    assert name.startswith("Product “RLS Calm”, name: “rls” can’t stand here in UK. ")
    assert "authorised sentence" not in name, "none may stand in a name"
    assert summary.startswith("Product “RLS Calm”, summary: “sleep” can’t stand here in UK. ")
    assert "authorised sentence" in summary


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("CRAMPSAWAY", "CRAMPS"),
        ("XCRAMP", "CRAMP"),
        ("CRAMPSINSOMNIA", "INSOMNIA"),
        ("SAVE10", ""),
        ("XGOUT", ""),
    ],
)
def test_a_condition_inside_a_code_is_refused_by_its_longest_name(code, named):
    if not named:
        return refuse_run_together("code", code)
    with pytest.raises(ValidationError, match=f"“{named}” names a condition") as error:
        refuse_run_together("code", code)
    assert list(error.value.message_dict) == ["code"]


def test_an_address_and_a_code_are_read_with_blanks_between_their_words():
    product = Product(slug="restless-legs2calm_now", name="Citrate-powder 90g")
    assert words_in(product, "slug") == "restless legs 2 calm now"
    assert words_in(product, "name") == "Citrate-powder 90g"
    assert words_in(Code(code="CRAMPS10OFF"), "code") == "CRAMPS 10 OFF"


def test_words_of_a_region_that_has_no_law_yet_are_asked_of_no_law():
    typed = Region(code="xx", name="Somewhere", law="")
    Country(region=typed, code="XX", name="X", adjective="Helps you sleep").clean_fields(exclude=["region"])
