import hashlib
import io
import re
from html import unescape
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from shop.pictures.models import Picture, Role, home_picture
from shop.pictures.renditions import make_renditions, render_next
from tests.support.pictures import upload
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
OFFICIAL = "76f9b98f8302b58d802004322a3384404eae2102ee8ca991d7470b30eb881812"


def a_picture(**changes):
    picture = Picture(**{"title": "t", "alt": "An orange square", "file": upload(), **changes})
    picture.full_clean()
    picture.save()
    return picture


def test_an_upload_is_made_anew_without_its_exif_and_name():
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    picture = a_picture(file=upload(exif=exif))
    data = picture.file.read()
    assert b"SecretCamera" not in data
    assert Image.open(io.BytesIO(data)).format == "WEBP"
    assert "holiday" not in picture.file.name
    assert (picture.width, picture.height) == (800, 600)


@pytest.mark.slow
def test_a_large_upload_is_made_smaller():
    picture = a_picture(file=upload((5000, 1000)))
    assert picture.width == 2400


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html>",
        b"",
        b"GIF89a",
        b"\x00" * 50,
    ],
)
def test_what_is_no_raster_picture_is_refused_by_content(content):
    with pytest.raises(ValidationError):
        Picture(title="t", alt="a", file=SimpleUploadedFile("x.png", content)).full_clean()


@pytest.mark.slow
def test_a_bomb_of_pixels_is_refused():
    with pytest.raises(ValidationError, match="million pixels"):
        a_picture(file=upload((9000, 5000), "PNG"))


def test_words_for_those_who_can_not_see_it_are_asked_for():
    with pytest.raises(ValidationError, match="Describe the picture"):
        a_picture(alt="")
    a_picture(alt="", is_decorative=True)


@pytest.mark.slow
def test_renditions_come_later_and_pages_never_wait(client):
    Picture.objects.update(rendered_widths=[1])
    picture = a_picture(file=upload((700, 500)))
    assert picture.srcset("avif") == ""
    assert render_next() == 1
    assert render_next() == 0
    picture.refresh_from_db()
    assert picture.rendered_widths == [320, 640, 700]
    url = picture.file.storage.url(picture.rendition_name(320, "avif"))
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/avif"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer["Cache-Control"]
    assert Image.open(io.BytesIO(answer.getvalue())).size == (320, 229)
    make_renditions(picture)


def test_a_picture_that_can_not_be_rendered_is_told_and_left():
    Picture.objects.update(rendered_widths=[1])
    picture = a_picture()
    picture.file.storage.delete(picture.file.name)
    render_next()
    picture.refresh_from_db()
    assert picture.failed
    assert render_next() == 0


@pytest.mark.parametrize(
    "path",
    ["../shop.sqlite3", "..%2f..%2fetc/passwd", "admin-password.txt", "pictures/", "x.webp", "%00.webp"],
)
def test_only_pictures_are_served(client, path):
    assert client.get(f"/media/{path}").status_code == 404


def test_the_focus_stays_in_sight_where_a_page_crops_the_picture(shopper):
    assert 'class="focus-x-90"' in shopper.get("/uk/").content.decode(), (
        "the packs of the hero stand on the right"
    )
    Picture.objects.filter(role=Role.HOME).update(focus_x=17, focus_y=100)
    assert 'class="focus-x-20 focus-y-100"' in shopper.get("/uk/").content.decode()


@pytest.mark.parametrize("title", ["Summer jars", "Header 2027", "home page"])
def test_the_home_page_shows_the_picture_with_that_place_whatever_its_title(shopper, title):
    shown = Picture.objects.get(role=Role.HOME)
    shown.title = title
    shown.save()
    Picture.objects.exclude(pk=shown.pk).update(title="Home page: another one")
    page = shopper.get("/uk/").content.decode()
    assert f'src="{shown.file.url}" alt="{shown.alt}"' in page
    assert home_picture() == shown
    other = Picture.objects.exclude(pk=shown.pk).first()
    shown.role, other.role = Role.NONE, Role.HOME
    shown.save()
    place = shopper.get("/uk/").content.decode().partition('class="hero__picture">')[2].partition("</div>")[0]
    assert not place.strip()
    other.save()
    assert f'src="{other.file.url}" alt="{other.alt}"' in shopper.get("/uk/").content.decode()


def test_the_official_notice_on_the_legal_guarantee_stands_in_the_eu_unless_staff_put_another(shopper):
    returns, words = "/eu/help/returns/", "minimum two-year legal guarantee protection"
    ours = 'src="/static/legal/eu-legal-guarantee-en.svg"'
    shopper.post("/eu/basket/add/", {"variant": "CIT-CAP-90"})
    notice = Picture.objects.exclude(role=Role.HOME).first()
    tag = f'src="{notice.file.url}" alt="{notice.alt}"'
    for path in (returns, "/eu/checkout/"):
        page = shopper.get(path).content.decode()
        assert page.index(ours) < page.index(words), path
        assert tag not in page, path
    for path in ("/uk/help/returns/", "/us/help/returns/"):
        assert ours not in shopper.get(path).content.decode(), path
    notice.role = Role.GUARANTEE
    notice.save()
    for path in (returns, "/eu/checkout/"):
        page = shopper.get(path).content.decode()
        assert page.index(tag) < page.index(words), path
        assert ours not in page, path
    assert tag not in shopper.get("/uk/help/returns/").content.decode()
    Picture.objects.filter(pk=notice.pk).update(role=Role.NONE)
    page = shopper.get(returns).content.decode()
    assert tag not in page
    assert ours in page


def test_the_official_notice_is_the_file_that_came_from_the_commission():
    """No element of it may be changed (Implementing Regulation (EU) 2025/1960)."""
    file = finders.find("legal/eu-legal-guarantee-en.svg")
    assert hashlib.sha256(Path(file).read_bytes()).hexdigest() == OFFICIAL


@pytest.mark.slow
def test_one_picture_has_the_place_and_staff_hear_which():
    shown = Picture.objects.get(role=Role.HOME)
    other = Picture.objects.exclude(pk=shown.pk).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Picture.objects.filter(pk=other.pk).update(role=Role.HOME)
    client, path = signed_in(), f"/admin/pictures/picture/{other.pk}/change/"
    form = fields_of(client.get(path).content.decode())
    page = client.post(path, {**form, "role": "home"}).content.decode()
    assert f"“{shown.title}” has this place" in unescape(page)
    mine = client.get(f"/admin/pictures/picture/{shown.pk}/change/").content.decode()
    assert "<div>At the top of the home page</div>" in mine
    assert (
        client.post(
            f"/admin/pictures/picture/{shown.pk}/change/", {**fields_of(mine), "role": ""}
        ).status_code
        == 302
    )
    assert client.post(path, {**form, "role": "home"}).status_code == 302
    assert home_picture() == other


@pytest.mark.parametrize(
    "titles", [["Home page: jars", "Header"], ["Home page b", "Home page a"], ["home page", "Top"]]
)
def test_the_place_goes_to_the_picture_that_was_shown_before(titles):
    Picture.objects.update(role="", title="x")
    rows = list(Picture.objects.order_by("pk")[:2])
    for row, title in zip(rows, titles, strict=True):
        Picture.objects.filter(pk=row.pk).update(title=title)
    before = Picture.objects.filter(title__startswith="Home page").first()
    import_module("shop.pictures.migrations.0002_role").from_title(apps, None)
    assert Picture.objects.filter(role=Role.HOME).first() == before


def test_a_product_picture_leads_to_the_large_one(shopper):
    page = shopper.get("/uk/shop/magnesium-citrate-capsules/").content.decode()
    large = re.findall(r'<a class="product__picture[^>]*href="(/media/[^"]+\.webp)"', page)
    assert len(large) == 2
    assert shopper.get(large[0]).status_code == 200


def test_a_picture_tells_where_it_is_used_in_products_and_articles():
    client = signed_in()
    for title, use in (
        ("Citrate capsules, closed jar, front", "Product picture: "),
        ("Header, bath", "Draft: Epsom salt baths"),
    ):
        picture = Picture.objects.filter(title__startswith=title).first()
        page = client.get(f"/admin/pictures/picture/{picture.pk}/change/").content.decode()
        assert use in page, title
    unused = Picture.objects.create(title="New", file="pictures/x.webp", width=1, height=1, alt="x")
    assert "Nowhere yet" in client.get(f"/admin/pictures/picture/{unused.pk}/change/").content.decode()
