"""Versions that take the place of published ones with the same words: what changes the links of many articles makes them."""

from django.utils import timezone

from articles.models import Article, Publication, Version
from articles.publishing.region_states import region_states
from articles.publishing.versions import copy_version


def concerned(article: Article) -> list[Version]:
    """The versions that readers see or will see, what was saved last, and the draft: without doubles, newest last.

    In this order copies are as old to each other as what they are copied from, so that editors go on from the words
    that they wrote last.
    """
    now = timezone.now()
    current = {state.current.version_id for state in region_states(article, now) if state.current}
    later = article.publications.filter(starts_at__gt=now).values_list("version", flat=True)
    newest = article.newest()
    pks = {*current, *later, *([newest.pk] if newest else [])}
    return list(article.versions.filter(pk__in=pks).order_by("is_draft", "changed_at", "pk"))


def own_copy(version: Version, note: str, by: str) -> tuple[Version, list[int]]:
    """(a version whose links may change, the publications in force in which it took the other's place).

    A draft is changed itself, and its state before goes to the history; of a frozen version it is a copy.
    """
    publications = []
    if version.is_draft:
        copy_version(version, is_draft=False)
    else:
        rows = list(version.publications.values_list("pk", "ends_at"))
        version = copy_version(version, is_draft=False)
        now = timezone.now()
        publications = [pk for pk, ends_at in rows if ends_at is None or ends_at > now]
        Publication.objects.filter(pk__in=publications).update(version=version)
    Version.objects.filter(pk=version.pk).update(changed_by=by, changed_at=timezone.now(), note=note[:200])
    version.refresh_from_db()
    return version, publications
