"""A shop that is taken out and brought into an empty one is the same shop, wherever anybody looks.

Here it also moves from SQLite to PostgreSQL, as a shop does that grows.
"""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from tests.support.database import EMPTY, build_ahead, digest, lend_to

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[2]
# What an owner did since the shop was made: each of it must be seen again.
WORK = """
from datetime import timedelta
from django.utils import timezone
from articles.models import Article, Callout, Publication, Version
from articles.publishing.versions import save_version
from config.forwarding.models import Redirect
from config.search.index import reindex
from shop.catalogue.models import OldProduct, Price, Product, Variant
from shop.codes.models import Code, CodeTerms
from shop.pages.publishing import publish, start_draft
from shop.regions.models import Region
from shop.regions.laws import LawPack
from shop.reviews.models import Review
from shop.reviews.moderating import show
uk, us = Region.by_code("uk"), Region.by_code("us")
pack = Variant.objects.first()
pack.set_price(uk, 999)
product = pack.product
product.slug = "citrate-new"; product.name = "Magnesium citrate capsules"; product.save()
Redirect.objects.create(source="/old/page", target="/uk/shop/")
code = Code.objects.create(code="AUTUMN", kind="percent", percent=10)
CodeTerms.objects.create(code=code, region=uk)
page = start_draft("delivery", uk)
page.title = "How parcels travel"; page.save()
publish(page, by="ada")
law = LawPack.objects.get(code="GB"); law.order_button = "Order and pay now"; law.save()
old = Publication.objects.filter(region=us).first()
version = Version(article=old.article, title="Only Americans read this", summary="Words. And more.", author=old.version.author, is_draft=False)
save_version(version, [Callout(tone="note", heading="Here", body="<p>Words for readers.</p>", show_in="only", region_codes="us")])
Publication.objects.create(region=us, version=version, starts_at=timezone.now() - timedelta(minutes=1), published_by="ada")
review = Review.objects.create(product=product, region=uk, stars=4, text="Came in two days, says a buyer.", name="Ada")
show(review, by="ada")
Review.objects.create(product=product, region=us, stars=1, text="Waits to be read.")
reindex()
"""


OUT = """
from django.core.management import call_command
call_command("export_shop", {file!r})
"""
IN = """
from django.core.management import call_command
call_command("import_shop", {file!r})
call_command("import_shop", {file!r}, "--save")
call_command("export_shop", {again!r})
"""


class Shop:
    def __init__(self, folder: Path, url: str = ""):
        self.folder = folder
        (folder / "static").mkdir(parents=True, exist_ok=True)
        self.environment = {
            **os.environ,
            "ENV_FILE": "",
            "PAYMENTS": "sandbox",
            "DATA_DIR": str(folder),
            "DATABASE_URL": url,
            "SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests-only-for-tests",
        }

    def begin(self, *command: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", *command],
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def do(self, code: str) -> str:
        return said(self.begin("manage.py", "shell", "--no-imports", "-c", code))

    def look(self, at: datetime) -> subprocess.Popen:
        return self.begin("-m", "tests.support.surfaces", at.isoformat())


def said(process: subprocess.Popen) -> str:
    out, error = process.communicate()
    assert process.returncode == 0, out[-2000:] + error[-4000:]
    return out


@pytest.fixture
def migrated():
    """The address of a database of PostgreSQL that has its tables and nothing in them."""
    name, url = f"{connection.settings_dict['NAME']}_moved", os.environ["DATABASE_URL"]
    build_ahead(url)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{EMPTY}_{digest()}"')
    yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_what_left_sqlite_comes_into_postgresql_and_every_surface_is_the_same(tmp_path, migrated):
    one, other = Shop(tmp_path / "one"), Shop(tmp_path / "other", migrated)
    lend_to(one.folder)
    goes_round(one, other, tmp_path)


def goes_round(one: Shop, other: Shop, folder: Path) -> None:
    """From a shop that was worked in into an empty one, on whatever database each has."""
    left, again = folder / "shop.zip", folder / "again.zip"
    one.do(WORK + OUT.format(file=str(left)))
    told = other.do(IN.format(file=str(left), again=str(again)))
    [looked] = re.findall(r"(\d+) rows would come in, 0 are left out. Nothing is saved", told)
    [came] = re.findall(r"(\d+) rows brought in, 0 left out", told)
    assert looked == came, "what was looked at was not there yet"
    assert int(came) > 500

    later = datetime.now(UTC) + timedelta(hours=1)
    looking = [shop.look(later) for shop in (one, other)]
    had, has = (json.loads(said(process)) for process in looking)
    assert set(had) == set(has)
    assert {address for address in had if had[address] != has[address]} == set()
    assert any("Only Americans read this" in text for _, text in has.values())
    assert any("How parcels travel" in text for _, text in has.values())
    assert any("Came in two days, says a buyer." in text for _, text in has.values())
    assert not any("Waits to be read." in text for _, text in has.values())
    assert rows_of(again) == rows_of(left), "so that bringing it in once more finds nothing to do"


NOT_COMPARED = {"log_turn", "log_cause", "log_who", "log_why", "is_told"}  # of how it came to be here


READ_ANEW = {"rows/reviews.publishedreview.jsonl": {"rules"}}  # the worker reads them by the rules of here


def rows_of(archive: Path) -> dict:
    """Every row of every table, by its file."""
    files = zipfile.ZipFile(archive)
    return {
        name: [
            {
                key: value
                for key, value in json.loads(line).items()
                if key not in NOT_COMPARED | READ_ANEW.get(name, set())
            }
            for line in io.BytesIO(files.read(name))
        ]
        for name in files.namelist()
        if name.startswith("rows/")
    }
