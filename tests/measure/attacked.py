"""`make attacked`: what a shopper notices while somebody attacks the shop: half requests, large bodies, held locks.

    SECONDS=20      how long each is measured; SMOKE=1 some seconds, and only an answer that takes a second counts

A shopper reads pages and fills a basket, first alone and then beside each attack, against the server of `make run` without a
proxy. It ends with 1 where the slowest hundredth of the answers takes three times as long as alone, or one is an error.
"""

import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.server import running_shop  # noqa: E402

SECONDS = float(os.environ.get("SECONDS") or (4 if os.environ.get("SMOKE") else 20))
HALVES = 200  # connections that ask by halves
MOST = 3.0  # times the figure alone
LEAST = (
    1.0 if os.environ.get("SMOKE") else 0.05
)  # seconds; below that nobody notices, and a ratio says nothing
FORM = "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n"
ADD = f"POST /uk/basket/add/ HTTP/1.1\r\nHost: {{}}\r\n{FORM}Connection: close\r\nContent-Length: 29\r\n\r\nvariant=CIT-CAP-90&quantity="
PAGES = ["/uk/", "/uk/shop/magnesium-citrate-capsules/", "/uk/articles/", "/uk/help/delivery/"]


class Place:
    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host, self.port, self.name = parts.hostname or "", parts.port or 80, parts.netloc

    def opened(self, timeout: float = 30) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout)

    def ask(self, request: str) -> int:
        """The status of one request on a connection of its own."""
        with self.opened() as line:
            line.sendall(request.encode())
            answer = b""
            while part := line.recv(65536):
                answer += part
        return int(answer.split(b" ", 2)[1])

    def get(self, path: str) -> int:
        return self.ask(f"GET {path} HTTP/1.1\r\nHost: {self.name}\r\nConnection: close\r\n\r\n")

    def add(self, packs: int = 1) -> int:
        return self.ask(ADD.format(self.name) + str(packs % 10))


def halves(place: Place, is_over: threading.Event) -> None:
    """Slow loris: a letter a second on each of many connections, and none is ever a whole request."""
    lines = []
    with suppress(OSError):
        for _ in range(HALVES):
            line = place.opened()
            line.sendall(b"GET /uk/ HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            lines.append(line)
    while not is_over.wait(1):
        for line in lines:
            with suppress(OSError):
                line.sendall(b"a")
    for line in lines:
        line.close()


def bodies(place: Place, is_over: threading.Event) -> None:
    """300 MB at a page, again and again; each is refused, and read no further."""
    while not is_over.is_set():
        with suppress(OSError), place.opened() as line:
            line.sendall(f"POST /uk/search/ HTTP/1.1\r\nHost: {place.name}\r\nContent-Length: 314572800\r\n\r\n".encode())  # fmt: skip
            for _ in range(4800):
                if is_over.is_set():
                    break
                line.sendall(b"x" * 65536)


def locks(place: Place, is_over: threading.Event) -> None:
    """Writes without a pause: baskets of strangers, each some rows, for which SQLite locks all of the database."""
    while not is_over.is_set():
        with suppress(OSError, ValueError, IndexError):
            place.add()


ATTACKS: dict[str, Callable[[Place, threading.Event], None]] = {
    "requests by halves": halves,
    "bodies of 300 MB": bodies,
    "writes without a pause": locks,
}


def shopper(place: Place) -> tuple[list[float], list[int]]:
    """How long each answer took, and the statuses that no shopper should see."""
    took, wrong, until, number = [], [], time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        began = time.monotonic()
        status = place.add() if number % 5 == 4 else place.get(PAGES[number % 5])
        took.append(time.monotonic() - began)
        wrong += [status] if status >= 400 else []
        number += 1
    return took, wrong


def slowest_hundredth(took: list[float]) -> float:
    return sorted(took)[max(0, int(len(took) * 0.99) - 1)]


def main() -> int:
    failed = False
    with tempfile.TemporaryDirectory(prefix="fellbrook-attacked-") as name, running_shop(Path(name)) as site:
        place = Place(site.url)
        for _ in range(2):
            [place.get(path) for path in PAGES]
        took, wrong = shopper(place)
        alone = slowest_hundredth(took)
        print(
            f"{'alone':24} p50 {sorted(took)[len(took) // 2] * 1000:6.0f} ms  p99 {alone * 1000:6.0f} ms  of {len(took)}"
        )
        for attack, act in ATTACKS.items():
            is_over = threading.Event()
            attacker = threading.Thread(target=act, args=(place, is_over))
            attacker.start()
            time.sleep(1)
            took, wrong = shopper(place)
            is_over.set()
            attacker.join()
            p99 = slowest_hundredth(took)
            is_bad = bool(wrong) or p99 > max(MOST * alone, LEAST)
            failed |= is_bad
            print(f"{attack:24} p50 {sorted(took)[len(took) // 2] * 1000:6.0f} ms  p99 {p99 * 1000:6.0f} ms  of {len(took)}  errors {wrong[:5] or 'none'}{'  NOTICED' if is_bad else ''}", flush=True)  # fmt: skip
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
