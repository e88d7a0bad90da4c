"""Stored rich text as a page shows it: citations numbered, headings with anchors, links to our own pages resolved."""

import re
from html import unescape

from django.db.models import Q
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext

from articles.models.links import STORED
from articles.reading.published import current_publications
from shop.catalogue.models import Product
from shop.content.scopes import article, card, shows
from shop.text.characters import clean_html

CITE = re.compile(r"\s?\[\[([\w-]+)\]\]")
CITES = re.compile(rf"(?:{CITE.pattern})+")
TAG = re.compile(r"<[^>]+>")  # enough for stored rich text, which is sanitised
HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
SCOPES = {"article": article, "product": card}
TO = re.compile(r'href="/to/(article|product)/(\d{1,17})/')
LINK = re.compile(r"<a [^>]*?href=\"(/to/[^\"]*)\"[^>]*>(.*?)</a>", re.DOTALL)
CITED = re.compile(r'<sup class="cite">.*?</sup>', re.DOTALL)
NOT_SHOWN_IN_LISTS = re.compile(r"</?(?!su[bp]\b|em\b|strong\b|s\b)[a-z][^>]*>")
# The ids that the page itself has (templates/base.html, articles/article.html and what they include).
TAKEN = re.compile(
    r"about|dark|main|more|newest|questions|shop|sources|letter(-email)?|(ref|cite)-\d+"
    r"|(reading|find)-(dock|foot|header|head|page)(-list.*)?"
)


def citation_html(number: int, first: bool) -> str:
    back = f' id="cite-{number}"' if first else ""
    words = gettext("Source {number}").format(number=number)
    return f'<a href="#ref-{number}"{back} aria-label="{words}">{number}</a>'


class Rendering:
    """Turns stored rich text into page text: citations numbered, headings with anchors, inner links led home.

    `sources` are the page's, numbered. `addresses(kind)` gives the addresses by pk of the articles or products that may be linked to.
    """

    def __init__(self, sources, addresses):
        self.addresses = addresses
        self.numbers = {source.reference.key: source.number for source in sources}
        self.cited: set[int] = set()
        self.contents: list[tuple[str, str]] = []
        self.anchors: set[str] = set()  # ids that stand on the page

    def html(self, stored: str) -> str:
        # Safe: `stored` was sanitised when it was saved (RichBlock), and what is put in here is ours.
        stored = clean_html(stored)  # of a row that was stored past its model
        linked = LINK.sub(self._link, stored) if "/to/" in stored else stored
        return mark_safe(HEADING.sub(self._heading, CITES.sub(self._cites, linked)))  # noqa: S308

    def _link(self, match) -> str:
        """Where nothing is to be read, the words stay and the link goes."""
        stored = STORED.match(match[1])
        address = self.addresses(stored[1]).get(int(stored[2])) if stored else None
        if stored is None or not address:
            return match[2]
        return match[0].replace(match[1], address + (stored[3] or ""), 1)

    def _cites(self, match) -> str:
        """Sources named side by side stand in one <sup>, so that each keeps a place large enough to touch."""
        links = []
        for key in CITE.findall(match[0]):
            if (number := self.numbers.get(key)) is not None:
                links.append(citation_html(number, number not in self.cited))
                self.cited.add(number)
        return f'<sup class="cite">{"".join(links)}</sup>' if links else ""

    def _heading(self, match) -> str:
        shown = CITED.sub("", match.group(1)).replace("&nbsp;", " ").replace("\xa0", " ")
        words = " ".join(unescape(TAG.sub("", shown)).split())
        if not words:
            return match.group(0)
        anchor = self._anchor(words)
        # Safe: stored rich text was sanitised, and only marks that change the meaning of its words are left.
        title = mark_safe(" ".join(NOT_SHOWN_IN_LISTS.sub("", shown).split()))  # noqa: S308
        self.contents.append((anchor, title))
        return format_html('<h2 id="{}">{}</h2>', anchor, mark_safe(match.group(1)))  # noqa: S308

    def _anchor(self, words: str) -> str:
        """An id that nothing else on the page has, of the words; the same as long as no heading before it is alike."""
        base = slugify(words) or slugify(words, allow_unicode=True) or f"part-{len(self.contents) + 1}"
        anchor, number = base, 1
        while anchor in self.anchors or TAKEN.fullmatch(anchor):
            number += 1
            anchor = f"{base}-{number}"
        self.anchors.add(anchor)
        return anchor


def words_in(stored: str) -> int:
    """How many words there are to read; marks of citations are none."""
    return len(TAG.sub(" ", CITE.sub("", stored)).split())


def addresses(region, products_too: bool, shown):
    """A function from "article" or "product" to the addresses by pk that a text may link to in a region.

    Articles and products cost a query each, and only where the text links to one. Where cards may not stand in
    the text, no link to a product may either.
    """
    texts = [getattr(block, "body", "") or getattr(block, "answer", "") for block in shown]
    linked = {(kind, int(pk)) for text in texts for kind, pk in TO.findall(text)}
    shows(*(SCOPES[kind](region.code, pk) for kind, pk in sorted(linked)))
    wanted = {kind: {pk for of, pk in linked if of == kind} for kind in SCOPES}
    found: dict[str, dict[int, str]] = {"article": {}, "product": {}}
    if wanted["article"]:
        pks = wanted["article"]
        rows = current_publications(region).filter(Q(article__in=pks) | Q(article__original__in=pks))
        # A link to the original leads to its translation, where that is what is published here.
        for row in sorted(rows, key=lambda row: row.article_id in pks):
            for pk in {row.article_id, row.article.family}:
                found["article"][pk] = row.article.url_in(region)
    if wanted["product"] and products_too:
        sold = Product.objects.on_sale_in(region).filter(pk__in=wanted["product"])
        found["product"] = {row.pk: row.url_in(region) for row in sold}

    def of(kind: str) -> dict[int, str]:
        return found[kind]

    return of
