"""Which words are published where and when, and the blocks they are made of."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import (
    Publication,
    RichText,
    Version,
)
from articles.publishing.drafts import open_draft
from articles.reading.page import read
from tests.support.factories import region
from tests.support.reading import GUIDE, an_article, page, version_of

pytestmark = pytest.mark.django_db


# --- publications ---------------------------------------------------------------------------------------------------


def test_publications_begin_and_end_by_query_per_region():
    now = timezone.now()
    version = an_article("a", starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2))
    Publication.objects.filter(version=version, region__code="us").update(
        starts_at=now - timedelta(hours=1), ends_at=None
    )
    is_current = lambda code, at: region(code).pk in version.article.publications.current_by_region(at)  # noqa: E731
    assert [is_current("uk", now + timedelta(minutes=m)) for m in (0, 59, 61, 119, 121)] == [
        False,
        False,
        True,
        True,
        False,
    ]
    assert is_current("us", now)


def test_the_latest_publication_alone_decides(client):
    version = version_of(GUIDE)
    newer = Version.objects.create(
        article=version.article, title="The newer text", summary="s", author=version.author, is_draft=False
    )
    Publication.objects.create(version=newer, region=region("uk"))
    assert "The newer text" in page(client, GUIDE, "uk")
    assert "The newer text" not in page(client, GUIDE, "us")


def test_one_open_draft_per_article():
    version = open_draft(version_of(GUIDE).article, "anna")
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.create(
            article=version.article, title="Second draft", summary="s", author=version.author
        )


def test_not_published_here_tells_where_it_is(client):
    Publication.objects.filter(version__article__slug=GUIDE, region__code="eu").delete()
    answer = client.get(f"/eu/articles/{GUIDE}/")
    assert answer.status_code == 404
    assert "Read it in the UK shop" in answer.content.decode()
    assert f"/eu/articles/{GUIDE}/" not in client.get("/eu/sitemap.xml").content.decode()


def test_topics_filter_and_count(client):
    html = client.get("/uk/articles/?topic=bath").content.decode()
    assert html.count('class="article-card"') == 1
    assert client.get("/uk/articles/?topic=iron").content.decode().count('class="article-card"') == 2
    assert client.get("/uk/articles/?topic=no-such-topic").status_code == 404


# --- blocks ------------------------------------------------------------------------------------------------------------


def test_blocks_of_all_kinds_come_in_order_in_three_queries(django_assert_num_queries):
    version = version_of(GUIDE)
    with django_assert_num_queries(3):  # all blocks and links; the references; the forms
        blocks = version.blocks()
    assert [block.ordering for block in blocks] == sorted(block.ordering for block in blocks)
    assert {block._meta.model_name for block in blocks} == {
        "richtext",
        "callout",
        "productcard",
        "faq",
        "referenceblock",
        "formtable",
    }
    assert all(block.reference.key for block in blocks if block._meta.model_name == "referenceblock")


def test_a_block_names_only_known_regions():
    with pytest.raises(ValidationError, match="Name at least one of"):
        RichText(
            parent=version_of(GUIDE), region="main", ordering=1, body="x", show_in="only", region_codes="xx"
        ).clean()


def test_reading_time_counts_what_the_region_shows():
    version = version_of(GUIDE)
    assert 4 <= read(version.article, version, region("uk")).minutes <= 9
