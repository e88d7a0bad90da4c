"""Shops of a size to measure, on PostgreSQL where that is installed, made by tests/measure/large.py.

With KEEP=folder a shop stays in `folder/SIZE` and serves the next run, after the migrations that came since. Delete the
folder when what large.py makes has changed.
"""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from tests.measure.bench import TICKS
from tests.support import postgres
from tests.support.database import keep_static_of, lend_postgres_to, lend_static_to, lend_to

ROOT = Path(__file__).resolve().parents[2]
SETTLE = """
import time
from config.worker.sweeps import sweeps
took = {}
for sweep in sweeps():
    if sweep.on_content or sweep.on_orders:
        began = time.monotonic()
        while sweep.work() and time.monotonic() - began < 600:
            pass
        took[sweep.name] = time.monotonic() - began
print("the worker has settled: " + ", ".join(f"{name} {seconds:.0f} s" for name, seconds in took.items()))
"""


class Group:
    """CPU of a process and of all its children, in seconds."""

    def __init__(self, pid: int):
        self.pid = pid

    def cpu(self) -> float:
        total, waiting = 0, [self.pid]
        while waiting:
            pid = waiting.pop()
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                total += sum(map(int, fields[11:15]))  # its own, and that of children which have ended
                for task in Path(f"/proc/{pid}/task").iterdir():
                    waiting += map(int, (task / "children").read_text().split())
        return total / TICKS

    def megabytes(self) -> float:
        pids = [self.pid, *map(int, Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split())]
        sizes = [re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()) for pid in pids]
        return max(int(size.group(1)) for size in sizes if size) / 1024


@dataclass
class Shop:
    """`folder`: its DATA_DIR; `database`: the processes of PostgreSQL, none with SQLite.

    `is_settled`: the worker has nothing to do, and what it draws ahead is there.
    """

    folder: Path
    environment: dict[str, str]
    database: list[Group]
    is_settled: bool = False

    def manage(self, code: str) -> str:
        """The last line that a piece of Python prints."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", "shell", "--no-imports", "-c", code],
            cwd=ROOT, env=self.environment, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(done.stderr[-2000:])
        return (done.stdout.strip().splitlines() or [""])[-1]

    def run(self, *command: str, **environment: str) -> None:
        subprocess.run(
            [sys.executable, *command], cwd=ROOT, env={**self.environment, **environment}, check=True,
        )  # fmt: skip


@contextlib.contextmanager
def shop_of(size: int, url: str, *, on_sqlite: bool):
    """A shop with so many packs; `url`: where it will be served."""
    with contextlib.ExitStack() as stack:
        kept = os.environ.get("KEEP")
        folder = Path(kept or stack.enter_context(tempfile.TemporaryDirectory())).resolve() / str(size)
        data = folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "ENV_FILE": "", "PAYMENTS": "sandbox", "SECRET_KEY": "bench" * 10,
                       "SECOND_FACTOR_GRACE_DAYS": "3650",
                       "DATA_DIR": str(data), "SITE_URL": url, "LOG_LEVEL": "ERROR",
                       "PYTHONWARNINGS": "ignore", "CHECK_OUTSIDE_LINKS": "0", "DJANGO_SETTINGS_MODULE": "config.settings"}  # fmt: skip
        environment.pop("DATABASE_URL", None)
        shop = Shop(data, environment, [])
        if not on_sqlite and postgres.binaries():
            cluster = stack.enter_context(
                postgres.kept_cluster(folder / "postgres") if kept else postgres.running_cluster()
            )
            environment["DATABASE_URL"] = cluster.url
            shop.database = [Group(_owner(cluster.url))]
        _prepare(shop, size)
        yield shop


def _prepare(shop: Shop, size: int) -> None:
    """A new shop, and any with PREPARE, until the worker finds nothing to do; with 50,000 packs that takes a while.

    What the worker draws ahead holds for one release.
    """
    ready, settled, began = shop.folder / "ready", shop.folder / "settled", time.monotonic()
    if ready.exists():
        lend_static_to(shop.folder)
    elif url := shop.environment.get("DATABASE_URL"):
        lend_postgres_to(shop.folder, url)
    else:
        lend_to(shop.folder)
    if ready.exists():  # its content is there, and to look at all of it takes minutes
        shop.run("manage.py", "migrate", "-v0")
        shop.manage("from config.management.commands.prepare import Command; Command().collect_static()")
    else:
        shop.run("manage.py", "prepare")
    keep_static_of(shop.folder)
    if "DATABASE_URL" in shop.environment:  # or it does so itself while pages are measured
        shop.manage("from django.db import connection; connection.cursor().execute('VACUUM ANALYZE')")
    release = shop.manage("from shop.content.release import release; print(release())")
    shop.is_settled = settled.exists() and settled.read_text() == release
    if not ready.exists():
        shop.run("tests/measure/large.py", SIZE=str(size))
        ready.touch()
    elif shop.is_settled or not os.environ.get("PREPARE"):
        return
    print(shop.manage(SETTLE))
    settled.write_text(release)
    shop.is_settled = True
    print(f"prepared in {time.monotonic() - began:.0f} s", flush=True)


def port_of(size: int) -> int:
    """Where a shop is served: a kept one always there, since what is kept for it names its address."""
    kept = os.environ.get("KEEP")
    if not kept:
        return postgres.free_port()
    file = Path(kept).resolve() / str(size) / "port"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(postgres.free_port()))
    return int(file.read_text())


def _owner(url: str) -> int:
    """The first process of the PostgreSQL that listens there."""
    port = urllib.parse.urlsplit(url).port
    return min(
        int(path.name)
        for path in Path("/proc").iterdir()
        if path.name.isdigit() and f"-p\0{port}\0".encode() in _command(path)
    )


def _command(path: Path) -> bytes:
    with contextlib.suppress(OSError):
        return (path / "cmdline").read_bytes()
    return b""
