"""What Lighthouse says of each page type, and what is allowed."""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from statistics import median_high, median_low

from tests.measure.quality.pages import REGIONS, THEMES, TYPES, chosen_regions, say, shopper
from tests.support.server import CHROMIUM, FLAGS

LIGHTHOUSE = ("home", "shop", "product", "article", "basket")
# Lighthouse does not measure a page that answers 404; axe and html-validate look at it.
NOT_MEASURED = ("not found",)
# Not for search engines, on purpose: no figure for them.
NOT_INDEXED = ("basket", "checkout", "search", "search in vain", "sheet")
BUDGETS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100,
           "LCP s": 1.8, "CLS": 0.02, "TBT ms": 50}  # fmt: skip
# Of these the more the better, of the rest the less.
SCORES = ("performance", "accessibility", "best-practices", "seo")


def lighthouse(browser, site, modules, runs) -> int:
    """Lighthouse's mobile preset; of each figure the median of the runs."""
    say(
        "| page | region | look | performance | accessibility | best practices | SEO | LCP s | CLS | TBT ms |"
    )
    say("|---|---|---|---|---|---|---|---|---|---|")
    broken = 0
    chosen = _chosen_types()
    for code in chosen_regions():
        for name in (name for name in chosen if "<r>" in TYPES[name] or code == REGIONS[0]):
            for theme in THEMES:
                cookie = f"theme={theme}.normal"
                if name in {"basket", "checkout"}:
                    context, _ = shopper(browser, site, code, theme=theme)
                    cookie = "; ".join(f"{c['name']}={c['value']}" for c in context.cookies())
                    context.close()
                row = _median(modules, site.url + TYPES[name].replace("<r>", code), cookie, runs)
                if name in NOT_INDEXED:
                    row["seo"] = None
                wrong = [key for key, most in BUDGETS.items() if _breaks(key, row.get(key), most)]
                broken += bool(wrong)
                cells = [name, code, theme, *(row[key] if row[key] is not None else "–" for key in BUDGETS)]
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
