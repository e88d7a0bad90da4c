"""A page as readers see it in a region: the version in force, drawn."""

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from shop.content.memo import memoised
from shop.content.scopes import SITE, shows
from shop.pages.drawn import DRAWINGS
from shop.pages.models import BlockKind, PageBlock, PageVersion
from shop.pages.names import scope_of
from shop.pages.shipped import shipped
from shop.pages.words import facts_of, html_of, line_of
from shop.regions.models import Region, Seller


@dataclass(frozen=True)
class Part:
    """A block as its template reads it."""

    kind: str
    drawn: str
    heading: SafeString
    html: SafeString

    @property
    def text(self) -> str:
        """Its words alone, with the lines and paragraphs that they have on the page: mails are read so for years."""
        return _lines(f"<h2>{self.heading}</h2> {self.html}")


@dataclass(frozen=True)
class Page:
    page: str
    title: SafeString
    lead: SafeString
    parts: list[Part]
    version: PageVersion

    @property
    def text(self) -> str:
        return "\n\n".join(part.text for part in self.parts)


LINE_ENDS = re.compile(r"<br ?/?>|</(?:li|d[dt]|tr|caption)>")
PARAGRAPH_ENDS = re.compile(r"</(?:p|h[1-6]|[uod]l|table|div)>")
CELL_ENDS = re.compile(r"</t[dh]>")


def _lines(html: str) -> str:
    marked = LINE_ENDS.sub("\n", PARAGRAPH_ENDS.sub("\n\n", CELL_ENDS.sub(" ", " ".join(html.split()))))
    lines = "\n".join(" ".join(line.split()) for line in unescape(strip_tags(marked)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def rows_of(page: str, region: Region, at: datetime | None = None) -> tuple[PageVersion, list[PageBlock]]:
    """The version in force and its blocks: what staff published last, else what ships."""
    rows = PageVersion.objects.filter(page=page, region=region).select_related("region")
    version = rows.shown(at).first()
    if version is None:
        return shipped(page, region)
    return version, list(version.blocks.select_related("picture"))


def page_of(page: str, region: Region) -> Page:
    """The page in force, drawn now. What its data shows is asked anew each time: it depends on more than the page."""
    scope = scope_of(region.code, page)
    shows(SITE, scope)
    version, blocks = memoised(f"words of {page} {region.code}", lambda: rows_of(page, region), scope=scope, scheduled=True)  # fmt: skip
    return drawn_page(version, blocks, region)


def drawn_page(version: PageVersion, blocks: list[PageBlock], region: Region, **more: Any) -> Page:
    seller = Seller.current()
    facts = facts_of(region, seller)
    context = {"region": region, "seller": seller, "payment_mode": settings.PAYMENT_MODE, "site_url": settings.SITE_URL, **more}  # fmt: skip
    parts = [_part(block, region, facts, context) for block in blocks]
    return Page(
        version.page,
        line_of(version.title, facts),
        line_of(version.lead, facts),
        [part for part in parts if part.heading or part.html.strip()],
        version,
    )


def _part(block: PageBlock, region: Region, facts: dict[str, str], context: dict[str, Any]) -> Part:
    words = html_of(block.body, facts) if block.body.strip() else SafeString()
    if block.picture:
        words = render_to_string("pages/picture.html", {"picture": block.picture, "words": words})
    elif block.kind == BlockKind.DATA:
        drawing = DRAWINGS.get(block.drawn)
        data = drawing and render_to_string(drawing.template, {**context, **drawing.needs(region)})
        words = SafeString(words + (data or ""))
        if not words.strip():  # nothing to draw here: its heading would stand over nothing
            return Part(block.kind, block.drawn, SafeString(), SafeString())
    return Part(block.kind, block.drawn, line_of(block.heading, facts), words)
