"""The figures in the documents are those of docs/bench.json, drawn by tests/measure/figures.py."""

import json

import pytest

from tests.measure import figures

WAYS = ("drawn", "shopper", "cached")


def found(*sizes: int) -> dict:
    """As a run with these sizes leaves it behind."""
    pages = (
        "home",
        "shop list",
        "product, a copy",
        "article, a copy",
        "collection",
        "search",
        "comparison",
        "articles",
    )
    one = {
        "pages": {page: {"bare": 0.5, **{way: {"ms": 15.0, "kB": 20.0} for way in WAYS}} for page in pages},
        "own": {"basket": {"bare": 0.5, "drawn": {"ms": 9.0, "kB": 20.0}}},
        "staff": {"staff: orders": {"bare": 0.5, "drawn": {"ms": 101.4, "kB": 75.2}}},
        "crowd": {"home": {way: {"rps": rps, "ms": 1} for way, rps in (("bare", 1000), ("stranger", 1100), ("shopper", 420))}},
        "till": {"a second": 4.25, "ms": 180.0},
        "kept": {"share": 0.9875, "views": 1200},
        "sweeps": {"match_money": 3.4, "reindex": 12.2},
        "worker": 0.0031,
        "megabytes": 131.0,
    }  # fmt: skip
    facts = {"on": "2026-11-05", "machine": "2 cores of something", "load": 0.1, "command": "make bench"}
    rows = {"articles": 8, "orders": 264}
    return {**facts, "sizes": {str(size): {**one, "rows": {"packs": size, **rows}} for size in sizes}}


def test_a_document_gets_what_was_found_between_its_marks():
    text = "Before.\n\n<!-- bench: tables -->\nold\n<!-- end -->\n\nAfter.\n"
    said = figures.filled(text, found(12, 5000))
    assert "old" not in said
    assert said.startswith(
        "Before.\n\n<!-- bench: tables -->\nMeasured on 5 November 2026 with `make bench`,\n"
    )
    assert said.endswith("<!-- end -->\n\nAfter.\n")
    for line in (
        "| page | 12 packs | 5,000 packs |",
        "| home | 30 · 30 · 30 | 30 · 30 · 30 |",
        "| basket | 18 | 18 |",
        "| home | 1.10 · 0.42 | 1.10 · 0.42 |",
        "| orders | 101 ms, 75 kB | 101 ms, 75 kB |",
        "| the slowest of them | 12 ms (reindex) | 12 ms (reindex) |",
    ):
        assert line in said.splitlines()
    assert figures.filled(said, found(12, 5000)) == said


def test_what_was_not_measured_with_one_size_has_a_dash():
    some = json.loads(json.dumps(found(12, 50000)))
    del some["sizes"]["50000"]["worker"], some["sizes"]["50000"]["pages"]["home"]
    said = figures.tables(some).splitlines()
    assert "| a worker with nothing to do, of a core | 0.31% | – |" in said
    assert "| home | 30 · 30 · 30 | – |" in said


@pytest.mark.parametrize(("load", "others"), [(0.1, False), (3.0, True)])
def test_a_busy_machine_is_told(load, others):
    assert ("Others used the machine" in figures.caption({**found(12), "load": load})) is others


@pytest.mark.parametrize("sizes", [(12,), (12, 5000), (12, 5000, 50000)])
def test_the_drawing_has_a_point_of_each_page_for_each_size(sizes):
    lines = [line for line in figures.drawing(found(*sizes)["sizes"]).splitlines() if "<polyline" in line]
    assert len(lines) == 8
    assert all(line.count(",") == len(sizes) for line in lines)


def test_the_documents_say_what_was_measured():
    if not figures.KEPT.exists():
        pytest.skip("No figures are kept.")
    kept = json.loads(figures.KEPT.read_text())
    for page in figures.PAGES:
        assert page.read_text() == figures.filled(page.read_text(), kept), page.name
    assert figures.PICTURE.read_text() == figures.drawing(kept["sizes"])
