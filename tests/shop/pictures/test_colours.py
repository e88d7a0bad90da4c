"""Colour spaces of pictures that are uploaded: every profile is followed, or refused in words."""

import struct

import pytest
from django.core.exceptions import ValidationError

from tests.support.pictures import (
    P3,
    chunk,
    curve,
    fixed,
    near,
    of,
    png,
    profile,
    rgb_profile,
    stored,
    written,
)

pytestmark = pytest.mark.django_db


ADOBE = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))


SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))


def grey_profile(gamma) -> bytes:
    return profile(b"GRAY", {b"kTRC": curve(gamma)})


def cmyk_profile() -> bytes:
    """Cyan prints as a dull blue, magenta as a dull red, yellow and black as they are: by the corners of a table."""

    def lab(c, m, y, k):
        if k:
            return (16, 128, 128)
        light = 255 - 120 * c - 130 * m - 20 * y
        return (max(10, light), 128 - 30 * c + 60 * m, 128 - 40 * c + 90 * y)

    corners = [lab(c, m, y, k) for c in (0, 1) for m in (0, 1) for y in (0, 1) for k in (0, 1)]
    table = b"".join(bytes(min(255, max(0, v)) for v in corner) for corner in corners)
    line = bytes(range(256))
    unit = b"".join(fixed(v) for v in (1, 0, 0, 0, 1, 0, 0, 0, 1))
    lut = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + unit + line * 4 + table + line * 3
    return profile(b"CMYK", {b"A2B0": lut, b"A2B1": lut}, b"Lab ", b"prtr")


def expected(colour, primaries, gamma=2.2):
    """sRGB numbers of a colour in another RGB space, worked out by hand."""
    linear = [(value / 255) ** gamma for value in colour]
    xyz = [sum(linear[i] * primaries[i][row] for i in range(3)) for row in range(3)]
    a = [[SRGB[column][row] for column in range(3)] for row in range(3)]

    def det(m):
        return sum(m[0][i] * (m[1][(i + 1) % 3] * m[2][(i + 2) % 3] - m[1][(i + 2) % 3] * m[2][(i + 1) % 3]) for i in range(3))  # fmt: skip

    whole = det(a)
    found = []
    for column in range(3):
        part = det([[xyz[row] if c == column else a[row][c] for c in range(3)] for row in range(3)]) / whole
        part = min(1, max(0, part))
        found.append(round(255 * (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055)))
    return tuple(found)


# --- colour spaces ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "AVIF"])
@pytest.mark.parametrize("primaries", [P3, ADOBE])
@pytest.mark.parametrize("colour", [(200, 60, 60), (60, 180, 90), (128, 128, 128), (255, 255, 255)])
def test_a_wide_colour_space_becomes_srgb(format, primaries, colour):
    data = written(of("RGB", colour), format, icc_profile=rgb_profile(primaries), quality=100)
    image, body = stored(data)
    near(image.getpixel((30, 20)), expected(colour, primaries))
    assert b"ICCP" not in body
    assert "icc_profile" not in image.info


def test_a_wide_colour_space_keeps_its_transparency_and_palette():
    icc = rgb_profile(P3)
    image, _ = stored(written(of("RGBA", (200, 60, 60, 128)), icc_profile=icc))
    near(image.getpixel((3, 3)), (*expected((200, 60, 60), P3), 128))
    image, _ = stored(written(of("RGB", (200, 60, 60)).quantize(4), icc_profile=icc))
    near(image.getpixel((3, 3)), expected((200, 60, 60), P3))


@pytest.mark.parametrize(("gamma", "value"), [(1.0, 188), (1.8, 143), (2.2, 128)])
def test_a_grey_profile_is_followed(gamma, value):
    for format in ("PNG", "JPEG"):
        image, _ = stored(written(of("L", 128), format, icc_profile=grey_profile(gamma), quality=100))
        near(image.getpixel((3, 3)), (value,) * 3, 5)
    image, _ = stored(written(of("LA", (128, 90)), icc_profile=grey_profile(gamma)))
    near(image.getpixel((3, 3)), (value, value, value, 90), 5)


def test_grey_with_a_profile_of_colour_is_read_by_it():
    image, _ = stored(written(of("L", 128), icc_profile=rgb_profile(ADOBE, 1.8)))
    near(image.getpixel((3, 3)), expected((128,) * 3, ADOBE, 1.8))


def test_cmyk_is_printed_by_its_profile_and_without_one_by_rule():
    cyan = of("CMYK", (255, 0, 0, 0))
    naive, _ = stored(written(cyan, "JPEG", quality=100))
    near(naive.getpixel((3, 3)), (0, 255, 255), 12)
    printed, _ = stored(written(cyan, "JPEG", icc_profile=cmyk_profile(), quality=100))
    near(printed.getpixel((3, 3)), (0, 143, 196), 4)  # Lab 53, -30, -40
    assert max(abs(a - b) for a, b in zip(printed.getpixel((3, 3)), (0, 255, 255), strict=True)) > 40
    paper, _ = stored(written(of("CMYK", (0, 0, 0, 0)), "JPEG", icc_profile=cmyk_profile(), quality=100))
    near(paper.getpixel((3, 3)), (255, 255, 255), 6)


@pytest.mark.parametrize(
    "broken",
    [b"nonsense", b"\0" * 200, rgb_profile(P3)[:150], cmyk_profile(), profile(b"Lab ", {}), b"x" * 70000],
)
@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_a_profile_that_is_broken_or_of_another_kind_is_passed_over(broken, format):
    image, body = stored(written(of("RGB", (200, 60, 60)), format, icc_profile=broken, quality=100))
    near(image.getpixel((3, 3)), (200, 60, 60), 6)
    assert b"nonsense" not in body


def test_the_gamma_of_a_png_is_followed():
    linear, _ = stored(png(chunk(b"gAMA", struct.pack(">I", 100000))))
    near(linear.getpixel((3, 3)), (186,) * 3)
    usual, _ = stored(png(chunk(b"gAMA", struct.pack(">I", 45455))))
    near(usual.getpixel((3, 3)), (128,) * 3)
    image, _ = stored(png(chunk(b"sRGB", b"\0"), chunk(b"gAMA", struct.pack(">I", 100000))))
    near(image.getpixel((3, 3)), (128,) * 3)


def test_colour_spaces_told_by_a_code_alone_are_refused_in_words():
    near(stored(png(chunk(b"cICP", bytes([1, 13, 0, 1]))))[0].getpixel((3, 3)), (128,) * 3)
    avif = written(of("RGB", (9, 9, 9)), "AVIF")
    at = avif.index(b"colrnclx") + 8
    for data in (
        png(chunk(b"cICP", bytes([12, 13, 0, 1]))),
        png(chunk(b"cICP", bytes([9, 16, 0, 1]))),
        avif[:at] + struct.pack(">HH", 9, 16) + avif[at + 4 :],
    ):
        with pytest.raises(ValidationError, match="colour space we can’t convert"):
            stored(data)


def png_with_primaries(*values):
    """A PNG that tells its white and its red, green and blue (cHRM), and no profile."""
    whole = written(of("RGB", (200, 60, 60)), "PNG")
    return (
        whole[:33] + chunk(b"cHRM", struct.pack(">8I", *(round(one * 100000) for one in values))) + whole[33:]
    )


@pytest.mark.parametrize("values", [
    (0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06),
    (0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06),
    (0.3457, 0.3585, 0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001),
])  # fmt: skip
def test_a_png_that_tells_other_primaries_is_refused_in_words(values):
    with pytest.raises(ValidationError, match="colour space we can’t convert"):
        stored(png_with_primaries(*values))


@pytest.mark.parametrize("values", [(0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06), (0.31269, 0.32899, 0.63999, 0.33001, 0.3, 0.6, 0.15, 0.05999), (0,) * 8])  # fmt: skip
def test_a_png_that_tells_the_usual_primaries_or_none_is_taken(values):
    near(stored(png_with_primaries(*values))[0].getpixel((3, 3)), (200, 60, 60))
