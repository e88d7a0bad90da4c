"""What the EU shop shows is there in German, whole, and in the words of the register and of the law."""

import json
import re

import pytest

from config.seed.files import CONTENT
from shop.pages.shipped import FOLDER
from tests.support.translated import article_problems, page_problems
from tests.support.translated_words import word_problems

LINK_OR_CODE = re.compile(r"https?:\S+|<[^>]*>| ?\[\[\w+\]\]|^(?:slug|reason|sentence) = .*$", re.MULTILINE)
ENGLISH_FIGURES = re.compile(r"\d\.\d(?!\d\d)|\d,\d{3}\b(?! mmol)|\d%|\d(?:mg|kg|g|ml|µg)\b")
OTHER_SIGNS = re.compile(r" - | [,;:!?]|\.\.\.|(?<=\w) — ")
STANDARDS = ("2.2",)  # WCAG’s edition
SAYS_DU = re.compile(r"\b(?:du|dir|dich|dein|deine|deiner|deinem|deinen|euch|euer|eure)\b")
NOT_SAID = ("source", "asks", "fact", "kind", "date", "synonyms", "pins")


def of_the_german():
    for path in sorted((CONTENT / "articles" / "de").glob("*.html")):
        yield path.name, LINK_OR_CODE.sub("", path.read_text())
    for path in [CONTENT / "words" / "de.json", *sorted((FOLDER / "de").glob("*.json"))]:
        yield path.name, "\n".join(_said(json.loads(path.read_text())))


def _said(value, name=""):
    if name in NOT_SAID:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _said(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _said(inner, name)
    elif isinstance(value, str):
        yield LINK_OR_CODE.sub("", value)


def _found(pattern):
    return [
        (name, text[max(0, hit.start() - 25) : hit.end() + 15])
        for name, text in of_the_german()
        for hit in pattern.finditer(text)
        if hit[0] not in STANDARDS
    ]


@pytest.mark.slow
def test_the_german_articles_have_all_of_their_originals():
    assert list(article_problems("de")) == []


@pytest.mark.slow
def test_products_packs_and_all_rows_that_shoppers_read_have_german_words():
    assert list(word_problems("de")) == []


def test_every_page_of_help_and_of_law_is_there_in_german():
    assert list(page_problems("de")) == []


def test_figures_and_signs_are_written_as_in_german():
    assert _found(ENGLISH_FIGURES) == []
    assert _found(OTHER_SIGNS) == []


def test_the_germans_address_their_reader_as_sie():
    assert _found(SAYS_DU) == []
