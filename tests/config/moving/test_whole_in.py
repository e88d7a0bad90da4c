"""What comes in again is told by file and line where it can't, whatever stands in the files."""

import io
import json
import zipfile
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from articles.models import Article
from config.moving.whole import read
from config.moving.whole.archive import write_folder, zipped
from config.moving.whole.coming import come_in
from config.moving.whole.kept import BY_LABEL
from config.moving.whole.out import entries
from config.moving.whole.read import Unreadable, files_of, rows_in
from config.moving.whole.rows import row_of
from shop.catalogue.models import Product, RelatedProductTag
from shop.pictures.models import Picture
from shop.regions.models import Seller

pytestmark = pytest.mark.django_db


def picture_bytes(kind="WEBP"):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, kind)
    return out.getvalue()


def picture(name="0123456789abcdef.webp", **more):
    return {"id": 1, "title": "Teal", "file": f"pictures/{name}", "alt": "A teal card", "is_decorative": False, "focus_x": 50,
            "focus_y": 50, "role": "", "source_hash": "x", **more}  # fmt: skip


def brought(tmp_path, rows=None, files=None, *, save=True):
    """(what was told, what became of each table) of an export with these rows, by table."""
    said = {"rows/catalogue.product.jsonl": b""} | (files or {})
    for label, lines in (rows or {}).items():
        data = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        said[f"rows/{label}.jsonl"] = b"\n".join(data)
    write_folder(tmp_path, ((name, [data]) for name, data in said.items()))
    told: list[str] = []
    counts = come_in(files_of(tmp_path), save=save, tell=told.append, step=lambda label, count: None)
    return told, counts


TAG = {"id": 5, "name": "A tag of there", "slug": "a-tag-of-there"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"no json", "no row of JSON"),
        (b"[1, 2]", "no row of JSON"),
        (b'{"name": "No id"}', "no row of JSON"),
        (b'{"id": true, "name": 5', "no row of JSON"),
        (b"\xff\xfe\x00", "no row of JSON"),
        (b"[" * 100_000, "no row of JSON"),
        (json.dumps({**TAG, "slug": "No slug!"}).encode(), "slug"),
        (json.dumps({**TAG, "name": ""}).encode(), "blank"),
        (json.dumps({**TAG, "name": "x" * 5000}).encode(), "characters"),
        (json.dumps({**TAG, "name": None}).encode(), "null"),
    ],
)
def test_a_bad_row_is_told_and_stops_no_other(tmp_path, line, words):
    told, counts = brought(tmp_path, {"catalogue.relatedproducttag": [line, TAG]})
    assert len(told) == 1
    assert told[0].startswith("rows/catalogue.relatedproducttag.jsonl, line 1: left out")
    assert words in told[0]
    assert (counts["catalogue.RelatedProductTag"].new, counts["catalogue.RelatedProductTag"].left_out) == (
        1,
        1,
    )
    assert RelatedProductTag.objects.filter(slug=TAG["slug"]).exists()


def test_looking_makes_nothing_and_twice_changes_nothing(tmp_path):
    _, counts = brought(tmp_path, {"catalogue.relatedproducttag": [TAG]}, save=False)
    assert counts["catalogue.RelatedProductTag"].new == 1
    assert not RelatedProductTag.objects.filter(slug=TAG["slug"]).exists()
    for new, same in ((1, 0), (0, 1)):
        _, counts = brought(tmp_path, {"catalogue.relatedproducttag": [TAG]})
        found = counts["catalogue.RelatedProductTag"]
        assert (found.new, found.same) == (new, same)


def test_a_translation_comes_in_as_that_of_its_original_whichever_comes_first(tmp_path):
    original = {"id": 9, "slug": "cramps", "uid": str(uuid4()), "language": "en", "original": None}
    german = {"id": 4, "slug": "kraempfe", "uid": str(uuid4()), "language": "de", "original": 9}
    told, counts = brought(tmp_path, {"articles.article": [german, original]})
    assert (told, counts["articles.Article"].new) == ([], 2)
    made = Article.objects.get(slug="kraempfe")
    assert (made.language, made.original) == ("de", Article.objects.get(slug="cramps"))
    row = row_of(BY_LABEL["articles.Article"], made)
    assert (row["language"], row["original"]) == ("de", made.original_id)


def test_the_seller_comes_in_whatever_number_is_next(tmp_path):
    """Looking first uses numbers up, and PostgreSQL takes none of them back."""
    there = Seller.objects.get()
    row = {"id": 1, **row_of(BY_LABEL["regions.Seller"], there)}
    there.delete()
    for save in (False, True):
        told, counts = brought(tmp_path, {"regions.seller": [row]}, save=save)
        assert (told, counts["regions.Seller"].new) == ([], 1)
    assert Seller.objects.get().legal_name == there.legal_name


def test_what_is_there_stays_and_is_told(tmp_path):
    tag = RelatedProductTag.objects.first()
    told, counts = brought(
        tmp_path, {"catalogue.relatedproducttag": [{"id": 1, "name": "Otherwise", "slug": tag.slug}]}
    )
    assert counts["catalogue.RelatedProductTag"].stays == 1
    assert "stays as it is" in told[0]
    tag.refresh_from_db()
    assert tag.name != "Otherwise"


def test_what_hangs_on_a_lost_row_is_lost_with_it(tmp_path):
    told, _ = brought(tmp_path, {"catalogue.producttag": [{"id": 1, "product": 99, "tag": 99}]})
    assert "left out or is not in the export" in told[0]


def test_no_sentence_comes_in_past_the_claims_check(tmp_path):
    product = Product.objects.first()
    row = {"id": 1, "slug": "cure", "name": "Cures insomnia", "kind": product.kind, "form": product.form, "summary": "It cures insomnia.",
           "description": "It cures insomnia.", "ingredients": "Magnesium.", "tax_class": product.tax_class, "is_active": True}  # fmt: skip
    told, counts = brought(tmp_path, {"catalogue.product": [row]})
    assert counts["catalogue.Product"].left_out == 1
    assert "can’t stand here" in told[0]


def test_a_picture_of_our_making_keeps_its_name_and_every_byte(tmp_path):
    data = picture_bytes()
    brought(tmp_path, {"pictures.picture": [picture()]}, {"pictures/0123456789abcdef.webp": data})
    found = Picture.objects.get(title="Teal")
    assert found.file.name == "pictures/0123456789abcdef.webp"
    assert found.file.read() == data
    assert (found.width, found.height) == (40, 30)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("../../etc/passwd", b"root"),
        ("missing.webp", None),
        ("empty.webp", b""),
        ("text.webp", b"<script>alert(1)</script>"),
        ("cut.webp", picture_bytes()[:60]),
        ("page.pdf", b"%PDF-1.7"),
    ],
)
def test_a_bad_picture_is_left_out_and_told(tmp_path, name, data):
    files = {} if data is None else {f"pictures/{name.rpartition('/')[2]}": data}
    told, counts = brought(tmp_path, {"pictures.picture": [picture(name)]}, files)
    assert counts["pictures.Picture"].left_out == 1
    assert told[0].startswith("Picture “Teal” is left out")
    assert not Picture.objects.filter(title="Teal").exists()


def test_a_picture_of_another_kind_is_made_anew_under_a_name_of_ours(tmp_path):
    brought(
        tmp_path, {"pictures.picture": [picture("evil.php")]}, {"pictures/evil.php": picture_bytes("PNG")}
    )
    assert Picture.objects.get(title="Teal").file.name.endswith(".webp")


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all"])
def test_what_is_no_export_is_said_in_one_line(tmp_path, data):
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(CommandError):
        call_command("import_shop", tmp_path / "x.zip")
    with pytest.raises(CommandError):
        call_command("import_shop", tmp_path / "nowhere.zip")
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as archive:
        archive.writestr("hello.txt", "hi")
    with pytest.raises(CommandError, match="is no export of a shop"):
        call_command("import_shop", tmp_path / "y.zip")


@pytest.mark.slow
def test_a_line_without_an_end_is_left_out_and_never_held_as_a_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(read, "LONGEST", 1000)
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rows/catalogue.product.jsonl", b"x" * 5_000_000 + b"\n" + json.dumps(TAG).encode())
    rows = list(rows_in(files_of(tmp_path / "x.zip"), "rows/catalogue.product.jsonl"))
    assert rows == [(1, None), (2, TAG)]
    peak = max(len(line) for line in read._lines(io.BytesIO(b"x" * 5_000_000)))
    assert peak == 1001


def test_a_damaged_or_locked_archive_is_told_in_a_line(tmp_path):
    place = tmp_path / "x.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rows/catalogue.product.jsonl", json.dumps(TAG).encode() * 50)
    whole = place.read_bytes()
    start = whole.index(b"jsonl") + 5
    locked = bytearray(whole)
    locked[6] |= 1
    locked[whole.rindex(b"PK\x01\x02") + 8] |= 1
    for data in (whole[:start] + b"\xff" * 20 + whole[start + 20 :], bytes(locked)):
        place.write_bytes(data)
        with pytest.raises(Unreadable):
            list(rows_in(files_of(place), "rows/catalogue.product.jsonl"))


def test_into_the_shop_it_came_from_nothing_comes(tmp_path):
    (tmp_path / "shop.zip").write_bytes(b"".join(zipped(entries())))
    out = StringIO()
    call_command("import_shop", tmp_path / "shop.zip", stdout=out)
    assert "0 rows would come in, 0 are left out" in out.getvalue()
    assert "stays as it is" not in out.getvalue()
