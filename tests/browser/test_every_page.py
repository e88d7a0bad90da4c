"""Every page type in Chromium: widths, sizes to press, motion, colours, paper."""

import re

import pytest

from tests.browser import shopping
from tests.browser.pages import TYPES

pytestmark = pytest.mark.browser


# --- every page type --------------------------------------------------------------------------------------------------


@pytest.fixture
def with_a_basket(open_page):
    def opened(**more):
        page = open_page(**more)
        shopping.add_from_shop(page, "uk")
        page.locator(".messages").wait_for()
        return page

    return opened


@pytest.mark.parametrize(("width", "zoom"), [(320, 1), (640, 2), (768, 2), (1024, 2)])
def test_no_page_scrolls_sideways_at_320_px_nor_with_text_twice_as_large(with_a_basket, width, zoom):
    page = with_a_basket(width=width)
    for path in TYPES:
        page.goto(path)
        if zoom == 2:
            page.evaluate("document.documentElement.style.setProperty('font-size', '200%', 'important')")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"


def test_what_is_pressed_is_44_px_high_on_a_phone(with_a_basket):
    page = with_a_basket(width=360)
    for path in TYPES:
        page.goto(path)
        small = page.evaluate(
            """() => [...document.querySelectorAll('button, input:not([type=hidden]), select, summary, nav a, a.button')]
            .filter(e => e.checkVisibility() && !e.closest('.visually-hidden') && !e.matches('.visually-hidden'))
            .map(e => [e.outerHTML.slice(0, 90), Math.round((e.closest('label') ?? e).getBoundingClientRect().height)])
            .filter(([, height]) => height < 44 && height > 2)"""
        )
        assert small == [], path


def test_the_words_of_a_table_cell_stay_one_text_on_a_phone(with_a_basket):
    """A cell beside its label is a flex box there: loose text, sources and notes would become columns of it."""
    page = with_a_basket(width=320)
    cells = 0
    for path in TYPES:
        page.goto(path)
        parts = page.evaluate(
            """() => [...document.querySelectorAll('td')].filter(e => getComputedStyle(e).display === 'flex')
            .map(e => [e.outerHTML.slice(0, 120),
                       [...e.childNodes].filter(n => n.nodeType === 1 || n.data?.trim()).length])"""
        )
        cells += len(parts)
        assert [one for one in parts if one[1] > 1] == [], path
    assert cells


# As before a weekend over new year: what the words are depends on the day.
LONGEST_ARRIVAL = "In stock · arrives Wed 30 Dec – Mon 4 Jan 2027 from Leeds if paid by Mon 28 Dec, 14:00 GMT"


def test_on_a_tablet_the_price_stands_beside_the_picture_and_on_the_first_screen(open_page):
    page = open_page(width=768)
    page.set_viewport_size({"width": 768, "height": 1024})
    page.goto("/uk/shop/magnesium-citrate-capsules/")
    page.locator(".buy .stock").evaluate("(e, text) => { e.textContent = text }", LONGEST_ARRIVAL)
    picture = page.locator(".product__picture").first.bounding_box()
    button = page.locator(".buy").get_by_role("button", name="Add to basket").bounding_box()
    assert picture["x"] + picture["width"] <= button["x"]
    assert button["y"] + button["height"] <= 1024


def test_nothing_moves_where_motion_is_not_wanted(open_page):
    page = open_page()
    for path in TYPES[:8]:
        page.goto(path)
        assert page.evaluate("document.getAnimations().length") == 0


def test_forced_colours_lose_nothing(open_page):
    page = open_page()
    page.emulate_media(forced_colors="active")
    page.goto("/uk/shop/magnesium-citrate-capsules/")
    chosen = page.locator(".variant[aria-current]")
    other = page.locator(".variant:not([aria-current])")
    width = "e => getComputedStyle(e).borderTopWidth"
    assert chosen.evaluate(width) != other.evaluate(width), "the chosen pack is told by more than its colour"
    page.goto("/uk/")
    assert (
        page.locator(".reading button[aria-pressed=true]").first.evaluate(
            "e => getComputedStyle(e).fontWeight"
        )
        == "700"
    )


def test_the_serif_is_set_only_in_the_weight_that_its_file_holds(with_a_basket):
    """Any other weight would be thickened by the browser (docs/decisions/0016)."""
    page = with_a_basket()
    for path in TYPES:
        page.goto(path)
        set_in_serif = page.evaluate(
            """() => [...document.querySelectorAll('body *')]
            .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.checkVisibility())
            .map(e => [getComputedStyle(e), e.outerHTML.slice(0, 90)])
            .filter(([style]) => style.fontFamily.startsWith('Newsreader'))
            .map(([style, start]) => [style.fontWeight, start])"""
        )
        assert set_in_serif, path
        assert [one for one in set_in_serif if one[0] != "500"] == [], path


# --- paper ------------------------------------------------------------------------------------------------------------


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_sheet_and_the_comparison_print_on_one_page(open_page, paper):
    page = open_page()
    page.goto("/us/sheet/?sku=CIT-CAP-90&sku=GLY-CAP-90&sku=OIL-SPR-100&sku=EPS-CRY-1000")
    assert pages_of(page.pdf(format=paper)) == 1
    page.goto("/uk/shop/compare/")
    assert pages_of(page.pdf(format=paper, landscape=True)) == 1


def test_an_article_prints_its_sources_and_nothing_to_buy(open_page):
    page = open_page(dark=True)
    page.goto("/uk/articles/citrate-glycinate-oxide-label-guide/")
    page.emulate_media(media="print")
    assert page.locator(".sources").is_visible()
    for gone in (".site-header", ".site-footer", ".from-our-shop", ".add-form >> nth=0", ".reading >> nth=0"):
        assert not page.locator(gone).is_visible(), gone
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
