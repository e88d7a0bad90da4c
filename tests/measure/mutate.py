"""`make mutate`: change the code in small ways, one at a time, and see whether the tests notice.

Over what counts money, decides what an order may become, or reads claims. mutmut and cosmic-ray start Python, Django
and the database anew for each change, some five seconds; here the tests are collected and the database is copied once,
and each change is made in a forked child, in memory. No file is written. A first run without any change finds out which
test reaches which statement; each change then meets only tests that reach it, eight seconds of them at most, the likeliest to
notice first.

ONLY="money receive" takes some parts or files, MOST=20 so many changes of each file, evenly spread; SMOKE=1 a handful, whatever
comes of it. Ends with 1 where the tests fail without any change, or where more than a tenth of the changes go unnoticed.
docs/mutation.md holds what was found. What stands in class bodies, decorators and default values is not changed.
"""

import os
import sys
import time
from collections import Counter
from itertools import accumulate
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.measure.mutants import Change, NotMade, changes_of, forget, module_of  # noqa: E402
from tests.measure.reach import Reach  # noqa: E402


def _in(folder: str) -> list[str]:
    """The Python files of a room, without what describes it to Django and its commands."""
    left_out = {"__init__.py", "apps.py", "admin.py", "models.py", "migrations", "management"}
    paths = [path.relative_to(ROOT) for path in sorted((ROOT / folder).rglob("*.py"))]
    return [str(path) for path in paths if not left_out & set(path.parts)]


PAYMENTS = (
    "stripe_api",
    "sessions",
    "start",
    "receive",
    "leave",
    "cancel",
    "reconcile",
    "refund",
    "disputes",
)
# What is changed, and the tests that may notice.
PARTS = {
    "money": (["shop/money.py"], ["test_money.py"]),
    "rates": (["shop/regions/tax.py"], ["regions/test_rates.py", "regions/test_zones.py"]),
    "codes": (["shop/codes/discount.py"], ["codes/"]),
    "totals": (["shop/checkout/totals.py"], ["checkout/", "codes/", "regions/test_zones.py"]),
    "orders": (
        ["shop/orders/models/states.py", "shop/orders/models/orders.py"],
        [
            "orders/",
            "payments/test_timers.py",
            "payments/test_leaving.py",
            "payments/test_payments.py",
            "codes/",
        ],
    ),
    "payments": (
        [f"shop/payments/{name}.py" for name in PAYMENTS],
        ["payments/", "desk/test_once.py", "codes/test_codes.py"],
    ),
    "claims": (_in("shop/claims"), ["claims/"]),
}
TESTS = ROOT / "tests" / "shop"
SECONDS = 8  # of tests for one change, as each takes alone; what only a further one would notice counts as unnoticed
ENOUGH = 0.9
SMOKE = bool(os.environ.get("SMOKE"))
MAX_CHANGES = int(os.environ.get("MOST") or (4 if SMOKE else 10_000))
chosen = os.environ.get("ONLY", "").split() or (["money", "rates"] if SMOKE else list(PARTS))
FILES = {
    file: tests[:1] if SMOKE else tests
    for part, (files, tests) in PARTS.items()
    for file in files
    if part in chosen or Path(file).stem in chosen
}
PASSED, NOT_MADE, NO_END = "passed", "not made", "no end"


def some(changes: list[Change]) -> list[Change]:
    """At most MAX_CHANGES of them, evenly spread over the file."""
    if len(changes) <= MAX_CHANGES:
        return changes
    return [changes[number * len(changes) // MAX_CHANGES] for number in range(MAX_CHANGES)]


class Mutation:
    """A pytest plugin: instead of running the collected tests once, runs them once for each change."""

    def __init__(self):
        self.failed = False
        self.worst = 0
        self.noticed = Counter()  # how many changes a test noticed, by file and in all
        self.sound = {}  # whether a test passes alone, without any change

    def pytest_addoption(self, parser):
        """Of the terminal, which is left out: a fixture that counts queries asks for one, each failed test for the other."""
        parser.addoption("--verbose", type=int, default=0)
        parser.addoption("--tb", dest="tbstyle", default="native")

    def pytest_runtest_logreport(self, report):
        self.failed |= report.failed

    def pytest_runtestloop(self, session):
        items = session.items
        # The children then have the database, the templates and all else that is read once.
        self.run(list({item.path: item for item in reversed(items)}.values()))
        forget([])
        self.reach = Reach(ROOT, list(FILES))
        if not self.reach.run_in_child(lambda: self.with_probes(items)):
            print("The tests fail without any change.", flush=True)
            self.worst = 1
            return True
        found = [self.file(file, self.tests_of(items, tests)) for file, tests in FILES.items()]
        killed, all_of = sum(row[0] for row in found), sum(row[1] for row in found)
        print(f"\n{killed} of {all_of} changes were noticed ({killed / (all_of or 1):.0%}).", flush=True)
        if killed < ENOUGH * all_of and not SMOKE:
            self.worst = 1
        return True

    def with_probes(self, items) -> bool:
        forget([module_of(file) for file in FILES])
        for item, after in self.pairs(items):
            forget([])
            with self.reach.test(item.nodeid):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        return not self.failed

    def tests_of(self, items, names):
        places = tuple(os.path.normpath(TESTS / name) + "/" * name.endswith("/") for name in names)
        return [item for item in items if str(item.path).startswith(places)]

    def file(self, file, items) -> tuple[int, int]:
        began = time.monotonic()
        changes = some(changes_of(ROOT / file, file))
        left = [(change, end) for change in changes if (end := self.end_of(file, change, items))]
        seconds = time.monotonic() - began
        print(f"\n{file}: {len(changes) - len(left)} of {len(changes)} noticed, {seconds:.0f} s", flush=True)
        for change, end in left:
            print(f"  {end}: {change.line}: {change.words}", flush=True)
        return len(changes) - len(left), len(changes)

    def end_of(self, file, change, items) -> str:
        """Why nobody noticed; nothing if somebody did."""
        nodes = self.reach.tests(file, change.spans)
        room = str(TESTS / Path(file).relative_to("shop").parts[0].removesuffix(".py"))

        def order(item):
            return (
                item.nodeid not in nodes,
                -self.noticed[item.nodeid, file, change.spans],
                -self.noticed[item.nodeid, file],
                not str(item.path).startswith(room),
                item.path.stem not in {f"test_{Path(file).stem}", f"test_{Path(file).parent.name}"},
                self.reach.seconds[item.nodeid],
            )

        # Others may use a constant by importing it, or a vocabulary that the first test built.
        near = sorted((item for item in items if change.is_made_once or item.nodeid in nodes), key=order)
        until = accumulate(self.reach.seconds[item.nodeid] for item in near)
        tests = [item for item, seconds in zip(near, until, strict=True) if seconds <= SECONDS] or near[:1]
        if not tests:
            return "not reached"
        patience = 60 + 20 * sum(self.reach.seconds[item.nodeid] for item in tests)
        while True:
            end = self.in_child(tests, change, patience)
            if end == PASSED:
                return f"unnoticed by {len(tests)}"
            if end == NOT_MADE:
                return NOT_MADE
            if end == NO_END:
                return ""
            item = tests[int(end)]
            if item not in self.sound:
                self.sound[item] = self.in_child([item], None, patience) == PASSED
            if self.sound[item]:
                self.noticed[item.nodeid, file, change.spans] += 1
                self.noticed[item.nodeid, file] += 1
                return ""
            tests.remove(item)  # it fails alone, whatever the code says

    def pairs(self, items):
        """What holds for all tests, such as the database, is left standing after the last."""
        elsewhere = SimpleNamespace(listchain=lambda: [items[0].session])
        return zip(items, [*items[1:], elsewhere], strict=True)

    def run(self, items) -> int | None:
        """Until one fails: its number."""
        for number, (item, after) in enumerate(self.pairs(items)):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if self.failed:
                return number
        return None

    def in_child(self, items, change, patience) -> str:
        """PASSED, NOT_MADE, NO_END, or the number of the test that failed. A process that is ended counts as the first."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            try:
                if change is not None:
                    change.make()
                failed = self.run(items)
                os.write(writing, (PASSED if failed is None else str(failed)).encode())
            except NotMade:
                os.write(writing, NOT_MADE.encode())
            finally:
                os._exit(0)
        os.close(writing)
        end = time.monotonic() + patience
        done = 0
        while not done and time.monotonic() < end:
            done, _ = os.waitpid(child, os.WNOHANG)
            time.sleep(0 if done else 0.01)
        if not done:
            os.kill(child, 9)
            os.waitpid(child, 0)
        with os.fdopen(reading) as told:
            return told.read() or NO_END


def main() -> int:
    os.chdir(ROOT)
    plugin = Mutation()
    paths = sorted({os.path.normpath(TESTS / name) for tests in FILES.values() for name in tests})
    options = [
        "-m",
        "not race and not browser and not walk",
        "-o",
        "addopts=",
        "-p",
        "no:xdist",
        "-p",
        "no:terminal",
    ]
    options += ["-p", "no:cacheprovider", "-p", "tests.support.environment"]
    ended = pytest.main([*options, *paths], plugins=[plugin])
    return plugin.worst or int(ended not in (0, 5))


if __name__ == "__main__":
    sys.exit(main())
