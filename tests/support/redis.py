"""A Redis of our own for tests, and an address where none answers."""

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator

from tests.support.postgres import free_port

PROGRAM = shutil.which("redis-server")
INSTALL = "On Debian or Ubuntu: sudo apt install redis-server"


def caches(url: str) -> dict:
    """The setting CACHES, as with REDIS_URL."""
    backend = "config.connections.cache.ForgivingRedis"
    return {
        name: {"BACKEND": backend, "LOCATION": url, "KEY_PREFIX": prefix}
        for name, prefix in [("default", ""), ("limits", "limits")]
    }


class Redis:
    """Keeps nothing on disk. It may be ended and started again at the same address."""

    def __init__(self):
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="fellbrook-redis-")
        self.process = subprocess.Popen(
            [PROGRAM, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder.name],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
                return
            time.sleep(0.02)
        raise TimeoutError("Redis does not answer.")

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()


@contextlib.contextmanager
def running_redis() -> Iterator[Redis]:
    redis = Redis()
    redis.start()
    try:
        yield redis
    finally:
        redis.end()
