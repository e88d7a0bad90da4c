"""Whether the content of the EU shop is there in another language, whole and in its typography: what is wrong, in words."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from articles.models import Version
from config.seed.files import ArticleFile, FileBlock, read_article
from config.seed.ticks import one_line
from shop.pages.shipped import FOLDER, _is_for
from shop.text.normal import as_read
from tests.support.translated_words import ARTICLES, EU, REGION, word_problems, words
from tests.support.typography import KEY, TAG, differs


def problems(language: str) -> list[str]:
    """All that is missing or wrong in the language’s articles, words and pages, in the order of reading."""
    parts: tuple[Callable[[str], Iterator[str]], ...] = (article_problems, word_problems, page_problems)
    return [problem for part in parts for problem in part(language)]


def for_the_eu(file: ArticleFile) -> list[FileBlock]:
    """The blocks of an original that the EU sees."""
    return [
        block
        for block in file.blocks
        if REGION in block.values.get("only", REGION).split()
        and REGION not in block.values.get("not", "").split()
    ]


def article_problems(language: str) -> Iterator[str]:
    folder = ARTICLES / language
    originals = {path.name: path for path in ARTICLES.glob("*.html")}
    translated = {path.name: path for path in folder.glob("*.html")}
    for name in sorted(originals.keys() ^ translated.keys()):
        yield f"{name} is there in one language only"
    slugs = Counter(read_article(path).head["slug"] for path in ARTICLES.glob("**/*.html"))
    for name in sorted(originals.keys() & translated.keys()):
        for problem in _article(read_article(originals[name]), read_article(translated[name]), language):
            yield f"{language}/{name}: {problem}"
        slug = read_article(translated[name]).head["slug"]
        if slugs[slug] > 1 or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 100:
            yield f"{language}/{name}: its address “{slug}”"


def _article(original: ArticleFile, translated: ArticleFile, language: str) -> Iterator[str]:
    if odd := translated.head.keys() - {"slug", "title", "summary", "no_claim"}:
        yield f"its head says {sorted(odd)}, which is the original’s"
    for name in ("title", "summary"):
        if len(translated.head[name]) > (most := Version._meta.get_field(name).max_length or 0):
            yield f"{name} has {len(translated.head[name])} signs, of {most}"
        yield from differs(original.head[name], translated.head[name], language)
    ours = for_the_eu(original)
    if [block.kind for block in ours] != [block.kind for block in translated.blocks]:
        yield "other blocks, or in another order"
        return
    for one, other in zip(ours, translated.blocks, strict=True):
        for problem in _block(one, other, language):
            yield f"{other.kind}: {problem}"
    yield from _no_claims(translated, language)


def _block(one: FileBlock, other: FileBlock, language: str) -> Iterator[str]:
    words = ("heading", "question", "caption") if one.kind != "evidence" else ("heading",)
    same = {name: value for name, value in one.values.items() if name not in (*words, "only", "not")}
    if same != {name: value for name, value in other.values.items() if name not in words}:
        yield f"says {other.values}, and not {same}"
    for name in words:
        yield from differs(one.values.get(name, ""), other.values.get(name, ""), language)
    yield from differs(one.body, other.body, language)


def plain(file: ArticleFile) -> str:
    """All that is read of an article, as the claims check has its sentences."""
    said = [file.head["title"], file.head["summary"]]
    for block in file.blocks:
        said += [*block.values.values(), block.body]
    return re.sub(r"\s+", " ", TAG.sub(" ", KEY.sub("", "\n".join(said))))


def beside(language: str) -> str:
    """What an article shows of rows: its table of forms, and its picture."""
    found = words(language)
    shown = [row["known"] for row in found.get("forms", {}).values()]
    return "\n".join(
        [KEY.sub("", text) for text in shown] + [row["alt"] for row in found.get("pictures", {}).values()]
    )


def _no_claims(translated: ArticleFile, language: str) -> Iterator[str]:
    """A sentence that makes no claim is one of the article, or stands in it as an original’s of a table or a picture.

    Which wait for that is found by the language’s own rules: as many as in the original they need not be.
    """
    said = as_read(one_line(plain(translated) + beside(language)))
    for row in translated.head.get("no_claim", []):
        # A reference at the end of a sentence leaves its blank.
        if re.sub(r" \.(?!\.)", ".", as_read(one_line(row["sentence"]))) not in said:
            yield f"no such sentence: {row['sentence']}"
        if not row.get("reason"):
            yield f"no reason: {row['sentence']}"


def page_problems(language: str) -> Iterator[str]:
    translated = {path.stem: path for path in (FOLDER / language).glob("*.json")}
    files = {path.stem: path for path in FOLDER.glob("*.json")}
    for page in sorted(files.keys() ^ translated.keys()):
        yield f"page {page} is there in one language only"
    for page in sorted(files.keys() & translated.keys()):
        for problem in _page(
            json.loads(files[page].read_text()), json.loads(translated[page].read_text()), language
        ):
            yield f"page {page}: {problem}"


# Nobody need be told any more, and in Germany a mention of it was warned about.
CLOSED = " The online platform of the EU for disputes was closed on 20 July 2025."


def _page(original: dict[str, Any], translated: dict[str, Any], language: str) -> Iterator[str]:
    if original.keys() != translated.keys():
        yield f"has {sorted(translated)}, and the original {sorted(original)}"
    for name in ("title", "lead", "date"):
        yield from differs(original.get(name, ""), translated.get(name, ""), language)
    ours = [row for row in original["blocks"] if _is_for(row, EU)]
    if len(ours) != len(translated["blocks"]):
        yield f"{len(translated['blocks'])} blocks of {len(ours)}"
        return
    for one, other in zip(ours, translated["blocks"], strict=True):
        where = other.get("heading") or other.get("drawn") or "without a heading"
        for problem in _block_of_page(one, other, language):
            yield f"{where}: {problem}"


def _block_of_page(one: dict[str, Any], other: dict[str, Any], language: str) -> Iterator[str]:
    """Its source may name a country’s law after the original’s, and then it waits for a lawyer."""
    if {*one} - {"laws", "seen", "to_check"} != {*other} - {"seen", "to_check"}:
        yield f"has {sorted(other)}"
    if any(one.get(name) != other.get(name) for name in ("kind", "drawn")):
        yield "another kind"
    here, there = one.get("source", ""), other.get("source", "")
    if there != here and not (there.startswith(f"{here}; ") and other.get("to_check")):
        yield "another source"
    if "to_check" not in other and (one.get("seen") != other.get("seen") or "to_check" in one):
        yield "says that more was seen than in the original"
    yield from differs(one.get("heading", ""), other.get("heading", ""), language)
    here, there = one.get("body", []), other.get("body", [])
    if len(there) < len(here):
        yield "paragraphs are missing"
    yield from differs("\n\n".join(here).replace(CLOSED, ""), "\n\n".join(there), language)
