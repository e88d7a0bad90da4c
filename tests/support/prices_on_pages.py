"""The prices of a page or a mail that stand without their tax words."""

import re
from html.parser import HTMLParser

AMOUNT = re.compile(r"(?<![−-])(?:[£€$]\s?\d[\d.,]*|\d[\d.,]*p per )")
NOTHING = re.compile(r"[£€$]\s?0(?:\.00)?\Z")
WORDS = re.compile(
    r"incl\. (?:\w+ )?VAT|plus sales tax|(?:incl\.|without) sales tax|sales tax for|VAT, included|Sales tax"
)
OUTER = {"li", "tr", "article"}  # the words beside one amount in these hold for the others in them
LONE = {"img", "input", "br", "meta", "link", "source", "hr", "wbr"}
NO_PRICES = {"script", "style", "title", "nav"}


def without_words(text: str) -> list[str]:
    """The lines of a plain text that name a price alone. An amount of nothing and a reduction are no prices."""
    return [line for line in text.splitlines() if _names_price(line) and not WORDS.search(line)]


def _names_price(text: str) -> bool:
    return any(not NOTHING.match(found.rstrip(".,")) for found in AMOUNT.findall(text))


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open: list[tuple[str, list[str], list[str]]] = []  # tag, its texts, rows in it without words
        self.bare: list[str] = []
        self.seen = 0

    def handle_starttag(self, tag, attrs):
        if tag not in LONE:
            self.open.append((tag, [], []))

    def handle_data(self, data):
        if self.open:
            self.open[-1][1].append(data)

    def handle_endtag(self, tag):
        while self.open:
            name, texts, bare = self.open.pop()
            self._close(name, " ".join(" ".join(texts).split()), bare)
            if name == tag:
                return

    def _close(self, tag: str, text: str, bare: list[str]) -> None:
        if tag in NO_PRICES:
            return
        above = self.open[-1] if self.open else None
        is_row = tag in OUTER or tag == "p" or (tag == "div" and above is not None and above[0] == "dl")
        if is_row and WORDS.search(text):
            self.seen += _names_price(text)
            bare = []
        elif is_row and _names_price(text):
            bare = [text]
        if above is None:
            self.bare += bare
        else:
            above[1].append(text)
            above[2].extend(bare)


def prices_without_words(html: str) -> list[str]:
    """The rows (paragraphs, list items, lines of tables) that name a price and say nothing of tax.

    Raises where the page names no price at all: then it is not the page that was meant.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.seen or reader.bare, "no price on this page"
    return reader.bare
