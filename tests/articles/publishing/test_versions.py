"""One place writes versions, so the facts about their words are always theirs; what goes past it is found."""

import ast
from pathlib import Path

import pytest

from articles.evidence.recheck import recheck, stale_versions
from articles.models import (
    BLOCKS,
    Article,
    Author,
    Callout,
    Faq,
    Figure,
    FormTable,
    MagnesiumForm,
    RichText,
    Version,
)
from articles.publishing.versions import save_version
from shop.pictures.models import Picture

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
SAVES_BLOCKS = {"articles/publishing/versions.py", "articles/models/blocks.py"}
SAVES_OTHERS = {
    "articles/evidence/outside_links.py",  # it reads blocks, and saves what it found of other sites
    "articles/models/publication.py",  # it counts sources, and saves publications
    "articles/publishing/proposals.py",  # it reads blocks, and saves rows of the library
    "config/moving/drafts.py",  # it makes blocks for `save_version`, and saves pictures
}
REFRESHES = {
    "articles/publishing/versions.py",
    "articles/evidence/recheck.py",
    "config/moving/whole/coming.py",
}


def a_version(*blocks):
    article = Article.objects.create(slug="a")
    version = Version(article=article, title="A title", summary="s", author=Author.objects.first())
    return save_version(version, blocks)


@pytest.mark.slow
def test_a_new_version_is_saved_with_its_blocks_in_order_and_the_facts():
    version = a_version(RichText(body="<p>One two.</p>"), Faq(question="Three?", answer="<p>Four.</p>"))
    version.refresh_from_db()
    assert [block.ordering for block in version.blocks()] == [10, 20]
    assert version.words_digest
    assert version.region_facts["uk"]["words"] == 7
    assert version not in stale_versions()


def reworded(version):
    RichText.objects.filter(parent=version).update(body="<p>Other words.</p>")


def taken_away(version):
    Callout.objects.filter(parent=version).delete()


def shown_elsewhere(version):
    Faq.objects.filter(parent=version).update(show_in="only", region_codes="us")


def described_otherwise(version):
    Picture.objects.filter(pk=version.blocks()[3].picture_id).update(alt="Something else")


def known_otherwise(version):
    MagnesiumForm.objects.filter(code="oxide").update(known="It is white.")


def retitled(version):
    Version.objects.filter(pk=version.pk).update(title="Another title")


@pytest.mark.parametrize(
    "change", [reworded, taken_away, shown_elsewhere, described_otherwise, known_otherwise, retitled]
)
@pytest.mark.walk
def test_words_that_were_changed_past_it_are_found_and_checked_anew(change):
    version = a_version(
        RichText(body="<p>One two.</p>"),
        Callout(heading="Care", body="<p>Three.</p>"),
        Faq(question="Four?", answer="<p>Five.</p>"),
        Figure(picture=Picture.objects.first()),
        FormTable(codes="oxide"),
    )
    before = Version.objects.get(pk=version.pk)
    change(version)
    assert version not in stale_versions(words=False)
    found = stale_versions()
    assert version in found
    recheck(found)
    assert stale_versions() == []
    after = Version.objects.get(pk=version.pk)
    assert after.region_facts["uk"]["digest"] != before.region_facts["uk"]["digest"]


def test_the_number_of_queries_does_not_grow_with_the_articles(django_assert_max_num_queries):
    with django_assert_max_num_queries(31):
        stale_versions()


def sources():
    for folder in ("articles", "config", "shop"):
        for path in (ROOT / folder).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text()


WRITES = {"create", "bulk_create", "bulk_update", "update", "get_or_create", "update_or_create", "save"}


@pytest.mark.slow
def test_no_other_module_saves_blocks():
    """A module that names a class of block writes none: by its manager, or by any `save`."""
    names = {block.__name__ for block in BLOCKS}
    for name, code in sources():
        if "articles.models" not in code:
            continue
        tree = ast.parse(code)
        used = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("articles.models")
            for alias in node.names
        } & (names | {"BLOCKS"})
        if not used or name in SAVES_BLOCKS:
            continue
        managers = {f"{block}.objects.{write}(" for block in used | {"kind", "model"} for write in WRITES}
        assert not [call for call in managers if call in code], name
        assert ".save(" not in code or name in SAVES_OTHERS, name


def test_no_other_module_works_out_the_facts_of_a_version():
    callers = {name for name, code in sources() if "facts.refresh(" in code or "facts import refresh" in code}
    assert callers == REFRESHES
