"""`make test`: every check and every test, in the order in which a failure is cheapest to find.

On a machine without PostgreSQL or Chromium it says what to install and runs the rest; with CI set, nothing may
be skipped.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.faults.machines import missing  # noqa: E402
from tests.support import postgres  # noqa: E402
from tests.support.server import CHROMIUM  # noqa: E402

BIN = Path(sys.executable).parent
PYTEST = [sys.executable, "-m", "pytest", "--durations=12", "--durations-min=2"]
SANDBOX = {
    "ENV_FILE": "",
    "PAYMENTS": "sandbox",
    "SECRET_KEY": "only-for-checks-only-for-checks-only-for-checks-only-for-checks",
}
PRODUCTION = {
    "ENV_FILE": "",
    "PAYMENTS": "",
    "SITE_URL": "https://shop.example.org",
    "SECRET_KEY": "kF3v9PzQ1mT7xWc5rB2nL8sJ4hG6dA0yUeIoXqVzCbNmKpRt7wY2",
    "STRIPE_SECRET_KEY": "sk_test_only_for_checks",
    "STRIPE_WEBHOOK_SECRET": "whsec_only_for_checks",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    "DATABASE_URL": "postgres://shop@127.0.0.1:1/shop",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "TRUST_PROXY": "1",
}
UNIT = "not race and not browser and not walk and not slow"  # the quick tier, on SQLite: make test-unit
# Each test runs once: what is quick and asks for a database on PostgreSQL, the rest on SQLite. Both databases see
# every room, and the quick tier is asked on SQLite while somebody works.
ON_POSTGRES = f"{UNIT} and not sqlite and not no_database"
ON_SQLITE = "not race and not browser and (walk or slow or sqlite or no_database)"
MOST_UNSTEADY = 3  # of the browser tests: more than that at once is no bad second
results: list[tuple[str, str, float]] = []


def step(name: str, command: list, environment: dict | None = None) -> bool:
    print(f"\n=== {name}", flush=True)
    return _run(name, command, environment)


def _run(name: str, command: list, environment: dict | None = None, out=None) -> bool:
    began = time.monotonic()
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=out, stderr=out and subprocess.STDOUT,
    )  # fmt: skip
    results.append((name, "ok" if done.returncode == 0 else "FAILED", time.monotonic() - began))
    return done.returncode == 0


def two_at_a_time(steps: list[tuple[str, list, dict]]) -> None:
    """Steps that judge no time, each printed whole once it has ended."""

    def run(one):
        with tempfile.TemporaryFile("w+") as out:
            _run(*one, out)
            out.seek(0)
            print(f"\n=== {one[0]}\n{out.read()}", flush=True)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, steps))


def once_more(name: str, command: list, several: list) -> None:
    """A step whose failed tests, if they are few, run again alone: what fails twice is broken, the rest is told.

    A browser, a web server and a worker share two cores here, and a test that looks too early fails on a bad second.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        if step(name, [*command, *several, f"--junitxml={report}", "-o", "junit_family=xunit1"]):
            return
        failed = _failed(report) if report.exists() else []
    place = next(place for place, row in enumerate(results) if row[0] == name)
    if 0 < len(failed) <= MOST_UNSTEADY and step(f"{name}: what failed, alone", [*command, *failed]):
        results[place] = (name, f"ok at a second try: {', '.join(failed)}", results[place][2])


def _failed(report: Path) -> list[str]:
    """The tests that a report of pytest's tells of as failed, as pytest names them."""
    cases = ElementTree.parse(report).iter("testcase")
    return [
        f"{case.get('file')}::{case.get('name')}"
        for case in cases
        if case.find("failure") is not None or case.find("error") is not None
    ]


def skip(name: str, why: str):
    print(f"\n=== {name}: not run. {why}", flush=True)
    results.append((name, "FAILED (may not be skipped here)" if os.environ.get("CI") else "not run", 0))


def quick_checks():
    templates = [str(path) for path in sorted(ROOT.glob("templates/**/*.html"))]
    step("format", [BIN / "ruff", "format", "--check", "."])
    step("lint", [BIN / "ruff", "check", "."])
    step("templates", [BIN / "djade", "--target-version", "5.2", "--check", *templates])
    step("import contracts", [BIN / "lint-imports", "--config", "config/importlinter.toml"])


def slow_checks(folder: str, url: str | None) -> list[tuple[str, list, dict]]:
    """Each on one core."""
    database = {"TEST_DATABASE_URL": url} if url else {}
    manage = [sys.executable, "-W", "ignore", "manage.py"]
    deploy = [*manage, "check", "--deploy", "--fail-level", "WARNING"]
    return [
        ("a loaded shop, for many tests", [sys.executable, "-B", "tests/support/loaded.py"], database),
        ("types", [sys.executable, "-B", "tests/check_types.py"], {}),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run"], {**SANDBOX, "DATA_DIR": folder}),
        ("check --deploy", deploy, {**PRODUCTION, "DATA_DIR": folder}),
    ]


def checks_and_races(url: str | None) -> None:
    """The slow checks on one core; with a PostgreSQL the race tests, which mostly wait for it, on the other.

    What else needs no Chromium fills the time until they have ended.
    """
    with tempfile.TemporaryDirectory() as folder:
        steps = slow_checks(folder, url)
        if url:
            steps += trials()
            race = [*PYTEST, "-m", "race", "tests/race"]
            steps.insert(0, ("race tests on PostgreSQL", race, {"TEST_DATABASE_URL": url}))
        two_at_a_time(steps)


def tests(url: str | None):
    step("unit tests and walks", [*PYTEST, "-m", ON_SQLITE, "-n", "2"])
    if url:
        quick = [*PYTEST, "-m", ON_POSTGRES, "-n", "2"]
        step("unit tests on PostgreSQL", quick, {"TEST_DATABASE_URL": url})
    else:
        step("unit tests that would run on PostgreSQL", [*PYTEST, "-m", ON_POSTGRES, "-n", "2"])
        skip("tests on PostgreSQL", f"They need it. {postgres.INSTALL}")
    if CHROMIUM:
        # A shop and a Chromium for each of two; files stay whole, since their tests may follow each other.
        in_two = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
        once_more("browser tests in Chromium", [*PYTEST, "-m", "browser"], [*in_two, "tests/browser"])
    else:
        skip("browser tests", "They need Chromium. On Debian or Ubuntu: sudo apt install chromium")


def trials() -> list[tuple[str, list, dict]]:
    """What many at once, and those who mean harm, do to a shop, in short."""
    measure, few = ROOT / "tests" / "measure", {"ROUNDS": "2", "SEED": "1"}
    return [
        ("chaos, in short", [sys.executable, "-B", measure / "chaos.py"], few),
        (
            "a shopper beside attacks, in short",
            [sys.executable, "-B", measure / "attacked.py"],
            {"SMOKE": "1", "ENV_FILE": ""},
        ),
    ]


def quality_in_short() -> list[tuple[str, list, dict]]:
    """What judges no time of it."""
    if not CHROMIUM:
        return []
    parts = {"SMOKE": "1", "ENV_FILE": "", "ONLY": "axe html links weight shift", "RUNS": "1"}
    return [("quality, in short", [sys.executable, "-B", ROOT / "tests/measure/quality/run.py"], parts)]


def smoke():
    """A second or two of every script that measures or looks, so that none of them rots. No time is judged.

    What takes longest begins, so that neither of two cores waits long for the other at the end.
    """
    short = {"SMOKE": "1", "ENV_FILE": ""}
    measure, steps = ROOT / "tests" / "measure", []
    if not postgres.binaries():
        steps.append(trials()[-1])
    elif not missing():
        steps.append(("faults, in short", [sys.executable, "-B", measure / "faults.py"], short))
    if missing():
        skip(
            "faults, in short", f"They need more. On Debian or Ubuntu: sudo apt install {' '.join(missing())}"
        )
    steps += quality_in_short()
    if CHROMIUM:
        steps.append(("screenshots, in short", [sys.executable, "-B", measure / "screenshots.py"], short))
    if shutil.which("wrk"):
        steps.append(("bench of sizes, in short", [sys.executable, "-B", measure / "sizes.py"], short))
        steps.append(("bench, in short", [sys.executable, "-B", measure / "bench.py"], short))
    else:
        skip("bench, in short", "It needs wrk. On Debian or Ubuntu: sudo apt install wrk")
    steps.append(
        ("odd requests, for a minute", [sys.executable, "-B", measure / "fuzz.py"], {"REQUESTS": "500"})
    )
    steps.append(("mutations, in short", [sys.executable, "-B", measure / "mutate.py"], short))
    two_at_a_time(steps)


def main() -> int:
    quick_checks()
    if "--checks-only" in sys.argv:
        checks_and_races(None)
    else:
        with postgres.running_postgres() if postgres.binaries() else contextlib.nullcontext() as url:
            checks_and_races(url)
            tests(url)
        smoke()
    print()
    for name, outcome, seconds in results:
        print(f"{outcome:>8}  {name} ({seconds:.0f} s)")
    failed = [name for name, outcome, _ in results if outcome.startswith("FAILED")]
    print(f"\n{len(failed)} failed: {', '.join(failed)}" if failed else "\nAll is well.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
