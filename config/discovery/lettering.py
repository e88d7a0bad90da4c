"""Lines of text for pictures: each letter from the first font that has it, the whole cut to a given space.

Nothing is shaped: letters that join, stack or run from right to left can't be drawn rightly, nor what no font has.
`drawable` says so beforehand, so that no wrong text is ever drawn.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from PIL import ImageFont

from shop.invoices.glyphs import FONTS as OF_INVOICES

OWN = Path(settings.BASE_DIR) / "static" / "fonts"
FALLBACK = Path(__file__).with_name("fonts")
# (file, weight of a variable font, size beside the first): the fallbacks have larger small letters.
LAST = (
    (OF_INVOICES / "NotoSerif-Regular.ttf", None, 0.86),
    (OF_INVOICES / "NotoSerifEthiopic-Regular.ttf", None, 0.86),
    (OF_INVOICES / "NotoSansCJKjp-Regular.otf", None, 0.9),
    (OF_INVOICES / "NotoEmoji-Regular.ttf", None, 0.8),
)
SERIF = (
    (OWN / "newsreader-display.woff2", None, 1),
    (FALLBACK / "dejavu-serif.woff2", None, 0.86),
    (FALLBACK / "dejavu-sans.woff2", None, 0.86),
    *LAST,
)
SANS = ((OWN / "instrument-sans.woff2", 500, 1), (FALLBACK / "dejavu-sans.woff2", None, 0.93), *LAST)
SAME = str.maketrans({"\u2010": "-", "\u2011": "-", "\u202f": "\u00a0"})
# What is not seen by itself: joiners, marks of direction and of where a line may break, how an emoji looks.
UNSEEN = re.compile("[\u034f\u20e3\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
EAST, CLOSING = "\u3005\u3041-\u30ff\u3400-\u9fff\uff66-\uff9f", "、。，．：；？！」』）】〉》"
NOT_FIRST = CLOSING + "・ーぁぃぅぇぉっゃゅょァィゥェォッャュョ"
# Where a line may end: before a blank, after a hyphen or stroke between letters, beside a letter of the Far East.
BREAK = re.compile(
    r"(?= )|(?<=\w[-–—/])(?=[^\W\d_])"
    rf"|(?<=[{EAST}{CLOSING}])(?=\w)(?![{NOT_FIRST}])|(?<=\w)(?=[{EAST}])(?![{NOT_FIRST}])"
)
BLANKS = re.compile(r"[^\S\u00a0]+")
SIGN = re.compile(r"([≥≤<>≈~±=]) (?=\d)")
ELLIPSIS = "…"


@lru_cache(maxsize=64)
def _font(file: Path, weight: int | None, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)
    if weight:
        font.set_variation_by_axes([weight])
    return font


@lru_cache(maxsize=4096)
def _has(file: Path, weight: int | None, letter: str) -> bool:
    """A font draws what it has not as its first glyph, whichever letter is asked for."""
    font = _font(file, weight, 40)
    return letter in " \u00a0" or bytes(font.getmask(letter)) != bytes(font.getmask("\uffff"))


def plain(text: str) -> str:
    """Composed, with hyphens of one kind, without what is not seen, signs kept at their numbers; a fancy letter that no
    font has as the plain one.
    """
    plainer = UNSEEN.sub("", unicodedata.normalize("NFC", text)).translate(SAME)
    plainer = "".join(_simple(letter) for letter in plainer if unicodedata.category(letter) != "Cf")
    return SIGN.sub("\\1\u00a0", BLANKS.sub(" ", plainer).strip())


@lru_cache(maxsize=4096)
def _simple(letter: str) -> str:
    if letter.isspace() or Face(SERIF, 40).drawable(letter):
        return letter
    return unicodedata.normalize("NFKC", letter)


@dataclass(frozen=True)
class Face:
    """Fonts in their order, at one size in pixels. Takes text that `plain` gave."""

    fonts: tuple
    size: int

    def _of(self, letter: str) -> int | None:
        return next(
            (place for place, (file, weight, _) in enumerate(self.fonts) if _has(file, weight, letter)), None
        )

    def drawable(self, text: str) -> bool:
        return all(
            self._of(letter) is not None
            and not unicodedata.combining(letter)
            and unicodedata.bidirectional(letter) not in {"R", "AL", "AN"}
            for letter in text
        )

    def _runs(self, text: str):
        """(font, letters side by side that it draws)."""
        runs: list[list] = []
        for letter in text:
            place = 0 if letter in " \u00a0" else self._of(letter) or 0  # some fallbacks have no blank
            if runs and runs[-1][0] == place:
                runs[-1][1] += letter
            else:
                runs.append([place, letter])
        for place, letters in runs:
            file, weight, scale = self.fonts[place]
            yield _font(file, weight, max(1, round(self.size * scale))), letters

    def width(self, text: str) -> float:
        return sum(font.getlength(letters) for font, letters in self._runs(text))

    def draw(self, pen, at: tuple[float, float], text: str, fill: str) -> None:
        """`at`: the left end of the baseline."""
        x, y = at
        for font, letters in self._runs(text):
            pen.text((x, y), letters, font=font, fill=fill, anchor="ls")
            x += font.getlength(letters)

    def shortened(self, text: str, width: float) -> str:
        """The whole text where it fits, else as many words as do, and an ellipsis; of one long word its beginning."""
        if self.width(text) <= width:
            return text
        words = text.split(" ")
        while len(words) > 1:
            words.pop()
            short = " ".join(words).rstrip(" ,.;:–—-") + ELLIPSIS
            if self.width(short) <= width:
                return short
        letters = words[0]
        while letters and self.width(letters + ELLIPSIS) > width:
            letters = letters[:-1]
        return letters + ELLIPSIS

    def wrapped(self, text: str, width: float) -> list[str]:
        """Lines broken between words; one that is wider than `width` by itself stands alone."""
        lines, line = [], ""
        for piece in BREAK.split(text):
            if line and self.width(line + piece) > width:
                lines.append(line)
                line = piece.lstrip(" ")
            else:
                line += piece
        return [*lines, line] if line else lines

    def broken(self, line: str, width: float) -> list[str]:
        """A line that is too wide because of one long word, in parts that fit; a word of letters gets hyphens."""
        parts = []
        while self.width(line) > width:
            count = next(
                (place for place in range(1, len(line)) if self.width(line[: place + 1] + "-") > width), 1
            )
            parts.append(line[:count] + "-" * line[count - 1 : count + 1].isalpha())
            line = line[count:]
        return [*parts, line]

    def balanced(self, text: str, width: float) -> list[str]:
        """As few lines as `wrapped` makes, of lengths as even as they can be."""
        lines = self.wrapped(text, width)
        narrower = width
        while narrower > width * 0.6:
            narrower -= width / 25
            tried = self.wrapped(text, narrower)
            if len(tried) > len(lines) or any(self.width(line) > narrower for line in tried):
                break
            lines = tried
        return lines


def fitted(text: str, fonts, sizes, width: float, height: float, leading: float) -> tuple[Face, list[str]]:
    """The largest of `sizes` at which the text fits, with its lines; at the smallest it is cut to fit.

    `leading`: the distance of two baselines, as a part of the size.
    """
    for size in sizes:
        face = Face(fonts, size)
        lines = face.balanced(text, width)
        room = int(height / (size * leading))
        if len(lines) <= room and all(face.width(line) <= width for line in lines):
            return face, lines
    lines = [part for line in face.wrapped(text, width) for part in face.broken(line, width)]
    if len(lines) > room:
        lines = [*lines[: room - 1], " ".join(lines[room - 1 : room + 1])]
    return face, [face.shortened(line, width) for line in lines]
