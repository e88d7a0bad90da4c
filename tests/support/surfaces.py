"""All that visitors and machines can read of a shop, to be compared with another one: run as a program in its settings.

`python -m tests.support.surfaces 2031-05-01T12:00:00+00:00` writes {address: [status, text]} as JSON, at that moment.
"""

import json
import re
import sys
from datetime import datetime

LISTS = ("", "shop/", "articles/", "articles/feed/", "feeds/google.xml", "feeds/meta.csv", "feeds/agents.jsonl", "sitemap.xml", "help/", "search/?q=magnesium",
         "search/?q=sleep", "shop/?sort=price", "shop/compare/", "sheet/?sku=CIT-CAP-90")  # fmt: skip
SITE = ("/", "/llms.txt", "/robots.txt", "/sitemap.xml")
# What each answer draws anew, whatever it shows.
DRAWN = re.compile(r"(csrfmiddlewaretoken\" value=\"|nonce=\"|nonce-)[\w-]+")


def surfaces(moment: datetime) -> dict[str, list]:
    from django.test import Client
    from django.utils import timezone

    from config.discovery.sitemaps import entries
    from shop.regions.models import Region

    timezone.now = lambda: moment
    client = Client(SERVER_NAME="127.0.0.1")
    addresses = list(SITE)
    for region in Region.all_open():
        addresses += [f"/{region.code}/{name}" for name in LISTS]
        addresses += [entry.path for entry in entries(region)]
    found: dict[str, list] = {}
    for address in dict.fromkeys(addresses):
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[address] = [answer.status_code, DRAWN.sub(r"\1", body.decode(errors="replace"))]
    return found


if __name__ == "__main__":
    import os

    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    django.setup()
    json.dump(surfaces(datetime.fromisoformat(sys.argv[1])), sys.stdout)
