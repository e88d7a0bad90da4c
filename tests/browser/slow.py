"""Pages on a really slow line: how much moves while they load and while somebody scrolls down.

The line is slowed down by the browser itself, so files arrive as late as on a phone: fonts after the first words,
pictures long after. (Lighthouse works out afterwards what a slow line would have done, and sees nothing move.)
"""

import time
from dataclasses import dataclass

# Chromium's own preset “Slow 4G”: milliseconds, and bytes a second.
SLOW_4G = {"offline": False, "latency": 562.5, "downloadThroughput": 180_000, "uploadThroughput": 84_375}
MAX_SHIFT = 0.02
SIZES = {360: 780, 1440: 900}

WATCH = """
window.__shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    const parts = entry.sources.slice(0, 3).map(({node, previousRect: was, currentRect: is}) =>
      `${node ? (node.nodeName + "." + (node.className || "")).toLowerCase().slice(0, 40) : "gone"} `
      + `${Math.round(was.y)}→${Math.round(is.y)}`);
    window.__shifts.push([entry.value, parts.join(", ")]);
  }
}).observe({type: "layout-shift", buffered: true});
"""
SCROLL = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += 500) {
    window.scrollTo(0, y);
    await new Promise((done) => setTimeout(done, 120));
  }
}"""


@dataclass
class Moved:
    """The sum of all layout shifts that nobody caused, and what moved most."""

    shift: float
    what: str


def moved(browser, site, path: str, width: int, cookies=(), status=200) -> Moved:
    """On a first visit with an empty cache, until all has loaded, and then down to the end of the page.

    Raises ValueError where another page was answered, or the line was not slow: then nothing was measured.
    """
    context = browser.new_context(base_url=site.url, viewport={"width": width, "height": SIZES[width]})
    try:
        context.add_cookies(list(cookies))
        page = context.new_page()
        page.add_init_script(WATCH)
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", SLOW_4G)
        began = time.monotonic()
        answer = page.goto(path, timeout=90_000)
        if answer.status != status:
            raise ValueError(f"{path} answers {answer.status}")
        if time.monotonic() - began < SLOW_4G["latency"] / 1000:
            raise ValueError(f"{path} came over a line that was not slow")
        page.wait_for_timeout(1500)
        page.evaluate(SCROLL)
        page.wait_for_timeout(1500)
        shifts = page.evaluate("window.__shifts")
        return Moved(sum(row[0] for row in shifts), max(shifts, default=(0, ""))[1])
    finally:
        context.close()
