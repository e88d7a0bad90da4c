"""`make quality`: what a browser, a screen reader's rules and a search engine think of every page type.

Installs its tools (Lighthouse, axe-core, html-validate; needs Node and Chromium) only for itself, serves the shop from
a folder of its own and prints tables. Ends with 1 where a budget of BUDGETS is broken or anything was found.

    make quality                     everything
    make quality ONLY="axe links"    parts: axe, html, links, data, weight, shift, lighthouse
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
from statistics import median_high, median_low
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT))

from tests.browser import shopping  # noqa: E402
from tests.browser.slow import MOST_SHIFT, SIZES, moved  # noqa: E402
from tests.support.server import CHROMIUM, FLAGS, running_shop  # noqa: E402

SMOKE = bool(os.environ.get("SMOKE"))
REGIONS = ("uk",) if SMOKE else ("uk", "us", "eu")
LOOKS = ("day",) if SMOKE else ("day", "night")
VIEWPORTS = {"phone": (390, 844)} if SMOKE else {"phone": (390, 844), "desk": (1350, 940)}
MOST_PAGES = 40 if SMOKE else 100_000  # whose links are followed
FEWEST_PAGES = 40  # that links lead to; fewer, and the walk itself is broken
TYPES = {
    "choose region": "/",
    "home": "/<r>/",
    "shop": "/<r>/shop/",
    "shop, filtered": "/<r>/shop/?form=citrate&sort=price",
    "collection": "/<r>/collections/to-take/",
    "compare": "/<r>/shop/compare/",
    "product": "/<r>/shop/magnesium-citrate-capsules/",
    "product for the skin": "/<r>/shop/magnesium-oil-spray/",
    "articles": "/<r>/articles/",
    "article": "/<r>/articles/citrate-glycinate-oxide-label-guide/",
    "article on a condition": "/<r>/articles/magnesium-and-restless-legs-guide/",
    "author": "/<r>/articles/authors/editors/",
    "search": "/<r>/search/?q=glycinate",
    "search in vain": "/<r>/search/?q=xqzzt",
    "help": "/<r>/help/returns/",
    "sheet": "/<r>/sheet/?sku=CIT-CAP-90&sku=OIL-SPR-100",
    "basket": "/<r>/basket/",
    "checkout": "/<r>/checkout/",
    "not found": "/<r>/nothing/",
}
LIGHTHOUSE = ("home", "shop", "product", "article", "basket")
# Lighthouse does not measure a page that answers 404; axe and html-validate look at it.
NOT_MEASURED = ("not found",)
# Not for search engines, on purpose: no figure for them.
NOT_INDEXED = ("basket", "checkout", "search", "search in vain", "sheet")
BUDGETS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100,
           "LCP s": 1.8, "CLS": 0.02, "TBT ms": 50}  # fmt: skip
# Of these the more the better, of the rest the less.
SCORES = ("performance", "accessibility", "best-practices", "seo")
ARTICLE_KB = 100  # HTML, CSS, JS and fonts of an article's first visit, compressed
PARTS = ("axe", "html", "links", "data", "weight", "shift", "lighthouse")
NEED_NODE = ("axe", "html", "lighthouse")


def say(words=""):
    print(words, flush=True)


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


def shopper(browser, site, code, *, look="day", size=(1350, 940), javascript=True):
    """A context with something in the basket and a look chosen."""
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": size[0], "height": size[1]},
        bypass_csp=True,
        java_script_enabled=javascript,
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "theme", "value": f"{look}.normal", "url": site.url}])
    page = context.new_page()
    page.goto(f"/{code}/shop/")
    page.locator(".add-form button").first.click()
    page.locator(".messages").wait_for()
    return context, page


def every_page():
    """(name, region, path) of each page type in each region."""
    for name, path in TYPES.items():
        for code in REGIONS if "<r>" in path else REGIONS[:1]:
            yield name, code, path.replace("<r>", code)


def status_of(name) -> int:
    return 404 if name == "not found" else 200


def answered(answer, name):
    """The answer, if it is that page and no page of an error: of those nothing may be said."""
    if answer.status != status_of(name):
        raise SystemExit(f"{name} answers {answer.status}")
    return answer


# --- parts ------------------------------------------------------------------------------------------------------------


def axe(browser, site, modules) -> int:
    """All of axe's rules on every page type × region × look × width; the console and other hosts on the way."""
    source = (modules / "axe-core" / "axe.min.js").read_text()
    found, console, strangers, runs = Counter(), [], set(), 0
    for code in REGIONS:
        for look in LOOKS:
            for size in VIEWPORTS.values():
                context, page = shopper(browser, site, code, look=look, size=size)
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
    say(f"axe: {runs} runs ({len(TYPES)} page types, {len(REGIONS)} regions, day and night, phone and desk)")
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
    while waiting and len(seen) < MOST_PAGES:
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
    """What moves on a line that is really slow, on a first visit of every page type, on a phone and at a desk."""
    over, runs, most = 0, 0, 0.0
    for code in _chosen_regions() if os.environ.get("IN") else REGIONS[:1]:
        context, _ = shopper(browser, site, code)
        filled = context.cookies()
        context.close()
        for name, where, path in list(every_page())[: 2 if SMOKE else None]:
            for width in SIZES if where == code else ():
                cookies = filled if name in {"basket", "checkout"} else ()
                found = moved(browser, site, path, width, cookies, status_of(name))
                runs, most = runs + 1, max(most, found.shift)
                if found.shift > MOST_SHIFT:
                    over += 1
                    say(f"  {name}, {code}, {width} px: {found.shift:.3f} ({found.what})")
    say(f"layout shift on slow 4G: {runs} first visits, at most {most:.3f} (budget {MOST_SHIFT})")
    return over


def lighthouse(browser, site, modules, runs) -> int:
    """Lighthouse's mobile preset; of each figure the median of the runs."""
    say(
        "| page | region | look | performance | accessibility | best practices | SEO | LCP s | CLS | TBT ms |"
    )
    say("|---|---|---|---|---|---|---|---|---|---|")
    broken = 0
    chosen = _chosen_types()
    for code in _chosen_regions():
        for name in (name for name in chosen if "<r>" in TYPES[name] or code == REGIONS[0]):
            for look in LOOKS:
                cookie = f"theme={look}.normal"
                if name in {"basket", "checkout"}:
                    context, _ = shopper(browser, site, code, look=look)
                    cookie = "; ".join(f"{c['name']}={c['value']}" for c in context.cookies())
                    context.close()
                row = _median(modules, site.url + TYPES[name].replace("<r>", code), cookie, runs)
                if name in NOT_INDEXED:
                    row["seo"] = None
                wrong = [key for key, most in BUDGETS.items() if _breaks(key, row.get(key), most)]
                broken += bool(wrong)
                cells = [name, code, look, *(row[key] if row[key] is not None else "–" for key in BUDGETS)]
                say(
                    f"| {' | '.join(str(cell) for cell in cells)} |"
                    + (f" over: {', '.join(wrong)}" if wrong else "")
                )
    return broken


def _chosen_types():
    named = os.environ.get("PAGES", "").strip()
    if named == "all":
        return [name for name in TYPES if name not in NOT_MEASURED]
    chosen = [name.strip() for name in named.split(";") if name.strip()] or LIGHTHOUSE
    if set(chosen) - set(TYPES) or set(chosen) & set(NOT_MEASURED):
        raise SystemExit(
            f"PAGES may name: all; {'; '.join(name for name in TYPES if name not in NOT_MEASURED)}"
        )
    return chosen


def _chosen_regions():
    chosen = os.environ.get("IN", "").split() or REGIONS
    if set(chosen) - set(REGIONS):
        raise SystemExit(f"IN may name: {' '.join(REGIONS)}")
    return chosen


def _breaks(key, value, budget) -> bool:
    if value is None:
        return False
    return value < budget if key in SCORES else value > budget


def _median(modules, url, cookie, runs) -> dict:
    """Of each figure the median of the runs (of an even number of runs the worse of the two in the middle)."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        headers = Path(folder) / "headers.json"
        headers.write_text(json.dumps({"Cookie": cookie}))
        report = Path(folder) / "report.json"  # a pipe would be cut off
        for _ in range(runs):
            done = subprocess.run(
                ["node", modules / "lighthouse" / "cli" / "index.js", url, "--quiet", "--output=json",
                 f"--output-path={report}", f"--extra-headers={headers}",
                 "--chrome-flags=--headless=new " + " ".join(FLAGS)],
                capture_output=True, text=True, env={**os.environ, "CHROME_PATH": CHROMIUM}, timeout=300,
            )  # fmt: skip
            if done.returncode == 0:
                found = json.loads(report.read_text())
                if all(found["categories"][key]["score"] is not None for key in SCORES):
                    rows.append(found)
    if not rows:
        raise SystemExit(f"Lighthouse could not look at {url}: {done.stderr[-300:]}")
    figures = [_figures(row) for row in rows]
    return {
        key: (median_low if key in SCORES else median_high)([row[key] for row in figures])
        for key in figures[0]
    }


def _figures(report) -> dict:
    audits = report["audits"]
    return {
        **{key: round(100 * report["categories"][key]["score"]) for key in SCORES},
        "LCP s": round(audits["largest-contentful-paint"]["numericValue"] / 1000, 2),
        "CLS": round(audits["cumulative-layout-shift"]["numericValue"], 3),
        "TBT ms": round(audits["total-blocking-time"]["numericValue"]),
    }


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
