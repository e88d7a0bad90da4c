"""Ordinary work beside the bench's views: one order that is paid and one parcel a second, a draft saved every five seconds.

It says “begun” once it is at work, and ends after so many seconds.
"""

import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

if __name__ == "__main__":
    django.setup()

from django.db import transaction  # noqa: E402

from tests.support.orders import paid  # noqa: E402

EVERY = 5  # orders between two saves


def bustle(seconds: int) -> None:
    from articles.models import Article
    from shop.orders.fulfil import send_parcel
    from tests.support.editing import begin, save
    from tests.support.staff import signed_in

    owner, article = signed_in(name="bench"), Article.objects.order_by("pk").first()
    draft = article.draft or begin(owner, article)
    print("begun", flush=True)
    began = time.monotonic()
    for number in range(seconds):
        order = paid(email=f"bench{number}@example.org")
        with transaction.atomic():
            lines = {line.pk: line.quantity for line in order.lines.all()}
            send_parcel(order, lines, by="bench", carrier="Royal Mail", tracking=f"RM{number}")
        if number % EVERY == 0:
            save(owner, draft, title=f"Title {number}", note="bench")
        time.sleep(max(0.0, number + 1 - (time.monotonic() - began)))


if __name__ == "__main__":
    bustle(int(sys.argv[1]))
