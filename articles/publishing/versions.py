"""Where versions are written: their blocks, links and the facts about them. Nothing else saves a block."""

from collections.abc import Callable, Iterable

from django.db import transaction

from articles.evidence import facts
from articles.models import BLOCKS, ProductLink, Version, VersionTag, VersionTopic
from articles.models.blocks import Block
from articles.publishing.comments import go_along


@transaction.atomic
def save_version(
    version: Version,
    blocks: Iterable[Block] = (),
    *,
    topics=None,
    tags=None,
    write: Callable[[], object] | None = None,
    is_known: bool = False,
) -> Version:
    """Save a version's words, and with them the facts that pages, lists and checks read of it.

    A new version is saved with these blocks, in their order, and filed under these topics and tags; raises
    ValidationError for a block that isn't valid. Whatever else changes a version (a form, a change of links) passes
    what it writes as `write`. `is_known`: its facts were worked out before it was saved (`facts.work_out`).
    """
    if version._state.adding:
        version.save()
    if topics is not None:
        version.topics.set(topics)
    if tags is not None:
        version.tags.set(tags)
    for number, block in enumerate(blocks, 1):
        block.parent, block.region, block.ordering = version, "main", number * 10
        block.full_clean()
        block.save()
    if write is not None:
        write()
    if is_known:
        facts.write(version)
    else:
        facts.refresh(version)
    return version


def copy_version(version: Version, *, is_draft: bool) -> Version:
    """A copy with its blocks, topics, tags and product links; about three queries per kind of row."""
    old = version.pk
    copy = Version.objects.get(pk=old)
    copy.pk, copy.is_draft, copy._state.adding = None, is_draft, True
    copy.made_from_id, copy.is_taken_back, copy.autosaved = old, False, False
    copy.save(force_insert=True)
    keys: dict[str, str] = {}
    for model, link in (
        *((kind, "parent") for kind in BLOCKS),
        (VersionTopic, "version"),
        (VersionTag, "version"),
        (ProductLink, "version"),
    ):
        rows = list(model.objects.filter(**{link: old}))
        was = [row.pk for row in rows]
        for row in rows:
            row.pk, row._state.adding = None, True
            setattr(row, link, copy)
        if rows:
            model.objects.bulk_create(rows)
        if link == "parent":
            name = model._meta.model_name
            keys |= {f"{name}-{pk}": row.key for pk, row in zip(was, rows, strict=True)}
    if is_draft:
        go_along(copy.article_id, keys)
    return copy
