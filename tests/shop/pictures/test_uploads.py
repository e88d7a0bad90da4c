"""What a file says besides its pixels is turned into pixels, or the file is refused in words; never an error, never kept."""

import random
import struct
import zlib
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from shop.pictures.models import Picture
from shop.pictures.renditions import render_next
from shop.pictures.uploads import opened
from tests.support.pictures import (
    P3,
    SIZE,
    chunk,
    near,
    of,
    png,
    rgb_profile,
    stored,
    uploaded,
    written,
)
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db


# --- depth -----------------------------------------------------------------------------------------------------------


def sixteen(value, mode="I;16"):
    return Image.frombytes(mode, SIZE, struct.pack("<H", value) * (SIZE[0] * SIZE[1]))


@pytest.mark.parametrize(("value", "grey"), [(0, 0), (257, 1), (32896, 128), (40000, 156), (65535, 255)])
def test_sixteen_bits_of_grey_become_eight(value, grey):
    image, _ = stored(written(sixteen(value)))
    near(image.getpixel((3, 3)), (grey,) * 3, 2)


def test_every_kind_of_png_keeps_its_colours():
    two = struct.pack(">H", 0x8080)
    for head, rows, wanted in (
        ((64, 48, 1, 0, 0, 0, 0), b"\0" + b"\xff" * 8, (255,) * 3),
        ((64, 48, 2, 0, 0, 0, 0), b"\0" + b"\xaa" * 16, (170,) * 3),
        ((64, 48, 4, 0, 0, 0, 0), b"\0" + b"\x77" * 32, (119,) * 3),
        ((64, 48, 16, 0, 0, 0, 0), b"\0" + two * 64, (128,) * 3),
        ((64, 48, 16, 2, 0, 0, 0), b"\0" + struct.pack(">HHH", 0xC8C8, 0x3C3C, 0) * 64, (200, 60, 0)),
        ((64, 48, 16, 4, 0, 0, 0), b"\0" + struct.pack(">HH", 0x8080, 0x4040) * 64, (128, 128, 128, 64)),
        (
            (64, 48, 16, 6, 0, 0, 0),
            b"\0" + struct.pack(">HHHH", 0xC8C8, 0x3C3C, 0, 0x8080) * 64,
            (200, 60, 0, 128),
        ),
    ):
        image, _ = stored(png(head=head, rows=rows))
        near(image.getpixel((3, 3)), wanted, 5)


def test_what_is_transparent_stays_so():
    clear = [
        png(chunk(b"tRNS", struct.pack(">H", 0x80)), rows=b"\0" + b"\x80" * 32 + b"\x20" * 32),
        png(chunk(b"tRNS", struct.pack(">HHH", 200, 60, 0)), head=(64, 48, 8, 2, 0, 0, 0), rows=b"\0" + bytes([200, 60, 0]) * 32 + bytes(96)),
        png(chunk(b"tRNS", struct.pack(">H", 0x8080)), head=(64, 48, 16, 0, 0, 0, 0), rows=b"\0" + b"\x80\x80" * 32 + bytes(64)),
        png(chunk(b"PLTE", bytes([200, 60, 0, 0, 0, 0])), chunk(b"tRNS", b"\0\xff"), head=(64, 48, 8, 3, 0, 0, 0), rows=b"\0" + b"\0" * 32 + b"\1" * 32),
        written(of("P", 0), "GIF", transparency=0),
        written(of("LA", (128, 0))),
    ]  # fmt: skip
    for number, data in enumerate(clear):
        image, _ = stored(data)
        assert image.mode == "RGBA", number
        assert image.getpixel((3, 3))[3] == 0, number
    opaque, _ = stored(written(of("RGBA", (200, 60, 60, 255))))
    assert opaque.mode == "RGB"


# --- EXIF ------------------------------------------------------------------------------------------------------------


def tiff(kind, count, value) -> bytes:
    """EXIF that holds an orientation of any type."""
    return b"Exif\0\0II*\0\x08\0\0\0\x01\0" + struct.pack("<HHI4s", 0x0112, kind, count, value) + bytes(4)


def half(size=SIZE):
    """The upper half is red."""
    image = of("RGB", (10, 10, 200), size)
    image.paste((200, 10, 10), (0, 0, size[0], size[1] // 2))
    return image


@pytest.mark.parametrize(
    ("orientation", "red"),
    [(1, (32, 5)), (3, (32, 42)), (6, (42, 32)), (8, (5, 32)), (2, (32, 5)), (5, (5, 32))],
)
def test_pictures_stand_upright(orientation, red):
    for format in ("JPEG", "PNG", "WEBP"):
        image, _ = stored(
            written(half(), format, exif=tiff(3, 1, struct.pack("<HH", orientation, 0)), quality=100)
        )
        near(image.getpixel(red), (200, 10, 10), 40)
        assert image.size == (SIZE if orientation < 5 else SIZE[::-1])


@pytest.mark.parametrize(
    "exif",
    [
        tiff(2, 2, b"6\0\0\0"),
        tiff(7, 4, b"\x06\0\0\0"),
        tiff(3, 1, struct.pack("<HH", 99, 0)),
        tiff(3, 1, bytes(4)),
        tiff(5, 1, struct.pack("<I", 9999)),
        tiff(12, 1, struct.pack("<I", 40)),
        tiff(3, 60000, b"\xff\xff\xff\xff"),
        tiff(99, 1, bytes(4)),
        b"Exif\0\0",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0" + b"\xff" * 50,
    ],
)
def test_an_orientation_of_an_odd_type_says_nothing(exif):
    for format in ("JPEG", "WEBP", "PNG"):
        image, body = stored(written(half(), format, exif=exif, quality=100))
        assert image.size == SIZE
        near(image.getpixel((32, 5)), (200, 10, 10), 40)
        assert b"Exif" not in body
        assert b"EXIF" not in body


@pytest.mark.slow
def test_nothing_private_is_served():
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (54.0, 12.0, 1.0)})
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">SecretPlace</x:xmpmeta>'
    for format in ("JPEG", "PNG", "WEBP", "AVIF"):
        extra = {"comment": b"SecretWords"} if format == "JPEG" else {}
        data = written(half(), format, exif=exif, xmp=xmp, icc_profile=rgb_profile(P3), **extra)
        Picture.objects.update(rendered_widths=[1])
        image, body = stored(data)
        assert not image.getexif()
        render_next()
        picture = Picture.objects.latest("pk")
        for read in [
            body,
            *(
                (picture.file.storage.open(picture.rendition_name(64, kind)).read())
                for kind in ("webp", "avif")
            ),
        ]:
            for word in (b"Secret", b"EXIF", b"Exif", b"ICCP", b"XMP", b"acsp", b"adobe:ns"):
                assert word not in read, (format, word)


# --- frames, sizes, damage -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "AVIF"])
def test_of_many_frames_the_first_is_kept(format):
    frames = [of("RGB", colour) for colour in ("red", "lime", "blue")]
    image, _ = stored(written(frames[0], format, save_all=True, append_images=frames[1:], duration=50))
    near(image.getpixel((3, 3)), (255, 0, 0), 8)
    assert getattr(image, "n_frames", 1) == 1


def test_of_a_camera_that_stores_two_pictures_the_first_is_kept():
    data = written(of("RGB", "red"), "MPO", save_all=True, append_images=[of("RGB", "blue")])
    near(stored(data)[0].getpixel((3, 3)), (254, 0, 0), 8)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(60), "a HEIC photo"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + bytes(60), "a HEIC photo"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isomavc1" + bytes(60), "a film"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG"),
        (b'\xef\xbb\xbf\n<?xml version="1.0"?><svg/>', "an SVG"),
        (b"%PDF-1.7\n" + bytes(60), "a PDF"),
        (b"8BPS\0\1" + bytes(60), "a Photoshop file"),
        (written(of("RGB", "red"), "BMP"), "a BMP"),
        (written(of("RGB", "red"), "TIFF"), "a TIFF"),
        (written(of("RGB", "red"), "ICO"), "an icon file"),
        (written(of("F", 0.5), "TIFF"), "a TIFF"),
        (b"PK\3\4" + bytes(60), "a ZIP or Office file"),
        (b"", "empty"),
        (b"\0", "not a picture"),
        (b"\xff\xd8\xff", "not a picture|damaged"),
        (b"GIF89a", "not a picture|damaged"),
        (written(half((900, 700)), "JPEG")[:4000], "damaged"),
        (written(Image.effect_noise((300, 200), 90))[:-2000], "damaged"),
        (written(Image.effect_noise((300, 200), 90).convert("RGB"), "WEBP")[:-1000], "damaged"),
        (written(half((900, 700)), "AVIF")[:-40], "damaged"),
        (png(head=(30000, 30000, 8, 0, 0, 0, 0), rows=b""), "million pixels|too many pixels"),
        (png(head=(9000, 5000, 1, 0, 0, 0, 0), rows=b""), "million pixels"),
        (png(head=(0, 10, 8, 0, 0, 0, 0)), "damaged|not a picture"),
        (png(head=(64, 48, 7, 9, 0, 0, 0)), "damaged|not a picture"),
        (png(chunk(b"zTXt", b"k\0\0" + zlib.compress(b"x" * 80_000_000))), "damaged|not a picture"),
    ],
)
def test_what_can_not_be_shown_is_refused_in_words(data, words):
    with pytest.raises(ValidationError, match=words):
        stored(data)


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n" + bytes(60), b"", b"\xff\xd8\xff", png(head=(9000, 5000, 1, 0, 0, 0, 0), rows=b"")]
)
def test_the_form_says_why_it_refuses_a_file_and_keeps_nothing(data):
    page = sent(data)
    assert "errorlist" in page
    assert "Traceback" not in page
    assert not Picture.objects.filter(title="Sent").exists()


@pytest.mark.parametrize("size", [(1, 1), (30000, 1), (1, 30000), (2401, 2), (3, 2399)])
def test_odd_sizes_are_shown(size):
    Picture.objects.update(rendered_widths=[1])
    image, _ = stored(written(of("RGB", (200, 60, 60), size)))
    assert max(image.size) <= 2400
    render_next()
    picture = Picture.objects.latest("pk")
    assert not picture.failed
    assert picture.rendered_widths == picture.wanted_widths()


def test_chunks_that_come_twice_do_no_harm():
    header = struct.pack(">IIBBBBB", *(64, 48, 8, 0, 0, 0, 0))
    text = chunk(b"tEXt", b"Comment\0Secret")
    for extra in ((text, text), (chunk(b"gAMA", struct.pack(">I", 45455)),) * 2, (chunk(b"IHDR", header),), (chunk(b"tRNS", b""),) * 2,
                  (chunk(b"iCCP", b"x\0\0" + zlib.compress(rgb_profile(P3))),) * 2, (chunk(b"eXIf", b"II"),) * 2):  # fmt: skip
        try:
            _, body = stored(png(*extra))
        except ValidationError as error:
            assert "damaged" in str(error)  # noqa: PT017
        else:
            assert b"Secret" not in body


@pytest.mark.slow
def test_thousands_of_spoilt_files_are_each_shown_or_refused():
    chance = random.Random(7)
    kinds = [written(half(), "PNG", icc_profile=rgb_profile(P3)), written(half(), "JPEG", exif=tiff(3, 1, b"\6\0\0\0")),
             written(half(), "WEBP", icc_profile=rgb_profile(P3)), written(half().quantize(8), "GIF"), written(sixteen(9))]  # fmt: skip
    for _ in range(600):
        data = bytearray(chance.choice(kinds))
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(ValidationError):
            assert opened(uploaded(bytes(data))).mode in {"RGB", "RGBA"}


# --- the form --------------------------------------------------------------------------------------------------------


def sent(data, name="holiday.jpg", page="/admin/pictures/picture/add/"):
    """What the page says after a file was sent; past the address bar, so that the name stays as it is."""
    staff = signed_in()
    fields = {**fields_of(staff.get(page).content.decode()), "title": "Sent", "alt": "A picture", "is_decorative": "", "focus_x": 50, "focus_y": 50}  # fmt: skip
    fields = {name: value for name, value in fields.items() if value != "" and name != "file"}
    answer = staff.post(page, {**fields, "file": uploaded(data, name)})
    assert answer.status_code in {200, 302}
    return answer.content.decode()


@pytest.mark.parametrize(
    "name", ["x" * 300 + ".jpg", "IMG_1", "photo.heic", "фото 日本 😀.jpg", "../../etc/passwd", "a\0b.png", "a.tar.gz", ".jpg", "c:\\x\\y.png", "x.svg", "n\x0bm.png"]
)  # fmt: skip
def test_the_name_of_a_file_says_nothing(name):
    assert sent(written(half(), "JPEG"), name) == ""
    picture = Picture.objects.get(title="Sent")
    assert picture.file.name.startswith("pictures/")
    assert len(picture.file.name) < 40


def test_a_refused_file_leaves_the_picture_as_it_was():
    stored(written(half()))
    picture = Picture.objects.get(title="t")
    before = picture.file.name
    page = sent(written(of("RGB", "red"), "BMP"), page=f"/admin/pictures/picture/{picture.pk}/change/")
    assert "This is a BMP. Save it as JPEG, PNG, WebP or AVIF" in page
    assert "holiday.jpg" not in page
    picture.refresh_from_db()
    assert picture.file.name == before
    assert picture.file.storage.exists(before)
