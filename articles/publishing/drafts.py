"""Drafts: the one that is open, an old version restored as one, a draft handed in.

Editors work on the one open draft of an article. Every state that was saved stays: before a save changes the
draft, its state is copied to a frozen version. Nothing here is ever lost.
"""

from django.db import transaction
from django.utils import timezone

from articles.evidence.claims import store
from articles.evidence.ticks import is_current
from articles.models import Article, Version
from articles.publishing.errors import NotPossible
from articles.publishing.versions import copy_version


@transaction.atomic
def open_draft(article: Article, by: str) -> Version:
    """The article's draft; if it has none, a copy of what was saved last. Raises NotPossible if there is nothing."""
    Article.objects.select_for_update().get(pk=article.pk)
    draft = article.draft
    if draft is None:
        if article.newest() is None:
            raise NotPossible(
                "Nothing was ever written at this address. Write an article with it, or bin it."
            )
        draft = copy_version(article.newest(), is_draft=True)
        Version.objects.filter(pk=draft.pk).update(changed_by=by, changed_at=timezone.now(), note="")
        draft.refresh_from_db()
    return draft


@transaction.atomic
def restore(version: Version, by: str) -> Version:
    """A new draft with the words of an old version. A draft that is open goes to the history."""
    Article.objects.select_for_update().get(pk=version.article_id)
    version.article.versions.filter(is_draft=True).update(is_draft=False)
    draft = copy_version(version, is_draft=True)
    note = f"Restored from {version.changed_at:%-d %B %Y, %H:%M} UTC"
    Version.objects.filter(pk=draft.pk).update(changed_by=by, changed_at=timezone.now(), note=note)
    draft.refresh_from_db()
    if not is_current(draft):
        store(draft)
    return draft


@transaction.atomic
def hand_in(version: Version, by: str) -> None:
    """A writer says that a draft is ready; editors find it on their start page. Raises NotPossible."""
    if not Version.objects.filter(pk=version.pk, is_draft=True).update(
        handed_in_at=timezone.now(), handed_in_by=by
    ):
        raise NotPossible("There is no draft to hand in.")
