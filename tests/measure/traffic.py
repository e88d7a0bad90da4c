"""What a shop bears: strangers and shoppers beside a bare view, whole checkouts, and views while orders and drafts come in."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time

from tests.measure.bench import Shopper, median
from tests.measure.shops import ROOT, Group, Shop

SMOKE = bool(os.environ.get("SMOKE"))
SECONDS, ROUNDS = (1, 1) if SMOKE else (1, 3)
SHOPPERS, PURCHASES = (2, 1) if SMOKE else (4, 6)  # of each shopper
MINUTE, VIEWS = (2, 10) if SMOKE else (30, 40)  # seconds of traffic, views a second

# The shop, which says at an address of its own how many public pages it has drawn.
COUNTING = """
from config.wsgi import application as shop
from config.middleware.page_cache import PageCacheMiddleware
from config.search import views
views.MAX_PER_MINUTE = 10**9  # one address asks here for all
drawn = [0]
def counting(method):
    def counted(self, *args):
        drawn[0] += 1
        return method(self, *args)
    return counted
PageCacheMiddleware._drawn = counting(PageCacheMiddleware._drawn)
PageCacheMiddleware._only_theirs = counting(PageCacheMiddleware._only_theirs)
def application(environ, start_response):
    if environ["PATH_INFO"] != "/drawn":
        return shop(environ, start_response)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(drawn[0]).encode()]
application.at_once = shop.at_once
"""
VIEWED = """
import json
from articles.reading.published import current_publications
from shop.catalogue.models import Collection, Product
from shop.regions.models import Region
found = []
for region in Region.all_open():
    articles = [row.article.url_in(region) for row in current_publications(region).select_related("article").order_by("pk")[:12]]
    products = [product.url_in(region) for product in Product.objects.on_sale_in(region).order_by("pk")[:12]]
    collections = [row.url_in(region) for row in Collection.objects.filter(is_open=True)[:2]]
    code = region.code
    lists = [f"/{code}/", f"/{code}/shop/", f"/{code}/shop/?sort=price", f"/{code}/articles/", f"/{code}/shop/compare/"]
    found += [*lists, *articles, *products, *collections]
print(json.dumps(found))
"""


def cpu(groups: list[Group]) -> float:
    return sum(group.cpu() for group in groups)


def crowd(url: str, groups: list[Group], cookie: str = "") -> dict:
    """What eight connections at once get of a page, asked for as browsers do."""
    before = cpu(groups)
    command = ["wrk", "-t1", "-c8", f"-d{SECONDS}s", "-H", "Accept-Encoding: gzip", url]
    if cookie:
        command += ["-H", f"Cookie: {cookie}"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    count = int(re.search(r"(\d+) requests in", text).group(1))
    if bad := re.search(r"Non-2xx or 3xx responses: \d+|Socket errors: .*", text):
        raise SystemExit(f"{url}: {bad.group()}")
    return {"rps": count / SECONDS, "ms": (cpu(groups) - before) / max(count, 1) * 1000}


def in_turns(constant: str, base: str, paths: dict, cookie: str, bare: list, shop: list) -> dict:
    """By page: a bare view, a stranger and a shopper with a basket. Nothing without wrk."""
    found: dict = {}
    if not shutil.which("wrk"):
        return found
    for name, path in paths.items():
        ways = {
            "bare": (constant, bare, ""),
            "stranger": (base + path, shop, ""),
            "shopper": (base + path, shop, cookie),
        }
        rounds = [{way: crowd(*asked) for way, asked in ways.items()} for _ in range(ROUNDS)]
        row = found[name] = {way: median([one[way] for one in rounds]) for way in ways}
        shares = [f"{way} {row[way]['rps'] / row['bare']['rps']:5.2f}" for way in ("stranger", "shopper")]
        print(f"{name:<26}requests a second, in bare views: {', '.join(shares)}", flush=True)
    return found


def at_the_till(base: str, groups: list[Group]) -> dict:
    """Shoppers at once who buy and pay: from adding to the basket to the page that thanks them."""

    def buy_and_pay(shopper: Shopper) -> None:
        shopper.buy()
        pay = shopper.location.removeprefix(base)
        token = shopper.token(shopper.ask(pay))
        card = {"number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123"}
        shopper.ask(pay, {"csrfmiddlewaretoken": token, **card})
        shopper.ask(shopper.location.removeprefix(base))

    shoppers = [Shopper(base) for _ in range(SHOPPERS)]
    before, began = cpu(groups), time.monotonic()
    threads = [threading.Thread(target=one.do, args=(buy_and_pay, PURCHASES)) for one in shoppers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, count = time.monotonic() - began, SHOPPERS * PURCHASES
    if bad := [row for one in shoppers for row in one.bad]:
        raise SystemExit(f"bad answers: {bad[:5]}")
    found = {"a second": count / took, "ms": (cpu(groups) - before) / count * 1000}
    print(f"whole checkouts: {found['a second']:.1f} a second, {found['ms']:.0f} ms of CPU each", flush=True)
    return found


def from_the_cache(shop: Shop, base: str, stranger: Shopper) -> dict:
    """Which share of public views is answered from the cache while one order and one parcel a second and a draft
    every five seconds come in.
    """
    paths = json.loads(shop.manage(VIEWED))
    for path in paths:
        stranger.ask(path)
    work = subprocess.Popen(
        [sys.executable, "-W", "ignore", "tests/measure/bustle.py", str(MINUTE + 15)],
        cwd=ROOT, env=shop.environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        if work.stdout.readline().strip() != "begun":
            raise SystemExit("the orders and drafts did not begin")
        drawn, count, began = int(stranger.ask("/drawn")), 0, time.monotonic()
        while (now := time.monotonic() - began) < MINUTE:
            stranger.ask(paths[count % len(paths)])
            count += 1
            time.sleep(max(0.0, count / VIEWS - now))
        drawn = int(stranger.ask("/drawn")) - drawn
        if work.poll() is not None:
            raise SystemExit("the orders and drafts ended before the views did")
    finally:
        work.terminate()
        work.wait()
    if stranger.bad:
        raise SystemExit(f"bad answers: {stranger.bad[:5]}")
    print(f"public views from the cache: {1 - drawn / count:.1%} of {count}", flush=True)
    return {"share": 1 - drawn / count, "views": count}


def at_rest(shop: Shop) -> float:
    """What share of a core a worker takes that has nothing to do, with what it makes the database do."""
    worker = subprocess.Popen(
        [sys.executable, "-W", "ignore", "manage.py", "work"],
        cwd=ROOT, env=shop.environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    groups = [Group(worker.pid), *shop.database]

    def share(seconds: float) -> float:
        before, began = cpu(groups), time.monotonic()
        time.sleep(seconds)
        return (cpu(groups) - before) / (time.monotonic() - began)

    try:
        for _ in range(1 if SMOKE else 20):  # all that is looked at after a start
            if share(2) < 0.01:
                break
        found = share(1 if SMOKE else 15)
    finally:
        worker.terminate()
        worker.wait()
    print(f"a worker with nothing to do: {found:.2%} of a core", flush=True)
    return found
