"""A day of writing without a mouse, comments among it, and what was found beside title and summary on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.editing import Writer

pytestmark = pytest.mark.browser
TITLE = "Spoons without a mouse"


def saved(page):
    page.locator(".writer__state", has_text=re.compile("^Saved ")).wait_for()


def begun(page):
    """A new article at the keyboard, with its title, its summary and the caret in its first text."""
    writer = Writer(page)
    page.goto("/admin/articles/article/")
    writer.goes_to("a.addlink")
    writer.presses("Enter")
    page.locator(".is-live #id_title:focus").wait_for()
    writer.types(TITLE)
    writer.presses("Enter")
    writer.types("How much a level spoon holds, and how to tell it from a heaped one in a kitchen.")
    writer.presses("Enter")
    page.locator(".ProseMirror-focused").wait_for()
    return writer


def test_the_day_by_keyboard(staff, open_page):
    writer = begun(staff)
    writer.types("A level spoon holds less than a heaped one, as the page about powder")
    for _ in range(6):
        writer.presses("Shift+ArrowLeft")
    staff.wait_for_function("() => getSelection().toString() === 'powder'")
    writer.presses("Control+k")
    staff.locator(".prose-editor-dialog :focus").wait_for()
    writer.types("Citrate powder")
    option = staff.locator("#link-places [aria-selected=true]")
    option.wait_for()
    place = option.get_attribute("data-url")
    writer.presses("Enter")
    expect(staff.locator(".prose-editor-dialog [name=href]")).to_have_value(place)
    writer.presses("Enter")
    staff.locator(f".ProseMirror a[href='{place}']").wait_for()
    writer.presses("End")
    writer.types(" says.")
    writer.inserts("quest")
    writer.types("Which spoon?")
    writer.presses("Tab")
    writer.types("A level one.")
    writer.inserts("call")
    if not staff.evaluate("document.activeElement.matches('[name$=-heading]')"):
        writer.goes_to("[name$='-heading']", most=3)
    writer.types("Take care")
    writer.goes_to(".ProseMirror", most=4)
    writer.types("Measure, and do not guess.")
    writer.inserts()
    writer.types("Skin lets little through [[grober")
    staff.locator(".cite-list [aria-selected=true]", has_text="grober2017").wait_for()
    writer.presses("Enter")
    saved(staff)
    writer.goes_to("#id_author")
    writer.types("The Fell")
    saved(staff)
    writer.goes_to(".writer__bar [name=_save]", most=300)
    writer.presses("Enter")
    staff.wait_for_url("**/articles/article/*/change/")
    writer.goes_to("[name=uk-chosen]")
    writer.presses("Space")
    writer.goes_to("button[name=action][value=publish]")
    writer.presses("Enter")
    staff.locator(".messagelist", has_text="Published: UK now").wait_for()
    live = staff.get_by_role("link", name="live since").get_attribute("href")
    reader = open_page(width=360)
    assert reader.goto(live).status == 200
    text = reader.inner_text("main")
    assert "Which spoon?" in text
    assert reader.locator(f"main a[href='{place}']").count() >= 1
    assert reader.locator("main a[href^='#ref'], main a[href^='#source']").count() >= 1
    assert staff.troubles == []


def test_a_comment_is_written_answered_resolved_and_opened_again_by_keyboard(staff, site):
    writer = begun(staff)
    writer.types("Words to talk about.")
    saved(staff)
    staff.wait_for_url("**/version/*/change/")
    staff.reload()
    staff.locator(".ProseMirror[contenteditable]").first.wait_for()
    writer.goes_to(".block .talk summary")
    writer.presses("Enter")
    writer.goes_to(".block .talk textarea", most=2)
    writer.types("Which words?")
    writer.presses("Control+Enter")
    thread = staff.locator(".block .thread", has_text="Which words?")
    thread.wait_for()
    expect(staff.locator(".block .talk textarea").last).to_be_focused()

    staff.keyboard.press("Shift+Tab")
    staff.keyboard.press("Shift+Tab")
    staff.keyboard.press("Shift+Tab")
    answer = thread.get_by_label("Answer")
    expect(answer).to_be_focused()
    writer.types("These.")
    writer.presses("Control+Enter")
    staff.locator(".thread__answer", has_text="These.").wait_for()
    expect(thread.get_by_label("Answer")).to_be_focused()

    writer.goes_to("[name=_resolve]", most=3)
    writer.presses("Enter")
    again = staff.get_by_role("button", name="Open it again")
    expect(again).to_be_focused()
    expect(staff.locator(".thread")).to_have_count(0)
    writer.presses("Enter")
    expect(staff.locator(".block .thread", has_text="Which words?")).to_be_focused()
    assert site.rows(
        "SELECT count(*) FROM articles_comment WHERE words = 'Which words?' AND done_at IS NULL"
    ) == [(1,)]

    writer.goes_to(".block .talk textarea", most=3)
    writer.presses("Escape")
    expect(staff.locator(".block .talk summary").first).to_be_focused()
    assert staff.troubles == []


def test_what_is_found_in_title_and_summary_stands_beside_them_on_a_phone(open_page, site):
    page = open_page(width=360, dark=True)
    page.goto("/admin/login/?next=/admin/articles/version/add/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(site.password)
    page.get_by_role("button", name="Log in").click()
    page.locator(".is-live #id_title").fill("Magnesium cures restless legs")
    page.locator("#id_summary").fill("A remedy that treats insomnia and cures your restless legs tonight.")
    page.get_by_role("button", name="Check what is typed").click()
    for place in (".writer__title", ".writer__summary"):
        note = page.locator(f"{place} .note")
        note.wait_for()
        box = note.bounding_box()
        assert box["height"] >= 24
        assert box["x"] + box["width"] <= 360
    page.locator(".writer__title .note").press("Enter")
    page.locator("#findings li:focus").wait_for()
    page.locator("#findings li:focus a", has_text="Title").press("Enter")
    expect(page.locator("#id_title")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.troubles == []
