"""Nicer with JavaScript, whole without it: parts that change in place, the keyboard, what a screen reader is told, paper."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import shopping

pytestmark = pytest.mark.browser


TOLD = "body > [role=status]"  # what was announced last


def stays(page):
    """Marks the document, so that a reload would be seen."""
    page.evaluate("window.sameDocument = true")


def stayed(page) -> bool:
    return page.evaluate("window.sameDocument === true")


# --- in place -------------------------------------------------------------------------------------------------------


def test_adding_to_the_basket_keeps_the_page_and_says_so(open_page):
    page = open_page()
    page.goto("/uk/shop/magnesium-glycinate-capsules/?variant=GLY-CAP-90")
    stays(page)
    page.locator(".buy").get_by_label("Quantity", exact=True).fill("2")
    page.locator(".buy").get_by_role("button", name="Add to basket").click()
    page.locator(".messages").wait_for()
    assert stayed(page)
    assert "Added to your basket: 2 × Magnesium Glycinate Capsules" in page.locator(".messages").inner_text()
    expect(page.locator(TOLD)).to_contain_text("Added")
    assert page.locator(".count").inner_text().strip().replace("\n", " ") == "with 2 in it"
    page.get_by_role("link", name="Open the basket").click()
    page.wait_for_url("**/uk/basket/")
    assert page.troubles == []


def test_a_new_price_is_shown_before_anything_happens_also_in_place(open_page, site):
    page = open_page()
    page.goto("/eu/shop/epsom-salt-bath-crystals/?variant=EPS-CRY-1000")
    site.manage("from tests.support.factories import set_price; set_price('EPS-CRY-1000', 'eu', 1234)")
    try:
        page.locator(".buy").get_by_role("button", name="Add to basket").click()
        page.get_by_role("heading", name="The price has changed").wait_for()
        assert "€12.34" in page.inner_text("main")
        assert page.locator(".count").count() == 0
    finally:
        site.manage(
            "from shop.catalogue.models import Price; Price.objects.get(amount=1234, region__code='eu').delete()"
        )


def shows_glycinate_alone(page):
    """Both that ship, and copies of them that an owner has made meanwhile in the same shop."""
    cards = page.locator(".card")
    expect(cards.filter(has_not_text=re.compile("glycinate", re.IGNORECASE))).to_have_count(0)
    assert cards.count() >= 2


def test_packs_and_filters_change_in_place_and_back_leads_back(open_page):
    page = open_page()
    page.goto("/uk/shop/magnesium-citrate-capsules/")
    stays(page)
    page.get_by_role("link", name="180 capsules").click()
    page.wait_for_url("**variant=CIT-CAP-180")
    expect(page.locator(".price--large")).to_contain_text("19.95")
    assert "180 capsules" in page.evaluate("document.activeElement.textContent"), (
        "the focus stays where it was"
    )
    page.go_back()
    expect(page.locator(".price--large")).to_contain_text("11.95")
    assert stayed(page)
    page.goto("/uk/shop/")
    stays(page)
    page.get_by_role("link", name=re.compile("^Glycinate")).first.click()
    shows_glycinate_alone(page)
    assert stayed(page)
    expect(page.locator(TOLD)).to_contain_text(re.compile(r"\d of \d"))
    page.reload()
    shows_glycinate_alone(page)  # the address says it all
    assert page.troubles == []


def test_quantities_in_the_basket_follow_at_once(open_page):
    page = open_page()
    shopping.add_from_shop(page, "uk")
    page.locator(".messages").wait_for()
    page.goto("/uk/basket/")
    stays(page)
    page.get_by_role("button", name="One more").click()
    expect(page.locator(".totals__sum")).to_contain_text("23.90")
    assert stayed(page)
    assert "One more" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert not page.get_by_role("button", name="Update quantities").is_visible()
    page.get_by_label(re.compile("^Quantity of")).fill("3")
    page.keyboard.press("Tab")
    expect(page.locator(".totals__sum")).to_contain_text("35.85")
    assert page.troubles == []


def test_back_never_shows_an_old_basket(open_page):
    page = open_page()
    page.goto("/uk/articles/citrate-glycinate-oxide-label-guide/")
    page.goto("/uk/shop/magnesium-citrate-capsules/")
    page.locator(".buy").get_by_role("button", name="Add to basket").click()
    page.locator(".messages").wait_for()
    page.go_back()
    expect(page.locator(".count")).to_contain_text("1")


def test_the_search_box_suggests_and_the_keyboard_chooses(open_page):
    page = open_page()
    page.goto("/uk/")
    box = page.get_by_role("combobox", name="Search products, articles and help")
    box.press_sequentially("glycinte")
    page.get_by_role("option").first.wait_for()
    assert "Magnesium Glycinate" in page.get_by_role("option").first.inner_text()
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    chosen = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true"
    box.press("Escape")
    assert not page.get_by_role("option").first.is_visible()
    box.press("Enter")
    page.wait_for_url("**/uk/search/?q=glycinte")
    assert "Read as glycinate" in page.inner_text("main")
    assert page.troubles == []


def test_night_reading_keeps_the_place(open_page):
    page = open_page(width=360)
    page.goto("/uk/articles/magnesium-and-restless-legs-guide/")
    stays(page)
    page.evaluate("document.querySelector('#questions').scrollIntoView()")
    before = page.locator("#questions").bounding_box()["y"]
    day = page.evaluate("getComputedStyle(document.body).backgroundColor")
    with page.expect_response("**/reading/"):
        page.locator("#reading-foot").get_by_role("button", name="Night").evaluate("button => button.click()")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != day
    assert abs(page.locator("#questions").bounding_box()["y"] - before) < 30
    assert stayed(page)
    with page.expect_response("**/reading/"):
        page.locator("#reading-dock").get_by_role("button", name="Larger text").click()
    size = page.evaluate("getComputedStyle(document.querySelector('.article__body p')).fontSize")
    assert float(size.removesuffix("px")) >= 20
    page.goto("/uk/shop/")
    assert page.evaluate("document.documentElement.dataset.look") == "night", "the server keeps the choice"
    assert page.troubles == []


def test_night_reading_without_javascript(open_page):
    page = open_page(width=360, javascript=False)
    page.goto("/uk/articles/magnesium-and-restless-legs-guide/")
    page.locator("#reading-head").get_by_role("button", name="Night").click()
    assert page.url.endswith("#reading-head")
    assert page.locator("html").get_attribute("data-look") == "night"
    assert page.locator("#reading-dock").is_visible(), "within reach of the thumb"
    assert page.locator("#reading-dock").bounding_box()["y"] > 700


def test_filters_search_and_packs_without_javascript(open_page):
    page = open_page(width=360, javascript=False)
    page.goto("/uk/shop/")
    page.get_by_text("Filter and sort").click()
    page.get_by_role("link", name=re.compile("^Glycinate")).click()
    shows_glycinate_alone(page)
    page.get_by_role("link", name="Search").click()
    page.get_by_role("main").get_by_label("Search products, articles and help").fill("epson salt")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    assert "Epsom Salt Bath Crystals" in page.inner_text("main")


# --- keyboard and screen reader ---------------------------------------------------------------------------------------


def tab_to(page, name, most=120):
    """Press Tab until what has the focus is called `name`; the focus must be seen all the way."""
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
            const label = e.labels && e.labels[0] ? e.labels[0].textContent : '';
            return { name: (e.getAttribute('aria-label') || label || e.textContent || e.value || '').trim(), id: e.id,
                     seen: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
                     inside: b.bottom > 0 && b.top < innerHeight, tag: e.tagName } }"""
        )
        if found["tag"] == "BODY":
            continue
        assert found["seen"], f"no focus to be seen on {found}"
        assert found["inside"], f"the focus is out of sight on {found}"
        if re.search(name, found["name"]):
            return
    raise AssertionError(f"Tab never came to {name}")


def test_a_whole_purchase_by_keyboard_alone(open_page, site):
    page = open_page()
    page.goto("/uk/")
    tab_to(page, "^Skip to the content")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, "See the shop")
    page.keyboard.press("Enter")
    page.wait_for_url("**/uk/shop/")
    tab_to(page, "^Magnesium Citrate Capsules")
    page.keyboard.press("Enter")
    page.wait_for_url("**/uk/shop/magnesium-citrate-capsules/")
    tab_to(page, "^Add to basket")
    page.keyboard.press("Enter")
    page.locator(".messages").wait_for()
    assert page.evaluate("document.activeElement.textContent.trim()").startswith("Add to basket"), (
        "the focus stays"
    )
    page.keyboard.press("Control+Home")
    page.evaluate("document.querySelector('.skip-link').focus()")
    tab_to(page, "^Basket")
    page.keyboard.press("Enter")
    page.wait_for_url("**/uk/basket/")
    tab_to(page, "^Checkout")
    page.keyboard.press("Enter")
    page.wait_for_url("**/uk/checkout/")
    for label, value in (("E-mail", "ada@example.org"), ("Full name", "Ada Lovelace"), ("^Address", "1 High Street"),
                         ("Town or city", "Leeds"), ("Postcode", "LS1 4AP")):  # fmt: skip
        tab_to(page, label)
        page.keyboard.type(value)
    tab_to(page, "Order with obligation to pay")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sandbox/pay/**")
    for label, value in (("Card number", "4242 4242 4242 4242"), ("Expiry", "12 / 34"), ("CVC", "123")):
        tab_to(page, label)
        page.keyboard.type(value)
    tab_to(page, "^Pay$")
    page.keyboard.press("Enter")
    shopping.thanked(page)


def test_the_purchase_as_a_screen_reader_hears_it(open_page):
    """Roles and names from the accessibility tree, page by page."""
    page = open_page()

    def hears(*lines):
        tree = page.locator("body").aria_snapshot()
        for line in lines:
            assert re.search(line, tree), f"{line} is not in\n{tree}"

    page.goto("/uk/shop/magnesium-citrate-capsules/")
    hears(
        r'link "Skip to the content"', r'banner', r'navigation "Main"', r'navigation "Breadcrumbs"', r"- main:",
        r'heading "Magnesium Citrate Capsules" \[level=1\]', r'navigation "Pack size"', r'region "Price and basket"',
        r'spinbutton "Quantity"', r'button "Add to basket"', r'heading "Nutrition information" \[level=2\]',
        r'columnheader "% NRV"', r'contentinfo',
    )  # fmt: skip
    page.locator(".buy").get_by_role("button", name="Add to basket").click()
    page.locator(".messages").wait_for()
    expect(page.locator(TOLD)).to_contain_text("Added")
    hears(r"status: .*Added to your basket: 1 × Magnesium Citrate Capsules", r'link "Basket with 1 in it"')
    page.goto("/uk/basket/")
    hears(
        r'heading "Basket" \[level=1\]', r'spinbutton "Quantity of Magnesium Citrate Capsules, 90 capsules"',
        r'button "One more: Quantity of Magnesium Citrate Capsules, 90 capsules"',
        r'button "Remove Magnesium Citrate Capsules, 90 capsules"', r'region "Total"', r"term: Free delivery",
        r"definition: £0.00", r'link "Checkout"',
    )  # fmt: skip
    page.get_by_role("link", name="Checkout").click()
    page.get_by_role("button", name=shopping.BUTTON["uk"]).click()
    page.locator(".notice--error").wait_for()
    hears(r"alert", r'link "Type your e-mail address', r'textbox "E-mail" \[invalid\]')
    described = page.get_by_label("E-mail").get_attribute("aria-describedby")
    assert page.locator(f"#{described.split()[0]}").inner_text(), "the error is tied to its field"
    assert page.evaluate("document.activeElement.classList.contains('notice--error')"), (
        "the summary is read first"
    )
    shopping.fill_in(page, "uk")
    hears(r'button "Order with obligation to pay"')
    shopping.order(page, "uk")
    hears(r'textbox "Card number"', r'textbox "Expiry"', r'textbox "CVC"', r'button "Pay"')
    shopping.pay(page)
    shopping.thanked(page)
    hears(r'heading "Thank you" \[level=1\]', r'heading "Order S\d+" \[level=2\]', r"term: Total")
