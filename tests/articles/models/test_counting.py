"""The kept counts of articles are those of the publications themselves, whatever changed and whenever one looks."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from articles.models import (
    Article,
    ArticleCount,
    Author,
    CountedArticle,
    Publication,
    Topic,
    Version,
    VersionTopic,
)
from articles.models.counting import drift, recount_all
from articles.publishing.topics import merge_topics
from articles.reading.published import counts_in
from shop.content.memo import forget_all
from shop.regions.models import Region
from tests.support.clock import freeze
from tests.support.factories import region
from tests.support.reading import GUIDE, version_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def assert_right() -> None:
    forget_all()
    for where in Region.objects.all():
        live = Publication.objects.current().filter(region=where)
        authors = Counter(live.values_list("version__author", flat=True))
        filed = VersionTopic.objects.filter(version__in=live.values("version"))
        found = counts_in(where)
        assert (found.total, found.by_author) == (live.count(), dict(authors))
        assert found.by_topic == dict(Counter(filed.values_list("topic", flat=True)))


def an_article(number: int, author: Author) -> Version:
    article = Article.objects.create(slug=f"counted-{number}")
    version = Version.objects.create(
        article=article, title=f"Counted {number}", summary="s", author=author, is_draft=False
    )
    version.topics.set(Topic.objects.order_by("?")[: number % 3])
    return version


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_counts_follow_whatever_happens_and_the_clock(monkeypatch, seed):
    chance = random.Random(seed)
    now = timezone.now()
    authors = [Author.objects.create(name=f"Author {one}", slug=f"author-{one}") for one in range(3)]
    versions = [an_article(number, chance.choice(authors)) for number in range(6)]
    regions = list(Region.objects.all())

    def publish():
        since = now + chance.randint(-5, 5) * HOUR
        ends = chance.choice([None, since, since + chance.randint(1, 8) * HOUR])
        Publication.objects.create(
            version=chance.choice(versions), region=chance.choice(regions), starts_at=since, ends_at=ends
        )

    def of_ours():
        return Publication.objects.filter(version__in=versions).order_by("?")

    def take_back():
        of_ours().filter(pk__in=[row.pk for row in of_ours()[:1]]).update(ends_at=None)
        if row := of_ours().first():
            row.delete()

    def author():
        version = chance.choice(versions)
        if chance.random() < 0.5:
            Version.objects.filter(pk=version.pk).update(author=chance.choice(authors))
        else:
            version.author = chance.choice(authors)
            version.save()

    def topics():
        version = chance.choice(versions)
        version.topics.set(chance.sample(list(Topic.objects.all()), 2))

    def bin_it():
        article = chance.choice(versions).article
        article.binned_at = None if article.binned_at else now
        if chance.random() < 0.5:
            Article.objects.filter(pk=article.pk).update(binned_at=article.binned_at)
        else:
            article.save()

    for _ in range(40):
        chance.choice([publish, publish, take_back, author, topics, bin_it])()
        assert drift() == 0
    assert_right()
    for hours in (1, 2, 4, 9, 20):
        freeze(monkeypatch, now + hours * HOUR)
        assert_right()
        chance.choice([publish, take_back, topics])()
        assert_right()


def test_topics_that_become_one_are_counted_as_one():
    into, gone = Topic.objects.order_by("pk")[:2]
    merge_topics([gone], into)
    assert gone.pk not in counts_in(region("uk")).by_topic
    assert_right()


def test_what_sql_changed_is_found_and_mended():
    version = version_of(GUIDE)
    VersionTopic.objects.filter(version=version)._raw_delete("default")
    ArticleCount.objects.filter(kind="all").update(articles=99)
    with pytest.raises(SystemExit):
        call_command("count_articles", "--check")
    assert recount_all()
    assert drift() == 0
    call_command("count_articles", "--check")
    assert_right()


def test_from_nothing_all_is_counted():
    ArticleCount.objects.all().delete()
    CountedArticle.objects.all().delete()
    recount_all()
    assert_right()
