"""Puts what `make bench SIZE=…` found into docs/: the figures as they are, a drawing, and tables between marks.

    python tests/measure/figures.py     (or DOCS=1 make bench SIZE="12 5000 50000")

A test keeps the documents equal to what this draws from docs/bench.json.
"""

import json
import os
import platform
import re
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.measure.plot import drawing  # noqa: E402

FOUND = ROOT / "var" / "bench.json"
KEPT = ROOT / "docs" / "bench.json"
PICTURE = ROOT / "docs" / "pictures" / "bench.svg"
PAGES = (ROOT / "README.md", ROOT / "docs" / "quality.md")
MARK = re.compile(r"(<!-- bench: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
BUSY = 0.5  # load before the run above which others used the machine


def keep(results: dict, command: str, load: float) -> None:
    """Into var/bench.json. `load`: of the machine before the run, over five minutes."""
    facts = {"on": time.strftime("%Y-%m-%d"), "machine": machine(), "load": load, "command": command}
    FOUND.parent.mkdir(exist_ok=True)
    FOUND.write_text(json.dumps({**facts, "sizes": results}, indent=1) + "\n")


def machine() -> str:
    try:
        name = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text()).group(1)
    except (OSError, AttributeError):
        name = platform.machine()
    return f"{os.cpu_count()} cores of {name}, Python {platform.python_version()}"


def publish() -> None:
    """Copy var/bench.json into docs/ and draw it."""
    shutil.copy(FOUND, KEPT)
    found = json.loads(KEPT.read_text())
    PICTURE.write_text(drawing(found["sizes"]))
    for page in PAGES:
        page.write_text(filled(page.read_text(), found))


def filled(text: str, found: dict) -> str:
    """A document with what stands between its marks drawn anew."""
    return MARK.sub(lambda mark: f"{mark[1]}{PARTS[mark[2]](found)}\n{mark[3]}", text)


def in_short(found: dict) -> str:
    """The picture, and when it was measured."""
    return (
        "![What each page costs, drawn anew, by the number of packs](docs/pictures/bench.svg)\n\n"
        f"{caption(found)}\n[All figures](docs/quality.md#the-shop-by-its-size)."
    )


def caption(found: dict) -> str:
    """When, where and how, in lines of prose."""
    year, month, day = map(int, found["on"].split("-"))
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    busy = " Others used the machine meanwhile." if found["load"] > BUSY else ""
    return (
        f"Measured on {day} {months[month - 1]} {year} with `{found['command']}`,\n"
        f"on {found['machine']}.{busy}"
    )


def tables(found: dict) -> str:
    sizes = found["sizes"]
    bare = [row["bare"] for one in sizes.values() for row in one["pages"].values()]
    return "\n\n".join([
        caption(found) + "\n" + f"A bare view took {min(bare):.2f} to {max(bare):.2f} ms of CPU.",
        "What a page costs in bare views: drawn anew · for a shopper with a basket · for a stranger, both from the\n"
        "cache. Basket and checkout are drawn for each shopper.",
        _pages(sizes),
        "Requests a second of eight connections, as a share of a bare view’s: stranger · shopper with a basket.",
        _crowd(sizes),
        "Staff’s pages in milliseconds of CPU, and their size.",
        _staff(sizes),
        "The rest.",
        _rest(sizes),
    ])  # fmt: skip


def _table(first: str, sizes: dict, rows: list[tuple[str, list[str]]]) -> str:
    heads = [f"{one['rows']['packs']:,} packs" for one in sizes.values()]
    lines = [[first, *heads], ["---", *["---:"] * len(heads)], *([name, *cells] for name, cells in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _each(sizes: dict, say: Callable[[dict], str]) -> list[str]:
    """A cell for each size; a dash where something was not measured."""
    cells = []
    for one in sizes.values():
        try:
            cells.append(say(one))
        except KeyError:
            cells.append("–")
    return cells


def _names(sizes: dict, *kinds: str) -> list[tuple[str, str]]:
    first = next(iter(sizes.values()))
    return [(kind, name) for kind in kinds for name in first[kind]]


def _pages(sizes: dict) -> str:
    def cell(row: dict) -> str:
        ways = [row[way]["ms"] / row["bare"] for way in ("drawn", "shopper", "cached") if way in row]
        return " · ".join(f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.1f}" for ratio in ways)

    rows = [
        (name, _each(sizes, lambda one, kind=kind, name=name: cell(one[kind][name])))
        for kind, name in _names(sizes, "pages", "own")
    ]
    return _table("page", sizes, rows)


def _crowd(sizes: dict) -> str:
    def cell(row: dict) -> str:
        return " · ".join(f"{row[way]['rps'] / row['bare']['rps']:.2f}" for way in ("stranger", "shopper"))

    rows = [
        (name, _each(sizes, lambda one, name=name: cell(one["crowd"][name])))
        for _, name in _names(sizes, "crowd")
    ]
    return _table("page", sizes, rows)


def _staff(sizes: dict) -> str:
    def cell(row: dict) -> str:
        return f"{row['drawn']['ms']:.0f} ms, {row['drawn']['kB']:.0f} kB"

    rows = [
        (name.removeprefix("staff: "), _each(sizes, lambda one, name=name: cell(one["staff"][name])))
        for _, name in _names(sizes, "staff")
    ]
    return _table("page", sizes, rows)


def _rest(sizes: dict) -> str:
    def each(say) -> list[str]:
        return _each(sizes, say)

    def slowest(one: dict) -> str:
        name, ms = max(one["sweeps"].items(), key=lambda pair: pair[1])
        return f"{ms:.0f} ms ({name})"

    return _table("", sizes, [
        ("articles", each(lambda one: f"{one['rows']['articles']:,}")),
        ("orders", each(lambda one: f"{one['rows']['orders']:,}")),
        ("memory of a web process after all of this", each(lambda one: f"{one['megabytes']:.0f} MB")),
        ("whole checkouts, paid, a second", each(lambda one: f"{one['till']['a second']:.1f}")),
        ("CPU of a whole checkout", each(lambda one: f"{one['till']['ms']:.0f} ms")),
        ("public views from the cache, with an order and a parcel a second and a draft every five seconds",
         each(lambda one: f"{one['kept']['share']:.1%}")),
        ("a worker with nothing to do, of a core", each(lambda one: f"{one['worker']:.2%}")),
        ("all its sweeps once, with nothing to do", each(lambda one: f"{sum(one['sweeps'].values()):.0f} ms")),
        ("the slowest of them", each(slowest)),
    ])  # fmt: skip


PARTS = {"short": in_short, "tables": tables}

if __name__ == "__main__":
    publish()
