"""Eight threads buy, pay, send and refund on one SQLite file; afterwards the ledger must be green. Run as a script."""

import os
import random
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.db import connections  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

THREADS = 8


def main() -> int:
    from tests.chaos import people, rounds

    setup_test_environment()
    rounds.open_shop()
    rounds.Stock.objects.update(on_hand=25)
    errors = []

    def run(number):
        chance = random.Random(number)
        try:
            work = people.shopper if number < 5 else people.staff if number == 5 else people.worker
            for _ in range(2):
                work(chance)
        except Exception as error:
            errors.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rounds.two_ticks(forked=False)
    wrong = errors + rounds.faults()
    print(f"{rounds.tally()}; wrong: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
