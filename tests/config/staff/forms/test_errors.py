"""What is wrong with a form of the admin is seen, named and led to; nothing that was typed is lost."""

import io
import re
import sqlite3
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils import timezone
from PIL import Image

from articles.models import Author
from config.newsletter.letters import send_letters
from config.newsletter.models import Letter, Subscriber
from config.staff.forms import refusal
from shop.catalogue.models import Collection, Product, ProductWording, Variant
from shop.codes.models import Code
from shop.outbox.models import Mail
from shop.pictures.models import Picture
from shop.regions.models import Region, Seller
from tests.support.factories import region
from tests.support.forms import number_of, page_of, path_of
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    return Product.objects.get(variants__sku="CIT-CAP-90")


def folds(page: str) -> list[str]:
    """What stands in a closed fold."""
    return re.findall(r"<details(?: class=\"[^\"]*\")?>.*?</details>", page, re.S)


def links(page: str) -> list[str]:
    found = re.search(r'<section class="errors-list"(.*?)</section>', page, re.S)
    return re.findall(r'href="#([^"]+)"', found[1]) if found else []


@pytest.mark.slow
def test_a_new_product_shows_each_error_of_its_packs_and_leads_to_it(product):
    """Its required numbers stand in a fold, in rows of several fields."""
    owner = signed_in()
    fields = fields_of(owner.get("/admin/catalogue/product/add/").content.decode())
    typed = {**fields, "name": "New", "variants-TOTAL_FORMS": "1", "variants-0-sku": "CIT-CAP-30"}
    page = owner.post("/admin/catalogue/product/add/", typed).content.decode()
    wrong = {"pack_units", "unit_name", "net_quantity", "ship_weight_g", "label"}
    assert {f"id_variants-0-{name}" for name in wrong} <= set(links(page))
    assert not [fold for fold in folds(page) if "errorlist" in fold]
    assert all(f'id="{place}"' in page for place in links(page))


@pytest.mark.slow
def test_a_fold_with_an_error_is_open(product):
    owner = signed_in()
    emptied = dict.fromkeys(["variants-0-ship_weight_g", "ingredients", "wordings-0-legal_name"], "")
    page = owner.post(path_of(product), {**page_of(owner, product), **emptied}).content.decode()
    assert not [name for name in emptied if f"id_{name}" not in links(page)]
    assert not [fold for fold in folds(page) if "errorlist" in fold]


@pytest.mark.slow
def test_what_is_wrong_with_rows_together_is_seen(product):
    """Two wordings of one region: an error of the set, not of a row."""
    owner = signed_in()
    fields = page_of(owner, product)
    same = {f"wordings-1-{name}": fields[f"wordings-0-{name}"] for name in ("region", "statements")}
    page = owner.post(path_of(product), {**fields, **same}).content.decode()
    assert "wordings-group" in links(page)
    assert not [fold for fold in folds(page) if "errorlist" in fold]


def missing_row(vendor):
    """What Django raises for a foreign key that leads nowhere, with the database's own error behind it."""
    error = IntegrityError("constraint failed")
    if vendor == "postgresql":
        error.__cause__ = psycopg.errors.ForeignKeyViolation("constraint failed")
        return error
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript("PRAGMA foreign_keys = on; CREATE TABLE a (b INTEGER UNIQUE)")
        database.executescript("CREATE TABLE c (d REFERENCES a (b))")
        try:
            database.execute("INSERT INTO c VALUES (1)")
        except sqlite3.IntegrityError as cause:
            error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("breaking", "words", "page"),
    [
        (IntegrityError("CHECK constraint failed: stock_held_on_hand"), "stock held on hand", "product"),
        (IntegrityError("UNIQUE constraint failed: catalogue_variant.sku"), "Another variant with this SKU", "list"),
        (IntegrityError('duplicate key value violates unique constraint "codes_code_code_key"'), "Another discount code", "seller"),
        (missing_row("sqlite"), "deleted a moment ago", "product"),
        (missing_row("postgresql"), "deleted a moment ago", "seller"),
        (IntegrityError("something new"), "at the same moment", "list"),
    ],
)  # fmt: skip
@pytest.mark.walk
def test_what_the_database_refuses_stands_on_the_form(product, monkeypatch, breaking, words, page):
    def refuse(self, *args, **kwargs):
        raise breaking

    owner = signed_in()
    row, name, path = {
        "product": (product, "storage", path_of(product)),
        "seller": (Seller.objects.get(), "phone", path_of(Seller.objects.get())),
        "list": (Collection.objects.first(), "form-0-position", "/admin/catalogue/collection/"),
    }[page]
    fields = fields_of(owner.get(path).content.decode()) | {name: "77", "_save": "1"}
    monkeypatch.setattr(type(row), "save", refuse)
    answer = owner.post(path, fields)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert words in text
    assert fields_of(text)[name] == "77"
    assert "constraint failed" not in text


def test_every_rule_of_the_database_has_words():
    for model in (Code, Variant, Product, ProductWording, Region, Picture):
        for rule in model._meta.constraints:
            words = refusal.reason_of(IntegrityError(f'new row violates check constraint "{rule.name}"'))
            assert rule.name not in words
            assert words


def test_deleting_what_is_used_is_refused_in_words(monkeypatch):
    author = Author.objects.first()
    owner = signed_in()

    def used(self, *args, **kwargs):
        raise ProtectedError("x", {Product.objects.first()})

    monkeypatch.setattr(Author, "delete", used)
    answer = owner.post(f"/admin/articles/author/{author.pk}/delete/", {"post": "yes"}, follow=True)
    assert answer.status_code == 200
    assert Author.objects.filter(pk=author.pk).exists()


def a_letter(owner, **typed):
    fields = fields_of(owner.get("/admin/letters/letter/add/").content.decode())
    sent = {**fields, "region": region("uk").pk, "subject": "News", "words": "Good morning.", **typed}
    return owner.post("/admin/letters/letter/add/", sent)


@pytest.mark.slow
@pytest.mark.parametrize("ago", [timedelta(seconds=61), timedelta(hours=3), timedelta(days=4000)])
def test_a_letter_does_not_go_out_at_a_moment_that_has_passed(ago):
    Subscriber.objects.create(email="a@example.org", region=region("uk"), confirmed_at=timezone.now())
    moment = timezone.now() - ago
    answer = a_letter(signed_in(), send_from_0=f"{moment:%Y-%m-%d}", send_from_1=f"{moment:%H:%M}")
    assert answer.status_code == 200
    assert "has passed" in answer.content.decode()
    assert send_letters() == 0
    assert not Letter.objects.exists()
    soon = timezone.now() + timedelta(minutes=10)
    assert (
        a_letter(signed_in(), send_from_0=f"{soon:%Y-%m-%d}", send_from_1=f"{soon:%H:%M}").status_code == 302
    )
    assert send_letters(at=soon) == 1
    assert Mail.objects.filter(to="a@example.org").exists()


def test_a_letter_that_begins_to_be_sent_gives_back_what_was_typed():
    owner = signed_in()
    letter = Letter.objects.create(region=region("uk"), subject="News", words="Good morning.")
    fields = page_of(owner, letter)
    Letter.objects.filter(pk=letter.pk).update(send_from=timezone.now() - timedelta(minutes=1))
    answer = owner.post(path_of(letter), {**fields, "words": "All of my new words."})
    assert answer.status_code == 409
    assert "All of my new words." in answer.content.decode()
    letter.refresh_from_db()
    assert letter.words == "Good morning."


@pytest.mark.parametrize("kind", ["no picture", "cut off", "empty"])
def test_an_upload_that_is_refused_leaves_no_broken_preview(kind, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(out, "PNG")
    body = {"no picture": b"GIF89a nonsense", "cut off": out.getvalue()[:60], "empty": b""}[kind]
    owner = signed_in()
    typed = {"title": "t", "alt": "An orange square", "focus_x": "50", "focus_y": "50"}
    fresh = {**typed, "file": SimpleUploadedFile("a.png", body)}
    page = owner.post("/admin/pictures/picture/add/", fresh).content.decode()
    assert "errorlist" in page
    assert "<img" not in page.split('id="content"')[1]
    picture = Picture(title="t", alt="x", file=SimpleUploadedFile("b.png", out.getvalue()))
    picture.save()
    fields = page_of(owner, picture)
    page = owner.post(
        path_of(picture), {**fields, "file": SimpleUploadedFile("a.png", body)}
    ).content.decode()
    assert "errorlist" in page
    assert re.findall(r'class="thumbnail" src="([^"]+)"', page) == [picture.file.url]


@pytest.mark.slow
def test_a_price_in_a_form_that_is_refused_keeps_what_was_typed(product):
    owner = signed_in()
    fields = page_of(owner, product)
    name = f"{number_of(fields, 'CIT-CAP-90')}price_uk"
    page = owner.post(path_of(product), {**fields, name: "much"}).content.decode()
    assert fields_of(page)[name] == "much"
    assert f"id_{name}" in links(page)
