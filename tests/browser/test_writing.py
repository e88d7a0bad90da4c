"""An article written in the editor by keyboard alone, with every action counted; and its form without a script."""

import io
import re

import pytest
from PIL import Image

from tests.browser.editing import Writer

pytestmark = pytest.mark.browser
MOST_ACTIONS = 40  # of an article of ten blocks with picture, card, source and question, from nothing


def a_picture_file(name):
    out = io.BytesIO()
    Image.new("RGB", (600, 400), "#c9a25a").save(out, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": out.getvalue()}


def kinds(page):
    return [one.inner_text() for one in page.locator(".block:visible .block__kind").all()]


def saved(page):
    page.locator(".writer__state", has_text=re.compile("^Saved ")).wait_for()


def test_ten_blocks_by_keyboard_save_themselves(staff, site):
    staff.goto("/admin/articles/article/")
    writer = Writer(staff)
    staff.get_by_role("link", name="Add article").press("Enter")
    writer.actions += 1
    staff.wait_for_url("**/version/add/")
    staff.locator(".is-live #id_title:focus").wait_for()
    writer.types("Spoons by keyboard")
    writer.presses("Enter")
    writer.types("How much a level spoon holds, and how to tell it from a heaped one in a kitchen.")
    writer.presses("Enter")
    staff.locator(".ProseMirror-focused").wait_for()
    writer.types("A level spoon holds less than a heaped one.")
    writer.inserts("pict", choose="Header")
    writer.inserts()
    writer.types("The label says which is meant.")
    writer.inserts("card", choose="Citrate")
    writer.inserts()
    writer.types("Skin lets little through [[grober")
    staff.locator(".cite-list [aria-selected=true]", has_text="grober2017").wait_for()
    writer.presses("Enter")
    writer.inserts("quest")
    writer.types("Which spoon?")
    writer.presses("Tab")
    writer.types("A level one.")
    for words in ("Three more texts.", "Two more texts.", "The last one."):
        writer.inserts()
        writer.types(words)
    assert sorted(kinds(staff)) == sorted(
        [*["Text"] * 6, "Picture", "Product card", "Question and answer", "Reference"]
    )
    assert staff.locator("#id_slug").input_value() == "spoons-by-keyboard"
    saved(staff)
    assert writer.actions <= MOST_ACTIONS, writer.actions
    assert staff.locator(".writer__count").inner_text().endswith("1 min")

    # Move, remove, undo.
    writer.presses("Alt+ArrowUp")
    assert "is now" in staff.locator(".writer__live").inner_text()
    before = kinds(staff)
    writer.presses("Alt+Backspace")
    assert len(kinds(staff)) == 9
    staff.locator(".writer__live").get_by_role("button", name="Undo").press("Enter")
    assert kinds(staff) == before
    saved(staff)
    staff.wait_for_timeout(2600)
    saved(staff)
    address = staff.url
    assert address.endswith("/change/")

    # A killed browser loses nothing, and there is one state in the history and no article besides.
    staff.goto("about:blank")
    staff.goto(address)
    staff.locator(".ProseMirror[contenteditable]").first.wait_for()
    assert kinds(staff) == before
    staff.wait_for_timeout(2600)
    assert staff.locator(".writer__state").inner_text().startswith("Draft, saved"), "a look saves nothing"
    assert staff.locator(".warning-note").count() == 0
    assert site.rows("SELECT count(*) FROM articles_version WHERE title = 'Spoons by keyboard'") == [(1,)]
    assert site.rows("SELECT count(*) FROM articles_article WHERE slug LIKE 'spoons-by-keyboard%'") == [(1,)]
    assert staff.troubles == []


def test_the_form_writes_without_a_script(open_page, site):
    page = open_page(javascript=False)
    page.goto("/admin/login/?next=/admin/articles/version/add/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(site.password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Title:").fill("Written without a script")
    page.get_by_label("Address:").fill("written-without-a-script")
    page.get_by_label("Summary:").fill(
        "A summary of what was written without a script, in two sentences. This is one."
    )
    for _ in range(2):
        page.locator(".palette").get_by_role("button", name="Text", exact=True).click()
        page.get_by_text("A block was added at the end").first.wait_for()
    bodies = page.locator(".block--richtext textarea")
    bodies.nth(0).fill("<p>Second.</p>")
    bodies.nth(1).fill("<p>First.</p>")
    page.get_by_label("Place").nth(1).fill("5")
    page.get_by_role("button", name="Save").click()
    assert "was added successfully" in page.inner_text(".messagelist")
    assert page.locator(".block--richtext textarea").first.input_value().strip() == "<p>First.</p>"
    page.get_by_label("Remove").first.check()
    page.get_by_role("button", name="Save").click()
    page.locator(".messagelist").get_by_text("was changed successfully").wait_for()
    assert page.locator(".block--richtext").count() == 1


def test_pictures_are_dropped_and_words_asked_there_and_a_lost_session_keeps_what_is_typed(staff, site):
    staff.goto("/admin/articles/version/add/")
    staff.locator(".is-live").wait_for()
    staff.get_by_label("Title:").fill("Pictures that were dropped")
    staff.locator(".palette").get_by_role("button", name="Text", exact=True).click()
    staff.locator(".ProseMirror-focused").wait_for()
    staff.keyboard.type("Before the end of the session.")
    staff.locator("input[type=file][multiple]").set_input_files(
        [a_picture_file("one-spoon.png"), a_picture_file("two.png")]
    )
    asks = staff.locator(".picture-ask")
    asks.nth(1).wait_for()
    staff.locator(".picture-ask__stage").first.click(position={"x": 60, "y": 40})
    ring = staff.locator(".picture-ask__point").first
    ring.press("ArrowDown")
    assert "10 % from the left, 20 % from the top" in ring.get_attribute("aria-label")
    asks.first.get_by_role("button", name="Add the picture").click()
    assert "Say what it shows" in asks.first.inner_text()
    asks.first.get_by_label("Alternative text").fill("A brass spoon on a scale.")
    asks.first.get_by_role("button", name="Add the picture").click()
    asks.nth(1).wait_for(state="detached")
    [(alt, x, y)] = site.rows("SELECT alt, focus_x, focus_y FROM pictures_picture WHERE title = 'one spoon'")
    assert (alt, x, y) == ("A brass spoon on a scale.", 10, 20)
    saved(staff)
    staff.locator(".writer__state", has_text="without what is not finished: Picture").wait_for()

    staff.context.clear_cookies(name="sessionid")
    staff.locator(".ProseMirror[contenteditable]").first.click()
    staff.keyboard.type("After it. ")
    staff.locator(".writer__state", has_text="You are signed out").wait_for()
    with staff.expect_popup() as opened:
        staff.locator(".writer__state").get_by_role("link").click()
    door = opened.value
    door.get_by_label("Username").fill("admin")
    door.get_by_label("Password").fill(site.password)
    door.get_by_role("button", name="Log in").click()
    door.get_by_role("heading", name="Today", exact=True).wait_for()
    door.close()
    saved(staff)
    [(body,)] = site.rows(
        "SELECT body FROM articles_richtext b JOIN articles_version v ON v.id = b.parent_id"
        " WHERE v.title = 'Pictures that were dropped' AND v.is_draft"
    )
    assert "After it." in body
