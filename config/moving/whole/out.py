"""All that an owner put in, as open files, one after the other: never more of it in memory than some rows."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.utils import timezone

from articles.models import Article, Publication, Version
from config.moving.whole.archive import Entry, packed
from config.moving.whole.kept import KEPT, by_key, file_of
from config.moving.whole.markdown import article_file, page_file, picture_file
from config.moving.whole.rows import lines_of
from config.moving.whole.tables import tables
from shop.pages.models import PageVersion
from shop.pictures.models import Picture
from shop.web.spreadsheet import csv_lines

FORMAT = 1
ABOUT = """{brand}, taken out on {day:%-d %B %Y} at {day:%H:%M} UTC. Form {form}.

Tables for spreadsheets and other shops (UTF-8, commas; a leading apostrophe keeps a cell from being a formula):
  products.csv            in Shopify's columns, prices by market; Form, Kind, Magnesium mg and Pack units are ours
  product-texts.csv       what a region says of a product in other words
  stock.csv, collections.csv, discount-codes.csv, automatic-discounts.csv
  customers.csv           in Shopify's columns, with when and to what words somebody agreed to letters
  orders.csv              a row for each line
  redirects.csv           in Shopify's columns;  short-addresses.csv
Texts:
  articles/               Markdown with front matter; what only some regions read stands between comments
  pages/                  the shop's own pages, each version
  pictures/               as they are stored here
Everything once more, without loss, for manage.py import_shop:
  rows/                   a file for each table, a row of JSON in each line

Not in here: passwords and sign-ins of staff, the log of what staff did, invoices (each is a PDF in the admin), payments,
baskets, alerts of sold-out packs, comments and links to previews, and what is worked out from the rest.
customers.csv and orders.csv name people. Keep this file as you keep those.
"""


def entries() -> Iterator[Entry]:
    """(name, what is in it) of every file."""
    words = ABOUT.format(brand=settings.BRAND, day=timezone.now(), form=FORMAT)
    yield "README.txt", [words.encode()]
    for name, (head, rows) in tables():
        yield f"{name}.csv", packed(csv_lines(head, rows))
    yield from _articles()
    for page in by_key(PageVersion.objects.select_related("region").prefetch_related("blocks__picture"), 50):
        yield f"pages/{page.page}-{page.region.code}-{page.edition}.md", [page_file(page).encode()]
    yield from _pictures()
    for kept in KEPT:
        yield file_of(kept.label), packed(lines_of(kept))


def _articles() -> Iterator[Entry]:
    """Each version that readers see somewhere or will, and the draft. The first has the address as its name."""
    for article in by_key(Article.objects.filter(binned_at=None).prefetch_related("old_addresses"), 50):
        published: dict[int, list[Publication]] = {}
        rows = Publication.objects.filter(article=article, until__gt=timezone.now()).select_related("region")
        for row in rows.order_by("region__position", "starts_at"):
            published.setdefault(row.version_id, []).append(row)
        wanted = Version.objects.filter(article=article, pk__in=published) | article.versions.filter(
            is_draft=True
        )
        versions = wanted.select_related("author", "picture").prefetch_related("topics", "tags")
        for place, version in enumerate(versions.order_by("is_draft", "pk")):
            name = article.slug if place == 0 else f"{article.slug}.{version.pk}"
            yield (
                f"articles/{name}.md",
                [article_file(article, version, published.get(version.pk, ())).encode()],
            )


def _pictures() -> Iterator[Entry]:
    names: set[str] = set()
    for picture in by_key(Picture.objects.all()):
        name = picture_file(picture)
        if name not in names:
            names.add(name)
            yield name, _bytes_of(picture)


def _bytes_of(picture: Picture) -> Iterable[bytes]:
    """Nothing where the file is gone: the rest leaves all the same."""
    try:
        with picture.file.storage.open(picture.file.name) as file:
            yield from file.chunks()
    except OSError:
        return
