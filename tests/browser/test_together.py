"""Colleagues at one article: who is here, comments at a block, an hour without a connection; published where and when."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
SLUG = "citrate-glycinate-oxide-label-guide"
MOST_TO_SCHEDULE = 4  # actions from the editor to three regions with a time


@pytest.fixture
def colleague(open_page, site):
    """Edith, an editor, signed in."""
    key = site.manage(
        "from django.contrib.auth.models import Group, User\n"
        "from django.test import Client\n"
        "edith, _ = User.objects.get_or_create(username='edith', is_staff=True)\n"
        "edith.groups.add(Group.objects.get(name='Editor'))\n"
        "client = Client()\n"
        "client.force_login(edith)\n"
        "print(client.cookies['sessionid'].value)"
    )
    page = open_page(width=1400)
    page.context.add_cookies([{"name": "sessionid", "value": key.strip(), "url": site.url}])
    return page


def begin(page, site):
    """The draft of an article, opened in the editor."""
    [(pk,)] = site.rows("SELECT id FROM articles_article WHERE slug = ?", SLUG)
    page.goto(f"/admin/articles/article/{pk}/change/")
    page.locator("button[name=action][value=edit]").click()
    page.wait_for_url("**/version/**")
    page.locator(".ProseMirror[contenteditable]").first.wait_for()
    return page.url


def looks_again(page):
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_two_colleagues_see_each_other_and_talk_at_a_block(staff, colleague, site):
    address = begin(staff, site)
    colleague.goto(address)
    colleague.locator("[data-here]", has_text="Also open at: admin").wait_for()
    looks_again(staff)
    staff.locator("[data-here]", has_text="Also open at: edith").wait_for()

    block = colleague.locator(".block--richtext").nth(1)
    block.locator(".talk summary").click()
    block.get_by_label("On this text").fill("Which of the two labels?")
    block.get_by_role("button", name="Comment").click()
    block.locator(".thread", has_text="Which of the two labels?").wait_for()
    assert colleague.locator("[data-talk-count]").inner_text() == "1"
    block.get_by_label("On this text").fill("Typed and not sent.")
    assert colleague.evaluate(
        "() => { const leaving = new Event('beforeunload', {cancelable: true}); dispatchEvent(leaving); return leaving.defaultPrevented; }"
    ), "who leaves with words in it is asked first"
    block.get_by_label("On this text").fill("")

    staff.reload()
    staff.locator("[data-talk-list] a", has_text="edith: Which of the two labels?").click()
    thread = staff.locator(".block--richtext").nth(1).locator(".thread")
    expect(thread).to_be_focused()
    thread.get_by_label("Answer").fill("The one at the back.")
    staff.keyboard.press("Control+Enter")
    staff.locator(".thread__answer", has_text="The one at the back.").wait_for()
    thread.get_by_role("button", name="Resolve").click()
    expect(staff.locator(".thread")).to_have_count(0)
    assert site.rows("SELECT count(*) FROM articles_comment WHERE words LIKE 'Typed and not%'") == [(0,)]

    staff.goto("/admin/")
    looks_again(colleague)
    expect(colleague.locator("[data-here]")).to_be_empty()
    assert staff.troubles == colleague.troubles == []


def test_an_hour_without_a_connection_loses_nothing(staff, site):
    address = begin(staff, site)
    state = staff.locator(".writer__state")
    text = staff.locator(".block--richtext .ProseMirror[contenteditable]").first
    staff.context.set_offline(True)
    text.click()
    staff.keyboard.type("Typed in a tunnel. ")
    expect(state).to_contain_text("No connection")
    staff.context.set_offline(False)  # the browser says so, and it is saved by itself
    expect(state).to_contain_text(re.compile("^Saved "))
    staff.context.set_offline(True)
    text.click()
    staff.keyboard.type("Then the battery was empty. ")
    expect(state).to_contain_text("No connection")
    staff.wait_for_function(
        "() => Object.keys(localStorage).some(key => localStorage[key].includes('battery was empty'))"
    )
    staff.close(run_before_unload=False)

    page = staff.context.new_page()
    staff.context.set_offline(False)
    page.goto(address)
    page.get_by_role("button", name="Put it back").click()
    page.get_by_text("It is not saved yet").first.wait_for()
    page.locator(".ProseMirror[contenteditable]", has_text="Then the battery was empty.").wait_for()
    page.locator('input[name="_continue"]').first.click()
    page.locator(".messagelist .success").wait_for()
    [(body,)] = site.rows(
        "SELECT b.body FROM articles_richtext b JOIN articles_version v ON v.id = b.parent_id"
        " JOIN articles_article a ON a.id = v.article_id WHERE a.slug = ? AND v.is_draft AND b.body LIKE '%battery%'",
        SLUG,
    )
    assert "Typed in a tunnel." in body


def test_a_source_that_nobody_can_look_up_is_said_to_be_typed_by_hand(staff, site):
    begin(staff, site)
    staff.locator(".block--richtext .ProseMirror[contenteditable]").first.click()
    staff.keyboard.type(" [[10.1234/none-of-ours")
    staff.locator(".cite-list [aria-selected=true]", has_text="Look up the DOI").wait_for()
    staff.keyboard.press("Enter")
    said = staff.locator(".writer__live")
    expect(said).to_contain_text("so the source is typed by hand")
    expect(said.get_by_role("button", name="Type it by hand")).to_be_visible()
    assert staff.troubles == []


def test_scheduled_in_three_regions_many_at_once_and_copied(staff, site):
    begin(staff, site)
    actions = 0
    for act in (
        lambda: staff.get_by_role("link", name="Publish and history").click(),
        lambda: staff.get_by_label("All regions").check(),
        lambda: staff.locator("[name=all-starts_at]").fill("2031-06-01T09:00"),
        lambda: staff.get_by_role("button", name="Publish", exact=True).click(),
    ):
        act()
        actions += 1
    expect(staff.locator(".messagelist")).to_contain_text("Scheduled: UK from 1 Jun 2031, 09:00")
    assert actions <= MOST_TO_SCHEDULE
    waiting = (
        "SELECT count(*) FROM articles_publication p JOIN articles_article a ON a.id = p.article_id"
        " WHERE a.slug = ? AND p.starts_at > '2031-05-01' AND p.starts_at < '2031-07-01'"
    )
    assert site.rows(waiting, SLUG) == [(3,)]

    staff.context.grant_permissions(["clipboard-read", "clipboard-write"])
    staff.get_by_role("button", name="Copy address in UK").click()
    expect(staff.get_by_role("button", name="Copied in UK")).to_be_visible()
    assert staff.evaluate("navigator.clipboard.readText()") == f"{site.url}/uk/articles/{SLUG}/"

    staff.goto("/admin/articles/article/")
    for row in (0, 1):
        staff.locator("#result_list [name=_selected_action]").nth(row).check()
    staff.locator("select[name=action]").select_option("publish_many")
    staff.get_by_role("button", name="Go", exact=True).click()
    staff.get_by_label("All regions").check()
    staff.locator("[name=all-starts_at]").fill("2031-08-01T09:00")
    staff.get_by_role("button", name="Publish", exact=False).last.click()
    expect(staff.locator(".messagelist li")).to_have_count(2)
    assert "EU from 1 Aug 2031" in staff.inner_text(".messagelist")
    assert staff.troubles == []
