"""Mails to colleagues about articles that concern them: once each, as they chose, and only with the right to see it.

A mail is a row of the outbox, written in the transaction of what it tells. Who loses the right meanwhile gets none of
those that still wait.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.db.models.signals import m2m_changed, post_save
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, MailWish, Publication
from shop.outbox.keys import article_key, article_kind, article_person
from shop.outbox.models import Mail
from shop.outbox.send import write_mail
from shop.sweeps.alone import each_alone

BACKEND = "django.contrib.auth.backends.ModelBackend"
OLD = timedelta(days=1)  # what went live before is no news
MOST = 20  # publications in one look


@dataclass(frozen=True)
class Kind:
    name: str
    words: str
    right: str
    default: bool = True


KINDS = {
    kind.name: kind
    for kind in (
        Kind("handed_in", "An article is handed in, to be published", "articles.publish_article"),
        Kind("sent_back", "What I handed in is sent back, with the reason", "articles.change_version"),
        Kind("comment", "A comment on an article that I wrote on, or an answer to mine", "articles.change_version"),
        Kind("live", "An article that I wrote on goes live", "articles.view_version"),
        Kind("finding", "The claims check finds something in what I wrote and is published", "articles.change_version"),
    )
}  # fmt: skip


def kinds_for(user) -> list[tuple[Kind, bool]]:
    """What this person may be mailed, each with whether they are."""
    chosen = dict(MailWish.objects.filter(user=user).values_list("kind", "wanted"))
    return [
        (kind, chosen.get(kind.name, kind.default)) for kind in KINDS.values() if user.has_perm(kind.right)
    ]


def choose(user, wanted: set[str]) -> int:
    """Of the kinds that they may be mailed they want these; how many changed."""
    changed = [
        (kind, kind.name in wanted) for kind, is_on in kinds_for(user) if is_on != (kind.name in wanted)
    ]
    for kind, is_on in changed:
        MailWish.objects.update_or_create(user=user, kind=kind.name, defaults={"wanted": is_on})
    return len(changed)


def wrote_on(article: Article) -> set[str]:
    """Whoever saved a version of it."""
    names = article.versions.order_by().values_list("changed_by", "handed_in_by").distinct()
    return {name for pair in names for name in pair if name}


def _readers(kind: Kind, names: Iterable[str] | None, but: str) -> QuerySet[Any]:
    users: Any = get_user_model()
    found = (
        users.objects.with_perm(kind.right, backend=BACKEND)
        .filter(is_staff=True)
        .exclude(email="")
        .exclude(username=but)
    )
    if names is not None:
        found = found.filter(username__in=set(names))
    wishes = MailWish.objects.filter(kind=kind.name, wanted=not kind.default).values("user")
    return found.exclude(pk__in=wishes) if kind.default else found.filter(pk__in=wishes)


def tell(
    name: str,
    article: Article,
    about: str,
    subject: str,
    words: str,
    *,
    to: Iterable[str] | None,
    but: str = "",
    at: str = "",
) -> int:
    """Write the mail to each of `to` (all with the right, if None) but who did it; how many. `about`: once for each."""
    kind, count = KINDS[name], 0
    for user in _readers(kind, to, but):
        page = reverse("admin:articles_article_change", args=[article.pk])
        context = {
            "brand": settings.BRAND,
            "site": settings.SITE_URL,
            "subject": " ".join(subject.split())[:150],
            "words": words,
            "link": f"{settings.SITE_URL}{page}{at}",
            "why": kind.words,
        }
        write_mail(
            key=article_key(name, user.pk, about),
            to=user.email,
            template="staff_article",
            context=context,
            person=article_person(user.pk),
            is_last=True,
        )
        count += 1
    return count


# --- what goes live, by the worker -------------------------------------------------------------------------------


def untold(now) -> QuerySet[Publication]:
    """Publications that have begun, and of which nobody was told. `now` may be the database's Now()."""
    return Publication.objects.filter(is_told=False, starts_at__lte=now)


def tell_what_went_live(at=None) -> int:
    """One mail for all regions in which a version began together; how many publications. Safe to run twice, or at once."""
    now = at or timezone.now()
    rows = untold(now).order_by("starts_at", "pk").select_related("article", "version")
    return each_alone(rows, lambda row: _tell_of(row, now), sweep="tell_what_went_live", most=MOST, at=now)


def _tell_of(first: Publication, now) -> bool:
    begun = untold(now).filter(article=first.article_id, version=first.version_id)
    rows = list(begun.select_related("region").order_by("pk")[:MOST])
    pks = [row.pk for row in rows]
    # Past what keeps pages in step: nothing that readers see changes by it.
    told = QuerySet(Publication).filter(pk__in=pks, is_told=False).update(is_told=True)
    if first.pk not in pks or told != len(pks):
        return False  # told with another region, or by somebody else at this moment
    if first.starts_at > now - OLD and first.article.binned_at is None:
        where = ", ".join(sorted({row.region.short_name for row in rows}))
        title = first.version.title
        tell(
            "live",
            first.article,
            str(pks[0]),
            f"Live in {where}: {title}",
            f"“{title}” is live in {where}.",
            to=wrote_on(first.article),
            but=first.published_by,
        )
    return True


# --- who has lost a right -------------------------------------------------------------------------------------------


def drop_what_waits(user) -> int:
    """Delete mails that wait for somebody who may not see any more what they tell; how many."""
    waiting = Mail.objects.filter(person=article_person(user.pk), sent_at=None)
    users: Any = get_user_model()
    fresh = users.objects.get(pk=user.pk)  # without the rights that were remembered
    lost = [
        kind.name
        for kind in KINDS.values()
        if not (fresh.is_staff and fresh.is_active and fresh.has_perm(kind.right))
    ]
    return sum(waiting.filter(key__startswith=article_kind(name)).delete()[0] for name in lost)


def _saved(sender, instance, created=False, **kwargs) -> None:
    if not created and kwargs.get("update_fields") != frozenset({"last_login"}):
        drop_what_waits(instance)


def _roles_changed(sender, instance, action, reverse=False, **kwargs) -> None:
    if action.startswith("post_") and not reverse:
        drop_what_waits(instance)


def listen() -> None:
    user: Any = get_user_model()
    post_save.connect(_saved, sender=user, dispatch_uid="notices-user")
    m2m_changed.connect(_roles_changed, sender=user.groups.through, dispatch_uid="notices-groups")
    m2m_changed.connect(
        _roles_changed, sender=user.user_permissions.through, dispatch_uid="notices-permissions"
    )
