"""What is said about an article: by colleagues in the editor, by people with a preview link, and the answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from articles import notices
from articles.models import Article, Comment, Version
from articles.models.blocks import Block
from articles.publishing.errors import NotPossible
from shop.text.characters import clean_text

LONGEST = 2000
MOST_OPEN = 500  # of one article; each is looked at, so that is a mistake or an attack
ABOUT = 160
SHOWN_DONE = 20


@dataclass(frozen=True)
class Thread:
    """A comment with its answers; `key`: of the block it is about, "" where that is not there any more."""

    comment: Comment
    answers: list[Comment] = field(default_factory=list)
    key: str = ""
    words: str = ""  # of an answer that somebody began in a form

    @property
    def pk(self) -> int:
        return self.comment.pk


def of(article: Article) -> QuerySet[Comment]:
    """All that was said about it. A release before does not name the article of what comes by a preview link."""
    rows = Comment.objects.filter(Q(article=article) | Q(article=None))
    return rows.filter(Q(article=article) | Q(link__version__article=article))


def threads(article: Article, *, done: bool = False) -> list[Thread]:
    """What is open, or what was done last, the oldest first; a query or two."""
    rows = of(article).select_related("link__version", "link__region")
    if done:
        begun = of(article).exclude(done_at=None).filter(answers=None).order_by("-done_at")
        last = list(begun.values_list("pk", flat=True)[:SHOWN_DONE])
        rows = rows.filter(Q(pk__in=last) | Q(answers__in=last))
    else:
        rows = rows.filter(done_at=None, answers__done_at=None)
    found: dict[int, Thread] = {}
    answers = []
    for row in rows:
        if row.answers_id is None:
            found[row.pk] = Thread(row, key=row.block)
        else:
            answers.append(row)
    for row in answers:
        if row.answers_id in found:
            found[row.answers_id].answers.append(row)
    return list(found.values())


def beside(open_threads: list[Thread], keys: Iterable[str], version: Version) -> dict[str, list[Thread]]:
    """By key of a block of the version those about it: by its key, else by how it begins. Under "" the rest."""
    known = set(keys)
    found: dict[str, list[Thread]] = {}
    begins: dict[str, str] | None = None
    for thread in open_threads:
        key = thread.key if thread.key in known else ""
        if not key and thread.comment.about:
            if begins is None:
                begins = {block.plain_text()[:ABOUT]: block.key for block in version.blocks()}
            key = begins.get(thread.comment.about, "")
            key = key if key in known else ""
        found.setdefault(key, []).append(thread)
    return found


def _fitting(words: str) -> str:
    words = clean_text(words).strip()
    if not any(sign.isprintable() and not sign.isspace() for sign in words):
        raise NotPossible("Write a comment first.")
    if len(words) > LONGEST:
        raise NotPossible(f"A comment has at most {LONGEST} characters; this has {len(words)}.")
    return words


@transaction.atomic
def say(article: Article, words: str, user, *, block: Block | None = None) -> Comment:
    """A colleague's comment on a block, or on the whole article. The same words sent twice are one comment."""
    words = _fitting(words)
    if of(article).filter(done_at=None).count() >= MOST_OPEN:
        raise NotPossible(f"There are {MOST_OPEN} open comments already. Resolve some first.")
    begun = {
        "article": article,
        "answers": None,
        "block": block.key if block else "",
        "by": user.get_username(),
        "words": words,
        "done_at": None,
    }
    made, is_new = Comment.objects.get_or_create(
        **begun, defaults={"name": name_of(user), "about": block.plain_text()[:ABOUT] if block else ""}
    )
    if is_new:
        told(made)
    return made


@transaction.atomic
def answer(article: Article, pk: int, words: str, user) -> Comment:
    """An answer to an open comment. Who commented by a preview link reads it there. Raises NotPossible."""
    words = _fitting(words)
    asked = of(article).filter(pk=pk, answers=None, done_at=None).select_for_update(of=("self",)).first()
    if asked is None:
        raise NotPossible("This comment is resolved already.")
    made, is_new = Comment.objects.get_or_create(
        article=article,
        answers=asked,
        by=user.get_username(),
        words=words,
        defaults={
            "link": asked.link,
            "block": asked.block,
            "about": asked.about,
            "name": name_of(user),
        },
    )
    if is_new:
        told(made)
    return made


def told(comment: Comment) -> None:
    """By mail: whoever wrote on the article, who made the link that it came by, and who takes part already."""
    article = comment.article
    if article is None:
        return
    first = comment.answers or comment
    names = notices.wrote_on(article) | {first.by, *first.replies.values_list("by", flat=True)}
    if comment.link is not None:
        names.add(comment.link.made_by)
    newest = article.newest()
    title = newest.title if newest else article.slug
    about = f"\n\nOn: “{comment.about}”" if comment.about else ""
    notices.tell(
        "comment",
        article,
        str(comment.pk),
        f"Comment by {comment.name}: {title}",
        f"{comment.name}: {comment.words}{about}",
        to=names - {""},
        but=comment.by,
        at=f"#comment-{first.pk}",
    )


def resolve(article: Article, pk: int, by: str) -> None:
    rows = Comment.objects.filter(pk__in=of(article).filter(pk=pk, answers=None).values("pk"), done_at=None)
    if not rows.update(done_at=timezone.now(), done_by=by):
        raise NotPossible("This comment is resolved already.")


def open_again(article: Article, pk: int) -> None:
    rows = Comment.objects.filter(pk__in=of(article).filter(pk=pk, answers=None).values("pk"))
    if not rows.exclude(done_at=None).update(done_at=None, done_by=""):
        raise NotPossible("This comment is open already.")


def name_of(user) -> str:
    return (user.get_full_name() or user.get_username())[:80]


def go_along(article_pk: int, keys: dict[str, str]) -> None:
    """Open comments on blocks that are written anew stand beside the new ones. `keys`: old by new is `keys[old]`."""
    for comment in Comment.objects.filter(article=article_pk, done_at=None).exclude(block=""):
        if comment.block in keys:
            Comment.objects.filter(pk=comment.pk).update(block=keys[comment.block])
