"""Stored rich text, line by line as its readers meet it: each heading, paragraph, item and cell with its part."""

import re
from html.parser import HTMLParser

from shop.claims.passages import CELL, HEAD, HEADING, ITEM, TEXT, Passage

CITED = re.compile(r"\s?\[\[[\w-]+\]\]")
# Of elements inside each other the first of these says what a line is: a paragraph in a cell is the cell's.
OUTERMOST = {"th": HEAD, "td": CELL, "li": ITEM}
INNER = {**{f"h{level}": HEADING for level in range(1, 7)}, "p": TEXT, "blockquote": TEXT}
ENDS_LINE = {*OUTERMOST, *INNER, "tr", "table", "ul", "ol", "hr", "div", "pre"}


class _Reader(HTMLParser):
    def __init__(self, part: str) -> None:
        super().__init__(convert_charrefs=True)
        self.default = part
        self.open: list[str] = []
        self.words: list[str] = []
        self.found: list[Passage] = []

    def handle_starttag(self, tag, attrs):
        if tag == "br":
            self.words.append("\n")
        if tag in ENDS_LINE:
            self.end_line()
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in ENDS_LINE:
            self.end_line()
            if tag in self.open:
                del self.open[len(self.open) - 1 - self.open[::-1].index(tag) :]

    def handle_data(self, data):
        self.words.append(data.replace("\n", " "))

    def end_line(self) -> None:
        lines = CITED.sub("", "".join(self.words)).split("\n")
        text = "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)
        self.words = []
        if text:
            self.found.append(Passage(text, self.part))

    @property
    def part(self) -> str:
        around = [OUTERMOST[tag] for tag in reversed(self.open) if tag in OUTERMOST]
        inner = [INNER[tag] for tag in reversed(self.open) if tag in INNER]
        found = (around or inner or [TEXT])[0]
        return self.default if found == TEXT else found


def passages_of(html: str, part: str = TEXT) -> list[Passage]:
    """The lines of stored rich text; `part` is that of its paragraphs. Marks of citations are no words.

    A break inside a line stays one: what stands before and after it may be one sentence.
    """
    reader = _Reader(part)
    reader.feed(html)
    reader.close()
    reader.end_line()
    return reader.found
