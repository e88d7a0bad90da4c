"""A shop that is taken out and brought into an empty one is the same shop, wherever anybody looks."""

import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.database import EMPTY, lend_to

ROOT = Path(__file__).resolve().parents[3]
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


class Shop:
    def __init__(self, folder: Path):
        self.folder = folder
        (folder / "static").mkdir(parents=True)
        self.environment = {
            **os.environ,
            "ENV_FILE": "",
            "PAYMENTS": "sandbox",
            "DATA_DIR": str(folder),
            "SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests-only-for-tests",
        }
        self.environment.pop("DATABASE_URL", None)

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", *command],
            cwd=ROOT, env=self.environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout

    def manage(self, *command: str) -> str:
        return self.run("manage.py", *command)

    def seen(self, at: datetime) -> dict:
        return json.loads(self.run("-m", "tests.support.surfaces", at.isoformat()))


@pytest.mark.walk
def test_what_left_comes_in_again_and_every_surface_is_the_same(tmp_path):
    one, other = Shop(tmp_path / "one"), Shop(tmp_path / "other")
    lend_to(one.folder)
    one.manage("shell", "--no-imports", "-c", WORK)
    one.manage("export_shop", str(tmp_path / "shop.zip"))
    lend_to(other.folder, EMPTY)

    looked = other.manage("import_shop", str(tmp_path / "shop.zip"))
    assert "Nothing is saved" in looked
    assert "0 are left out" in looked
    assert other.manage("shell", "--no-imports", "-c", COUNT).split() == ["0", "0"]

    assert "0 left out" in other.manage("import_shop", str(tmp_path / "shop.zip"), "--save")
    later = datetime.now(UTC) + timedelta(hours=1)
    had, has = one.seen(later), other.seen(later)
    assert set(had) == set(has)
    assert {address for address in had if had[address] != has[address]} == set()
    assert any("Only Americans read this" in text for _, text in has.values())
    assert any("How parcels travel" in text for _, text in has.values())
    assert any("Came in two days, says a buyer." in text for _, text in has.values())
    assert not any("Waits to be read." in text for _, text in has.values())

    again = other.manage("import_shop", str(tmp_path / "shop.zip"), "--save")
    assert "0 rows brought in, 0 left out" in again
    assert "stays" not in again

    other.manage("export_shop", str(tmp_path / "again.zip"))
    assert rows_of(tmp_path / "again.zip") == rows_of(tmp_path / "shop.zip")


COUNT = "from articles.models import Article; from shop.catalogue.models import Product; print(Article.objects.count(), Product.objects.count())"
NOT_COMPARED = {"log_turn", "log_cause", "log_who", "log_why", "is_told"}  # of how it came to be here


def rows_of(archive: Path) -> dict:
    """Every row of every table, by its file."""
    files = zipfile.ZipFile(archive)
    return {
        name: [
            {key: value for key, value in json.loads(line).items() if key not in NOT_COMPARED}
            for line in io.BytesIO(files.read(name))
        ]
        for name in files.namelist()
        if name.startswith("rows/")
    }
