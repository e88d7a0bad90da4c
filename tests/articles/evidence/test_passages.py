"""What the claims check reads of an article, line by line, and where each stands."""

import pytest

from articles.evidence.claims import check_version, in_region, passages, state_of
from articles.models import (
    Article,
    Callout,
    EvidenceTable,
    Faq,
    Figure,
    FormTable,
    MagnesiumForm,
    ProductCard,
    Question,
    RichText,
    Version,
)
from shop.claims.check import ClaimFinding
from shop.pictures.models import Picture
from tests.support.factories import region

pytestmark = pytest.mark.django_db


def read_of(*blocks):
    version = Version(title="A title", summary="A summary.", article=Article(slug="x"))
    return passages(version, blocks)


def rows(*blocks):
    return [(row.place, row.part, row.text) for _, found in read_of(*blocks)[1:] for row in found]


def test_the_head_of_an_article_comes_first():
    version = Article.objects.order_by("pk")[0].newest()
    (block, head), *_ = passages(version, [])
    assert block is None
    assert [(row.place, row.part, row.key) for row in head] == [
        ("Title", "title", "id_title"),
        ("Summary", "text", "id_summary"),
        ("Picture", "alt", "id_picture"),
        *[("Author", "text", "id_author")] * 2,
        *[("Topic", "text", "topics")] * version.topics.count(),
        ("Address", "text", "id_slug"),
    ]


def test_each_kind_of_block_tells_its_lines_their_parts_and_their_places():
    form = MagnesiumForm(name="Oxide", formula="MgO", known="Little is taken up. [[walker2003]]")
    table = FormTable(heading="Side by side")
    table._forms = [form]
    found = rows(
        RichText(body="<h2>One</h2>"),
        Callout(heading="Mind", body="<p>Ask first.</p>"),
        RichText(body="<p>Two</p>"),
        Faq(question="Does it?", answer="<p>No.</p>"),
        Figure(picture=Picture(alt="A bath"), caption="Steam"),
        table,
        EvidenceTable(heading="What studies say", question=Question(name="Never shown")),
        ProductCard(product_id=1),
    )
    assert found == [
        ("Text 1", "heading", "One"),
        ("Callout 1: heading", "heading", "Mind"),
        ("Callout 1", "text", "Ask first."),
        ("Text 2", "text", "Two"),
        ("FAQ 1: question", "question", "Does it?"),
        ("FAQ 1: answer", "answer", "No."),
        ("Picture 1: alternative text", "alt", "A bath"),
        ("Picture 1: caption", "alt", "Steam"),
        ("Comparison of forms 1: heading", "heading", "Side by side"),
        ("Comparison of forms 1: Oxide", "head", "Oxide"),
        ("Comparison of forms 1: Oxide", "cell", "MgO"),
        ("Comparison of forms 1: Oxide", "cell", "Little is taken up."),
        ("Evidence table 1: heading", "heading", "What studies say"),
    ]


def test_a_block_has_one_number_in_every_region_and_is_read_only_where_it_shows():
    parts = read_of(
        RichText(body="<p>US</p>", show_in="only", region_codes="us"), RichText(body="<p>All</p>")
    )
    (row,) = in_region(parts, region("uk"))[2:]
    assert (row.place, row.key) == ("Text 2", "articles_richtext_set-1")
    assert len(in_region(parts, region("us"))) == 4


def test_a_paragraph_that_becomes_a_heading_is_another_state():
    before, after = (
        in_region(read_of(RichText(body=f"<{tag}>Legs</{tag}>")), region("uk")) for tag in ("p", "h2")
    )
    assert state_of(before, [], "1") != state_of(after, [], "1")


def test_findings_carry_the_place_and_the_block_that_they_stand_in(monkeypatch):
    def found(read, law, *rest, **given):
        return [
            ClaimFinding("amber", "x", row.text, row.text, law, "", place=row.place, key=row.key)
            for row in read
            if row.part == "heading"
        ]

    monkeypatch.setattr("articles.evidence.claims.check_passages", found)
    version = Article.objects.order_by("pk")[0].newest()
    blocks, linked = version.parts()
    stands = {(row["place"], row["key"]) for row in check_version(version, blocks, linked)["uk"]["findings"]}
    first = next(block for block in blocks if isinstance(block, RichText) and "<h2>" in block.body)
    number = [block for block in blocks if isinstance(block, RichText)].index(first) + 1
    assert (f"Text {number}", f"articles_richtext_set-{number - 1}") in stands
