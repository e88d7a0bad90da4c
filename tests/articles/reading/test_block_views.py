"""Each block shows through a view of its own, and the rows of an article are left as they were read."""

import inspect

import pytest
from django.template.loader import get_template

from articles.models import BLOCKS, ReferenceBlock, Version
from articles.reading import block_views
from articles.reading.block_views import VIEWS, BlockView
from articles.reading.page import read
from tests.support.factories import region

pytestmark = pytest.mark.django_db


def kinds_of_view():
    return [
        kind for _, kind in inspect.getmembers(block_views, inspect.isclass) if BlockView in kind.__mro__[1:]
    ]


def test_every_class_of_block_has_a_view():
    assert {*VIEWS, ReferenceBlock} == set(BLOCKS)


@pytest.mark.parametrize("view", kinds_of_view(), ids=lambda view: view.__name__)
def test_every_view_has_a_template(view):
    assert get_template(f"articles/blocks/{view.kind}.html")


@pytest.mark.slow
@pytest.mark.parametrize("code", ["uk", "us", "eu"])
def test_reading_writes_nothing_onto_rows(code):
    """The page of every article, with blocks of every class in them."""
    read_blocks = set()
    for version in Version.objects.select_related("article"):
        blocks, linked = version.parts()
        version.unsaved = (blocks, linked, version.topic_pks())  # so that `read` gets these very rows
        before = [set(vars(block)) for block in blocks]
        page = read(version.article, version, region(code))
        assert [set(vars(block)) for block in blocks] == before
        read_blocks |= {type(view.block) for view in [*page.blocks, *page.questions, *page.sources]}
    assert len(read_blocks) >= 7


def test_a_table_leads_back_only_to_sources_that_no_sentence_before_it_cites():
    for version in Version.objects.select_related("article"):
        page = read(version.article, version, region("uk"))
        tables = [view for view in page.blocks if view.kind == "evidence"]
        rows = [row for view in tables for row in view.rows]
        if rows:
            led_back = {study.number for study, first in rows if first}
            cited = {source.number for source in page.sources if source.is_cited}
            assert led_back <= cited
            assert {study.number for study, _ in rows} <= cited
            return
    pytest.fail("No article has a table of studies.")
