"""Drafts: the one that is open, an old version restored as one, a draft handed in.

Editors work on the one open draft of an article. Every state that was saved stays: before a save changes the
draft, its state is copied to a frozen version. Nothing here is ever lost.
"""

from django.db import transaction
from django.utils import timezone

from articles import notices
from articles.evidence.claims import store
from articles.evidence.ticks import is_current
from articles.models import Article, Version
from articles.publishing.errors import NotPossible
from articles.publishing.versions import copy_version, save_version


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
    now = timezone.now()
    if not Version.objects.filter(pk=version.pk, is_draft=True).update(
        handed_in_at=now, handed_in_by=by, sent_back_because="", sent_back_by=""
    ):
        raise NotPossible("There is no draft to hand in.")
    words = f"{by} handed in “{version.title}”. It waits for somebody who publishes it, or sends it back."
    about = f"{version.pk}-{now:%y%m%d%H%M%S%f}"
    notices.tell("handed_in", version.article, about, f"Handed in: {version.title}", words, to=None, but=by)


@transaction.atomic
def send_back(version: Version, reason: str, by: str) -> None:
    """An editor gives back what was handed in, with the reason; its writer finds both. Raises NotPossible."""
    reason = reason.strip()
    if not reason:
        raise NotPossible("Say what is missing, so that the writer knows what to do.")
    waiting = Version.objects.filter(pk=version.pk, is_draft=True, handed_in_at__isnull=False)
    if not waiting.update(handed_in_at=None, sent_back_because=reason, sent_back_by=by):
        raise NotPossible("It is not handed in any more. Look at the article as it is now.")
    notices.tell(
        "sent_back",
        version.article,
        f"{version.pk}-{timezone.now():%y%m%d%H%M%S%f}",
        f"Sent back: {version.title}",
        f"{by} sent back “{version.title}”:\n{reason}",
        to=[version.handed_in_by],
        but=by,
    )


@transaction.atomic
def throw_away(draft: Version, by: str) -> None:
    """The open draft goes to the history, and what was published last is what is edited next. Raises NotPossible."""
    article = Article.objects.select_for_update().get(pk=draft.article_id)
    published = article.publications.order_by("-starts_at", "-pk").first()
    if published is None:
        raise NotPossible(
            "It was never published, so the draft is all there is. Put the article into the bin."
        )
    if not article.versions.filter(pk=draft.pk, is_draft=True).update(is_draft=False, handed_in_at=None):
        raise NotPossible("This draft is not open any more. Look at the history below.")
    copy = copy_version(published.version, is_draft=False)
    note = f"The draft of {draft.changed_at:%-d %B %Y, %H:%M} UTC was thrown away"
    copy.changed_by, copy.changed_at, copy.note = by, timezone.now(), note
    copy.save(update_fields=["changed_by", "changed_at", "note"])
    if not is_current(copy):
        store(copy)


@transaction.atomic
def duplicate(version: Version, by: str) -> Version:
    """The draft of a new article with the same words, under an address of its own. Nobody has reviewed it."""
    slug = version.article.slug[:90]
    taken = set(Article.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    names = (f"{slug}-copy", *(f"{slug}-copy-{number}" for number in range(2, 1000)))
    article = Article.objects.create(
        slug=next(name for name in names if name not in taken), language=version.article.language
    )
    copy = copy_version(version, is_draft=False)
    copy.article, copy.is_draft, copy.made_from, copy.translates = article, True, None, None
    copy.title = f"Copy of {version.title}"[:120]
    copy.medical_reviewer, copy.reviewed_on, copy.reviewed_words = "", None, ""
    copy.changed_since_review, copy.note = "", ""
    copy.handed_in_at, copy.handed_in_by, copy.sent_back_because, copy.sent_back_by = None, "", "", ""
    copy.changed_by, copy.changed_at = by, timezone.now()
    return save_version(copy, write=copy.save)
