"""`make bench SIZE=…`: what the shop costs with 12, 5,000 and 50,000 packs, as ratios to a bare Django view.

For each size (`make bench SIZE="12 5000 50000"`) a shop of its own is made (tests/measure/shops.py; KEEP=folder keeps it for the
next run, PREPARE=1 does no more than make it), served by gunicorn with one process, and asked for each type of page: drawn anew as after a change, for
a shopper with a basket, and from the cache. Basket and checkout, whole checkouts, staff's pages and the worker follow, and
how many views come from the cache while orders and drafts come in. CPU is that of the web process and of
the database together, in milliseconds, beside a bare view that is measured in turns in the same run.

What was found stands in var/bench.json; DOCS=1 puts it into docs/ (tests/measure/figures.py).
With SMOKE set it only shows that all of it still runs: 36 packs, a few requests each.
"""

import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.measure import figures  # noqa: E402
from tests.measure.bench import BARE, COLD, Shopper, free_port, serve  # noqa: E402
from tests.measure.shops import Group, Shop, port_of, shop_of  # noqa: E402
from tests.measure.traffic import COUNTING, at_rest, at_the_till, from_the_cache, in_turns  # noqa: E402

SMOKE = bool(os.environ.get("SMOKE"))
SIZES = [36] if SMOKE else [int(size) for size in os.environ.get("SIZE", "12 5000").split()]
SECONDS, LEAST, MOST = (0.1, 2, 5) if SMOKE else (1.0, 2, 2000)
DRAWN_AHEAD = ("sitemap", "feed", "google feed", "llms.txt")  # measured only where they are (PREPARE=1)
CROWD = ("home", "shop list", "product", "article", "collection")  # asked by many at once

ROWS = """
import json
from articles.models import Article
from shop.catalogue.models import Variant
from shop.orders.models import Order
print(json.dumps({"packs": Variant.objects.count(), "articles": Article.objects.count(), "orders": Order.objects.count()}))
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
    "basket": "/uk/basket/",
    "checkout": "/uk/checkout/",
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
found, table = {}, [sweep for sweep in sweeps() if sweep.due or sweep.every or sweep.on_content or sweep.on_orders]
for sweep in table:
    sweep.work()
for sweep in table:
    began = time.process_time()
    sweep.work()
    found[sweep.name] = round((time.process_time() - began) * 1000, 1)
print(json.dumps(found))
"""
STAFF = """
from shop.catalogue.models import Stock
Stock.objects.filter(variant__sku="CIT-CAP-90").update(on_hand=100000, held=0)
from django.contrib.auth.models import User
from django.test import Client
user, _ = User.objects.get_or_create(username="bench", defaults={"is_staff": True, "is_superuser": True})
client = Client()
client.force_login(user)
print(client.cookies["sessionid"].value)
"""


def ask(shopper: Shopper, path: str, groups: list[Group]) -> dict:
    """Milliseconds of CPU a request, and how large the answer is."""
    page = shopper.ask(path)
    if not page:
        raise SystemExit(f"{path} answers with nothing, such as a way to another page")
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


def measure(size: int) -> dict:
    """Of a shop with so many packs: by page the costs, and what the worker and the memory came to."""
    ports = [free_port(), port_of(size), free_port()]
    with (
        tempfile.TemporaryDirectory() as name,
        shop_of(size, f"http://127.0.0.1:{ports[1]}", on_sqlite=SMOKE) as shop,
    ):
        folder = Path(name)
        (folder / "bare.py").write_text(BARE)
        (folder / "cold.py").write_text(COLD)
        (folder / "counting.py").write_text(COUNTING)
        plain = {key: value for key, value in shop.environment.items() if key != "DJANGO_SETTINGS_MODULE"}
        seen = {**shop.environment, "PYTHONPATH": str(ROOT)}
        servers = [
            serve("bare:application", ports[0], plain, folder),
            serve("counting:application", ports[1], seen, folder),
            serve("cold:application", ports[2], seen, folder),
        ]
        try:
            return _all(servers, ports, shop)
        finally:
            for server in servers:
                server.send_signal(signal.SIGTERM)
                server.wait(20)


def _all(servers, ports, shop: Shop) -> dict:
    bare, warm, cold = ([Group(server.pid), *shop.database] for server in servers)
    bases = [f"http://127.0.0.1:{port}" for port in ports]
    session = shop.manage(STAFF)
    addresses = json.loads(shop.manage(ADDRESSES))
    found: dict = {"rows": json.loads(shop.manage(ROWS)), "pages": {}, "own": {}, "staff": {}}
    if shop.is_settled:
        found["sweeps"] = json.loads(shop.manage(IDLE))
    stranger, constant, fresh = Shopper(bases[1]), Shopper(bases[0]), Shopper(bases[2])
    shopper, staff = Shopper(bases[1]), Shopper(bases[1])
    shopper.add()
    staff.headers = {"Cookie": f"sessionid={session}"}
    for name, path in addresses.items():
        if name in DRAWN_AHEAD and not shop.is_settled:
            continue
        reference = max(ask(constant, "/", bare[:1])["ms"], 0.01)
        if name.startswith("staff: "):
            kind, row = "staff", {"drawn": ask(staff, path, warm)}
        elif name in ("basket", "checkout"):
            kind, row = "own", {"drawn": ask(shopper, path, warm)}
        else:
            kind, row = (
                "pages",
                {
                    "drawn": ask(fresh, path, cold),
                    "shopper": ask(shopper, path, warm),
                    "cached": ask(stranger, path, warm),
                },
            )
        found[kind][name] = {"bare": reference, **row}
        _line(name, row, reference)
    found["megabytes"] = warm[0].megabytes()
    cookie = "; ".join(f"{one.name}={one.value}" for one in shopper.jar)
    paths = {name: addresses[name] for name in CROWD[: 1 if SMOKE else None]}
    found["crowd"] = in_turns(bases[0] + "/", bases[1], paths, cookie, bare[:1], warm)
    found["till"] = at_the_till(bases[1], warm)
    found["kept"] = from_the_cache(shop, bases[1], stranger)
    print(f"memory of the web process: {found['megabytes']:.0f} MB", flush=True)
    if shop.is_settled:
        found["worker"] = at_rest(shop)
        slow = sorted(found["sweeps"].items(), key=lambda pair: -pair[1])[:5]
        print("its sweeps, ms of CPU: " + ", ".join(f"{name} {ms}" for name, ms in slow), flush=True)
    return found


def _line(name: str, row: dict, bare: float) -> None:
    parts = [f"{way} {cost['ms']:8.2f} ms ({cost['ms'] / bare:6.1f} × bare)" for way, cost in row.items()]
    print(f"{name:<26}" + "  ".join(parts) + f"  {row['drawn']['kB']:7.0f} kB", flush=True)


def main() -> None:
    results: dict = {}
    load = os.getloadavg()[1]
    if os.environ.get("PREPARE"):
        for size in SIZES:
            with shop_of(size, f"http://127.0.0.1:{port_of(size)}", on_sqlite=SMOKE):
                print(f"{size} packs are ready", flush=True)
        return
    for size in SIZES:
        print(f"\n{size} packs, CPU of web and database for a request\n", flush=True)
        results[str(size)] = measure(size)
    if not SMOKE:
        figures.keep(results, command=f'make bench SIZE="{" ".join(map(str, SIZES))}"', load=load)
    if os.environ.get("DOCS"):
        figures.publish()


if __name__ == "__main__":
    main()
