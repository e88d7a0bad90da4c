"""A shop leaves whole, in open forms, without ever being held in memory."""

import csv
import io
import json
import tracemalloc
import zipfile

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Callout, RichText, Version
from articles.publishing.versions import save_version
from config.deeds.models import Deed
from config.forwarding.models import Redirect
from config.moving.goods import goods_in
from config.moving.whole.archive import zipped
from config.moving.whole.kept import KEPT
from config.moving.whole.markdown import front_matter, markdown_of
from config.moving.whole.out import entries
from config.moving.whole.tables import CUSTOMERS, customers
from config.newsletter.models import Subscriber
from shop.catalogue.models import Product, Variant
from shop.orders.models import Order
from shop.text.tables import decoded
from shop.web.spreadsheet import csv_lines
from tests.support.factories import region
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


def archive() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(zipped(entries()))))


def table(files, name):
    return list(csv.DictReader(io.StringIO(decoded(files.read(name)))))


@pytest.mark.slow
def test_the_archive_is_whole_and_its_tables_open_in_a_spreadsheet():
    Redirect.objects.create(source="/old", target="/uk/shop/")
    files = archive()
    assert files.testzip() is None
    for name in files.namelist():
        if name.endswith(".csv"):
            assert files.read(name).startswith(b"\xef\xbb\xbf"), name
    assert table(files, "redirects.csv") == [{"Redirect from": "/old", "Redirect to": "/uk/shop/"}]
    products = table(files, "products.csv")
    assert {row["Handle"] for row in products} == set(Product.objects.values_list("slug", flat=True))
    assert {row["Variant SKU"] for row in products} - {""} == set(
        Variant.objects.values_list("sku", flat=True)
    )
    slugs = set(Article.objects.values_list("slug", flat=True))
    assert {f"articles/{slug}.md" for slug in slugs} <= set(files.namelist())


@pytest.mark.slow
def test_the_importer_of_products_reads_what_left():
    text = decoded(archive().read("products.csv"))
    found = {one.handle: one for one in goods_in(text)}
    assert not [one.trouble for one in found.values() if one.trouble]
    pack = Variant.objects.select_related("product").first()
    [size] = [size for size in found[pack.product.slug].sizes if size.sku == pack.sku]
    assert size.label == pack.label
    assert set(size.asked) >= {"", "united kingdom", "united states"}


@pytest.mark.slow
def test_every_picture_of_a_text_is_in_the_archive():
    files = archive()
    names = set(files.namelist())
    shown = [
        part.split(")")[0]
        for name in names
        if name.endswith(".md")
        for part in files.read(name).decode().split("](../")[1:]
    ]
    assert set(shown) <= names
    heads = [files.read(name).decode() for name in names if name.startswith("articles/")]
    pictures = [
        json.loads(line[9:])
        for head in heads
        for line in head.splitlines()
        if line.startswith("picture: ") and line != "picture: null"
    ]
    assert pictures
    assert set(pictures) <= names


def test_no_text_ends_its_front_matter_or_adds_a_key():
    head = front_matter({"title": 'A "title"\n---\nslug: other', "draft": False})
    assert head.splitlines() == ["---", r'title: "A \"title\"\n---\nslug: other"', "draft: false", "---"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            "<p>One <strong>bold</strong> and <em>two</em>.</p><p>Next.</p>",
            "One **bold** and *two*.\n\nNext.",
        ),
        ("<h2>Head</h2><p>Text</p>", "## Head\n\nText"),
        ("<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n- b"),
        ("<ol><li>a<ul><li>x</li></ul></li><li>b</li></ol>", "1. a\n\n   - x\n\n2. b"),
        ('<p><a href="https://a.example/x">there</a></p>', "[there](https://a.example/x)"),
        ("<p># no head, *no star*, [no link]</p>", "\\# no head, \\*no star\\*, \\[no link\\]"),
        ("<p>a &lt;script&gt;</p>", "a \\<script\\>"),
        (
            "<table><tbody><tr><td>a &amp; b</td></tr></tbody></table>",
            "<table><tbody><tr><td>a &amp; b</td></tr></tbody></table>",
        ),
        ("<blockquote><p>Said.</p></blockquote>", "> Said."),
        ("", ""),
    ],
)
def test_rich_text_becomes_markdown(html, text):
    assert markdown_of(html) == text


def test_a_block_for_some_regions_says_so():
    article = Article.objects.first()
    version = Version(
        article=article, title="Only here", summary="Words.", author=Version.objects.first().author
    )
    article.versions.filter(is_draft=True).delete()
    blocks = [
        RichText(body="<p>For all.</p>"),
        Callout(tone="note", heading="Here", body="<p>Words.</p>", show_in="only", region_codes="uk eu"),
    ]
    save_version(version, blocks)
    text = next(
        b"".join(data).decode()
        for name, data in entries()
        if name.startswith(f"articles/{article.slug}.") and str(version.pk) in name
    )
    assert 'title: "Only here"' in text
    assert "draft: true" in text
    assert "For all.\n\n<!-- only: uk eu -->\n\n> **Here**\n>\n> Words.\n\n<!-- all -->" in text


def test_customers_stand_once_each_with_what_they_agreed_to():
    uk = region("uk")
    for email in ("ada@example.org", "ada@example.org", "bob@example.org"):
        paid(email=email)
    Order.objects.filter(email="ada@example.org").update(name="=Ada Byron Lovelace")
    Subscriber.objects.create(email="bob@example.org", region=uk, confirmed_at=timezone.now())
    Subscriber.objects.create(email="cy@example.org", region=uk, confirmed_at=timezone.now())
    Subscriber.objects.create(email="never@example.org", region=uk)
    rows = [dict(zip(CUSTOMERS, cells, strict=True)) for cells in customers()]
    assert [(row["Email"], row["Total Orders"], row["Accepts Email Marketing"]) for row in rows] == [
        ("ada@example.org", 2, "no"),
        ("bob@example.org", 1, "yes"),
        ("cy@example.org", 0, "yes"),
    ]
    assert (rows[0]["First Name"], rows[0]["Last Name"]) == ("=Ada Byron", "Lovelace")
    assert "'=Ada Byron," in "".join(csv_lines(CUSTOMERS, customers()))
    assert rows[1]["Marketing consent source"].startswith("New articles by mail")


@pytest.mark.slow
def test_the_number_of_queries_and_the_memory_do_not_grow_with_each_order():
    def cost():
        tracemalloc.start()
        with CaptureQueriesContext(connection) as asked:
            for name, data in entries():
                if name.split(".")[0] in {"orders", "customers"}:
                    for _ in data:
                        pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return len(asked), peak

    paid(email="one@example.org")
    cost()
    few, small = cost()
    for number in range(60):
        paid(email=f"buyer{number}@example.org")
    many, large = cost()
    assert many <= few + 2
    assert large < small * 3 + 2_000_000


@pytest.mark.slow
def test_only_an_owner_takes_it_and_it_is_written_down():
    assert signed_in("Orders").get("/admin/take-out/").status_code == 403
    assert signed_in("Orders").post("/admin/take-out/").status_code == 403
    owner = signed_in("Owner")
    assert "It names people" in owner.get("/admin/take-out/").content.decode()
    before = Deed.objects.filter(verb="exported").count()
    answer = owner.post("/admin/take-out/")
    assert answer.streaming
    assert answer["Content-Disposition"].startswith('attachment; filename="shop-')
    assert "no-store" in answer["Cache-Control"]
    files = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert files.testzip() is None
    assert Deed.objects.filter(verb="exported").count() == before + 1


@pytest.mark.slow
def test_the_command_writes_a_folder_or_an_archive_and_never_over_something(tmp_path, capsys):
    call_command("export_shop", tmp_path / "shop.zip")
    call_command("export_shop", tmp_path / "shop")
    names = {
        str(path.relative_to(tmp_path / "shop")) for path in (tmp_path / "shop").rglob("*") if path.is_file()
    }
    assert names == set(zipfile.ZipFile(tmp_path / "shop.zip").namelist())
    for target in ("shop.zip", "shop"):
        with pytest.raises(CommandError, match="already"):
            call_command("export_shop", tmp_path / target)


def test_every_table_of_the_shop_leaves_or_is_known_to_stay():
    """Whoever adds a table of the owner's words decides here."""
    kept = {one.model._meta.label for one in KEPT}
    content = {
        model._meta.label
        for model in apps.get_models()
        if any(base.__name__ in {"Content", "ReadByShoppers"} for base in model.__mro__)
    }
    stay = {
        "orders.Parcel",  # what was sent; orders.csv says when
        "payments.Refund",
        "letters.Subscriber",
    }
    assert content - kept - stay == set()
