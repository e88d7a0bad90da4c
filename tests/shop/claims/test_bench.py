"""The test bench: each sentence of a pasted text with its colour and why, by region, surface and products."""

import pytest

from shop.claims.bench import on_bench
from shop.claims.linked import NoSuchPack, linked
from shop.claims.models import OwnRule
from shop.content.models import read_content_version
from tests.support.factories import region
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
BENCH = "/admin/claims/ownrule/bench/"
TEXT = "Citrate dissolves. Magnesium relieves restless legs.\n\n- One capsule a day"


def test_every_sentence_has_a_verdict_in_the_order_of_the_text():
    (bench,) = on_bench(TEXT, [region("uk")], "article")
    assert [(row.sentence, row.passage.part) for row in bench.verdicts] == [
        ("Citrate dissolves.", "text"),
        ("Magnesium relieves restless legs.", "text"),
        ("One capsule a day", "item"),
    ]
    assert bench.verdicts[1].colour == bench.colour == "red"
    assert bench.verdicts[1].finding.source
    assert all(row.reason for row in bench.verdicts)


def test_an_empty_text_has_no_verdict():
    (bench,) = on_bench(" \n ", [region("uk")], "article")
    assert (bench.verdicts, bench.colour) == ([], "green")


def test_products_say_which_kinds_and_amounts_stand_beside_the_text():
    uk = region("uk")
    assert linked(["EPS-CRY-1000"], uk) == (("bath_salt",), 0)
    kinds, mg = linked(["CIT-CAP-90", "EPS-CRY-1000"], uk)
    assert kinds == ("bath_salt", "food_supplement")
    assert mg >= 100
    with pytest.raises(NoSuchPack, match="NONE-1, NONE-2"):
        linked(["NONE-2", "CIT-CAP-90", "NONE-1"], uk)


def post(**more):
    return signed_in("Editor").post(BENCH, {"text": TEXT, "surface": "article", **more}).content.decode()


def test_it_shows_the_regions_the_surface_and_the_products_that_were_chosen():
    before = read_content_version()
    page = post(regions=["uk", "eu"], skus=["CIT-CAP-90"], surface="alone")
    assert ("UK: " in page, "EU: " in page, "US: " in page) == (True, True, False)
    assert '<option value="CIT-CAP-90" selected>' in page
    assert 'class="bench__colour bench__colour--green">green' in page
    assert page.count("Citrate dissolves.") == 1 + 2, "in the form, and in each region"
    assert "Read as: item." in page
    assert read_content_version() == before
    assert not OwnRule.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"surface": "billboard"}, "billboard is not one of the available choices"),
        ({"regions": ["xx"]}, "xx is not one of the available choices"),
        ({"skus": ["NO-SUCH-1"]}, "NO-SUCH-1 is not one of the available choices"),
        ({"text": "x" * 20_001}, "at most 20000 characters"),
    ],
)
def test_what_can_not_be_tried_is_said_and_stays_in_the_form(wrong, words):
    page = post(**wrong)
    assert words in page
    assert (wrong.get("text") or "Citrate dissolves.") in page


def test_what_was_pasted_is_shown_as_words():
    page = post(text="<script>alert(1)</script> Magnesium {{ x }}.")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
