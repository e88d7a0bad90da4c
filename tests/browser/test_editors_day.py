"""A whole day in the article editor, in a real Chromium under the strict policy; two editors at once; hostile text."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from tests.browser.editing import add_block, save

pytestmark = pytest.mark.browser
TITLE = "How to read a measuring spoon"
SLUG = "how-to-read-a-measuring-spoon"


def paste(page, html):
    page.locator(".ProseMirror:visible").last.evaluate(
        """(editor, html) => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        html,
    )


def choose(page, group, words):
    """Pick a choice of the newest autocomplete field in an inline group, as a person types."""
    if not page.locator(".select2-search__field:visible").count():  # a new block asks by itself
        page.locator(f"{group} .select2-selection:visible").last.click()
    page.locator(".select2-search__field").last.fill(words)
    found = page.locator(".select2-results__option[aria-selected]", has_text=words).first
    words_shown = found.inner_text()
    found.click()
    return words_shown


def a_picture() -> dict:
    out = io.BytesIO()
    Image.new("RGB", (900, 600), "#c9a25a").save(out, "PNG")
    return {"name": "spoon.png", "mimeType": "image/png", "buffer": out.getvalue()}


def test_the_editors_day(staff, site, open_page):
    # A picture with its words.
    staff.goto("/admin/pictures/picture/add/")
    staff.get_by_label("Title:").fill("Spoon on a scale")
    staff.locator("#id_file").set_input_files(a_picture())
    save_fails_without_alt(staff)
    staff.locator("#id_file").set_input_files(a_picture())
    staff.get_by_label("Alternative text:").fill("A brass spoon on a kitchen scale.")
    save(staff)

    # Write, paste, a picture, a card.
    staff.goto("/admin/articles/version/add/")
    staff.get_by_label("Title:").fill(TITLE)
    staff.get_by_label("Address:").fill(SLUG)
    staff.get_by_label("Summary:").fill(
        "A level spoon holds less than a heaped one. Here is how to tell which is meant."
    )
    staff.locator("#id_author").select_option(label="The Fellbrook editors")
    add_block(staff, "Text")
    editor = staff.locator(".ProseMirror").last
    editor.click()
    editor.press_sequentially("Typed  with two blanks. ")
    paste(staff, "<h2 style='color:red'>Pasted heading</h2><p class=MsoNormal>Pasted <b>words</b>.</p>")
    add_block(staff, "Picture")
    choose(staff, ".writer__blocks", "Spoon")
    add_block(staff, "Product card")
    words_shown = choose(staff, ".writer__blocks", "CIT-PWD-250")
    assert "UK £" in words_shown, words_shown
    save(staff)
    assert "Typed" in staff.locator(".ProseMirror:visible").first.inner_text()

    # Products by hand, put in order by key.
    add = staff.locator("#product_links-group .add-row a, #product_links-group .add-row button").first
    for sku in ("GLY-CAP-90", "CIT-CAP-90"):
        add.click()
        choose(staff, "#product_links-group", sku)
    rows = staff.locator("#product_links-group tr.form-row:not(.empty-form)")
    rows.nth(1).get_by_role("button", name="Move up").press("Enter")
    assert rows.nth(0).locator("input[name$='-position']").input_value() == "0"
    save(staff)
    names = site.rows(
        "SELECT p.slug FROM articles_productlink l JOIN catalogue_product p ON p.id = l.product_id"
        " JOIN articles_version v ON v.id = l.version_id WHERE v.title = ? AND v.is_draft ORDER BY l.position",
        TITLE,
    )
    assert names == [("magnesium-citrate-capsules",), ("magnesium-glycinate-capsules",)]

    # Preview as the US on a later date, before the facts of its products end.
    later = timezone.now().replace(hour=9, minute=0) + timedelta(days=60)
    staff.locator("[name=_preview_region]").select_option("us")
    staff.locator("summary", has_text="Preview at another time").click()
    staff.locator("[name=_preview_at]").fill(f"{later:%Y-%m-%dT%H:%M}")
    with staff.expect_popup() as opened:
        staff.get_by_role("button", name="Preview").click()
    preview = opened.value
    assert f"Preview for the US, as at {later.day} {later:%B %Y}" in preview.inner_text("body")
    assert "$" in preview.inner_text("main")
    assert preview.locator("img[alt='A brass spoon on a kitchen scale.']").count() == 1
    assert preview.locator("form[action*='/basket/add/']").count() == 0
    preview.close()

    # Share; somebody without an account comments on a paragraph.
    staff.get_by_role("link", name="Publish and history").click()
    article_page = staff.url
    staff.get_by_role("button", name="Make a link").click()
    guest = open_page(width=390)
    guest.goto(staff.locator("a[href^='/preview/']").first.get_attribute("href"))
    guest.locator("summary", has_text="Comment on this part").first.click()
    guest.get_by_label("Your name").first.fill("Dr A. Person")
    guest.get_by_label("Comment", exact=True).first.fill("Say which spoon you mean.")
    guest.get_by_role("button", name="Send").first.click()
    assert "The editors have your comment" in guest.inner_text("body")
    assert guest.troubles == []
    staff.goto(article_page)
    assert "Say which spoon you mean." in staff.inner_text("#content-main")
    staff.get_by_role("button", name="Resolve", exact=True).click()

    # Schedule for the EU, live now in the UK.
    staff.locator("[name=eu-chosen]").check()
    staff.locator("[name=eu-starts_at]").fill("2031-06-01T09:00")
    staff.locator("[name=uk-chosen]").check()
    staff.get_by_role("button", name="Publish").click()
    assert "Published: UK now, EU from 1 Jun 2031, 09:00" in staff.inner_text(".messagelist")
    reader = open_page(width=360, dark=True)
    assert reader.goto(f"/uk/articles/{SLUG}/").status == 200
    text = reader.inner_text("main")
    assert "PASTED HEADING" in text.upper()
    assert "Magnesium Citrate Powder" in text
    assert reader.evaluate("document.documentElement.scrollWidth") <= 360
    assert reader.goto(f"/eu/articles/{SLUG}/").status == 404
    assert reader.troubles == []

    # Edit the live one, compare, restore.
    staff.get_by_role("button", name="Edit (makes a draft)").click()
    staff.get_by_label("Title:").fill(f"{TITLE}, again")
    save(staff)
    reader.goto(f"/uk/articles/{SLUG}/")
    assert "again" not in reader.inner_text("h1")
    staff.get_by_role("link", name="Publish and history").click()
    staff.get_by_role("link", name="Compare with the newest").first.click()
    assert "again" in staff.locator("ins").first.inner_text()
    staff.go_back()
    staff.get_by_role("button", name="Restore").last.click()
    assert "Restored as a new draft" in staff.inner_text(".messagelist")
    assert staff.troubles == []


def save_fails_without_alt(page):
    page.locator('input[name="_continue"]').first.click()
    assert "Describe the picture in one sentence" in page.locator(".errorlist").first.inner_text()


def test_two_editors_at_once_lose_nothing(staff, site, open_page):
    staff.goto("/admin/articles/article/")
    staff.get_by_role("link", name="Epsom salt baths").click()
    staff.locator("button[name=action][value=edit]").click()
    staff.wait_for_url("**/version/**")
    second = open_page(width=1400)
    second.goto("/admin/")
    second.get_by_label("Username").fill("admin")
    second.get_by_label("Password").fill(site.password)
    second.get_by_role("button", name="Log in").click()
    second.goto(staff.url)
    staff.get_by_label("Title:").fill("What the first one typed")
    second.get_by_label("Title:").fill("What the second one typed")
    save(staff)
    second.locator('input[name="_continue"]').first.click()
    second.get_by_text("after you had opened it").first.wait_for()
    assert "What the first one typed" in second.inner_text(".theirs")
    assert second.get_by_label("Title:").input_value() == "What the second one typed"
    # By keyboard: the editor puts its scroll position back as it loads, and a click could land beside the box.
    second.get_by_label("Save mine over it").press("Space")
    expect(second.get_by_label("Save mine over it")).to_be_checked()
    save(second)
    titles = [row[0] for row in site.rows("SELECT title FROM articles_version")]
    assert "What the first one typed" in titles
    assert "What the second one typed" in titles
    assert staff.troubles == second.troubles == []


def test_the_editor_fits_a_phone_and_its_blocks_say_what_is_inside(staff, open_page):
    staff.set_viewport_size({"width": 360, "height": 800})
    staff.goto("/admin/articles/article/")
    staff.get_by_role("link", name="Iron first").click()
    assert staff.evaluate("document.documentElement.scrollWidth") <= 360
    staff.locator("button[name=action][value=edit]").click()
    staff.wait_for_url("**/version/**")
    staff.wait_for_timeout(800)
    assert staff.evaluate("document.documentElement.scrollWidth") <= 360
    questions = staff.locator(".block--faq:visible input[name$='-question']")
    assert "Which tests should I ask for?" in [one.input_value() for one in questions.all()]
    staff.get_by_label("Summary:").fill("Short.")
    staff.get_by_role("button", name="Check what is typed").click()
    staff.locator("[data-findings]", has_text="It is very short").wait_for()
    bar = staff.locator(".writer__bar")
    assert bar.evaluate("row => getComputedStyle(row).position") == "sticky"
    assert bar.bounding_box()["height"] < 80, "what is written has the rest of the screen"
    assert staff.troubles == []


def test_hostile_text_typed_by_staff_runs_for_nobody(staff, site, open_page):
    ran = []
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>'
    site.manage(
        "from articles.models import *\n"
        "from articles.evidence import facts\n"
        f"evil = {evil!r}\n"
        "v = Article.objects.order_by('pk')[0].publications.first().version\n"
        "v.title = evil[:120]; v.summary = evil; v.save()\n"
        "RichText(parent=v, region='main', ordering=1, body=f'<p>Harmless.</p>{evil}').save()\n"
        "Faq(parent=v, region='main', ordering=2, question=evil, answer=f'<p>x</p>{evil}').save()\n"
        "Callout(parent=v, region='main', ordering=3, heading=evil, body=f'<p>x</p>{evil}').save()\n"
        "facts.refresh(v)"
    )
    [(slug, pk)] = site.rows("SELECT slug, id FROM articles_article ORDER BY id LIMIT 1")
    reader = open_page()
    for page in (staff, reader):
        page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.accept()))
    reader.goto(f"/uk/articles/{slug}/")
    reader.goto("/uk/articles/")
    for address in (f"/admin/articles/article/{pk}/change/", "/admin/articles/article/matrix/", "/admin/"):
        staff.goto(address)
    staff.goto(f"/admin/articles/article/{pk}/change/")
    staff.locator("button[name=action][value=edit]").click()
    staff.wait_for_url("**/version/**")
    staff.wait_for_timeout(500)
    assert ran == []
    reader.goto(f"/uk/articles/{slug}/")
    assert "<script>alert(1)" in reader.locator("h1").inner_text(), "it is shown as the text it is"
    assert reader.troubles == staff.troubles == []


def test_a_source_opens_beside_its_number_and_closes_by_key(open_page):
    page = open_page(width=360)
    page.goto("/uk/articles/magnesium-and-restless-legs-guide/")
    link = page.locator(".cite a").nth(2)
    link.focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("dialog")
    assert "NHS" in box.inner_text()
    assert page.evaluate("document.activeElement.textContent") == "Close"
    page.keyboard.press("Escape")
    assert box.count() == 0
    assert link.evaluate("link => link === document.activeElement")
    link.click()
    page.get_by_role("link", name="In the list of sources").click()
    assert page.evaluate("location.hash").startswith("#ref-")
    assert page.troubles == []
