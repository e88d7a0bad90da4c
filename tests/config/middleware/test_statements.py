"""Wherever a US page prints a structure/function statement, it has its asterisk and the FDA sentence stands there once."""

import json
import re

import pytest
from django.utils import timezone

from articles.models import Article, Version
from config.middleware.statements import marked_page
from config.newsletter.letters import letter_context, write_letter
from config.newsletter.models import Letter, LetterArticle, Subscriber
from shop.catalogue.models import ProductWording
from tests.conftest import a_shopper
from tests.support.claims import LABELS, published_with
from tests.support.factories import region

pytestmark = pytest.mark.django_db
SAID = "Magnesium supports normal muscle function"
FDA = "These statements have not been evaluated by the Food and Drug Administration."
SLUG = "magnesium-citrate-capsules"
PAGES = [
    "/us/",
    "/us/shop/",
    f"/us/shop/{SLUG}/",
    "/us/collections/to-take/",
    "/us/search/?q=citrate",
    f"/us/articles/{LABELS}/",
    "/us/shop/compare/",
    "/us/basket/",
]


@pytest.fixture
def stated():
    """A statement in what cards, heads of pages, feeds and texts show."""
    row = ProductWording.objects.get(product__slug=SLUG, region__code="us")
    row.summary, row.description = f"{SAID}.", f"Capsules.\n\n{SAID}"
    row.full_clean()
    row.save()


def unmarked(text: str) -> list[str]:
    return re.findall(rf"{SAID}\.?(?!\*|\.\*)[^*]?", text)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_with_a_statement_has_marks_and_the_sentence_once(path, stated):
    shopper = a_shopper()
    shopper.post("/us/basket/add/", {"variant": "CIT-CAP-90", "quantity": "1"})
    page = shopper.get(path).content.decode()
    main = page.split('<main id="main"')[1].split("</main>")[0]
    assert unmarked(page) == []
    assert main.count(FDA) == (1 if SAID in main else 0)
    if path in {"/us/shop/", f"/us/shop/{SLUG}/", "/us/collections/to-take/", "/us/search/?q=citrate"}:
        assert SAID in main
    for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL):
        assert FDA in data or SAID not in json.dumps(json.loads(data))
    for text in re.findall(r'<meta [^>]*content="([^"]*)"', page):
        assert FDA in text or SAID not in text


@pytest.mark.parametrize("path", ["/us/feeds/google.xml", "/us/feeds/meta.csv"])
def test_feeds_carry_the_sentence_in_the_row(path, stated):
    page = a_shopper().get(path).content.decode()
    assert SAID in page
    assert unmarked(page) == []
    assert page.count(SAID) == page.count(FDA)


@pytest.mark.slow
def test_an_article_its_card_its_feed_and_the_letter_that_names_it():
    version = published_with(
        LABELS,
        f"<p>Labels say: Magnesium <strong>supports</strong> normal muscle&nbsp;function.</p><p>{SAID}</p>",
    )
    Version.objects.filter(pk=version.pk).update(summary=f"On labels. {SAID}.")
    shopper = a_shopper()
    for path in (f"/us/articles/{LABELS}/", "/us/articles/", "/us/articles/feed/"):
        page = shopper.get(path).content.decode()
        assert FDA in page, path
        assert unmarked(page) == [], path
    assert (
        "</strong> normal muscle&nbsp;function.*" in shopper.get(f"/us/articles/{LABELS}/").content.decode()
        or "normal muscle\u00a0function.*" in shopper.get(f"/us/articles/{LABELS}/").content.decode()
    )
    letter = Letter.objects.create(region=region("us"), subject="New", words="One article.")
    LetterArticle.objects.create(letter=letter, article=Article.objects.get(slug=LABELS))
    reader = Subscriber.objects.create(
        email="a@example.org", region=region("us"), confirmed_at=timezone.now()
    )
    mail = write_letter(letter, reader, letter_context(letter))
    for text in (mail.text, mail.html):
        assert FDA in text
        assert unmarked(text) == []


def test_other_regions_and_pages_without_a_statement_stay_as_they_are(stated):
    for path in ("/uk/shop/", "/eu/shop/", "/us/help/delivery/"):
        assert FDA not in a_shopper().get(path).content.decode()


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<p>{SAID}</p>", f"<p>{SAID}*</p>"),
        (f"<p>{SAID}.*</p>", f"<p>{SAID}.*</p>"),
        (f"<p>{SAID.upper()}.</p>", f"<p>{SAID.upper()}.*</p>"),
        (f'<img alt="{SAID}">', f'<img alt="{SAID}">'),
        ("<p>Magnesium supports normal muscles</p>", "<p>Magnesium supports normal muscles</p>"),
    ],
)
def test_only_statements_between_tags_are_marked(html, expected):
    page = marked_page(f'<main id="main">{html}</main>', region("us"))
    assert page.startswith(f'<main id="main">{expected}')
    assert (FDA in page) == ("*" in expected)
