"""Pages as they are kept: parts that are the same for everybody, holes between them, and how both leave as one answer.

An answer is made from a kept page and its fills without drawing and almost without compressing. What stands between
two fills was compressed once, to the end of a byte and without reference to what stood before it.
"""

import gzip
import hashlib
import re
import struct
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest

from django.conf import settings

from config.middleware.campaign_links import with_campaign
from config.middleware.holes import NOBODY, Facts, Visitor, fill

GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
LAST_BLOCK = b"\x03\x00"
NO_GZIP = re.compile(r"\bgzip\s*;\s*q=0(\.0*)?\s*(,|$)")
MAX_RUNS = 20  # of one page: which holes differ from the usual, seldom varies
MAX_BYTES = 48 * 1024 * 1024  # of kept pages in one process
OF_A_BODY = {"Content-Type"}
Headers = tuple[tuple[str, str], ...]


@dataclass
class Page:
    """What was drawn for everybody. `campaign`: the query of a page that was reached by one, which its links take along."""

    parts: list[bytes]
    holes: list[tuple[str, Facts]]  # one fewer than parts
    campaign: dict[str, str] = field(default_factory=dict)

    def fills(self, visitor: Visitor) -> list[bytes]:
        found = [fill(name, facts, visitor) for name, facts in self.holes]
        if self.campaign:
            found = [with_campaign(one, self.campaign) for one in found]
        return [one.encode() for one in found]

    def filled(self, fills: Iterable[bytes]) -> bytes:
        return b"".join(_between(self.parts, fills))

    @cached_property
    def usual(self) -> list[bytes]:
        """The fills of most visitors: those who have chosen nothing."""
        return self.fills(NOBODY)


@dataclass
class Kept(Page):
    """A page that is kept. `shown`: the scopes that it shows with their numbers; `ends`: a POSIX time.

    `true_at`: a content version at which all of them still had these.

    `counts`: what is counted when a reader sees it (see page_cache.py). `headers`: those that every answer has.
    """

    shown: dict[str, int] = field(default_factory=dict)
    ends: float = 0
    counts: tuple = ()
    headers: Headers = ()
    etag: str = ""
    zipped: bytes = b""  # with the usual fills
    runs: dict[tuple[int, int], bytes] = field(default_factory=dict)
    true_at: int = -1

    def compress(self) -> None:
        self.zipped = gzip.compress(self.usual_body, 6, mtime=0)
        self.etag = hashlib.blake2b(self.usual_body, digest_size=12).hexdigest()

    @cached_property
    def usual_body(self) -> bytes:
        return self.filled(self.usual)

    def zipped_with(self, fills: list[bytes]) -> bytes:
        """The page with these fills; what has the usual ones was compressed before, in as few runs as they allow."""
        body, pieces, start = self.filled(fills), [GZIP_HEADER], 0
        for place, (one, usual) in enumerate(zip(fills, self.usual, strict=True)):
            if one != usual:
                pieces += [self._run(start, place), stored(one)]
                start = place + 1
        tail = struct.pack("<II", zlib.crc32(body), len(body) & 0xFFFFFFFF)
        return b"".join([*pieces, self._run(start, len(self.holes)), LAST_BLOCK, tail])

    def _run(self, start: int, end: int) -> bytes:
        """From one part to another with the usual fills between them, compressed."""
        found = self.runs.get((start, end))
        if found is None:
            found = deflated(b"".join(_between(self.parts[start : end + 1], self.usual[start:end])))
            if len(self.runs) < MAX_RUNS:
                self.runs[start, end] = found
        return found

    def __getstate__(self):
        """What another process can make itself does not travel."""
        facts = {name: value for name, value in self.__dict__.items() if name != "usual_body"}
        return {**facts, "runs": {}, "true_at": -1}

    @property
    def size(self) -> int:
        return 2 * sum(map(len, self.parts)) + 3 * len(self.zipped)


def _between(parts: list[bytes], fills: Iterable[bytes]):
    for part, one in zip_longest(parts, fills, fillvalue=b""):
        yield part
        yield one


def deflated(part: bytes) -> bytes:
    """As deflate blocks that end with a byte and refer to nothing outside."""
    squeezer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return squeezer.compress(part) + squeezer.flush(zlib.Z_FULL_FLUSH)


def stored(text: bytes) -> bytes:
    """The same without compressing what is short."""
    if len(text) > 200:
        return deflated(text)
    return b"\x00" + struct.pack("<HH", len(text), len(text) ^ 0xFFFF) + text if text else b""


def takes_gzip(accepts: str) -> bool:
    """By an Accept-Encoding; `gzip;q=0` says no."""
    return "gzip" in accepts and (accepts.startswith("gzip, ") or not NO_GZIP.search(accepts))


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


def answer(page: Kept, visitor: Visitor, *, accepts: str, known: str) -> Answer:
    """To a visitor, by their Accept-Encoding and If-None-Match."""
    fills = page.usual if visitor is NOBODY else page.fills(visitor)
    is_usual, zips = fills == page.usual, takes_gzip(accepts)
    etag = page.etag if is_usual else _etag(page, fills)
    tag = f'"{etag}-gz"' if zips else f'"{etag}"'
    headers = [("ETag", tag), ("Vary", "Cookie, Accept-Encoding"), ("Cache-Control", _who_may_keep(visitor))]
    if tag in known:
        lasting = {name: value for name, value in page.headers if name not in OF_A_BODY}
        return Answer(304, [*lasting.items(), *headers], b"")
    if not zips:
        body = page.usual_body if is_usual else page.filled(fills)
    else:
        headers.append(("Content-Encoding", "gzip"))
        body = page.zipped if is_usual else page.zipped_with(fills)
    headers.append(("Content-Length", str(len(body))))
    return Answer(200, [*page.headers, *headers], body)


def _etag(page: Kept, fills: list[bytes]) -> str:
    lengths = ",".join(str(len(one)) for one in fills)
    return hashlib.blake2b(
        b"".join([page.etag.encode(), lengths.encode(), *fills]), digest_size=12
    ).hexdigest()


def _who_may_keep(visitor: Visitor) -> str:
    """What browsers and CDNs may do with it."""
    if visitor.session is not None:
        return "private, no-cache"
    if settings.CDN_SECONDS:
        return f"public, max-age=0, s-maxage={settings.CDN_SECONDS}"
    return "no-cache"


class KeptPages:
    """The kept pages of this process; the least recently used go first."""

    def __init__(self, most: int):
        self.most, self.size = most, 0
        self._pages: OrderedDict[str, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Kept | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: str, page: Kept) -> None:
        with self._lock:
            old = self._pages.pop(key, None)
            self.size += page.size - (old.size if old else 0)
            self._pages[key] = page
            while self.size > self.most:
                self.size -= self._pages.popitem(last=False)[1].size

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self.size = 0


kept_pages = KeptPages(MAX_BYTES)
