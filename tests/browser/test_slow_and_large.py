"""A slow line, and large text on a narrow screen."""

import pytest

from tests.browser.pages import TYPES
from tests.browser.slow import MAX_SHIFT, moved
from tests.support.server import CHROMIUM, FLAGS

pytestmark = pytest.mark.browser
MORE = [
    "/uk/shop/magnesium-glycinate-powder/", "/us/shop/magnesium-oil-spray/", "/eu/shop/epsom-salt-bath-crystals/",
    "/eu/shop/?form=citrate&sort=price", "/us/shop/", "/uk/articles/authors/editors/", "/uk/help/privacy/", "/uk/help/delivery/",
    "/us/basket/", "/us/checkout/", "/eu/basket/",
]  # fmt: skip
WIDER = """() => {
  const room = document.documentElement.clientWidth;
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  if (document.documentElement.scrollWidth <= room) return "";
  return [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > room + 1)
    .map((one) => `${one.nodeName.toLowerCase()}.${one.className}`).slice(-3).join(", ") || "something";
}"""


@pytest.mark.parametrize(
    ("path", "width"),
    [
        ("/uk/articles/magnesium-and-restless-legs-guide/", 360),
        ("/uk/articles/", 360),
        ("/uk/shop/", 360),
        ("/uk/shop/magnesium-oil-spray/", 360),
        ("/uk/", 1440),
    ],
)
def test_nothing_moves_while_a_page_comes_over_a_slow_line(chromium, site, path, width):
    found = moved(chromium, site, path, width)
    assert found.shift <= MAX_SHIFT, found


@pytest.mark.parametrize("how", ["doubled", "set to 32 px", "never under 24 px"])
def test_large_text_on_a_narrow_screen_never_scrolls_sideways(chromium, site, how):
    """Text at 200 %: by the root's size, as the browser's own size (which moves the layout too), as its smallest size."""
    flags = {"set to 32 px": ["--blink-settings=defaultFontSize=32"], "never under 24 px": ["--blink-settings=minimumFontSize=24"]}  # fmt: skip
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags.get(how, [])])
    try:
        page = browser.new_context(
            base_url=site.url, viewport={"width": 320, "height": 800}, bypass_csp=True
        ).new_page()
        page.goto("/uk/shop/")
        page.locator(".add-form button").first.click()
        page.locator(".messages").wait_for()
        wrong = {}
        for path in [*TYPES, *MORE]:
            page.goto(path)
            if how == "doubled":
                page.add_style_tag(content="html { font-size: 200% !important }")
            if wider := page.evaluate(WIDER):
                wrong[path] = wider
        assert wrong == {}
    finally:
        browser.close()


LENGTHEN = """() => {
  const long = "Magnesiumdihydrogencitratkomplexverbindungsnahrungsergänzungsmittel";
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.data.trim();
    const around = walk.currentNode.parentElement;
    if (around.closest("label, button, .button, thead") || getComputedStyle(around).whiteSpace === "nowrap") continue;
    if (/^[£$€][\\d.,]+$/.test(text)) walk.currentNode.data = text[0] + "9,999.99";
    else if (/[a-z]{4}/.test(text)) walk.currentNode.data = `${long} ${text} ${long}`;
  }
}"""


@pytest.mark.parametrize("width", [320, 1024])
def test_long_words_break_instead_of_making_a_page_wide(chromium, site, width):
    page = chromium.new_context(
        base_url=site.url, viewport={"width": width, "height": 800}, bypass_csp=True
    ).new_page()
    page.goto("/us/shop/")
    page.locator(".add-form button").first.click()
    page.locator(".messages").wait_for()
    wrong = {}
    for path in [*TYPES, *MORE]:
        page.goto(path)
        page.evaluate(LENGTHEN)
        if wider := page.evaluate(WIDER):
            wrong[path] = wider
    page.context.close()
    assert wrong == {}
