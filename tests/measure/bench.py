"""`make bench`: timings as ratios to a bare Django view, measured in the same run. Never part of the tests.

Serves the shop, on SQLite with its content, from gunicorn as `make run` does, and beside it a Django without
middleware that answers a constant 20 kB. Pages are measured by wrk in turns with the bare view; forms by eight
shoppers in threads. CPU is that of the server's processes, so that it does not depend on who else uses the machine.

With SMOKE set it only shows that all of it still runs: one page, a second each, two shoppers.
"""

import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.support.database import lend_to

ROOT = Path(__file__).resolve().parents[2]
SMOKE = bool(os.environ.get("SMOKE"))
SECONDS, ROUNDS, SHOPPERS = (1, 1, 2) if SMOKE else (3, 3, 8)
ADDS, PURCHASES = (2, 2) if SMOKE else (40, 10)  # of each shopper
TICKS = os.sysconf("SC_CLK_TCK")
PAGES = {
    "home": "/uk/",
    "list": "/uk/shop/",
    "product": "/uk/shop/magnesium-citrate-capsules/",
    "article": "/uk/articles/citrate-glycinate-oxide-label-guide/",
}
if SMOKE:
    PAGES = {"product": PAGES["product"]}
BARE = """
import django
from django.conf import settings
settings.configure(SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[])
django.setup()
from django.http import HttpResponse
from django.urls import path
from django.core.wsgi import get_wsgi_application
BODY = b"x" * 20_000
urlpatterns = [path("", lambda request: HttpResponse(BODY))]
application = get_wsgi_application()
"""
# The shop as it is right after a change, such as of a price, in what each page shows: of what was loaded earlier only that may be
# used which no price moves: what shows the same on every page, such as the regions and the seller, and how products are called.
COLD = """
import itertools
from config.wsgi import application as shop
from config.middleware.kept import kept_pages
from config.search import views
views.MAX_PER_MINUTE = 10**9  # one address asks here for all
from django.core.cache import cache
from shop.content import memo
from shop.content.scopes import NAMES, SITE
numbers, now, real = itertools.count(1), [0], memo.content_version
memo.content_version = lambda scope: real(scope) if scope in (NAMES, SITE) else now[0]
def application(environ, start_response):
    now[0] = next(numbers)
    kept_pages.clear()
    cache.clear()
    return shop(environ, start_response)
"""


def serve(application, port, environment, folder):
    """As deploy/ serves the shop; the bare view as gunicorn serves anything with threads."""
    worker = "gthread" if application.startswith("bare") else "config.connections.worker.WholeRequests"
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8",
               "--worker-class", worker, "--log-level", "error", "--chdir", str(folder)]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
            return process
        except urllib.error.HTTPError:
            return process
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{application} does not answer.")


def cpu_seconds(process) -> float:
    """CPU time used so far by a process and its children."""
    pids = [process.pid]
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    pids += [int(pid) for pid in children.read_text().split()]
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def wrk(url, process, cookie=None) -> dict:
    before = cpu_seconds(process)
    command = ["wrk", "-t1", "-c8", f"-d{SECONDS}s", "--latency", url]
    if cookie:
        command += ["-H", f"Cookie: {cookie}"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    count = int(re.search(r"(\d+) requests in", text).group(1))
    if not count:
        return {
            "rps": 0.01,
            "p50": SECONDS * 1000.0,
            "p99": SECONDS * 1000.0,
            "cpu": 0.0,
        }  # none was ready in time
    if bad := re.search(r"Non-2xx or 3xx responses: \d+|Socket errors: .*", text):
        raise SystemExit(f"{url}: {bad.group()}")

    def milliseconds(name):
        value, unit = re.search(rf"{name}\s+([\d.]+)(us|ms|s)", text).groups()
        return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]

    return {
        "rps": float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)),
        "p50": milliseconds("50%"),
        "p99": milliseconds("99%"),
        "cpu": (cpu_seconds(process) - before) / count * 1000,
    }


def median(rounds) -> dict:
    return {name: statistics.median(row[name] for row in rounds) for name in rounds[0]}


def line(name, found, bare):
    ratio = f"{found['rps'] / bare['rps']:6.2f}" if bare else "      "
    print(
        f"{name:<34}{found['rps']:9.0f}/s  p50 {found['p50']:7.1f} ms  p99 {found['p99']:7.1f} ms  "
        f"CPU {found['cpu']:6.2f} ms  ratio {ratio}",
        flush=True,
    )


class Shopper:
    """A browser without JavaScript that keeps its cookies and counts what goes wrong."""

    def __init__(self, base):
        self.base = base
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar), NoRedirect()
        )
        self.times, self.bad, self.location = [], [], ""
        self.headers = {}

    def ask(self, path, data=None):
        body = urllib.parse.urlencode(data).encode() if data is not None else None
        headers = {
            "Sec-Fetch-Site": "same-origin",
            "Origin": self.base,
            "Referer": self.base + "/",
            **self.headers,
        }
        began = time.perf_counter()
        try:
            with self.opener.open(
                urllib.request.Request(self.base + path, body, headers), timeout=60
            ) as answer:
                status, text = answer.status, answer.read().decode()
                self.location = answer.headers.get("Location", "")
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode(errors="replace")
        self.times.append((time.perf_counter() - began) * 1000)
        if status >= 400:
            self.bad.append((status, path))
        return text

    def token(self, page):
        return re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page).group(1)

    def add(self):
        self.ask("/uk/basket/add/", {"variant": "CIT-CAP-90"})
        if "/problem/" in self.location or not self.location:
            self.bad.append((f"to {self.location or 'nowhere'}", "/uk/basket/add/"))

    def do(self, act, times):
        """What ends the act early is bad as well: a thread would only print it."""
        try:
            for _ in range(times):
                act(self)
        except Exception as error:
            self.bad.append((repr(error), act.__name__))

    def buy(self):
        """Add, basket, checkout page, order: what one shopper asks of the server until the payment page."""
        self.jar.clear()
        self.add()
        self.ask("/uk/basket/")
        page = self.ask("/uk/checkout/")
        total = re.search(r'name="shown_total" value="(\d+)"', page).group(1)
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
        self.ask("/uk/checkout/", {
            **hidden,
            "csrfmiddlewaretoken": self.token(page), "shown_total": total, "email": "a@example.org", "name": "A",
            "country": "GB", "line1": "1 High Street", "line2": "", "town": "Leeds", "postcode": "LS1 4AP",
        })  # fmt: skip
        if "/sandbox/pay/" not in self.location:
            self.bad.append((f"to {self.location or 'nowhere'} instead of the payment page", "/uk/checkout/"))


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def http_error_303(self, request, fp, code, message, headers):
        return fp

    http_error_301 = http_error_302 = http_error_303


def shoppers(base, process, act, times) -> dict:
    """Eight shoppers do `act` so many times each, at once."""
    crowd = [Shopper(base) for _ in range(SHOPPERS)]
    before, began = cpu_seconds(process), time.perf_counter()
    threads = [threading.Thread(target=one.do, args=(act, times)) for one in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    bad = [row for one in crowd for row in one.bad]
    if bad:
        raise SystemExit(f"bad answers: {bad[:5]}")
    all_times = sorted(value for one in crowd for value in one.times)
    count = len(all_times)
    return {
        "rps": count / took,
        "p50": all_times[count // 2],
        "p99": all_times[int(count * 0.99)],
        "cpu": (cpu_seconds(process) - before) / count * 1000,
    }


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def main():
    if not shutil.which("wrk"):
        raise SystemExit("make bench needs wrk. On Debian or Ubuntu: sudo apt install wrk")
    ports = [free_port() for _ in range(3)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE)
        (folder / "cold.py").write_text(COLD)
        environment = {**os.environ, "ENV_FILE": "", "PAYMENTS": "sandbox", "SECRET_KEY": "bench" * 10,
                       "SECOND_FACTOR_GRACE_DAYS": "3650",
                       "DATA_DIR": name, "SITE_URL": f"http://127.0.0.1:{ports[1]}", "LOG_LEVEL": "ERROR",
                       "DJANGO_SETTINGS_MODULE": "config.settings"}  # fmt: skip
        environment.pop("DATABASE_URL", None)
        lend_to(folder)
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=environment, check=True)
        stock = "from shop.catalogue.models import Stock; Stock.objects.update(on_hand=100000)"
        subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", stock],
            cwd=ROOT,
            env=environment,
            check=True,
        )
        bare_environment = {
            key: value for key, value in environment.items() if key != "DJANGO_SETTINGS_MODULE"
        }
        processes = [
            serve("bare:application", ports[0], bare_environment, folder),
            serve("config.wsgi:application", ports[1], environment, ROOT),
            serve("cold:application", ports[2], {**environment, "PYTHONPATH": str(ROOT)}, folder),
        ]
        try:
            measure(*processes, *ports)
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
                process.wait(20)


def measure(bare, shop, cold, *ports):
    constant, base, cold_base = (f"http://127.0.0.1:{port}" for port in ports)
    constant += "/"
    shopper = Shopper(base)
    shopper.add()
    cookie = "; ".join(f"{one.name}={one.value}" for one in shopper.jar)
    print(f"{SECONDS} s × {ROUNDS} rounds in turns, 8 connections, 1 process × 8 threads\n")
    for path in PAGES.values():  # wrk counts a redirect as an answer
        if "</html>" not in shopper.ask(path):
            shopper.bad.append(("no page", path))
    if shopper.bad:
        raise SystemExit(f"bad answers: {shopper.bad[:5]}")
    wrk(constant, bare)
    for page, path in PAGES.items():
        ways = (
            ("from the cache", base, shop, None),
            ("with a basket", base, shop, cookie),
            ("drawn after a change", cold_base, cold, cookie),
        )
        for label, where, process, sent in ways:
            rounds, references = [], []
            for _ in range(ROUNDS):
                references.append(wrk(constant, bare))
                rounds.append(wrk(where + path, process, sent))
            line(f"{page}, {label}", median(rounds), median(references))
        line("  bare view beside it", median(references), None)
    rounds = [wrk(base + "/uk/basket/", shop, cookie) for _ in range(ROUNDS)]
    reference = median([wrk(constant, bare) for _ in range(ROUNDS)])
    line("basket", median(rounds), reference)
    line("add to basket", shoppers(base, shop, Shopper.add, ADDS), reference)
    line("whole checkout, per request", shoppers(base, shop, Shopper.buy, PURCHASES), reference)
    print(f"\n{SHOPPERS} shoppers at once on SQLite: no 4xx, no 5xx, no lock error.")


if __name__ == "__main__":
    main()
