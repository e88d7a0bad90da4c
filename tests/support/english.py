"""English left over on a page in another language."""

import re
from html.parser import HTMLParser

READ = ("alt", "aria-label", "aria-description", "placeholder", "title")
STOP = """
    the and your you with for is are was of to from this that it we our by not no be can has have what how
    which where when who if or as at please day days page more than all each their them only
"""
SAME = {  # in German or French they are words too
    "de": {"was", "am", "so", "in", "die"},
    "fr": {"page", "on", "or", "as", "an", "a", "are"},
}
WORD = re.compile(r"[^\W\d_]+(?:’[a-z]+)?")


class _Read(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: list[str] = []
        self._skips = 0

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        self._skips += tag in ("script", "style")
        if tag == "meta" and names.get("name") == "description":
            self.found.append(names.get("content") or "")
        self.found += [
            value
            for name, value in attrs
            if value and (name in READ or name.startswith(("data-say-", "data-label")))
        ]

    def handle_endtag(self, tag):
        self._skips -= tag in ("script", "style")

    def handle_data(self, data):
        if not self._skips:
            self.found.append(data)


def english_words(html: str, language: str = "de") -> list[str]:
    """The pieces of what people read in a page in which a plain English word stands."""
    reader = _Read()
    reader.feed(html)
    plain = set(STOP.split()) - SAME.get(language, set())
    return [
        " ".join(piece.split())
        for piece in reader.found
        if plain & {word.lower() for word in WORD.findall(piece)}
    ]
