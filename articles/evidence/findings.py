"""What an editor should look at before publishing: headings, links, sources, how hard it reads."""

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from articles.evidence.claims import form_name
from articles.models import (
    UNWELCOME,
    Article,
    Callout,
    Direction,
    EvidenceTable,
    Faq,
    Reference,
    ReferenceBlock,
    RichText,
    Version,
)
from articles.models.links import STORED
from shop.catalogue.models import Product

CITED = re.compile(r"\[\[([\w-]+)\]\]")
HEADING = re.compile(r"<h([2-6])[^>]*>(.*?)</h\1>", re.DOTALL)
LINK = re.compile(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")
EMPTY_WORDS = {"here", "click here", "this", "link", "more", "read more", "this page", "this link"}
HARD_READING_AGE = 16
MOST = 200  # findings of one version
AT_ONCE = 500  # values in one query
PAGES = {"articles:article": "article", "catalogue:product": "product"}
CLAIM = "claim"  # [[claim]] in a sentence marks it as a medical statement that needs a source
PARAGRAPH_END = re.compile(r"</(?:p|h[1-6]|li|t[dh])>")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?!\[\[)")
FOUND_SOMETHING = (Direction.BETTER, Direction.UNCONTROLLED, Direction.MIXED)


@dataclass(frozen=True)
class Finding:
    """Something to look at: in which block, and in words what to do about it.

    `key`: the id of its block in the editor; `meant`: the words there that it is about; both empty where there are none.
    """

    where: str
    words: str
    key: str = ""
    meant: str = ""


def content_findings(version: Version, blocks: list | None = None) -> list[Finding]:
    """All findings, in the order of the text. They advise; `publish` says which of them hold something back."""
    blocks = version.blocks() if blocks is None else blocks
    found = []
    if not version.summary.strip():
        found.append(Finding("Summary", "It is empty: cards and search engines show it.", "id_summary"))
    elif len(version.summary) < 60:
        found.append(
            Finding(
                "Summary",
                "It is very short. Two sentences tell a reader whether to open the article.",
                "id_summary",
            )
        )
    if version.picture is None:
        found.append(Finding("Picture", "There is none: the card in the list stays bare.", "id_picture"))
    if not any(block.plain_text().strip() for block in blocks if not isinstance(block, ReferenceBlock)):
        found.append(Finding("Text", "There is none yet."))
    keys = _keys(blocks)
    found += _headings(blocks, keys)
    found += _links(blocks, keys)
    found += _sources(blocks)
    found += [
        Finding(
            "Claim without a source", f"“{sentence[:120]}” Cite one, or take the mark away.", meant=sentence
        )
        for sentence in claims_without_source(blocks)
    ]
    if version.medical_reviewer and version.reviewed_words != version.words_digest:
        found.append(
            Finding(
                "Medical review",
                f"The text was changed after {version.medical_reviewer} had read it. Have it read again, or say "
                "in “changed since review” what is new.",
            )
        )
    age = reading_age(" ".join(block.plain_text() for block in blocks))
    if age > HARD_READING_AGE:
        found.append(Finding("Reading", f"The reading age is about {age}. Shorter sentences would help."))
    return _few(found)


def _few(found: list[Finding]) -> list[Finding]:
    """Each once, and of very many the first MOST."""
    found = list(dict.fromkeys(found))
    if len(found) > MOST:
        rest = f"There are {len(found) - MOST:,} more. They are named once these are mended."
        found[MOST:] = [Finding("Text", rest)]
    return found


def _html(block) -> str:
    if isinstance(block, RichText | Callout):
        return block.body
    return block.answer if isinstance(block, Faq) else ""


def _where(block) -> str:
    return f"{str(block._meta.verbose_name).capitalize()}: {block.plain_text()[:40].strip()} …"


def _keys(blocks) -> dict[int, str]:
    """By the identity of a block the id of its form in the editor."""
    count: Counter = Counter()
    found = {}
    for block in blocks:
        found[id(block)] = block.form_name or form_name(type(block), count[type(block)])
        count[type(block)] += 1
    return found


def _headings(blocks, keys):
    last = 1
    for block in blocks:
        where = _where(block)
        for level, words in HEADING.findall(_html(block)):
            text = TAG.sub("", words).strip()
            if not text:
                yield Finding(where, "A heading is empty.", keys[id(block)])
            elif int(level) > last + 1:
                yield Finding(
                    where,
                    f"The heading “{text[:50]}” skips a level: make it one size larger.",
                    keys[id(block)],
                    text,
                )
            last = int(level)


def _links(blocks, keys):
    links = [(block, LINK.findall(_html(block))) for block in blocks]
    dead = dead_ends({href for _, rows in links for href, _ in rows if href.startswith("/")})
    for block, rows in links:
        where, key = (_where(block), keys[id(block)]) if rows else ("", "")
        for href, words in rows:
            text = TAG.sub("", words).strip()
            if text.lower().rstrip(".") in EMPTY_WORDS or text.startswith(("http://", "https://")):
                yield Finding(
                    where,
                    f"The link “{text[:50]}” does not say where it leads. Link words that do.",
                    key,
                    text,
                )
            if href in dead:
                yield Finding(where, f"The link to {href[:80]} leads nowhere on this site.", key, text)


def dead_ends(hrefs: set[str]) -> set[str]:
    """Of inner addresses those without a page: no known route, or no such product or article."""
    dead: set[str] = set()
    asked: dict[str, tuple[str, str, object]] = {}
    for href in hrefs:
        stored = STORED.match(href)
        if stored:
            asked[href] = stored[1], "pk", int(stored[2])
            continue
        try:
            match = resolve(urlsplit(href).path)
        except (Resolver404, ValueError):
            dead.add(href)
            continue
        kind = PAGES.get(match.view_name)
        if kind:
            asked[href] = kind, "slug", match.kwargs.get("slug")
    return dead | _without_a_row(asked)


def _without_a_row(asked: dict[str, tuple[str, str, object]]) -> set[str]:
    """Addresses of (“article” or “product”, column, value) whose row is not there."""
    rows = {"article": Article.objects.filter(binned_at=None), "product": Product.objects.visible()}
    there: set[tuple[str, str, object]] = set()
    for kind, column in {(kind, column) for kind, column, _ in asked.values()}:
        values = sorted({value for *of, value in asked.values() if of == [kind, column]}, key=str)
        for start in range(0, len(values), AT_ONCE):
            found = rows[kind].filter(**{f"{column}__in": values[start : start + AT_ONCE]})
            there |= {(kind, column, value) for value in found.order_by().values_list(column, flat=True)}
    return {href for href, wanted in asked.items() if wanted not in there}


def _sources(blocks):
    listed = {block.reference.key for block in blocks if isinstance(block, ReferenceBlock)}
    cited = {key for block in blocks for key in CITED.findall(_html(block))} - {CLAIM}
    tabled = {block.question_id for block in blocks if isinstance(block, EvidenceTable)}
    in_tables = {
        block.reference.key
        for block in blocks
        if isinstance(block, ReferenceBlock) and block.reference.question_id in tabled
    }
    for key in sorted(cited - listed):
        yield Finding(
            "Sources",
            f"[[{key}]] is cited and not among the references, so readers don’t see it.",
            meant=f"[[{key}]]",
        )
    for key in sorted(listed - cited - in_tables):
        yield Finding("Sources", f"{key} is among the references and cited nowhere.")
    for block in blocks:
        if isinstance(block, ReferenceBlock) and block.reference.retracted_on:
            yield Finding(
                "Sources",
                f"{block.reference.key} was retracted on {block.reference.retracted_on:%-d %B %Y}. "
                "Take out what rests on it.",
            )


def claims_without_source(blocks) -> list[str]:
    """Sentences marked with [[claim]] that cite no source which the article lists, as plain text."""
    listed = {block.reference.key for block in blocks if isinstance(block, ReferenceBlock)}
    found = []
    for block in blocks:
        for paragraph in PARAGRAPH_END.split(_html(block)):
            for sentence in SENTENCE_END.split(TAG.sub("", paragraph)):
                keys = set(CITED.findall(sentence))
                if CLAIM in keys and not keys & listed:
                    found.append(" ".join(CITED.sub("", sentence).split()))
    return found


def left_out(blocks, region) -> list[Reference]:
    """Studies in our library that found no difference, or harm, on a question on which the article shows others.

    Counts for a question when the article has its table in this region, or lists a study that found something.
    """
    shown = [block for block in blocks if block.shows_in(region)]
    listed = [block.reference for block in shown if isinstance(block, ReferenceBlock)]
    asked: set[int | None] = {block.question_id for block in shown if isinstance(block, EvidenceTable)}
    asked |= {reference.question_id for reference in listed if reference.direction in FOUND_SOMETHING}
    unwelcome = Reference.objects.filter(
        question__in=asked - {None}, direction__in=UNWELCOME, retracted_on=None
    ).exclude(pk__in=[reference.pk for reference in listed])
    return list(unwelcome) if asked - {None} else []


def reading_age(text: str) -> int:
    """Years of age by the Flesch-Kincaid grade (Kincaid et al. 1975) plus five; 0 for hardly any text."""
    sentences = [part for part in re.split(r"(?<![.!?])[.!?]+(?:\s|$)", text) if part.strip()]
    words = re.findall(r"[A-Za-z’']+", text)
    if len(words) < 100 or not sentences:
        return 0
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", word.lower().removesuffix("e")))) for word in words)
    grade = 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
    return round(grade + 5)
