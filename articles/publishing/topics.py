"""Topics: several made one."""

from django.db import transaction

from articles.evidence.shown import look_again_at
from articles.models import (
    OldTopic,
    Topic,
    VersionTopic,
)


@transaction.atomic
def merge_topics(topics, into: Topic) -> int:
    """Give the articles of these topics, drafts and history included, to one; how many topics went.

    Their addresses lead to it in one hop, also those they had before.
    """
    gone = [topic for topic in topics if topic.pk != into.pk]
    have = set(VersionTopic.objects.filter(topic=into).values_list("version_id", flat=True))
    wanting = set(VersionTopic.objects.filter(topic__in=gone).values_list("version_id", flat=True)) - have
    VersionTopic.objects.bulk_create(VersionTopic(version_id=pk, topic=into) for pk in wanting)
    for topic in gone:
        OldTopic.objects.filter(topic=topic).update(topic=into)
        topic.delete()
        OldTopic.leave(topic.slug, into)
    look_again_at(into)
    return len(gone)
