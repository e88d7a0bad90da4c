"""`make screenshots`: pictures of every page type into screenshots/, at phone and desktop width, light and dark.

For eyes, not for comparison by machine. Names are page-width-scheme.png; the sandbox and the order page come from
a purchase made on the way. Arguments choose pages whose name contains one of them. With SMOKE set: one width, one
scheme, into a folder that is thrown away, to see that all pages can still be walked.
"""

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.browser import shopping  # noqa: E402
from tests.support.server import CHROMIUM, FLAGS, running_shop  # noqa: E402

SMOKE = bool(os.environ.get("SMOKE"))
WIDTHS = (320,) if SMOKE else (320, 768, 1440)
SCHEMES = ("light",) if SMOKE else ("light", "dark")
PAGES = {
    "choose-region": "/",
    "home": "/uk/",
    "shop": "/us/shop/",
    "shop-filtered": "/eu/shop/?form=citrate&sort=price",
    "compare": "/uk/shop/compare/",
    "product": "/uk/shop/magnesium-citrate-capsules/",
    "product-us": "/us/shop/magnesium-glycinate-capsules/",
    "product-skin": "/eu/shop/magnesium-oil-spray/",
    "articles": "/uk/articles/",
    "article": "/uk/articles/citrate-glycinate-oxide-label-guide/",
    "article-condition": "/us/articles/magnesium-and-restless-legs-guide/",
    "help": "/uk/help/returns/",
    "collection": "/uk/collections/powders/",
    "search": "/uk/search/?q=glycinate",
    "search-condition": "/uk/search/?q=restless+legs",
    "search-in-vain": "/uk/search/?q=xqzzt",
    "author": "/uk/articles/authors/editors/",
    "sheet": "/uk/sheet/?sku=CIT-CAP-90&sku=OIL-SPR-100",
    "letters-gone": "/letters/nothing/",
    "help-privacy": "/eu/help/privacy/",
    "not-found": "/uk/nothing/",
    "admin-sign-in": "/admin/login/",
    "basket-empty": "/eu/basket/",
}
GONE = {"not-found", "letters-gone"}
ADMIN = {
    "admin": "/admin/",
    "admin-products": "/admin/catalogue/product/",
    "admin-product": "/admin/catalogue/product/1/change/",
    "admin-articles": "/admin/articles/article/",
    "admin-article": "/admin/articles/article/1/change/",
    "admin-matrix": "/admin/articles/article/matrix/",
    "admin-links": "/admin/links/",
    "admin-earnings": "/admin/earnings/",
    "admin-rules": "/admin/claims/ownrule/",
    "admin-bench": "/admin/claims/ownrule/bench/",
    "admin-ledger": "/admin/ledger/",
    "admin-vat": "/admin/vat/",
    "admin-codes": "/admin/codes/code/",
    "admin-orders": "/admin/orders/order/",
    "admin-order": "/admin/orders/order/1/change/",
    "admin-mail": "/admin/outbox/mail/1/change/",
    "admin-region": "/admin/regions/region/1/change/",
    "admin-collections": "/admin/catalogue/collection/",
    "admin-collection": "/admin/catalogue/collection/3/change/",
    "admin-letters": "/admin/letters/letter/",
    "admin-letter": "/admin/letters/letter/add/",
    "admin-synonyms": "/admin/search/synonym/",
    "admin-pin": "/admin/search/pin/add/",
    "admin-searches": "/admin/search/emptysearch/",
}


def wanted(name) -> bool:
    return len(sys.argv) < 2 or any(part in name or name in part for part in sys.argv[1:])


def settle(page):
    """Scroll through, so that lazy pictures load, and wait for the last one."""
    page.wait_for_load_state()  # the click before may still be changing the page
    if SMOKE:
        return
    page.evaluate(
        "async () => { for (let y = 0; y < document.body.scrollHeight; y += 600) {"
        " window.scrollTo(0, y); await new Promise(r => setTimeout(r, 30)) } window.scrollTo(0, 0) }"
    )
    page.wait_for_load_state("networkidle")


def walk(browser, site, out, width, scheme):
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()

    def go(name, path):
        if page.goto(path).status not in ({200, 404} if name in GONE else {200}):
            raise SystemExit(f"{path} is no page that may be shown as {name}.")

    def shoot(name):
        if wanted(name):
            settle(page)
            page.screenshot(path=out / f"{name}-{width}-{scheme}.png", full_page=True)

    for name, path in PAGES.items():
        if wanted(name):
            go(name, path)
            shoot(name)
    if wanted("purchase"):
        shopping.add_from_shop(page, "uk")
        shopping.add_from_shop(page, "uk", "magnesium-oil-spray", "OIL-SPR-100", quantity=2)
        shoot("purchase-1-added")
        page.goto("/uk/basket/")
        shoot("purchase-2-basket")
        page.get_by_role("link", name="Checkout").click()
        page.get_by_role("button", name=shopping.BUTTON["uk"]).click()
        shoot("purchase-3-errors")
        shopping.fill_in(page, "uk")
        shoot("purchase-4-checkout")
        shopping.order(page, "uk")
        shoot("purchase-5-pay")
        shopping.pay(page, "4000 0000 0000 0002")
        page.get_by_role("alert").wait_for()
        shoot("purchase-6-declined")
        shopping.pay(page)
        shopping.thanked(page)
        shoot("purchase-7-order")
        paper = page.get_by_role("link", name="Invoice").first.get_attribute("href")
        (out / "purchase-8-invoice.pdf").write_bytes(context.request.get(paper).body())
    if wanted("mail"):
        for key, html in site.rows("SELECT key, html FROM outbox_mail ORDER BY id DESC LIMIT 3"):
            mail = context.new_page()  # an empty page has no policy that forbids the styles of a mail
            mail.set_content(html)
            mail.screenshot(path=out / f"mail-{key.split(':')[0]}-{width}-{scheme}.png", full_page=True)
            mail.close()
    if wanted("error"):
        for name in ("500", "503"):
            html = site.manage(
                f"from django.shortcuts import render; print(render(None, '{name}.html').content.decode())"
            )
            page.route(
                f"**/made/{name}",
                lambda route, *, body=html: route.fulfill(body=body, content_type="text/html"),
            )
            page.goto(f"/made/{name}")
            page.screenshot(path=out / f"error-{name}-{width}-{scheme}.png")
    if wanted("too-often"):
        while page.get_by_role("heading", name="Please wait a little").count() == 0:
            page.goto("/uk/")
            page.locator("form.letter [type=email]").fill("ada@example.org")
            page.locator("form.letter button").click()
            page.get_by_role("heading", level=1).wait_for()
            page.wait_for_load_state()
        shoot("too-often")
    if wanted("admin"):
        page.goto("/admin/")
        page.get_by_label("Username").fill("admin")
        page.get_by_label("Password").fill(site.password)
        page.get_by_role("button", name="Log in").click()
        for name, path in list(ADMIN.items())[: 6 if SMOKE else None]:
            go(name, path)
            shoot(name)
        page.goto("/admin/articles/article/1/change/")
        page.locator("button[name=action][value=edit]").click()
        page.wait_for_url("**/version/**")
        shoot("admin-editor")
        page.locator("#id_title").fill(f"Epsom salt baths, {scheme} at {width} px: how to use them")
        page.locator("[name=_continue]").first.click()
        page.get_by_text(
            "was changed successfully"
        ).wait_for()  # else the link below is that of the page that goes
        link = page.get_by_role(
            "link", name="Publish and history", include_hidden=True
        )  # behind “More” on a phone
        page.goto(link.get_attribute("href"))
        page.get_by_role("link", name="Compare with the newest").first.click()
        shoot("admin-compare")
        page.goto("/admin/")
        shoot("admin-today")
    context.close()


def main():
    if CHROMIUM is None:
        raise SystemExit("make screenshots needs Chromium. On Debian or Ubuntu: sudo apt install chromium")
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory() as thrown_away,
        running_shop(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        out = Path(thrown_away) if SMOKE else ROOT / "screenshots"
        out.mkdir(exist_ok=True)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width in WIDTHS:
            for scheme in SCHEMES:
                walk(browser, site, out, width, scheme)
                print(f"{width} px, {scheme}: done", flush=True)
    print("Every page could be walked." if SMOKE else f"Pictures are in {out.relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
