"""Clipboards of other programs, pasted into the editor in a real Chromium: the same comes out as when they are posted."""

import pytest

from tests.browser.editing import add_block
from tests.support.pastes import PASTES, SHORT

pytestmark = pytest.mark.browser
PASTE = """(editor, html) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", "plain");
    editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
DROP = """(editor, html) => {
    const data = new DataTransfer(), { left, top } = editor.getBoundingClientRect();
    data.setData("text/html", html);
    editor.dispatchEvent(new DragEvent("drop",
        {dataTransfer: data, bubbles: true, cancelable: true, clientX: left + 20, clientY: top + 10}));
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


def pasted(page, html, how=PASTE):
    editor = page.locator(".ProseMirror:visible").last
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    editor.evaluate(how, html)
    return page.locator(".prose-editor:has(.ProseMirror:visible) textarea").last.evaluate(PLAIN)


def test_what_is_pasted_keeps_its_meaning(staff):
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


def test_what_is_pasted_into_a_callout_keeps_what_it_can_hold(staff):
    staff.goto("/admin/articles/version/add/")
    add_block(staff, "Callout")
    staff.locator(".ProseMirror:visible").last.click()
    for name, kept in SHORT.items():
        assert pasted(staff, PASTES[name][0]) == kept, name
    assert staff.troubles == []


def test_other_ways_into_the_editor(staff):
    staff.goto("/admin/articles/version/add/")
    add_block(staff, "Text")
    staff.locator(".ProseMirror:visible").last.click()
    raised = '10<span style="vertical-align:super">3</span>'
    html = f"<h1>Top</h1><p>{raised}</p>"
    kept = "<h2>Top</h2><p>10<sup>3</sup></p>"
    assert pasted(staff, html, DROP).removesuffix("<p></p>") == kept
    other = f'<h1 data-pm-slice="1 1 []">Top</h1><p>{raised}</p>'
    assert pasted(staff, other) == kept, "an editor of the same make, with other styles"
    own = '<p data-pm-slice="1 1 []">own <strong>bold</strong></p>'
    assert pasted(staff, own) == "<p>own <strong>bold</strong></p>"
    stars = "<p>mean* *p &lt; 0.05 *q &lt; 0.01, __x__ and ~~y~~</p>"
    assert pasted(staff, f"<div>{stars}</div>") == stars
    plain = PASTE.replace('data.setData("text/html", html);', "").replace('"plain"', "html")
    assert pasted(staff, "mean* *p < 0.05 *q < 0.01, __x__ and ~~y~~", plain) == stars
    assert (
        pasted(staff, "Take:\n• one\n• two", plain)
        == "<p>Take:</p><ul><li><p>one</p></li><li><p>two</p></li></ul>"
    )
    assert pasted(staff, "a <b>\nb", plain) == "<p>a &lt;b&gt;</p><p>b</p>"
    assert pasted(staff, "https://example.org/a_b_c", plain).startswith(
        '<p><a href="https://example.org/a_b_c"'
    )
    assert staff.troubles == []
