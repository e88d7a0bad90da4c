"""What an owner does often, in a browser; counted in actions: a click, a choice, or a field that is filled."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


class Counted:
    """Does what a person does on a page, and counts it."""

    def __init__(self, page):
        self.page, self.actions = page, 0

    def click(self, found):
        self.actions += 1
        found.click()

    def fill(self, found, text):
        self.actions += 1
        found.fill(text)


def test_five_colleagues_are_invited_in_fewer_than_fifteen_actions(staff, site):
    owner = Counted(staff)
    owner.click(staff.locator("summary", has_text="Menu"))
    owner.click(staff.locator(".staff-nav__all").get_by_role("link", name="Users", exact=True))
    owner.click(staff.get_by_role("link", name="Invite by mail"))
    names = ("nora", "tom", "ada", "ivo", "zoe")
    owner.fill(
        staff.get_by_label("Mail addresses"), "\n".join(f"{name}@owners-day.example" for name in names)
    )
    owner.click(staff.get_by_label("Writer: writes articles"))
    owner.click(staff.get_by_role("button", name="Invite", exact=True))
    staff.locator(".messagelist .info").wait_for()
    rows = site.rows("SELECT count(*) FROM auth_user WHERE username LIKE '%@owners-day.example'")
    assert rows == [(5,)]
    assert owner.actions <= 15
    assert staff.troubles == []


def test_the_grid_is_walked_by_keys_takes_a_paste_and_keeps_cells_of_other_searches(staff):
    staff.goto("/admin/catalogue/product/grid/")
    cells = staff.locator(".price-grid__table tbody tr td:nth-child(3) input:not([type=hidden])")
    cells.nth(0).click()
    staff.keyboard.press("ArrowDown")
    expect(cells.nth(1)).to_be_focused()
    staff.keyboard.press("Enter")
    expect(cells.nth(2)).to_be_focused()
    staff.keyboard.press("ArrowUp")
    cells.nth(1).evaluate(
        """(cell) => {
            const data = new DataTransfer();
            data.setData("text/plain", "71\\t22.22\\n72\\t23.33\\n");
            cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    expect(cells.nth(2)).to_have_value("72")
    sku = staff.locator(".price-grid__table tbody th a").first.inner_text()
    staff.get_by_label("SKU or name").fill(sku)
    staff.get_by_role("button", name="Find", exact=True).last.click()
    expect(staff.locator(".price-grid__kept")).to_contain_text("4 cells that you typed are on other pages")
    staff.get_by_role("button", name="Look at what changes").last.click()
    expect(staff.locator("#look")).to_contain_text("4 cells would change")
    assert staff.troubles == []
