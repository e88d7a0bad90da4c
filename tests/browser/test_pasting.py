"""Clipboards of other programs, pasted into the editor in a real Chromium: the same comes out as when they are posted."""

import pytest

from tests.articles.pastes import PASTES, SHORT
from tests.browser.test_staff import add_block, staff  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser
PASTE = """(editor, html) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", "plain");
    editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
# What Chromium's editor adds to each list and table, and what it always has.
PLAIN = """textarea => {
    const page = new DOMParser().parseFromString(textarea.value.replaceAll(/ style="[^"]*"/g, ""), "text/html");
    for (const part of page.querySelectorAll("colgroup")) part.remove();
    for (const part of page.body.querySelectorAll("*")) {
        for (const { name, value } of [...part.attributes]) {
            if (["style", "rel", "target", "class", "data-type"].includes(name) || value === "1" && name.endsWith("span")) part.removeAttribute(name);
        }
    }
    return page.body.innerHTML.replaceAll("&nbsp;", "\\u00a0");
}"""


def pasted(page, html):
    editor = page.locator(".ProseMirror:visible").last
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    editor.evaluate(PASTE, html)
    return page.locator(".prose-editor:has(.ProseMirror:visible) textarea").last.evaluate(PLAIN)


def test_what_is_pasted_keeps_its_meaning(staff):  # noqa: F811
    staff.goto("/admin/articles/version/add/")
    add_block(staff, "Text")
    staff.locator(".ProseMirror:visible").last.click()
    wrong = {}
    for name, (html, kept) in PASTES.items():
        found = pasted(staff, html)
        if found.removesuffix("<p></p>") != kept.removesuffix("<p></p>"):
            wrong[name] = found, kept
    assert wrong == {}
    assert staff.troubles == []


def test_what_is_pasted_into_a_callout_keeps_what_it_can_hold(staff):  # noqa: F811
    staff.goto("/admin/articles/version/add/")
    add_block(staff, "Callout")
    staff.locator(".ProseMirror:visible").last.click()
    for name, kept in SHORT.items():
        assert pasted(staff, PASTES[name][0]) == kept, name
    assert staff.troubles == []
