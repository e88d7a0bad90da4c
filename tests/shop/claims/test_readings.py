"""How sentences are read, and why: each colour with the frame, the kind or the rule that decided it, and the phrase it stands at."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from shop.claims.check import KINDS, explain

pytestmark = pytest.mark.django_db
ROWS = json.loads((Path(__file__).parent / "readings.json").read_text())["sentences"]


def read(text: str, law: str, surface: str, kinds: Iterable[str] = KINDS) -> list[str]:
    return [
        f"{row.colour}: {row.finding.rule.removeprefix('read: ')}: {row.finding.phrase}"
        if row.finding
        else f"{row.colour}: {row.reason}"
        for row in explain(text, law, surface, kinds)
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_a_sentence_is_read_as_it_was_labelled_and_for_the_same_reason(row):
    assert read(row["text"], row["law"], row["surface"], row.get("kinds", KINDS)) == row["read"]
