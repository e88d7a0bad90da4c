"""What single parts of the reader make of a sentence: a table of sentences that small changes of it would misread."""

import json
from pathlib import Path

import pytest

from tests.support.sentences import parts_of

ROWS = json.loads((Path(__file__).parent / "parts.json").read_text())["sentences"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_a_part_reads_a_sentence_as_the_rules_say(row):
    parts = parts_of(row["text"], row.get("around", {}), row.get("law", "GB"))
    assert {part: parts[part]() for part in row["is"]} == row["is"]
