"""Posts as other programs export them: WordPress (WXR), RSS and Atom feeds such as Shopify's, and tables.

Each entry is read by itself, so that a bad one is told with its line and stops no other.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify

from shop.text.addresses import parts_of
from shop.text.characters import clean_line, clean_text
from shop.text.tables import heading, read_rows

# Each export names these itself; one that doesn't is read all the same.
NAMESPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "wp": "http://wordpress.org/export/1.2/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "s": "http://jadedpixel.com/-/spec/shopify",
    "media": "http://search.yahoo.com/mrss/",
    "atom": "http://www.w3.org/2005/Atom",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "thr": "http://purl.org/syndication/thread/1.0",
}
DECLARED = " ".join(f'xmlns:{name}="{address}"' for name, address in NAMESPACES.items())
OPENED = re.compile(r"<(item|entry)(?=[\s>])")
CDATA = "<![CDATA["
ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)(\w+);|&(?!#?\w+;)")
NO_ARTICLES = {"attachment", "nav_menu_item", "revision", "custom_css", "wp_global_styles", "wp_navigation", "product", "shop_order",
               "product_variation", "oembed_cache", "customize_changeset", "wp_template", "wp_template_part"}  # fmt: skip
COLUMNS = {
    "title": {"title", "post title", "name"},
    "html": {"body html", "body (html)", "body", "content", "post content", "html", "text"},
    "slug": {"handle", "slug", "post name", "url handle"},
    "summary": {"summary html", "summary", "excerpt", "post excerpt", "metafield: title tag [string]"},
    "published": {"published at", "date", "post date", "created at", "published"},
    "author": {"author", "post author"},
    "link": {"url", "link", "permalink", "guid"},
    "tags": {"tags", "post tag", "categories", "blog: title"},
    "status": {"status", "post status", "published status"},
}  # fmt: skip
BLOG = {"blog: handle", "blog handle", "blog"}


@dataclass(frozen=True)
class Post:
    """`line`: of the file, where it begins. `html`: as it was written there. `trouble`: why it can't be read at all."""

    line: int
    title: str = ""
    slug: str = ""
    html: str = ""
    summary: str = ""
    published: datetime | None = None
    author: str = ""
    link: str = ""
    tags: tuple[str, ...] = ()
    is_public: bool = True
    trouble: str = ""


def posts_in(text: str) -> Iterator[Post]:
    """The posts and pages of an export; what is no text to read, such as menus, orders and pictures, is passed by."""
    if text.lstrip("\ufeff \r\n\t").startswith("<"):
        yield from _of_xml(text.replace("\r\n", "\n").replace("\r", "\n"))
    else:
        yield from _of_table(text)


def _of_xml(text: str) -> Iterator[Post]:
    # What stands in CDATA may hold “</item>”: it is put aside while entries are looked for, at the same length.
    masked = replaced(text, CDATA, "]]>", lambda inner: re.sub(r"[^\n]", " ", f"{CDATA}{inner}]]>"))
    line, place, end, count = 1, 0, 0, 0
    for found in OPENED.finditer(masked):
        if found.start() < end:
            continue
        line += masked.count("\n", place, found.start())
        place, close = found.start(), masked.find(f"</{found[1]}", found.end())
        end = masked.find(">", close) + 1 if close >= 0 else 0
        if not end:
            yield Post(line, trouble="This entry has no end: the file may be cut off.")
            return
        count += 1
        try:
            entry = _parsed(text[place:end])
        except (ParseError, DefusedXmlException, ValueError) as error:
            yield Post(line, trouble=f"This entry can’t be read: {error}.")
            continue
        post = _post(entry, line)
        if post is not None:
            yield post
    if not count:
        yield Post(
            1, trouble="The file has no entries: neither of WordPress (“item”) nor of a feed (“entry”)."
        )


def replaced(text: str, begin: str, end: str, instead: Callable[[str], str]) -> str:
    """`text` with all from each `begin` to the next `end` replaced, by what lies between them. One that never ends stays.

    It reads the text once, however many begin.
    """
    parts, place = [], 0
    while (start := text.find(begin, place)) >= 0 and (stop := text.find(end, start + len(begin))) >= 0:
        parts += [text[place:start], instead(text[start + len(begin) : stop])]
        place = stop + len(end)
    return "".join([*parts, text[place:]])


def _parsed(entry: str) -> Element:
    whole = ENTITY.sub(_as_sign, _outside_of_cdata(clean_text(entry)))
    own = {
        name
        for name in re.findall(r"[<\s/]([A-Za-z_][\w.-]*):(?=[\w])", whole)
        if name not in {*NAMESPACES, "xml", "xmlns"}
    }
    more = " ".join(f'xmlns:{name}="urn:{name}"' for name in sorted(own))
    return fromstring(f"<posts {DECLARED} {more}>{whole}</posts>", forbid_dtd=True)[0]


def _as_sign(found: re.Match) -> str:
    """Named signs that HTML knows and XML does not, and a “&” that stands for itself."""
    sign = unescape(found[0])
    return sign if found[1] and sign != found[0] else "&amp;" + found[0][1:]


def _outside_of_cdata(entry: str) -> str:
    """CDATA as plain escaped text, so that nothing inside it is taken for markup."""
    return replaced(entry, CDATA, "]]>", _escaped)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _post(entry: Element, line: int) -> Post | None:
    said = _texts(entry)
    kind, status = said.get("post_type", ""), said.get("status", "publish")
    if kind in NO_ARTICLES or status in {"trash", "auto-draft", "inherit"}:
        return None
    html = said.get("encoded") or _markup(entry) or said.get("description", "")
    link = said.get("link") or _link(entry)
    slug = unquote(said.get("post_name", "")) or unquote(parts_of(link).path.rstrip("/").rpartition("/")[2])
    tags = [child.get("term") or child.text or "" for child in entry if _name(child) in {"category", "tag"}]
    return Post(
        line=line,
        title=clean_line(unescape(said.get("title", ""))).strip(),
        slug=slugify(slug)[:90],
        html=html,
        summary=said.get("excerpt_encoded", "") or said.get("summary", ""),
        published=moment_of(
            said.get("post_date_gmt")
            or said.get("published")
            or said.get("pubDate")
            or said.get("post_date")
            or ""
        ),
        author=clean_line(said.get("creator", "") or said.get("author", "")).strip()[:80],
        link=link.strip(),
        tags=tuple(tag.strip() for tag in tags if tag.strip()),
        is_public=status in {"publish", "published", "active"},
    )


def _texts(entry: Element) -> dict[str, str]:
    """The text of each part by its name; WordPress's two “encoded” are told apart."""
    said: dict[str, str] = {}
    for part in entry:
        name = _name(part)
        if name == "encoded" and "excerpt" in part.tag:
            name = "excerpt_encoded"
        text = part.findtext("{*}name") if name == "author" and len(part) else part.text
        if text and text.strip() and name not in said:
            said[name] = text.strip()
    return said


def _markup(entry: Element) -> str:
    """The content of an Atom entry: escaped HTML, or XHTML as elements."""
    part = next((part for part in entry if _name(part) == "content"), None)
    if part is None:
        return ""
    return part.text or "" if len(part) == 0 else "".join(_as_html(child) for child in part)


def _as_html(element: Element) -> str:
    name = _name(element)
    attributes = "".join(
        f' {key}="{_escaped(element.get(key) or "").replace(chr(34), "&quot;")}"'
        for key in ("href", "src", "alt")
        if element.get(key)
    )
    inner = _escaped(element.text or "") + "".join(_as_html(child) for child in element)
    return f"<{name}{attributes}>{inner}</{name}>{_escaped(element.tail or '')}"


def _link(entry: Element) -> str:
    links = [part for part in entry if _name(part) == "link" and part.get("href")]
    best = next((part for part in links if part.get("rel", "alternate") == "alternate"), None)
    return (best.get("href") or "") if best is not None else ""


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def moment_of(text: str) -> datetime | None:
    """When it was published, in UTC; None where the text says no moment."""
    text = re.sub(r" UTC$", "+00:00", text.strip())
    try:
        found = parse_datetime(text) or parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _of_table(text: str) -> Iterator[Post]:
    places: dict[str, int] = {}
    blog = None
    for number, row in enumerate(read_rows(text)):
        if number == 0:
            names = [heading(cell) for cell in row.cells]
            places = {
                part: at for part, known in COLUMNS.items() for at, name in enumerate(names) if name in known
            }
            blog = next((at for at, name in enumerate(names) if name in BLOG), None)
            if "title" not in places or "html" not in places:
                yield Post(
                    1,
                    trouble="The first line has to name the columns; “Title” and “Body HTML” are wanted at least.",
                )
                return
        elif row.trouble:
            yield Post(row.line, trouble=row.trouble)
        else:
            said = {part: row.cells[at] for part, at in places.items() if at < len(row.cells)}
            if not said.get("title") and not said.get("html"):
                continue  # a further line of the same post, with a picture or a comment
            of_blog = row.cells[blog] if blog is not None and blog < len(row.cells) else ""
            yield _of_cells(row.line, said, of_blog)


def _of_cells(line: int, said: dict[str, str], blog: str) -> Post:
    slug = slugify(said.get("slug", ""))[:90]
    link = said.get("link", "") or (f"/blogs/{slugify(blog)}/{slug}" if blog and slug else "")
    return Post(
        line=line,
        title=clean_line(unescape(said.get("title", ""))).strip(),
        slug=slug,
        html=said.get("html", ""),
        summary=said.get("summary", ""),
        published=moment_of(said.get("published", "")),
        author=said.get("author", "")[:80],
        link=link,
        tags=tuple(tag.strip() for tag in re.split(r"[,|]", said.get("tags", "")) if tag.strip()),
        is_public=said.get("status", "publish").casefold() in {"publish", "published", "active", "true", ""},
    )
