"""The pages that ship: complete for each law, free of claims, with sources, and nothing on them is typed that is data."""

import json

import pytest
from django.core.exceptions import ValidationError

from shop.pages.drawn import DRAWINGS
from shop.pages.models import PageBlock
from shop.pages.names import EVERY, PAGES
from shop.pages.reading import page_of
from shop.pages.shipped import FOLDER, NAMED, lines_to_check, shipped
from shop.pages.words import NAME, facts_of, unknown_names
from shop.regions.laws import LawPack, copy_law
from shop.regions.models import Region, Seller
from tests.conftest import a_shopper
from tests.support.factories import region

pytestmark = pytest.mark.django_db
CODES = ["uk", "us", "eu"]


def test_every_page_ships_and_nothing_else():
    assert {path.stem for path in FOLDER.glob("*.json")} == set(EVERY)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("page", EVERY)
def test_every_block_that_ships_is_one_that_staff_could_have_typed(page, code):
    version, blocks = shipped(page, region(code))
    assert not unknown_names(version.title, version.lead)
    for block in blocks:
        block.clean()
        assert not block.drawn or block.drawn in DRAWINGS, block.drawn
        assert block.to_check or not block.source or block.seen or "our own" in block.source, block.heading
    assert len({block.heading for block in blocks if block.heading}) == len([b for b in blocks if b.heading])


@pytest.mark.slow
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("page", EVERY)
def test_no_page_that_ships_claims_anything(page, code):
    version, blocks = shipped(page, region(code))
    version.clean_fields(exclude=["region", "made_at"])
    for block in blocks:
        block.clean_fields(exclude=["version"])


@pytest.mark.parametrize("words", ["Our magnesium helps you sleep.", "Try it for restless legs."])
def test_a_claim_on_a_page_is_refused(words):
    version, _ = shipped("terms", region("uk"))
    with pytest.raises(ValidationError, match="can’t stand here"):
        PageBlock(version=version, kind="text", body=words).clean_fields(exclude=["version"])


@pytest.mark.parametrize("code", CODES)
def test_every_name_is_filled_on_every_page(code):
    for page in EVERY:
        drawn = page_of(page, region(code))
        assert not NAME.search(f"{drawn.title} {drawn.lead} {drawn.text}"), page
        assert not any("&lt;" in part.html for part in drawn.parts), page
    empty = [name for name, text in facts_of(region(code)).items() if not str(text).strip()]
    assert set(empty) <= ({"withdrawal_form"} if code == "us" else set())


@pytest.mark.parametrize("page", [page for page in EVERY if page != "home"])
@pytest.mark.parametrize("code", CODES)
def test_every_help_page_answers_at_its_address(code, page):
    path = f"/{code}/help/" if page == "help" else f"/{code}/help/{page}/"
    answer = a_shopper().get(path)
    assert answer.status_code == 200
    assert f'aria-current="page">{"Help" if page == "help" else ""}' in answer.content.decode()


def test_what_is_not_verified_is_listed_for_the_lawyer():
    rows = lines_to_check()
    assert {page for page, _, _ in rows} >= {"terms", "returns", "privacy"}
    assert all(source for _, _, source in rows), "each says what is to be looked at"


def test_a_law_of_its_own_has_every_page_at_once():
    """Such as Australia's, whatever its code: blocks for “any other law” stand there, and its own data fills them."""
    copy_law(LawPack.objects.get(code="US"), LawPack(code="AU", name="Australia"))
    strange = region("us")
    strange.law = "AU"
    for page in PAGES:
        _, blocks = shipped(page, strange)
        assert blocks, page
    named = {law for path in FOLDER.glob("*.json") for row in json.loads(path.read_text())["blocks"] for law in row.get("laws", [])}  # fmt: skip
    assert named <= NAMED | {"*"}


def test_no_page_that_ships_types_what_is_data():
    seller = Seller.current()
    typed = "\n".join(path.read_text() for path in FOLDER.glob("*.json"))
    for known in (
        seller.email,
        seller.phone,
        seller.legal_name,
        *(row.ships_from for row in Region.objects.all()),
    ):
        assert known not in typed


def test_the_words_alone_keep_the_lines_of_addresses_and_the_paragraphs():
    text = page_of("terms", region("eu")).text
    assert "\nLeeds\nLS1 4AP\nUnited Kingdom\n" in text
    assert text.startswith("1. Who sells\n\nYou buy from ")
    assert "\nOrder number,\nName of consumer(s),\n" in text
    assert "&" not in text
