"""The page types that are looked at, and how one gets there."""

import os

SMOKE = bool(os.environ.get("SMOKE"))
REGIONS = ("uk",) if SMOKE else ("uk", "us", "eu")
THEMES = ("day",) if SMOKE else ("day", "night")
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


def say(words=""):
    print(words, flush=True)


def chosen_regions():
    chosen = os.environ.get("IN", "").split() or REGIONS
    if set(chosen) - set(REGIONS):
        raise SystemExit(f"IN may name: {' '.join(REGIONS)}")
    return chosen


def shopper(browser, site, code, *, theme="day", size=(1350, 940), javascript=True):
    """A context with something in the basket and a look chosen."""
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": size[0], "height": size[1]},
        bypass_csp=True,
        java_script_enabled=javascript,
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "theme", "value": f"{theme}.normal", "url": site.url}])
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
