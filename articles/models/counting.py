"""Keeps the counts of published articles (models/counts.py): they follow each change in its own transaction.

What begins or ends by the clock is counted for the moment at which it does, so nothing has to run then.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from articles.models.article import Article, binned_anew
from articles.models.counts import ALWAYS, FOREVER, ArticleCount, CountedArticle, CountKind
from articles.models.publication import Publication, published_anew
from articles.models.version import Version, VersionTopic, filed_anew
from shop.content.models import ContentVersion

AT_ONCE = 300  # articles
Entry = list[Any]  # kind, pk, since, until


def wanted(articles: Iterable[int]) -> dict[tuple[int, int], list[Entry]]:
    """What these articles count as, by (article, region): each publication that shows now or will."""
    now = timezone.now()
    shown = Publication._base_manager.filter(article__in=articles, article__binned_at=None, until__gt=now)
    columns = ("article_id", "region_id", "version_id", "version__author_id", "starts_at", "until")
    rows = list(shown.order_by("article_id", "region_id", "starts_at", "pk").values_list(*columns))
    topics: dict[int, list[int]] = {}
    filed = VersionTopic._base_manager.filter(version__in={row[2] for row in rows})
    for version, topic in filed.order_by("topic_id").values_list("version_id", "topic_id"):
        topics.setdefault(version, []).append(topic)
    found: dict[tuple[int, int], list[Entry]] = {}
    for article, region, version, author, since, until in rows:
        if until <= since:
            continue
        entry = [max(since, ALWAYS).isoformat(), until.isoformat()]
        of = [[CountKind.ALL.value, 0], [CountKind.AUTHOR.value, author]]
        of += [[CountKind.TOPIC.value, pk] for pk in topics.get(version, ())]
        found.setdefault((article, region), []).extend([*one, *entry] for one in of)
    return found


@transaction.atomic(savepoint=False)
def recount(articles: Iterable[int]) -> int:
    """Bring the counts up to what these articles (pks) are now; for how many of their regions they were wrong.

    One transaction at a time: each locks the content version first, so that of two that change the same article the second
    sees what the first did.
    """
    pks = sorted(set(articles))
    if not pks:
        return 0
    ContentVersion.objects.select_for_update().filter(pk=1).first()
    more: Counter = Counter()
    wrong = sum(_recount(pks[start : start + AT_ONCE], more) for start in range(0, len(pks), AT_ONCE))
    _write(more)
    return wrong


def _recount(pks: list[int], more: Counter) -> int:
    stored = {(row.article, row.region_id): row for row in CountedArticle.objects.filter(article__in=pks)}
    new = wanted(pks)
    changed = {key for key in {*stored, *new} if key not in stored or stored[key].counted != new.get(key)}
    for key in changed:
        if key in stored:
            _add(more, key[1], stored[key].counted, -1)
        _add(more, key[1], new.get(key, []), 1)
    gone = [stored[key].pk for key in changed if key in stored]
    CountedArticle.objects.filter(pk__in=gone).delete()
    CountedArticle.objects.bulk_create(
        CountedArticle(article=key[0], region_id=key[1], counted=new[key]) for key in changed if key in new
    )
    return len(changed)


def _add(more: Counter, region: int, counted: Iterable[Entry], one: int) -> None:
    for kind, of, since, until in counted:
        more[region, kind, of, datetime.fromisoformat(since)] += one
        if datetime.fromisoformat(until) != FOREVER:
            more[region, kind, of, datetime.fromisoformat(until)] -= one


def _write(more: Counter) -> None:
    """Add to what is stored. Moments that have passed need no row of their own: what counts is the sum of all of them."""
    now = timezone.now()
    passed = ArticleCount.objects.filter(since__gt=ALWAYS, since__lte=now)
    for row in passed.select_for_update():
        more[row.region_id, row.kind, row.of, ALWAYS] += row.articles
        row.delete()
    sums: Counter = Counter()
    for (region, kind, of, moment), number in more.items():
        sums[region, kind, of, moment if moment > now else ALWAYS] += number
    keys = [key for key in sorted(sums) if sums[key]]
    among = {}
    if keys:
        names = ("region", "kind", "of", "since")
        among = {f"{name}__in": set(part) for name, part in zip(names, zip(*keys, strict=True), strict=True)}
    stored = {
        (row.region_id, row.kind, row.of, row.since): row for row in ArticleCount.objects.filter(**among)
    }
    new = []
    for key in keys:
        if key not in stored:
            region, kind, of, since = key
            new.append(ArticleCount(region_id=region, kind=kind, of=of, since=since, articles=sums[key]))
            continue
        stored[key].articles += sums[key]
        if stored[key].articles:
            stored[key].save(update_fields=["articles"])
        else:
            stored[key].delete()
    ArticleCount.objects.bulk_create(new)


def recount_all() -> int:
    """Every article, also those that are gone, and the sums from what they were counted as; how many were wrong."""
    articles = set(Article._base_manager.order_by().values_list("pk", flat=True))
    articles |= set(CountedArticle.objects.order_by().values_list("article", flat=True))
    with transaction.atomic():
        wrong = recount(articles)
        more = miscounted()
        _write(more)
    return wrong + len(more)


def drift() -> int:
    """For how many articles and sums the counts are wrong; nothing is written."""
    stored = {(row.article, row.region_id): row.counted for row in CountedArticle.objects.iterator()}
    now = timezone.now().isoformat()
    new = wanted(Article._base_manager.order_by().values_list("pk", flat=True))

    def later(entries):
        return sorted([kind, of, max(since, now), until] for kind, of, since, until in entries if until > now)

    articles = sum(later(stored.get(key, [])) != later(new.get(key, [])) for key in {*stored, *new})
    return articles + len(miscounted())


def miscounted() -> Counter:
    """What must be added to the sums to make them those of what was counted; none is nought."""
    more: Counter = Counter()
    now = timezone.now()
    for row in CountedArticle.objects.iterator():
        _add(more, row.region_id, row.counted, 1)
    for count in ArticleCount.objects.iterator():
        more[count.region_id, count.kind, count.of, count.since] -= count.articles
    sums: Counter = Counter()
    for (region, kind, of, moment), number in more.items():
        sums[region, kind, of, moment if moment > now else ALWAYS] += number
    return Counter({key: number for key, number in sums.items() if number})


def _of_versions(versions: Iterable[int]) -> set[int]:
    published = Publication._base_manager.filter(version__in=versions).order_by()
    return set(published.values_list("article_id", flat=True))


def _filed(sender, versions, **kwargs) -> None:
    recount(_of_versions(versions))


def _published(sender, articles, **kwargs) -> None:
    recount(articles)


def _after_topic(sender, instance, **kwargs) -> None:
    recount(_of_versions([instance.version_id]))


def _after_version(sender, instance, created, **kwargs) -> None:
    if not created:
        recount(_of_versions([instance.pk]))


def _after_article(sender, instance, **kwargs) -> None:
    recount([instance.pk])


def listen() -> None:
    """To every change after which other articles are published, or these differently filed."""
    published_anew.connect(_published, dispatch_uid="articles counted as published")
    binned_anew.connect(_published, dispatch_uid="articles counted as binned")
    filed_anew.connect(_filed, dispatch_uid="articles counted as filed")
    for signal in (post_save, post_delete):
        signal.connect(_after_topic, sender=VersionTopic, dispatch_uid="articles counted by topic")
    post_delete.connect(_after_article, sender=Article, dispatch_uid="articles counted")
    post_save.connect(_after_version, sender=Version, dispatch_uid="articles counted by author")
