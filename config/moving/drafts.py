"""What becomes of posts from elsewhere: said before anything is made, then made as drafts, all at once.

A post becomes the draft of an article at its own address; an article that has the address already stays as it is, so
that bringing the same file in again changes nothing. Nothing is published, and nothing is fetched from anywhere.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from html import unescape
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.text import slugify

from articles.evidence import facts
from articles.models import Article, Author, Figure, RichText, Topic, Version
from articles.models.blocks import Block, plain
from articles.models.version import LinkedProducts, Tagged
from articles.publishing.addresses import check_address
from articles.publishing.errors import NotPossible
from articles.publishing.versions import save_version
from articles.text.pasted import from_elsewhere
from config.forwarding.plan import Plan, Wish, carry_out, plan
from config.moving.posts import Post, replaced
from shop.pictures.models import Picture, hash_of
from shop.regions.models import Region
from shop.text.addresses import parts_of

LONGEST_BODY = 200_000  # signs of markup
TITLE, SUMMARY, ALT = 120, 300, 250  # signs
CAPTION = re.compile(r"\[/?caption\b[^\[\]]{0,2000}\]")
SHORTCODE = re.compile(r"\[/?(?:[a-z][\w-]*(?=[^\[\]]{0,2000}=)[^\[\]]{0,2000}|(?:gallery|embed|audio|video|playlist|products?|add_to_cart|contact-form[\w-]*|vc_\w+|et_pb_\w+|toc|more)\b[^\[\]]{0,2000})\]")  # fmt: skip
IMAGE = re.compile(r"<img\b[^<>]{0,4000}>", re.IGNORECASE)
EMBEDDED = re.compile(r"<(iframe|video|audio|object|embed|script|form|canvas|svg)\b", re.IGNORECASE)
BLOCK_TAG = re.compile(r"<(?:p|div|h[1-6]|ul|ol|table|blockquote|section|article)\b", re.IGNORECASE)
WORDPRESS_SIZE = re.compile(r"-\d{2,4}x\d{2,4}$|-scaled$")


class State(StrEnum):
    NEW = "new"
    SAME = "there already"
    REFUSED = "left out"


@dataclass
class Draft:
    """A post and what becomes of it. `notes`: what is lost or changed on the way; `findings`: of the claims check."""

    post: Post
    state: State = State.NEW
    slug: str = ""
    words: str = ""
    notes: list[str] = field(default_factory=list)
    findings: int = 0
    version: Version | None = None
    blocks: list[Block] = field(default_factory=list)
    pictures: dict[int, Path] = field(default_factory=dict)  # by the place of a block: the file it shows


class Folder:
    """Pictures by the end of their address, in small letters; WordPress's sizes lead to the picture itself."""

    def __init__(self, root: Path | None) -> None:
        self._files: dict[str, Path] = {}
        for path in sorted(root.rglob("*")) if root else ():
            if path.is_file() and not path.is_symlink():
                self._files.setdefault(path.name.lower(), path)

    def find(self, address: str) -> Path | None:
        name = PurePosixPath(unquote(parts_of(address).path)).name.lower()
        stem, dot, extension = name.rpartition(".")
        whole = WORDPRESS_SIZE.sub("", stem) + dot + extension
        return self._files.get(name) or self._files.get(whole)


def drafts_of(posts: Iterable[Post], folder: Folder, *, check: bool = True) -> Iterator[Draft]:
    """What would become of each post. It reads alone. `check`: with the findings of the claims check, a tenth of a second each."""
    taken: dict[str, int] = {}
    authors = {author.name.casefold(): author for author in Author.objects.all()}
    team = Author.objects.order_by("-is_team", "pk").first()
    topics = {topic.name.casefold(): topic for topic in Topic.objects.all()}
    for post in posts:
        draft = Draft(post, slug=post.slug or slugify(post.title)[:90])
        reason = post.trouble or _refusal(draft, team, taken)
        if reason:
            yield replace(draft, state=State.REFUSED, words=reason)
            continue
        taken[draft.slug] = post.line
        if Article.objects.filter(slug=draft.slug, versions__isnull=False).exists():
            yield replace(
                draft, state=State.SAME, words="An article has this address already; it stays as it is."
            )
            continue
        author = authors.get(post.author.casefold(), team)
        _write(draft, author, folder)
        assert draft.version is not None
        filed = [topics[tag.casefold()] for tag in post.tags if tag.casefold() in topics]
        draft.version.unsaved = (draft.blocks, LinkedProducts([], Tagged()), [topic.pk for topic in filed])
        trouble = _trouble(draft, draft.version)
        if trouble:
            yield replace(draft, state=State.REFUSED, words=trouble)
            continue
        if check:
            facts.work_out(draft.version)
            draft.findings = max(
                (len(found["findings"]) for found in draft.version.claims.values()), default=0
            )
        yield draft


def _refusal(draft: Draft, team: Author | None, taken: dict[str, int]) -> str:
    post = draft.post
    if team is None:
        return "Add an author first: every article needs one."
    if not post.title:
        return "It has no title."
    if not draft.slug:
        return "Its title and its address have no Latin letters to make an address of: give it a handle."
    if draft.slug in taken:
        return f"The entry on line {taken[draft.slug]} has the same address, “{draft.slug}”."
    if len(post.html) > LONGEST_BODY:
        return f"Its text has more than {LONGEST_BODY:,} signs: bring it in by hand, in parts."
    try:
        check_address(draft.slug, None)
    except NotPossible as error:
        if not Article.objects.filter(slug=draft.slug).exists():
            return str(error)
    return ""


def _write(draft: Draft, author: Author | None, folder: Folder) -> None:
    """The version and its blocks, unsaved."""
    post, notes = draft.post, draft.notes
    title = post.title
    if len(title) > TITLE:
        title = shortened(title, TITLE)
        notes.append(f"The title has {len(post.title)} signs and was cut to {TITLE}.")
    for name in sorted({found[1].lower() for found in EMBEDDED.finditer(post.html)}):
        notes.append(f"Left out of the text: <{name}>.")
    for name in sorted(
        {found[0].strip("[]/").split()[0] for found in SHORTCODE.finditer(CAPTION.sub("", post.html))}
    ):
        notes.append(f"Left out of the text: the shortcode “{name}”.")
    for part in _parts(_tidied(post.html)):
        if IMAGE.fullmatch(part):
            _show(draft, part, folder)
        elif body := from_elsewhere(f"<div>{part}</div>"):
            text = RichText(body=body)
            text.tidy()
            if plain(text.body):
                draft.blocks.append(text)
    summary = plain(post.summary) or " ".join(block.plain_text() for block in draft.blocks[:2])
    if author is not None and post.author and post.author.casefold() != author.name.casefold():
        notes.append(f"By “{post.author}” there, who is no author here: {author.name} stands for them.")
    draft.version = Version(
        title=title,
        summary=shortened(unescape(summary), SUMMARY) or title,
        author=author,
        note=f"Brought in; published there on {post.published:%-d %B %Y}" if post.published else "Brought in",
        is_draft=True,
    )


def _tidied(html: str) -> str:
    """Without WordPress's own marks; text that has no paragraphs gets them where its lines are blank."""
    html = SHORTCODE.sub(" ", CAPTION.sub(" ", replaced(html, "<!--", "-->", lambda inner: "")))
    if not BLOCK_TAG.search(html):
        parts = [part.strip() for part in re.split(r"\n\s*\n", html)]
        html = "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in parts if part)
    return html


def _parts(html: str) -> Iterator[str]:
    """The text between pictures, and the pictures, in their order."""
    place = 0
    for found in IMAGE.finditer(html):
        yield html[place : found.start()]
        yield found[0]
        place = found.end()
    yield html[place:]


def _show(draft: Draft, image: str, folder: Folder) -> None:
    address, alt = _attribute(image, "src") or _attribute(image, "data-src"), _attribute(image, "alt")
    name = PurePosixPath(unquote(parts_of(address).path)).name[:80] or "without an address"
    path = folder.find(address)
    if path is None:
        draft.notes.append(f"Picture left out, since its file is not in the folder: {name}.")
    elif not alt:
        draft.notes.append(f"Picture left out, since nothing says what it shows (“alt” is empty): {name}.")
    else:
        draft.pictures[len(draft.blocks)] = path
        draft.blocks.append(Figure(picture=Picture(title=name[:TITLE], alt=shortened(alt, ALT))))


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\s{name}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", tag, re.IGNORECASE)
    return " ".join(unescape(next((part for part in found.groups() if part), "")).split()) if found else ""


def shortened(text: str, most: int) -> str:
    """`text`, or as many of its sentences or words as have room."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    head = text[: most - 1]
    sentence = max(head.rfind(". "), head.rfind("! "), head.rfind("? "))
    if sentence > most // 3:
        return head[: sentence + 1]
    return head.rpartition(" ")[0].rstrip(",;:–- ") + "…" if " " in head else head + "…"


def _trouble(draft: Draft, version: Version) -> str:
    if not any(isinstance(block, RichText) for block in draft.blocks):
        return "It has no text that could be read."
    try:
        version.full_clean(exclude=["article"])
        for place, path in draft.pictures.items():
            picture = draft.blocks[place].picture
            picture.file = ContentFile(path.read_bytes(), name=path.name)
            picture.full_clean(exclude=["file"])
    except (ValidationError, OSError) as error:
        words = error.messages if isinstance(error, ValidationError) else [str(error.strerror)]
        return " ".join(words)
    return ""


def redirects_of(drafts: Iterable[Draft], region: Region) -> Plan:
    """Where the old addresses of these posts will lead, once their articles are published in `region`."""
    return plan(
        Wish(draft.post.line, draft.post.link, f"/{region.code}/articles/{draft.slug}/")
        for draft in drafts
        if draft.post.link and draft.state != State.REFUSED
    )


@transaction.atomic
def bring_in(drafts: Iterable[Draft], region: Region, by: str) -> tuple[int, int]:
    """Make the new ones, and redirects from their old addresses; (how many drafts, how many redirects)."""
    made = []
    for draft in drafts:
        if draft.state != State.NEW or draft.version is None:
            continue
        if Article.objects.filter(slug=draft.slug, versions__isnull=False).exists():  # meanwhile
            continue
        article, _ = Article.objects.get_or_create(slug=draft.slug)
        for place in draft.pictures:
            draft.blocks[place].picture = stored(draft.blocks[place].picture)
        version, topics = draft.version, draft.version.topic_pks()
        version.article, version.changed_by, version.unsaved = article, by, None
        save_version(version, draft.blocks, topics=topics, is_known=bool(version.claims_rules))
        made.append(Draft(draft.post, slug=draft.slug))
    return len(made), carry_out(redirects_of(made, region))


def stored(picture: Picture) -> Picture:
    """The picture, each file once however many posts show it with the same words."""
    data = picture.file.read()
    found = Picture.objects.filter(source_hash=hash_of(data), alt=picture.alt).first()
    if found is None:
        picture.file, picture.source_hash = ContentFile(data, name=picture.title), hash_of(data)
        picture.full_clean()
        picture.save()
        found = picture
    return found
