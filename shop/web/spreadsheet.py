"""Tables that go into a spreadsheet: no cell of one is taken for a formula, and Excel reads its letters as they are."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from shop.text.characters import clean_text

NUMBERS = (int, float, Decimal, date)  # of ours: a minus before one begins no formula


def harmless(cell) -> str:
    """Text that a spreadsheet takes for text: what begins like a formula, also after blanks, gets an apostrophe."""
    text = clean_text(str(cell))
    begins = text.lstrip()[:1]
    return (
        f"'{text}" if (begins and begins in "=+-@＝＋－＠") or text.startswith(("\t", "\r", "\n")) else text
    )


class _Echo:
    """What a csv.writer writes to: it hands each line on."""

    def write(self, line: str) -> str:
        return line


def csv_lines(head: Sequence[str], rows: Iterable[Sequence]) -> Iterator[str]:
    """The table line by line, as its rows come. Without the mark at its beginning Excel takes it for another alphabet."""
    write = csv.writer(_Echo()).writerow
    yield "\ufeff" + write([harmless(name) for name in head])
    for row in rows:
        yield write(
            [cell if isinstance(cell, NUMBERS) else harmless("" if cell is None else cell) for cell in row]
        )


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence]) -> HttpResponseBase:
    """The table as a file of this name, with .csv, to keep. It is for whoever asked, and for no cache.

    Rows in a list are one answer; those of a generator go out as they are read.
    """
    lines, kind = csv_lines(head, rows), "text/csv; charset=utf-8"
    response: HttpResponseBase
    if isinstance(rows, list):
        response = HttpResponse("".join(lines), content_type=kind)
    else:
        response = StreamingHttpResponse(lines, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "no-store, private"
    return response
