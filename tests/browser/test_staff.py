"""Staff in Django admin, in a real Chromium, under the strict content security policy."""

import pytest

from tests.browser.editing import add_block, save

pytestmark = pytest.mark.browser


def test_the_search_is_used_by_keyboard_and_works_without_a_script(staff, open_page, site):
    staff.goto("/admin/articles/article/")
    staff.keyboard.press("Control+k")
    staff.keyboard.type("cit-cap")
    hit = staff.locator("[data-found] a", has_text="Magnesium Citrate Capsules")
    hit.wait_for()
    staff.keyboard.press("ArrowDown")
    staff.keyboard.press("Enter")
    staff.wait_for_url("**/admin/catalogue/product/*/change/")
    plain = open_page(javascript=False)
    plain.goto("/admin/")
    plain.get_by_label("Username").fill("admin")
    plain.get_by_label("Password").fill(site.password)
    plain.get_by_role("button", name="Log in").click()
    plain.get_by_role("searchbox").fill("ledg")
    plain.get_by_role("searchbox").press("Enter")
    plain.locator("#content").get_by_role("link", name="Money ledger").click()
    plain.wait_for_url("**/admin/ledger/")
    assert staff.troubles == plain.troubles == []


def test_a_price_typed_per_region_is_exactly_what_shoppers_see(staff, site):
    staff.goto("/uk/shop/epsom-salt-bath-crystals/?variant=EPS-CRY-1000")
    assert "£6.95" in staff.inner_text(".buy")
    staff.goto("/admin/catalogue/product/?q=EPS-CRY-1000")
    staff.get_by_role("link", name="Epsom Salt Bath Crystals", exact=True).click()
    first = staff.locator("#variants-0")
    first.get_by_label("Price UK (GBP)").fill("7.49")
    save(staff)
    staff.goto("/uk/shop/epsom-salt-bath-crystals/?variant=EPS-CRY-1000")
    assert "£7.49" in staff.inner_text(".buy")
    staff.goto("/eu/shop/epsom-salt-bath-crystals/?variant=EPS-CRY-1000")
    assert "€8.95" in staff.inner_text(".buy")
    amounts = site.rows(
        "SELECT amount FROM catalogue_price p JOIN catalogue_variant v ON v.id = p.variant_id"
        " JOIN regions_region r ON r.id = p.region_id WHERE sku = 'EPS-CRY-1000' AND code = 'uk' ORDER BY valid_from"
    )
    assert amounts == [(695,), (749,)], "the old price stays as history"
    assert staff.troubles == []


def test_a_wrong_price_says_which_field_and_what_to_type(staff):
    staff.goto("/admin/catalogue/product/?q=GLY-PWD-200")
    staff.get_by_role("link", name="Magnesium Glycinate Powder", exact=True).click()
    staff.locator("#variants-0").get_by_label("Price EU (EUR)").fill("twelve")
    staff.locator('input[name="_continue"]').first.click()
    error = staff.locator("#variants-0 .errorlist").inner_text()
    assert "“twelve” is no amount that can be read. Type it such as 14.99." in error


def test_an_editors_day(staff, site):
    """Write, preview, save, publish for one region; edit the live one; compare; restore."""
    staff.goto("/admin/articles/article/")
    staff.get_by_role("link", name="Add article").click()
    staff.get_by_label("Title:").fill("Written in a browser")
    staff.get_by_label("Address:").fill("written-in-a-browser")
    staff.get_by_label("Summary:").fill("A summary.")
    staff.locator("#id_author").select_option(label="The Fellbrook editors")
    add_block(staff, "Text")
    editor = staff.locator(".ProseMirror").last
    editor.click()
    editor.press_sequentially("Two words  and two blanks. ")
    staff.locator("[name=_preview_region]").select_option("us")
    with staff.expect_popup() as opened:
        staff.get_by_role("button", name="Preview").click()
    preview = opened.value
    assert "Preview for the US" in preview.inner_text("body")
    assert "Two words" in preview.inner_text("main")
    preview.close()
    save(staff)
    [(body,)] = site.rows(
        "SELECT body FROM articles_richtext b JOIN articles_version v ON v.id = b.parent_id"
        " WHERE v.title = 'Written in a browser'"
    )
    assert "\xa0" not in body
    assert "&nbsp;" not in body
    assert "Two words" in body
    assert staff.goto("/uk/articles/written-in-a-browser/").status == 404
    staff.go_back()
    staff.get_by_role("link", name="Publish and history").click()
    staff.get_by_label("UK", exact=True).check()
    staff.get_by_role("button", name="Publish").click()
    assert "Published: UK now" in staff.inner_text(".messagelist")
    staff.get_by_role("link", name="live since").click()
    assert "Two words" in staff.inner_text("main")
    assert "Not yet medically reviewed" in staff.inner_text("main")
    assert staff.goto("/us/articles/written-in-a-browser/").status == 404

    staff.goto("/admin/articles/article/")
    staff.get_by_role("link", name="Written in a browser").click()
    staff.get_by_role("button", name="Edit (makes a draft)").click()
    staff.get_by_label("Title:").fill("Written in a better browser")
    save(staff)
    staff.get_by_role("link", name="Publish and history").click()
    staff.get_by_role("link", name="Compare with the newest").first.click()
    assert "better" in staff.locator("ins").first.inner_text()
    staff.go_back()
    staff.get_by_role("button", name="Restore").last.click()
    assert "Restored as a new draft" in staff.inner_text(".messagelist")
    assert staff.troubles == []
    staff.goto("/uk/articles/")
    assert "Written in a browser" in staff.inner_text("main")


def kept(page, words, is_there=True):
    """Wait until the browser keeps these words, or no longer."""
    for _ in range(40):
        if (words in page.evaluate("JSON.stringify(localStorage)")) is is_there:
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{words} {'was not kept' if is_there else 'is kept still'}")


def without_autosave(page):
    """As without a connection: what the draft sends of itself does not arrive."""

    def answer(route):
        sent = route.request.post_data or ""
        return route.abort() if "_autosave=" in sent else route.continue_()

    page.route("**/admin/articles/version/**", answer)


def begin_to_type(page, title):
    """A new article's title; the first moment is the editor's own."""
    without_autosave(page)
    page.goto("/admin/articles/version/add/")
    page.wait_for_timeout(1500)
    page.get_by_label("Title:").fill(title)
    kept(page, title)


def test_saving_one_draft_keeps_what_was_typed_in_others(staff, site):
    begin_to_type(staff, "First of two beginnings")
    second = staff.context.new_page()
    second.set_default_timeout(10_000)
    begin_to_type(second, "Second of two beginnings")
    for page, name in (
        (second, "Magnesium glycinate and restless legs"),
        (staff, "Is low magnesium a cause"),
    ):
        page.goto("/admin/articles/article/")
        page.get_by_role("link", name=name).click()
        page.locator("button[name=action][value=edit]").click()
        page.wait_for_url("**/version/**")
        page.wait_for_timeout(1500)
        without_autosave(page)
        page.get_by_label("Summary:").fill(f"Typed into {name}.")
        kept(page, f"Typed into {name}.")
    other = staff.url
    save(second)
    kept(second, "Typed into Magnesium", is_there=False)
    second.close()
    staff.goto("/admin/articles/version/add/")
    for title in ("First of two beginnings", "Second of two beginnings"):
        staff.get_by_text(f"never saved (“{title}”)").wait_for()
    staff.goto(other)
    staff.get_by_role("button", name="Put it back").click()
    staff.get_by_text("This is what you had typed").first.wait_for()
    assert staff.get_by_label("Summary:").input_value() == "Typed into Is low magnesium a cause."
    save(staff)
    staff.goto("/admin/articles/version/add/")
    notice = staff.locator(".warning-note", has_text="Second of two beginnings")
    notice.get_by_role("button", name="Put it back").click()
    staff.get_by_text("This is what you had typed").first.wait_for()
    assert staff.get_by_label("Title:").input_value() == "Second of two beginnings"
    staff.get_by_label("Address:").fill("second-of-two")
    staff.get_by_label("Summary:").fill("A summary.")
    staff.locator("#id_author").select_option(label="The Fellbrook editors")
    save(staff)
    kept(staff, "Second of two", is_there=False)
    left = staff.evaluate("JSON.stringify(localStorage)")
    assert "First of two" in left
    assert "Is low magnesium a cause" not in left


def test_a_pause_on_the_add_form_takes_no_address(staff, site):
    """The automatic check of a card without its product used to leave an article behind, which held the address."""
    without_autosave(staff)
    staff.goto("/admin/articles/version/add/")
    staff.get_by_label("Title:").fill("Typed with a pause")
    staff.get_by_label("Address:").fill("typed-with-a-pause")
    staff.get_by_label("Summary:").fill("A summary.")
    staff.locator("#id_author").select_option(label="The Fellbrook editors")
    add_block(staff, "Product card")
    staff.get_by_role("button", name="Check what is typed").click()
    staff.locator("[data-findings]", has_text="Product card: Product").wait_for()
    staff.locator("input[name=_continue]").first.click()
    staff.locator(".errornote").first.wait_for()
    assert "Another article has this address" not in staff.inner_text("#content")
    assert site.rows("SELECT count(*) FROM articles_article WHERE slug = 'typed-with-a-pause'") == [(0,)]


def test_what_was_typed_and_never_saved_is_offered_back(staff, site):
    staff.goto("/admin/articles/article/")
    staff.get_by_role("link", name="A plain guide to magnesium").click()
    staff.locator("button[name=action][value=edit]").click()
    staff.wait_for_url("**/version/**")
    address = staff.url
    without_autosave(staff)
    staff.wait_for_timeout(1500)
    staff.get_by_label("Title:").fill("A title the train swallowed")
    editor = staff.locator(".ProseMirror:visible").first
    editor.click()
    editor.press_sequentially("Typed in a tunnel. ")
    for _ in range(40):
        if "tunnel" in staff.evaluate("JSON.stringify(localStorage)"):
            break
        staff.wait_for_timeout(250)
    staff.context.clear_cookies(name="sessionid")  # the session has ended meanwhile
    staff.on("dialog", lambda dialog: dialog.accept())
    staff.locator('input[name="_continue"]').first.click()
    staff.get_by_label("Username").fill("admin")
    staff.get_by_label("Password").fill(site.password)
    staff.get_by_role("button", name="Log in").click()
    staff.goto(address)
    staff.get_by_role("button", name="Put it back").click()
    staff.get_by_text("This is what you had typed").first.wait_for()
    assert staff.get_by_label("Title:").input_value() == "A title the train swallowed"
    assert "Typed in a tunnel." in staff.locator(".ProseMirror:visible").first.inner_text()
    assert site.rows("SELECT count(*) FROM articles_version WHERE title LIKE '%swallowed'") == [(0,)]
    save(staff)
    assert site.rows("SELECT count(*) FROM articles_version WHERE title LIKE '%swallowed'") == [(1,)]
    staff.reload()
    staff.wait_for_timeout(1500)
    assert staff.get_by_role("button", name="Put it back").count() == 0
    assert staff.troubles == []


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body lang=EN-GB style='tab-interval:36.0pt'>
<!--StartFragment--><h2 style='color:#2F5496;font-family:"Calibri Light"'>A heading<o:p></o:p></h2>
<p class=MsoNormal style='margin-bottom:8pt'><span style='font-size:20pt;color:red'>Words in </span><b>bold</b><span
 style='mso-spacerun:yes'>&nbsp; </span>and <a href="https://example.org/" onclick="x()">a link</a>.</p>
<ul><li class=MsoListParagraph style='mso-list:l0'>One</li><li>Two</li></ul>
<table border=1><tr><td style='background:yellow'><p>Cell</p></td><td>2</td></tr></table>
<p><font color="#00ff00">Green</font><script>alert(1)</script></p><!--EndFragment--></body></html>"""
DOCS = """<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><h3 dir="ltr"><span
style="font-size:13pt;font-family:Arial">From Docs</span></h3><ol><li dir="ltr" style="list-style-type:decimal"><p
dir="ltr"><span style="font-weight:400">First, </span><span style="font-weight:700">bold</span><span
style="font-style:italic"> and slanted</span></p></li></ol></b>"""


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        (WORD, ["<h2>A heading</h2>", "<strong>bold</strong>", 'href="https://example.org/"', "<li><p>One</p></li>",
                "<td", "Cell", "Green"]),
        (DOCS, ["<h3>From Docs</h3>", "<ol", "<p>First, <strong>bold</strong><em> and slanted</em></p>"]),
    ],
    ids=["Word", "Google Docs"],
)  # fmt: skip
def test_pasted_text_keeps_its_structure_and_loses_its_styles(staff, site, pasted, kept):
    slug = f"pasted-{len(kept)}"
    staff.goto("/admin/articles/version/add/")
    staff.get_by_label("Title:").fill(slug)
    staff.get_by_label("Address:").fill(slug)
    staff.get_by_label("Summary:").fill("A summary.")
    staff.locator("#id_author").select_option(label="The Fellbrook editors")
    add_block(staff, "Text")
    staff.locator(".ProseMirror:visible").last.evaluate(
        """(editor, html) => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        pasted,
    )
    save(staff)
    [(body,)] = site.rows(
        "SELECT body FROM articles_richtext b JOIN articles_version v ON v.id = b.parent_id WHERE v.title = ?",
        slug,
    )
    for piece in kept:
        assert piece in body, body
    for piece in ("style", "class", "font", "color", "Mso", "onclick", "script", "alert", "<o:p", "<span"):
        assert piece not in body, body
    assert staff.troubles == []


def test_mails_are_read_as_the_shopper_gets_them(staff, site):
    from tests.browser import shopping

    shopping.buy_everything(staff, "uk")
    shopping.pay(staff)
    shopping.thanked(staff)
    staff.goto("/admin/outbox/mail/")
    staff.locator("#result_list tbody th a").first.click()
    frame = staff.frame_locator("iframe.mail-preview")
    assert "Thank you for your order" in frame.locator("body").inner_text()
    staff.goto("/admin/orders/order/")
    staff.locator("#result_list tbody th a").first.click()
    text = staff.inner_text("#content")
    assert "Paid" in text
    assert "Stripe confirmed" in text
    assert staff.troubles == []
