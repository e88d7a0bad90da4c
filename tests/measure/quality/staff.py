"""axe on the pages of staff: every list and report of the menu, and of each list its newest row and its form to add one."""

from collections import Counter

from tests.measure.quality.pages import SMOKE, say

DOWNLOADS = ("/csv/", "logout")
LOOKS = [((390, 844), "night")] if SMOKE else [((390, 844), "night"), ((1350, 940), "day")]
# With SMOKE these alone, which have most on them; the rest is walked otherwise.
FEW = (
    "/admin/",
    "/admin/articles/article/",
    "/admin/articles/article/1/change/",
    "/admin/articles/version/add/",
    "/admin/articles/reference/add/",
    "/admin/catalogue/product/",
    "/admin/you/mails/",
)
MENU = "a => a.map(one => one.getAttribute('href'))"
FIRST = ("#result_list tbody a", "a.addlink")


def staff_axe(browser, site, modules) -> int:
    """All of axe's rules on each; at a phone by night and at a desk by day."""
    source = (modules / "axe-core" / "axe.min.js").read_text()
    found, runs = Counter(), 0
    for (width, height), theme in LOOKS:
        page = signed_in(browser, site, width, height, theme)
        paths = list(FEW) if SMOKE else [*addresses(page), *drafts(page)]
        seen = set()
        while paths:
            path = paths.pop(0)
            if path in seen or any(part in path for part in DOWNLOADS):
                continue
            seen.add(path)
            page.goto(path)
            if not SMOKE and path.count("/") <= 4:
                for one in map(page.locator, FIRST):
                    address = one.first.get_attribute("href") if one.count() else ""
                    paths += [address] if address and address.startswith("/admin/") else []
            page.wait_for_timeout(300)  # what scripts draw
            page.evaluate(source)
            for one in page.evaluate("axe.run(document)")["violations"]:
                found[path, one["id"], one["impact"], str(one["nodes"][0]["target"])] += 1
            runs += 1
        page.context.close()
    say(f"axe on the pages of staff: {runs} runs")
    for (path, rule, impact, target), _ in sorted(found.items()):
        say(f"  {path}: {rule} ({impact}), first at {target}")
    return len(found)


def signed_in(browser, site, width, height, theme):
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": width, "height": height},
        bypass_csp=True,
        color_scheme="dark" if theme == "night" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/admin/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(site.password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Today", exact=True).wait_for()
    return page


def addresses(page) -> list[str]:
    found = page.locator("header a, nav a").evaluate_all(MENU)
    return sorted({one for one in found if one and one.startswith("/admin/") and "#" not in one})


def drafts(page) -> list[str]:
    """The editor with an article in it, and the pages about it."""
    page.goto("/admin/articles/article/1/change/")
    page.locator("button[name=action][value=edit]").click()
    page.wait_for_url("**/version/**")
    return [page.url.removeprefix(page.url.split("/admin/")[0]), *FEW]
