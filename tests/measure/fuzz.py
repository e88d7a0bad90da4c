"""`make fuzz`: odd requests at every address of the resolver, as strangers and as staff; none may end in an error of ours.

    make fuzz                           2,000 requests on SQLite
    make fuzz REQUESTS=100000 SEED=7    so many, of another seed
    POSTGRES=1 make fuzz                on a PostgreSQL of its own
    PROCESSES=2 make fuzz …             two at a time, once it is more than twenty thousand
    make fuzz SMOKE=1                   some seconds of it

Twenty thousand are one part, with a shop and a seed of its own: rows that some requests delete are there again in the next.
What breaks is made smaller, printed once for each error, and ends this with 1 when all parts are done.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.database import ALIKE, lend_postgres_to, lend_to  # noqa: E402
from tests.support.postgres import running_postgres  # noqa: E402

REQUESTS = int(os.environ.get("REQUESTS") or (150 if os.environ.get("SMOKE") else 2000))
SEED = int(os.environ.get("SEED") or 1)
PART = 20_000
CLUSTER = "FUZZ_CLUSTER"  # where a part makes its own database


def ready(folder: Path) -> None:
    """A shop with its content in a folder of its own, and Django set up to serve it in this process."""
    os.environ.update(ALIKE, DATA_DIR=str(folder))
    os.environ.setdefault("DATABASE_URL", "")
    os.environ["SECOND_FACTOR_GRACE_DAYS"] = (
        "9999"  # else owners get no further than the page that asks for one
    )
    if os.environ.get(CLUSTER):
        os.environ["DATABASE_URL"] = _empty_database(os.environ[CLUSTER], f"fuzz_{SEED}")
        lend_postgres_to(folder, os.environ["DATABASE_URL"])
    elif not os.environ["DATABASE_URL"]:
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


def _empty_database(cluster: str, name: str) -> str:
    import psycopg

    with psycopg.connect(cluster, autocommit=True) as asked:
        asked.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(cluster)._replace(path=f"/{name}"))


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
            print(f"Seed {SEED}: {number:,} in {time.monotonic() - began:,.0f} s, {time.process_time():,.0f} s of a processor", flush=True)  # fmt: skip
    if busy:
        print(f"Told to come back later (503): {dict(busy)}")
    return REQUESTS, broken


def one_part() -> int:
    with tempfile.TemporaryDirectory(prefix="fellbrook-fuzz-", ignore_cleanup_errors=True) as name:
        ready(Path(name))
        from django.db import connection

        count, broken = search()
        vendor, times = connection.vendor, broken.total()
    print(
        f"{count:,} requests of seed {SEED} on {vendor}: {times or 'none'} ended in an error of the server."
    )
    return 1 if broken else 0


def in_parts(cluster: str | None) -> int:
    """Each in a process of its own; one that falls over doesn't end the others."""
    sizes = [min(PART, REQUESTS - begun) for begun in range(0, REQUESTS, PART)]

    def ask(number: int) -> int:
        more = {"REQUESTS": str(sizes[number]), "SEED": str(SEED + number), CLUSTER: cluster or ""}
        return subprocess.run([sys.executable, "-u", "-B", __file__], env={**os.environ, **more}).returncode

    with ThreadPoolExecutor(int(os.environ.get("PROCESSES") or 1)) as several:
        broke = [SEED + number for number, code in enumerate(several.map(ask, range(len(sizes)))) if code]
    print(
        f"{REQUESTS:,} requests of seeds {SEED} to {SEED + len(sizes) - 1}; seeds that ended in an error: {broke or 'none'}"
    )
    return 1 if broke else 0


def main() -> int:
    postgres = os.environ.get("POSTGRES") and not os.environ.get(CLUSTER)
    if REQUESTS <= PART and not postgres:
        return one_part()
    with running_postgres() if postgres else nullcontext() as cluster:
        return in_parts(cluster)


if __name__ == "__main__":
    sys.exit(main())
