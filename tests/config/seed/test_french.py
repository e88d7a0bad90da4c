"""What the EU shop shows is there in French, whole, and in the words of the register and of the law."""

import json
import re

import pytest

from config.seed.files import CONTENT
from shop.pages.shipped import FOLDER
from tests.support.translated import problems

LINK_OR_CODE = re.compile(r"https?:\S+|<[^>]*>|\[\[\w+\]\]|^(?:slug|reason|sentence) = .*$", re.MULTILINE)
# A plain blank before these signs, or inside of these quotes, lets a line break there.
BREAKS = re.compile(r" [:;!?%»]|« |[^\s\u00a0\u202f\d][;!?](?=\s|$)|\d \d{3}\b|\d (?:mg|kg|g|ml|µg|°C)\b")
STANDARD = "EN 301 549"


def of_the_french():
    for path in sorted((CONTENT / "articles" / "fr").glob("*.html")):
        yield path.name, LINK_OR_CODE.sub("", path.read_text())
    for path in [CONTENT / "words" / "fr.json", *sorted((FOLDER / "fr").glob("*.json"))]:
        yield path.name, "\n".join(_said(json.loads(path.read_text())))


def _said(value, name=""):
    if name in ("source", "asks", "synonyms", "date"):
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _said(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _said(inner, name)
    elif isinstance(value, str):
        yield LINK_OR_CODE.sub("", value)


@pytest.mark.slow
def test_all_that_the_eu_shows_is_there_in_french():
    assert problems("fr") == []


def test_no_line_of_french_breaks_before_its_punctuation_or_inside_a_figure():
    found = [
        (name, text[max(0, hit.start() - 20) : hit.end() + 10])
        for name, text in of_the_french()
        for hit in BREAKS.finditer(text.replace(STANDARD, ""))
    ]
    assert found == []


def test_the_french_address_their_reader_as_vous():
    for name, text in of_the_french():
        assert not re.search(r"\b(?:tu|toi|ton|tes)\b", text.lower()), name
