"""`make quality`: what a browser, a screen reader's rules and a search engine think of every page type.

Installs its tools (Lighthouse, axe-core, html-validate; needs Node and Chromium) only for itself, serves the shop from
a folder of its own and prints tables. Ends with 1 where a budget of BUDGETS is broken or anything was found.

    make quality                     everything
    make quality ONLY="axe links"    parts: axe, staff, html, links, data, weight, shift, lighthouse
    make quality RUNS=1              Lighthouse runs a page (of each figure the median counts; default 3)
    make quality PAGES="home; shop"  page types for Lighthouse (default: home; shop; product; article; basket; or "all")
    make quality IN="us eu"          regions for Lighthouse (default: all three) and for shift (default: uk)
    make quality SMOKE=1             that all of it still runs: one region, look and width, some links, no budget of time;
                                     the parts that need Node only where npm is installed
"""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT))

from tests.browser import shopping  # noqa: E402
from tests.browser.slow import MAX_SHIFT, SIZES, moved  # noqa: E402
from tests.measure.quality.lighthouse import lighthouse  # noqa: E402
from tests.measure.quality.pages import (  # noqa: E402
    REGIONS,
    SMOKE,
    THEMES,
    TYPES,
    answered,
    chosen_regions,
    every_page,
    say,
    shopper,
    status_of,
)
from tests.measure.quality.staff import staff_axe  # noqa: E402
from tests.support.server import CHROMIUM, FLAGS, running_shop  # noqa: E402

VIEWPORTS = {"phone": (390, 844)} if SMOKE else {"phone": (390, 844), "desktop": (1350, 940)}
MAX_PAGES = 40 if SMOKE else 100_000  # whose links are followed
FEWEST_PAGES = 40  # that links lead to; fewer, and the walk itself is broken
ARTICLE_KB = 100  # HTML, CSS, JS and fonts of an article's first visit, compressed
PARTS = ("axe", "staff", "html", "links", "data", "weight", "shift", "lighthouse")
NEED_NODE = ("axe", "staff", "html", "lighthouse")


def tools(*, need_node: bool) -> Path:
    if CHROMIUM is None or (need_node and shutil.which("npm") is None):
        raise SystemExit(
            "make quality needs Chromium and Node. On Debian or Ubuntu: sudo apt install chromium npm"
        )
    modules = HERE / "node_modules"
    if need_node and not (modules / "lighthouse").is_dir():
        say("Installing Lighthouse, axe-core and html-validate …")
        subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
            cwd=HERE, env={**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"}, check=True,
        )  # fmt: skip
    return modules


# --- parts ------------------------------------------------------------------------------------------------------------


def axe(browser, site, modules) -> int:
    """All of axe's rules on every page type × region × look × width; the console and other hosts on the way."""
    source = (modules / "axe-core" / "axe.min.js").read_text()
    found, console, strangers, runs = Counter(), [], set(), 0
    for code in REGIONS:
        for theme in THEMES:
            for size in VIEWPORTS.values():
                context, page = shopper(browser, site, code, theme=theme, size=size)
                page.on(
                    "console", lambda m: console.append(m.text) if m.type in {"error", "warning"} else None
                )
                page.on("pageerror", lambda error: console.append(str(error)))
                page.on("request", lambda r: strangers.add(r.url) if not r.url.startswith((site.url, "data:", "blob:")) else None)  # fmt: skip
                for name, where, path in every_page():
                    if where != code:
                        continue
                    answered(page.goto(path), name)
                    page.evaluate(source)
                    for one in page.evaluate("axe.run(document)")["violations"]:
                        found[name, one["id"], one["impact"], one["nodes"][0]["target"][0]] += 1
                    runs += 1
                context.close()
    # A page that is not there says so in the console by itself.
    console = [line for line in console if "404 (Not Found)" not in line]
    say(
        f"axe: {runs} runs ({len(TYPES)} page types, {len(REGIONS)} regions, day and night, phone and desktop)"
    )
    for (name, rule, impact, target), times in sorted(found.items()):
        say(f"  {name}: {rule} ({impact}) {times} times, first at {target}")
    for line in sorted(set(console)):
        say(f"  console: {line}")
    for url in sorted(strangers):
        say(f"  request to another host: {url}")
    say(
        f"  {len(found)} kinds of violations, {len(set(console))} console lines, {len(strangers)} requests to others"
    )
    return len(found) + len(console) + len(strangers)


def markup(browser, site, modules) -> int:
    """Every page type in every region through html-validate, as the server sends it."""
    with tempfile.TemporaryDirectory() as folder:
        for code in REGIONS:
            context, _ = shopper(browser, site, code, javascript=False)
            for number, (name, where, path) in enumerate(every_page()):
                if where == code:
                    text = answered(context.request.get(site.url + path), name).text()
                    (Path(folder) / f"{number:03}-{where}-{re.sub(r'[^a-z]+', '-', name)}.html").write_text(
                        text
                    )
            context.close()
        files = sorted(Path(folder).glob("*.html"))
        report = Path(folder) / "report.json"  # a pipe would be cut off
        done = subprocess.run(
            ["node", modules / "html-validate" / "bin" / "html-validate.mjs", "--config", HERE / "htmlvalidate.json",
             "--formatter", f"json={report}", *files], capture_output=True,
        )  # fmt: skip
        if done.returncode not in {0, 1} or not report.exists():
            raise SystemExit(f"html-validate could not look at the pages: {done.stderr[-300:]}")
        rows = json.loads(report.read_text())
    found = Counter((m["ruleId"], m["message"]) for row in rows for m in row["messages"])
    say(f"html-validate: {len(files)} pages, {len(found)} kinds of findings")
    for (rule, words), times in found.most_common(40):
        say(f"  {rule}: {words} ({times} times)")
    return len(found)


def links(site) -> int:
    """Every link of every page that can be reached, and every #place it names."""
    seen: dict[str, str] = {}
    waiting, broken, places = [f"{site.url}/", *(f"{site.url}/{code}/" for code in REGIONS)], [], []
    skip = re.compile(r"/(admin|sandbox|media|static)/|/feeds/|\.xml|\.txt|/search/|/card/|/sheet/")
    while waiting and len(seen) < MAX_PAGES:
        url = waiting.pop()
        if url in seen:
            continue
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                seen[url] = answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            seen[url] = ""
            broken.append(f"{error.code} {url}")
            continue
        for href in re.findall(r'<a\b[^>]*?\shref="([^"]+)"', seen[url]):
            target, place = urldefrag(urljoin(url, href.replace("&amp;", "&")))
            if not target.startswith(site.url):
                continue
            if place:
                places.append((url, target, place))
            if not skip.search(urlsplit(target).path):
                waiting.append(target)
    for url, target, place in places:
        if target in seen and f'id="{place}"' not in seen[target]:
            broken.append(f"no #{place} in {target} (from {url})")
    if len(seen) < FEWEST_PAGES:
        broken.append(f"only {len(seen)} pages could be reached")
    say(f"links: {len(seen)} pages, {len(places)} places named, {len(broken)} broken")
    for line in broken[:30]:
        say(f"  {line}")
    return len(broken)


def data() -> int:
    """Structured data and feeds, parsed and compared with the pages, for every pack and region."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "tests/config/discovery/test_findable.py", "tests/config/audit/test_offers_everywhere.py",
               "tests/config/discovery/test_compare_and_feeds.py", "tests/articles/reading/test_feed.py"]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    say(
        f"structured data, sitemaps and feeds against the pages: {'equal' if done.returncode == 0 else 'DIFFERENT'}"
    )
    if done.returncode:
        say(done.stdout[-3000:])
    return done.returncode


def weight(browser, site) -> int:
    """HTML, CSS, JS and fonts of a first visit, as they travel."""
    over = 0
    for name in ("home", "product", "article"):
        context = browser.new_context(base_url=site.url, viewport={"width": 390, "height": 844})
        page, sizes = context.new_page(), Counter()

        def weigh(answer, sizes=sizes):
            kind = answer.request.resource_type
            if kind in {"document", "stylesheet", "script", "font"}:
                body = answer.body()
                sizes[kind] += len(body) if kind == "font" else len(gzip.compress(body, 6))

        page.on("response", weigh)
        answered(page.goto(TYPES[name].replace("<r>", "uk")), name)
        page.wait_for_load_state("networkidle")
        if missing := {"document", "stylesheet", "script"} - set(sizes):
            raise SystemExit(f"{name} came without {', '.join(sorted(missing))}")
        total = sum(sizes.values()) / 1024
        say(
            f"weight of {name}: {total:.0f} kB ({', '.join(f'{k} {v / 1024:.0f}' for k, v in sizes.items())})"
        )
        over += total > ARTICLE_KB
        context.close()
    return over


def shift(browser, site) -> int:
    """What moves on a line that is really slow, on a first visit of every page type, on a phone and on a desktop."""
    over, runs, most = 0, 0, 0.0
    for code in chosen_regions() if os.environ.get("IN") else REGIONS[:1]:
        context, _ = shopper(browser, site, code)
        filled = context.cookies()
        context.close()
        for name, where, path in list(every_page())[: 2 if SMOKE else None]:
            for width in SIZES if where == code else ():
                cookies = filled if name in {"basket", "checkout"} else ()
                found = moved(browser, site, path, width, cookies, status_of(name))
                runs, most = runs + 1, max(most, found.shift)
                if found.shift > MAX_SHIFT:
                    over += 1
                    say(f"  {name}, {code}, {width} px: {found.shift:.3f} ({found.what})")
    say(f"layout shift on slow 4G: {runs} first visits, at most {most:.3f} (budget {MAX_SHIFT})")
    return over


def main() -> int:
    wanted = (os.environ.get("ONLY") or " ".join(PARTS)).split()
    if set(wanted) - set(PARTS):
        raise SystemExit(f"ONLY may name: {', '.join(PARTS)}")
    if SMOKE and shutil.which("npm") is None:
        say(f"Without Node these parts are left out: {', '.join(NEED_NODE)}")
        wanted = [name for name in wanted if name not in NEED_NODE]
    modules = tools(need_node=bool(set(wanted) & set(NEED_NODE)))
    wrong = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        running_shop(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        if not SMOKE:
            shopping.wait_for_pictures(site)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        parts = {
            "axe": lambda: axe(browser, site, modules),
            "staff": lambda: staff_axe(browser, site, modules),
            "html": lambda: markup(browser, site, modules),
            "links": lambda: links(site),
            "data": data,
            "weight": lambda: weight(browser, site),
            "shift": lambda: shift(browser, site),
            "lighthouse": lambda: lighthouse(browser, site, modules, int(os.environ.get("RUNS") or 3)),
        }
        for name in wanted:
            say(f"\n== {name}")
            wrong[name] = parts[name]()
        browser.close()
    say(
        "\n"
        + ", ".join(f"{name}: {'ok' if not count else f'{count} found'}" for name, count in wrong.items())
    )
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
