"""Tables that other programs export: bytes or pasted text in, rows of clean cells out, whatever wrote them."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from shop.text.characters import clean_text

DELIMITERS = ",;\t|"
LONGEST_CELL = 131_072  # signs; an article's body fits, and a file that is no table is not read on
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class Row:
    """`line`: where it ends in the file, from 1, as an editor counts. `trouble`: why it can't be read; it has no cells then."""

    line: int
    cells: tuple[str, ...]
    trouble: str = ""


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8 with or without a byte order mark, UTF-16 with one, else Windows-1252. It never fails."""
    for bom, encoding in BOMS.items():
        if data.startswith(bom):
            return data.decode(encoding, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read_rows(text: str) -> Iterator[Row]:
    """The rows that are not blank. Cells are trimmed, in NFC and without characters that nobody sees.

    The delimiter is what the first line has most of, outside of quotes: comma, semicolon, tab or bar. A row that can't be
    read says so, and the next one is read.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(reader.line_num, (), f"This line can’t be read as part of a table ({error}).")
            continue
        clean = tuple(unicodedata.normalize("NFC", clean_text(cell)).strip() for cell in cells)
        if any(clean):
            yield Row(reader.line_num, clean)


def _delimiter(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=lambda sign: (outside.count(sign), -DELIMITERS.index(sign)))


def heading(cell: str) -> str:
    """A column's heading in one spelling: small letters, one blank between words."""
    return " ".join(cell.casefold().replace("_", " ").replace("-", " ").split())
