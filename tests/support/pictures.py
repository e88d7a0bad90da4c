"""Pictures and colour profiles, made for tests."""

import io
import struct
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from shop.pictures.models import Picture

SIZE = (64, 48)


# --- profiles, written by hand: matrices from primaries adapted to D50, as in the ICC's own ---------------------------
P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))


def fixed(value):
    return struct.pack(">i", round(value * 65536))


def profile(space: bytes, tags: dict, connection=b"XYZ ", kind=b"mntr") -> bytes:
    tags = {b"wtpt": b"XYZ " + bytes(4) + fixed(0.9642) + fixed(1) + fixed(0.8249),
            b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(78), b"cprt": b"text" + bytes(4) + b"none\0", **tags}  # fmt: skip
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data
    head = (
        struct.pack(">I", at + len(body))
        + bytes(4)
        + b"\x02\x40\0\0"
        + kind
        + space
        + connection
        + bytes(12)
        + b"acsp"
    )
    head += bytes(28) + fixed(0.9642) + fixed(1) + fixed(0.8249)
    return head + bytes(128 - len(head)) + struct.pack(">I", len(tags)) + table + body


def curve(gamma):
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))


def rgb_profile(primaries, gamma=2.2) -> bytes:
    tags = {}
    for letter, column in zip("rgb", primaries, strict=True):
        tags[f"{letter}XYZ".encode()] = b"XYZ " + bytes(4) + b"".join(map(fixed, column))
        tags[f"{letter}TRC".encode()] = curve(gamma)
    return profile(b"RGB ", tags)


def written(image, format="PNG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def of(mode, colour, size=SIZE):
    return Image.new(mode, size, colour)


def uploaded(data, name="holiday.jpg"):
    return SimpleUploadedFile(name, data)


def stored(data, name="holiday.jpg") -> tuple[Image.Image, bytes]:
    """(what is served, its bytes) of an upload, by the way that staff take."""
    picture = Picture(title="t", alt="a", file=uploaded(data, name))
    picture.full_clean()
    picture.save()
    body = picture.file.read()
    image = Image.open(io.BytesIO(body))
    assert (image.width, image.height) == (picture.width, picture.height)
    return image, body


def near(found, wanted, most=4):
    assert max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= most, (found, wanted)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks, head=(64, 48, 8, 0, 0, 0, 0), rows=b"\0" + b"\x80" * 64) -> bytes:
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", *head))
    return start + b"".join(chunks) + chunk(b"IDAT", zlib.compress(rows * head[1])) + chunk(b"IEND", b"")


def upload(size=(800, 600), format="JPEG", exif=None):
    out = io.BytesIO()
    image = Image.new("RGB", size, "orange")
    image.save(out, format, **({"exif": exif} if exif else {}))
    return SimpleUploadedFile("holiday.jpg", out.getvalue())
