"""`make fuzz`: changed bytes for what reads files and messages: the webhook, pastes, pictures, posts, tables and whole shops.

    SECONDS=60 SEED=7           so long for each reader
    ONLY="webhook pictures"     these alone

Real samples are changed a little by a seeded generator and read. A reader may refuse in its own words; anything else is
printed with the bytes, and ends this with 1.
"""

import contextlib
import json
import os
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

SECONDS = float(os.environ.get("SECONDS") or (2 if os.environ.get("SMOKE") else 20))
SEED = int(os.environ.get("SEED") or 1)
ODD = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b">", b"&#0;", b"]]>", b"<![CDATA[", b'"', b",", b";", b"\t", b"\r", b"\n\n", b"null", b"{}",
    b"[]", b"-1", b"1e999", b"NaN", b"9" * 40, "²".encode(), "\u202e".encode(), "\ud800".encode("utf-8", "surrogatepass"), b"%s", b"=1+1",
    b"a" * 3000, b"\\u0000", b"true", b"<table>", b"</td>", b"<!--",
]  # fmt: skip


def changed(dice: random.Random, samples: list[bytes]) -> bytes:
    """One of the samples with one to eight changes."""
    data = bytearray(dice.choice(samples))
    for _ in range(dice.randint(1, 8)):
        place = dice.randint(0, len(data))
        end = min(len(data), place + dice.choice([1, 2, 8, 40, 400]))
        match dice.randrange(6):
            case 0 if data:
                data[min(place, len(data) - 1)] ^= 1 << dice.randrange(8)
            case 1:
                del data[place:end]
            case 2:
                data[place:place] = data[place:end] * dice.choice([1, 2, 30])
            case 3:
                data[place:place] = dice.choice(ODD)
            case 4:
                data[place:end] = dice.choice(ODD)
            case _:
                other = dice.choice(samples)
                begin = dice.randint(0, len(other))
                data[place:end] = other[begin : begin + dice.choice([4, 40, 400])]
    return bytes(data[:200_000])


def webhook(samples: list[bytes]) -> Callable[[bytes], None]:
    """Signed, so that what is inside is read too."""
    from config.wsgi import application
    from shop.payments.sandbox.events import signature
    from tests.support.wsgi import environ

    def read(data: bytes) -> None:
        from io import BytesIO

        found: list[str] = []
        given = environ("/stripe/webhook/", method="POST")
        given |= {"wsgi.input": BytesIO(data), "CONTENT_LENGTH": str(len(data)), "CONTENT_TYPE": "application/json", "HTTP_STRIPE_SIGNATURE": signature(data)}  # fmt: skip
        answer = application(given, lambda status, head: found.append(status))
        b"".join(answer)
        answer.close()
        assert found[0][:3] in {"200", "400", "413", "503"}, found

    return read


def readers() -> dict[str, tuple[list[bytes], Callable[[bytes], object]]]:
    """By name: samples, and what reads them."""
    from django.core.exceptions import ValidationError
    from django.core.files.uploadedfile import SimpleUploadedFile

    from articles.text.pasted import from_elsewhere
    from config.forwarding.plan import plan, wishes_in
    from config.moving.customers import Lists, found_in
    from config.moving.drafts import Folder
    from config.moving.goods import goods_in
    from config.moving.posts import posts_in
    from config.moving.products import Destination, arrivals_of
    from config.moving.whole.archive import write_folder, zipped
    from config.moving.whole.coming import come_in
    from config.moving.whole.kept import BY_LABEL, KEPT, file_of
    from config.moving.whole.read import Unreadable, bytes_of, files_of, rows_in
    from config.moving.whole.rows import lines_of
    from shop.payments.sandbox.models import SandboxEvent
    from shop.pictures.uploads import reencoded
    from shop.text.tables import decoded
    from tests.support.exports import (
        ATOM,
        CUSTOMERS_OF_SHOPIFY,
        CUSTOMERS_OF_WOO,
        PRODUCTS_OF_SHOPIFY,
        PRODUCTS_OF_WOO,
        TABLE,
        WXR,
    )
    from tests.support.factories import region
    from tests.support.orders import paid
    from tests.support.pastes import PASTES
    from tests.support.pictures import of, written

    paid()
    events = [json.dumps(row.body).encode() for row in SandboxEvent.objects.all()[:20]]
    pictures = [written(of(mode, colour), kind) for mode, colour, kind in (
        ("RGB", (9, 9, 9), "PNG"), ("RGB", (9, 99, 9), "JPEG"), ("L", 9, "WEBP"), ("P", 3, "GIF"), ("RGBA", (1, 2, 3, 4), "PNG"), ("RGB", (1, 1, 1), "TIFF"),
    )]  # fmt: skip

    def read_picture(data: bytes) -> None:
        with contextlib.suppress(ValidationError):
            reencoded(SimpleUploadedFile("x.png", data))

    def read_posts(data: bytes) -> None:
        list(posts_in(decoded(data)))

    def read_products(data: bytes) -> None:
        list(arrivals_of(goods_in(decoded(data)), Destination(region("uk"), Folder(None))))

    def read_customers(data: bytes) -> None:
        list(found_in(decoded(data), Lists("old.example", region("uk"))))

    def read_redirects(data: bytes) -> None:
        plan(wishes_in(decoded(data)))

    def rows_of(label: str) -> bytes:
        """The name of a table, then some of its rows as they leave."""
        return f"{label}\n{''.join(islice(lines_of(BY_LABEL[label]), 5))}".encode()

    def read_shop(data: bytes) -> None:
        """As rows of a shop that come in; all is taken back."""
        label, _, rows = data.partition(b"\n")
        with tempfile.TemporaryDirectory() as folder:
            named = {
                "rows/catalogue.product.jsonl": b"",
                file_of(label.decode("utf-8", "replace")[:60].replace("/", ".").replace("\0", "")): rows,
            }
            write_folder(Path(folder), [(name, [part]) for name, part in named.items()])
            with contextlib.suppress(Unreadable):
                come_in(
                    files_of(Path(folder)),
                    save=False,
                    tell=lambda words: None,
                    step=lambda label, count: None,
                )

    def read_archive(data: bytes) -> None:
        with tempfile.NamedTemporaryFile(suffix=".zip") as file:
            file.write(data)
            file.flush()
            with contextlib.suppress(Unreadable):
                files = files_of(Path(file.name))
                for name in files.names:
                    list(rows_in(files, name))
                    bytes_of(files, name)

    samples_of_shops = [rows_of(kept.label) for kept in KEPT if kept.model.objects.exists()]
    archives = [b"".join(zipped([("rows/catalogue.product.jsonl", [one])])) for one in samples_of_shops[:8]]
    tables = [b"old,new\n/a/,/uk/shop/\n", b"/x,/uk/\r\n\"/y,z\",/us/\r\n", "Old;New\n/\u00e9/;/eu/\n".encode("utf-16")]  # fmt: skip
    return {
        "webhook": (events, webhook(events)),
        "pastes": ([str(one[0] if isinstance(one, tuple) else one).encode() for one in PASTES.values()], lambda data: from_elsewhere(data.decode("utf-8", "replace"))),
        "pictures": (pictures, read_picture),
        "posts": ([WXR.encode(), ATOM.encode(), TABLE.encode()], read_posts),
        "products": ([PRODUCTS_OF_SHOPIFY.encode(), PRODUCTS_OF_WOO.encode(), PRODUCTS_OF_SHOPIFY.encode("utf-16")], read_products),
        "customers": ([CUSTOMERS_OF_SHOPIFY.encode(), CUSTOMERS_OF_WOO.encode()], read_customers),
        "redirects": (tables, read_redirects),
        "shops": (samples_of_shops, read_shop),
        "archives": (archives, read_archive),
    }  # fmt: skip


def by_chance(samples: list[bytes], read: Callable, until: float) -> int:
    dice, count = random.Random(SEED), 0
    while time.monotonic() < until:
        data = changed(dice, samples)
        try:
            read(data)
        except Exception:
            print(f"{traceback.format_exc()}\nof {data[:3000]!r}", flush=True)
            raise
        count += 1
    return count


def main() -> int:
    from tests.measure.fuzz import ready

    only = os.environ.get("ONLY", "").split()
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="fellbrook-fuzz-", ignore_cleanup_errors=True) as name:
        ready(Path(name))
        for reader, (samples, read) in readers().items():
            if only and reader not in only:
                continue
            try:
                count = by_chance(samples, read, time.monotonic() + SECONDS)
            except Exception:
                wrong += 1
                print(f"{reader}: broke")
            else:
                print(f"{reader}: {count:,} changed samples of seed {SEED}, none broke it", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
