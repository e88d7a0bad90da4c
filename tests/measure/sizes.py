"""`make bench SIZE=…`: what a page costs with 12, 5,000 and 50,000 packs, as ratios to a bare Django view.

For each size (`make bench SIZE="12 5000 50000"`) a shop of its own is made (tests/measure/large.py), on PostgreSQL where that is
installed, served by gunicorn with one process, and asked for each type of page: drawn anew as after a change, for
a shopper with a basket, and from the cache. Staff's pages and the worker follow. CPU is that of the web process and of
the database together, in milliseconds, beside a bare view that is measured in turns in the same run.

With SMOKE set it only shows that all of it still runs: 36 packs, a few requests each.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.measure.bench import BARE, TICKS, Shopper, free_port, serve  # noqa: E402
from tests.measure.plot import plot  # noqa: E402
from tests.support import postgres  # noqa: E402
from tests.support.database import lend_static_to  # noqa: E402

SMOKE = bool(os.environ.get("SMOKE"))
SIZES = [36] if SMOKE else [int(size) for size in os.environ.get("SIZE", "12 5000").split()]
SECONDS, LEAST, MOST = (0.1, 2, 5) if SMOKE else (1.5, 5, 2000)
FOUND = ROOT / "var" / "bench.json"

# The shop as it is right after a change of all that it shows: nothing kept earlier may be used.
COLD = """
from config.wsgi import application as shop
from config.middleware.kept import kept_pages
from django.core.cache import cache
from shop.content.memo import forget_all
def application(environ, start_response):
    forget_all()
    kept_pages.clear()
    cache.clear()
    return shop(environ, start_response)
"""
ADDRESSES = """
import json
from articles.models import Article, Publication
from shop.catalogue.models import Collection, Product
from shop.orders.models import Order
from articles.reading.published import current_publications
from shop.regions.models import Region
uk = Region.objects.get(code="uk")
rows = current_publications(uk).order_by("pk")
first, last = rows.first(), rows.last()
product = Product.objects.on_sale_in(uk)
print(json.dumps({
    "home": "/uk/",
    "shop list": "/uk/shop/",
    "shop list, filtered": "/uk/shop/?form=citrate&sort=price",
    "product": product.first().url_in(uk),
    "product, a copy": product.last().url_in(uk),
    "comparison": "/uk/shop/compare/",
    "collection": Collection.objects.filter(is_open=True).first().url_in(uk),
    "articles": "/uk/articles/",
    "article": first.article.url_in(uk),
    "article, a copy": last.article.url_in(uk),
    "search": "/uk/search/?q=citrate",
    "help": "/uk/help/delivery/",
    "sitemap": "/uk/sitemap.xml",
    "feed": "/uk/articles/feed/",
    "llms.txt": "/llms.txt",
    "google feed": "/uk/feeds/google.xml",
    "staff: start page": "/admin/",
    "staff: product": f"/admin/catalogue/product/{product.first().pk}/change/",
    "staff: products": "/admin/catalogue/product/",
    "staff: articles": "/admin/articles/article/",
    "staff: article": f"/admin/articles/article/{first.article_id}/change/",
    "staff: orders": "/admin/orders/order/",
    "staff: order search": "/admin/orders/order/?q=" + Order.objects.exclude(number=None).first().email,
    "staff: order": f"/admin/orders/order/{Order.objects.first().pk}/change/",
    "staff: links in trouble": "/admin/links/",
    "staff: ledger": "/admin/ledger/",
    "staff: earnings": "/admin/earnings/",
    "staff: VAT": "/admin/vat/",
}))
"""
IDLE = """
import json, time
from config.worker.sweeps import sweeps
found = {}
for sweep in sweeps():
    sweep.work()
for sweep in sweeps():
    began = time.process_time()
    sweep.work()
    found[sweep.name] = round((time.process_time() - began) * 1000, 1)
print(json.dumps(found))
"""
STAFF = """
from django.contrib.auth.models import User
from django.test import Client
user, _ = User.objects.get_or_create(username="bench", defaults={"is_staff": True, "is_superuser": True})
client = Client()
client.force_login(user)
print(client.cookies["sessionid"].value)
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


def ask(shopper: Shopper, path: str, groups: list[Group]) -> dict:
    """Milliseconds of CPU a request, and how large the answer is."""
    page = shopper.ask(path)
    if shopper.bad:
        raise SystemExit(f"bad answers: {shopper.bad[:5]}")
    count, began, before = 0, time.monotonic(), sum(group.cpu() for group in groups)
    while count < LEAST or (count < MOST and time.monotonic() - began < SECONDS):
        shopper.ask(path)
        count += 1
    return {
        "ms": (sum(group.cpu() for group in groups) - before) / count * 1000,
        "kB": len(page.encode()) / 1000,
    }


def manage(environment: dict, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "shell", "--no-imports", "-c", code],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return done.stdout.strip().splitlines()[-1]


@contextlib.contextmanager
def database():
    """(its address, the group of its processes), or ("", None) for SQLite."""
    if SMOKE or not postgres.binaries():
        yield "", None
        return
    with postgres.running_postgres() as url:
        port = urllib.parse.urlsplit(url).port
        owners = [
            int(path.name)
            for path in Path("/proc").iterdir()
            if path.name.isdigit() and f"-p\0{port}\0".encode() in _command(path)
        ]
        yield url, Group(min(owners))


def _command(path: Path) -> bytes:
    with contextlib.suppress(OSError):
        return (path / "cmdline").read_bytes()
    return b""


def measure(size: int) -> dict:
    """Of a shop with so many packs: by page the costs, and what the worker and the memory came to."""
    with tempfile.TemporaryDirectory() as name, database() as (url, owner):
        folder, ports = Path(name), [free_port() for _ in range(3)]
        (folder / "bare.py").write_text(BARE)
        (folder / "cold.py").write_text(COLD)
        environment = {**os.environ, "ENV_FILE": "", "PAYMENTS": "sandbox", "SECRET_KEY": "bench" * 10,
                       "DATA_DIR": name, "SITE_URL": f"http://127.0.0.1:{ports[1]}", "LOG_LEVEL": "ERROR",
                       "PYTHONWARNINGS": "ignore", "DJANGO_SETTINGS_MODULE": "config.settings"}  # fmt: skip
        environment.pop("DATABASE_URL", None)
        if url:
            environment["DATABASE_URL"] = url
        lend_static_to(folder)
        subprocess.run(
            [sys.executable, "manage.py", "prepare"],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        subprocess.run(
            [sys.executable, "tests/measure/large.py"],
            cwd=ROOT,
            env={**environment, "SIZE": str(size)},
            check=True,
        )
        plain = {key: value for key, value in environment.items() if key != "DJANGO_SETTINGS_MODULE"}
        servers = [
            serve("bare:application", ports[0], plain, folder),
            serve("config.wsgi:application", ports[1], environment, ROOT),
            serve("cold:application", ports[2], {**environment, "PYTHONPATH": str(ROOT)}, folder),
        ]
        try:
            return _pages(servers, ports, environment, owner)
        finally:
            for server in servers:
                server.send_signal(signal.SIGTERM)
                server.wait(20)


def _pages(servers, ports, environment, owner) -> dict:
    bare, shop, cold = ([Group(server.pid), *([owner] if owner else [])] for server in servers)
    stranger, constant = Shopper(f"http://127.0.0.1:{ports[1]}"), Shopper(f"http://127.0.0.1:{ports[0]}")
    shopper, fresh = Shopper(stranger.base), Shopper(f"http://127.0.0.1:{ports[2]}")
    shopper.add()
    staff = Shopper(stranger.base)
    staff.headers = {"Cookie": f"sessionid={manage(environment, STAFF)}"}
    found: dict = {"pages": {}, "staff": {}}
    for name, path in json.loads(manage(environment, ADDRESSES)).items():
        reference = max(ask(constant, "/", bare[:1])["ms"], 0.01)
        if name.startswith("staff: "):
            row = {"drawn": ask(staff, path, shop)}
            kind = "staff"
        else:
            row = {
                "drawn": ask(fresh, path, cold),
                "shopper": ask(shopper, path, shop),
                "cached": ask(stranger, path, shop),
            }
            kind = "pages"
        found[kind][name] = {"bare": reference, **row}
        _line(name, row, reference)
    found["megabytes"] = shop[0].megabytes()
    found["sweeps"] = json.loads(manage(environment, IDLE))
    slow = sorted(found["sweeps"].items(), key=lambda pair: -pair[1])[:5]
    print(f"memory of the web process: {found['megabytes']:.0f} MB")
    print("worker, nothing to do, ms of CPU: " + ", ".join(f"{name} {ms}" for name, ms in slow), flush=True)
    return found


def _line(name: str, row: dict, bare: float) -> None:
    parts = [f"{way} {cost['ms']:8.2f} ms ({cost['ms'] / bare:6.1f} × bare)" for way, cost in row.items()]
    print(f"{name:<26}" + "  ".join(parts) + f"  {row['drawn']['kB']:7.0f} kB", flush=True)


def main() -> None:
    results = {}
    for size in SIZES:
        print(f"\n{size} packs, CPU of web and database for a request\n", flush=True)
        results[str(size)] = measure(size)
    if not SMOKE:
        FOUND.parent.mkdir(exist_ok=True)
        FOUND.write_text(json.dumps({"on": time.strftime("%Y-%m-%d"), "sizes": results}, indent=1))
        plot(results, ROOT / "docs" / "pictures" / "bench.svg")


if __name__ == "__main__":
    main()
