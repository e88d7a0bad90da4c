"""What a shopper does with a page, named as they would."""

import re
import time

BUTTON = {"uk": "Order with obligation to pay", "us": "Place order", "eu": "Order with obligation to pay"}


def choose_region(page, code):
    page.goto("/")
    page.get_by_role(
        "button", name={"uk": "United Kingdom", "us": "United States", "eu": "European Union"}[code]
    ).last.click()
    page.wait_for_url(f"**/{code}/")


def add_from_article(page, code):
    page.goto(f"/{code}/articles/citrate-glycinate-oxide-label-guide/")
    page.locator("#product-magnesium-citrate-capsules").get_by_role(
        "button", name=re.compile("Add to basket")
    ).click()
    page.locator(".messages").wait_for()


def add_from_shop(page, code, slug="magnesium-citrate-capsules", sku=None, quantity=None):
    answer = page.goto(f"/{code}/shop/{slug}/" + (f"?variant={sku}" if sku else ""))
    button = page.locator(".buy").get_by_role("button", name="Add to basket")
    assert answer.ok, (answer.status, page.inner_text("body")[:800])
    assert button.count(), page.inner_text("body")[:800]
    if quantity:
        page.locator(".buy").get_by_label("Quantity", exact=True).fill(str(quantity))
    button.click()
    page.locator(".messages").wait_for()


def to_checkout(page, code):
    page.goto(f"/{code}/basket/")
    page.get_by_role("link", name="Checkout").click()
    page.wait_for_url(f"**/{code}/checkout/")


def fill_in(page, code, email="ada@example.org"):
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Full name").fill("Ada Lovelace")
    page.locator("#id_line1").fill("1 High Street")
    if code == "us":
        page.get_by_label("City").fill("Portland")
        page.get_by_label("State").select_option("OR")
        page.get_by_label("ZIP code").fill("97201")
    elif code == "eu":
        page.get_by_label("Country").select_option("IT")
        page.locator("#id_postcode").fill("00184")
        page.get_by_label("Town or city").fill("Roma")
    else:
        page.get_by_label("Town or city").fill("Leeds")
        page.locator("#id_postcode").fill("LS1 4AP")


def order(page, code):
    page.get_by_role("button", name=BUTTON[code]).click()
    page.wait_for_url("**/sandbox/pay/**")


def pay(page, number="4242 4242 4242 4242"):
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expiry").fill("12 / 34")
    page.get_by_label("CVC").fill("123")
    page.get_by_role("button", name="Pay", exact=True).click()


def thanked(page):
    page.get_by_role("heading", name="Thank you").wait_for(timeout=30_000)


def buy_everything(page, code):
    add_from_shop(page, code)
    to_checkout(page, code)
    fill_in(page, code)
    order(page, code)


def wait_for_pictures(site, seconds=180):
    """Until the worker has made the AVIF and WebP of every picture, as on a shop that has run for a while."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        left = site.manage("from shop.pictures.renditions import waiting_pictures as w; print(w().count())")
        if left.strip() == "0":
            return
        time.sleep(1)
    raise AssertionError("The pictures are not ready.")
