"""What staff take along as a table: no cell is a formula, numbers stay numbers, and all of it is made in one place."""

import csv
import io
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from shop.web.spreadsheet import csv_answer, csv_lines

ROOT = Path(__file__).resolve().parents[3]
HOSTILE = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1",
    "=cmd|' /C calc'!A0",
    "-",
    "\u00a0=1",
]


def cells_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("words", HOSTILE)
def test_no_cell_and_no_heading_begins_a_formula(words):
    head, row = cells_of("".join(csv_lines([words], [[words]])))
    for cell in (*head, *row):
        assert cell.startswith("'"), cell


def test_numbers_and_days_stay_what_they_are():
    _, row = cells_of("".join(csv_lines(["a"], [[-5, Decimal("-1.50"), date(2026, 3, 1), None, "plain"]])))
    assert row == ["-5", "-1.50", "2026-03-01", "", "plain"]


@pytest.mark.parametrize("rows", [[["é"]], (row for row in [["é"]])])
def test_a_file_begins_with_its_mark_has_a_name_and_is_for_no_cache(rows):
    answer = csv_answer("a", ["é"], rows)
    text = answer.getvalue().decode()
    assert text == "\ufeffé\r\né\r\n"
    assert answer["Content-Disposition"] == 'attachment; filename="a.csv"'
    assert "no-store" in answer["Cache-Control"]


def test_no_table_for_staff_is_written_anywhere_else():
    """But what machines read, which take no formula: the feeds, and the return of the one-stop shop."""
    writing = {
        path.relative_to(ROOT).as_posix()
        for room in ("shop", "articles", "config")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"csv\.(writer|DictWriter)\(", path.read_text())
    }
    assert writing == {"shop/web/spreadsheet.py", "config/discovery/feeds.py", "shop/ledger/oss.py"}
