"""Articles and pages as Markdown with front matter, for whatever reads that. What only some regions read says so around it."""

import json
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

from articles.models import Article, Publication, Version
from articles.models.blocks import Block
from shop.pages.models import PageVersion
from shop.pictures.models import Picture

MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "s": "~~", "del": "~~"}
AS_IT_IS = {"sup", "sub", "table", "thead", "tbody", "tr", "td", "th"}
SPECIAL = re.compile(r"([\\`*_\[\]<>])")
LINE_START = re.compile(r"^([^\S\n]*)([#+=-]|\d+[.)])(?=\s)", re.MULTILINE)


class _Written(HTMLParser):
    """Rich text of ours as Markdown. Tables stay as they are: Markdown takes HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.lists: list[list] = []
        self.links: list[str] = []
        self.in_table = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in AS_IT_IS:
            self.in_table += tag == "table"
            self.out.append(("\n\n" if tag == "table" else "") + (self.get_starttag_text() or ""))
        elif self.in_table:
            if tag in MARKS or tag == "a":
                self.out.append(self.get_starttag_text() or "")
        elif tag in MARKS:
            self.out.append(MARKS[tag])
        elif tag == "a":
            self.links.append(said.get("href") or "")
            self.out.append("[")
        elif tag in {"h2", "h3", "h4"}:
            self.out.append("\n\n" + "#" * int(tag[1]) + " ")
        elif tag in {"ul", "ol"}:
            self.lists.append([tag, 0])
            self.out.append("\n")
        elif tag == "li" and self.lists:
            self.lists[-1][1] += 1
            mark = f"{self.lists[-1][1]}." if self.lists[-1][0] == "ol" else "-"
            self.out.append("\n" + "   " * (len(self.lists) - 1) + mark + " ")
        elif tag == "br":
            self.out.append("\\\n")
        elif tag == "blockquote":
            self.out.append("\n\n> ")
        elif tag == "p" and not self.lists and not "".join(self.out[-1:]).endswith("> "):
            self.out.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in AS_IT_IS:
            self.in_table -= tag == "table"
            self.out.append(f"</{tag}>" + ("\n\n" if tag == "table" else ""))
        elif self.in_table:
            if tag in MARKS or tag == "a":
                self.out.append(f"</{tag}>")
        elif tag in MARKS:
            self.out.append(MARKS[tag])
        elif tag == "a" and self.links:
            self.out.append(f"]({self.links.pop()})")
        elif tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if self.in_table:
            self.out.append(data.replace("&", "&amp;").replace("<", "&lt;"))
        else:
            self.out.append(LINE_START.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", data)))


def markdown_of(html: str) -> str:
    reader = _Written()
    reader.feed(html)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.out)).strip()


def _plain(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)


def front_matter(values: dict[str, Any]) -> str:
    """Each value as JSON, which YAML reads: no text of a title can end it or begin another key."""
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join(["---", *lines, "---", ""])


def picture_file(picture: Picture) -> str:
    return f"pictures/{picture.file.name.rpartition('/')[2]}"


def article_file(article: Article, version: Version, published: Iterable[Publication]) -> str:
    """A version of an article. `published`: where it stands, if anywhere."""
    blocks, _ = version.parts()
    values = {
        "title": version.title,
        "slug": article.slug,
        "language": article.language,
        "translation_of": article.original.slug if article.original else None,
        "summary": version.summary,
        "author": version.author.name,
        "topics": [topic.name for topic in version.topics.all()],
        "product_tags": [tag.slug for tag in version.tags.all()],
        "published": [
            {
                "region": row.region.code,
                "from": row.starts_at.isoformat(),
                "until": row.ends_at.isoformat() if row.ends_at else None,
                "address": f"/{row.region.code}/articles/{article.slug}/",
            }
            for row in published
        ],
        "former_addresses": [old.slug for old in article.old_addresses.all()],
        "products": [
            {
                "product": link.product.slug,
                "kind": link.kind,
                "show_in": link.show_in,
                "regions": link.region_codes,
            }
            for link in version.product_links.select_related("product")
        ],
        "draft": version.is_draft,
        "reviewed_by": version.medical_reviewer,
        "picture": picture_file(version.picture) if version.picture else None,
        "changed": version.changed_at.isoformat(),
    }
    return f"{front_matter(values)}\n" + "\n\n".join(_block(block) for block in blocks) + "\n"


def _block(block: Block) -> str:
    text = _words_of(block)
    if block.show_in == "all" or not block.region_codes:
        return text
    return f"<!-- {block.show_in}: {block.region_codes} -->\n\n{text}\n\n<!-- all -->"


def _words_of(block: Any) -> str:
    match block._meta.model_name:
        case "richtext":
            return markdown_of(block.body)
        case "figure":
            words = f"![{_plain(block.picture.alt)}](../{picture_file(block.picture)})"
            return f"{words}\n\n{_plain(block.caption)}".strip()
        case "callout":
            body = markdown_of(block.body).replace("\n", "\n> ")
            return f"> **{_plain(block.heading)}**\n>\n> {body}"
        case "faq":
            return f"### {_plain(block.question)}\n\n{markdown_of(block.answer)}"
        case "productcard":
            return f"<!-- product: {block.product.slug} -->"
        case "referenceblock":
            one = block.reference
            where = f"https://doi.org/{one.doi}" if one.doi else one.link
            words = _plain(f"{one.authors} ({one.year}). {one.title}. {one.journal}")
            return f"- [{one.key}] {words} {where}".rstrip()
        case "evidencetable":
            return f"<!-- evidence: {block.question.slug} -->"
        case "formtable":
            return f"<!-- forms: {block.codes or 'all'} -->"
    return block.plain_text()


def page_file(version: PageVersion) -> str:
    """A version of a page of the shop's own, with the names in braces that data fills."""
    values = {
        "page": version.page,
        "region": version.region.code,
        "version": version.edition,
        "title": version.title,
        "lead": version.lead,
        "published": version.starts_at.isoformat() if version.starts_at else None,
    }
    parts = []
    for block in version.blocks.all():
        heading = f"## {block.heading}\n\n" if block.heading else ""
        body = f"<!-- drawn: {block.drawn} -->" if block.drawn else block.body
        if block.picture:
            body = f"![{block.picture.alt}](../{picture_file(block.picture)})\n\n{body}"
        parts.append(heading + body)
    return f"{front_matter(values)}\n" + "\n\n".join(parts) + "\n"
