"""`make mutate`: change the code in small ways, one at a time, and see whether the tests notice.

Over what counts money, decides what an order may become, or reads claims. mutmut and cosmic-ray start Python, Django
and the database anew for each change, some five seconds; here the tests are collected and the database is copied once,
and each change is made in a forked child, in memory. No file is written.

ONLY="money codes" takes some parts, MOST=20 so many changes of each file, evenly spread; SMOKE=1 a handful. Ends with 1 where
the tests fail without any change, or where more than a tenth of the changes go unnoticed. docs/mutation.md holds what was
found. What stands in class bodies, decorators and default values is not changed.
"""

import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.measure.mutants import Change, changes_of  # noqa: E402

PAYMENTS = [
    "payments/test_timers.py",
    "payments/test_refunded_sums.py",
    "payments/test_stripe_answers.py",
    "payments/test_payments.py",
    "payments/test_slow_payments.py",
    "payments/test_mismatched_payment.py",
    "payments/",
]  # the quickest to fail stand first
PARTS = {
    "money": {"shop/money.py": ["test_money.py"]},
    "rates": {"shop/regions/tax.py": ["regions/test_rates.py", "regions/test_zones.py"]},
    "codes": {"shop/codes/discount.py": ["codes/test_limits.py", "codes/test_codes.py"]},
    "totals": {"shop/checkout/totals.py": ["checkout/test_totals.py", "regions/test_zones.py"]},
    "orders": {
        "shop/orders/models/states.py": ["orders/test_orders.py", "orders/"],
        "shop/orders/models/orders.py": [
            "orders/test_orders.py",
            "orders/",
            "payments/test_timers.py",
            "payments/test_leaving.py",
        ],
    },
    "payments": {
        f"shop/payments/{name}.py": PAYMENTS
        for name in ("stripe_api", "start", "receive", "cancel", "reconcile", "refund")
    },
    "claims": {"shop/claims/check.py": ["claims/test_least_amount.py", "claims/test_claims.py"]},
}
ENOUGH = 0.9
SMOKE = bool(os.environ.get("SMOKE"))
MOST = int(os.environ.get("MOST") or (4 if SMOKE else 10_000))
chosen = os.environ.get("ONLY", "").split() or (["money", "rates"] if SMOKE else list(PARTS))
FILES = {file: tests[:1] if SMOKE else tests for part in chosen for file, tests in PARTS[part].items()}


def some(changes: list[Change]) -> list[Change]:
    """MOST of them at most, evenly spread over the file."""
    if len(changes) <= MOST:
        return changes
    return [changes[number * len(changes) // MOST] for number in range(MOST)]


class Mutation:
    """A pytest plugin: instead of running the collected tests once, runs them once for each change."""

    def __init__(self):
        self.failed = False
        self.worst = 0

    def pytest_runtest_logreport(self, report):
        self.failed |= report.failed

    def pytest_runtestloop(self, session):
        first = next(
            (item for item in session.items if item.get_closest_marker("django_db")), session.items[0]
        )
        self.run([first])  # copies the database, which the children then have
        found = [self.file(file, self.tests_of(session, tests)) for file, tests in FILES.items()]
        killed, all_of = sum(row[0] for row in found), sum(row[1] for row in found)
        print(f"\n{killed} of {all_of} changes were noticed ({killed / (all_of or 1):.0%}).", flush=True)
        if self.worst == 0 and killed < ENOUGH * all_of:
            self.worst = 1
        return True

    def tests_of(self, session, names):
        places = [f"{ROOT}/tests/shop/{name}" for name in names]
        rank = {id(item): number for number, item in enumerate(session.items)}

        def place(item):
            return next(
                (number for number, start in enumerate(places) if str(item.path).startswith(start)), None
            )

        items = [item for item in session.items if place(item) is not None]
        return sorted(items, key=lambda item: (place(item), rank[id(item)]))

    def file(self, file, items) -> tuple[int, int]:
        began = time.monotonic()
        if not self.in_child(items, None, 600):
            print(f"{file}: its tests fail without any change.", flush=True)
            self.worst = 1
            return 0, 0
        patience = 10 + 4 * (time.monotonic() - began)
        changes = some(changes_of(ROOT / file, file))
        left = [change for change in changes if self.in_child(items, change, patience)]
        seconds = time.monotonic() - began
        print(f"\n{file}: {len(changes) - len(left)} of {len(changes)} noticed, {len(items)} tests, {seconds:.0f} s", flush=True)  # fmt: skip
        for change in left:
            print(f"  unnoticed: {change.line}: {change.words}", flush=True)
        return len(changes) - len(left), len(changes)

    def run(self, items) -> None:
        """Until one fails. What holds for all tests, such as the database, is left standing after the last."""
        for number, item in enumerate(items):
            elsewhere = SimpleNamespace(listchain=lambda: [items[0].session])
            after = items[number + 1] if number + 1 < len(items) else elsewhere
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if self.failed:
                return

    def in_child(self, items, change, patience) -> bool:
        """Whether all tests pass with this change. One that ends the process or takes too long is noticed."""
        child = os.fork()
        if child == 0:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            try:
                if change is not None:
                    change.make()
                self.run(items)
            except BaseException:
                os._exit(1)
            os._exit(1 if self.failed else 0)
        end = time.monotonic() + patience
        while time.monotonic() < end:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return status == 0
            time.sleep(0.02)
        os.kill(child, 9)
        os.waitpid(child, 0)
        return False


def main() -> int:
    os.chdir(ROOT)
    plugin = Mutation()
    paths = sorted({f"tests/shop/{name}" for tests in FILES.values() for name in tests})
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
