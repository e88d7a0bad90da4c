"""`make fuzz`: odd requests at every address of the resolver, as strangers and as staff; none may end in an error of ours.

    make fuzz                           2,000 requests on SQLite
    make fuzz REQUESTS=100000 SEED=7    so many, of another seed
    DATABASE_URL=postgres://… make fuzz the same on an empty PostgreSQL database
    make fuzz SMOKE=1                   some seconds of it

What breaks is made smaller, printed once for each error, and ends this with 1.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.database import ALIKE, lend_to  # noqa: E402

REQUESTS = int(os.environ.get("REQUESTS") or (150 if os.environ.get("SMOKE") else 2000))
SEED = int(os.environ.get("SEED") or 1)


def ready(folder: Path) -> None:
    """A shop with its content in a folder of its own, and Django set up to serve it in this process."""
    os.environ.update(ALIKE, DATA_DIR=str(folder))
    os.environ.setdefault("DATABASE_URL", "")
    os.environ["SECOND_FACTOR_GRACE_DAYS"] = (
        "9999"  # else owners get no further than the page that asks for one
    )
    if not os.environ["DATABASE_URL"]:
        lend_to(folder)
    subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    import django

    django.setup()
    import logging

    from django.test.utils import setup_test_environment

    logging.disable(
        logging.CRITICAL
    )  # a stranger's nonsense is told in the log; here only what breaks counts
    setup_test_environment()


def search() -> tuple[int, Counter[str]]:
    """How many requests were asked, and what broke: how often, by the last line of its traceback."""
    from tests.support.odd_requests import Generator, in_words

    generator, broken, busy = Generator(SEED), Counter(), Counter()
    began = time.monotonic()
    for number in range(1, REQUESTS + 1):
        status, asked = generator.ask()
        if status == 503:
            busy[asked.path.split("/")[1]] += 1
        elif status >= 500:
            told = generator.why
            why = told.strip().rpartition("\n")[2] or str(status)
            broken[why] += 1
            if broken[why] == 1:
                print(f"{status}: {in_words(generator.smaller(asked))}\n{told[-1500:]}", flush=True)
        if number % 5000 == 0:
            print(f"{number:,} in {time.monotonic() - began:,.0f} s, {time.process_time():,.0f} s of a processor", flush=True)  # fmt: skip
    if busy:
        print(f"Told to come back later (503): {dict(busy)}")
    return REQUESTS, broken


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="fellbrook-fuzz-", ignore_cleanup_errors=True) as name:
        ready(Path(name))
        from django.db import connection

        count, broken = search()
        vendor, times = connection.vendor, broken.total()
    print(
        f"{count:,} requests of seed {SEED} on {vendor}: {times or 'none'} ended in an error of the server."
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
