"""What an owner does often, in a browser; counted in actions: a click, a choice, or a field that is filled."""

from datetime import timedelta

import pytest
from django.utils import timezone
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
    owner.click(staff.locator(".staff-nav__all").get_by_role("link", name="People", exact=True))
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


def test_a_product_with_two_packs_in_three_regions_takes_25_actions_at_most(staff, site):
    owner = Counted(staff)
    owner.click(staff.get_by_role("link", name="Products", exact=True).first)
    owner.click(staff.get_by_role("link", name="Magnesium Glycinate Capsules", exact=True))
    owner.click(staff.get_by_role("link", name="Copy", exact=True))
    owner.fill(staff.get_by_label("Name:"), "Magnesium Glycinate Capsules, Large")
    owner.fill(staff.get_by_label("Address:"), "glycinate-large")
    owner.fill(staff.get_by_label("SKU of").nth(0), "GLY-CAP-130")
    owner.fill(staff.get_by_label("SKU of").nth(1), "GLY-CAP-190")
    owner.click(staff.get_by_role("button", name="Make the copy"))
    staff.locator(".messagelist .success").wait_for()
    for pack in range(2):
        for code in ("UK", "US", "EU"):
            owner.fill(staff.locator(f"#variants-{pack}").get_by_label(f"Stock {code}"), "40")
    owner.click(staff.locator("#id_is_active"))
    owner.click(staff.locator("#wordings-group summary").first)
    good_until = f"{timezone.now() + timedelta(days=300):%Y-%m-%d}"
    for row in range(3):
        owner.fill(staff.locator(f"#id_wordings-{row}-review_by_0"), good_until)
    owner.click(staff.locator('input[name="_continue"]').first)
    staff.locator(".messagelist .success").wait_for()
    for code in ("uk", "us", "eu"):
        assert staff.goto(f"/{code}/shop/glycinate-large/").status == 200
        staff.locator(".buy").get_by_role("button", name="Add to basket").wait_for()
    assert owner.actions <= 25, owner.actions
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
    staff.locator(".price-grid__table td input:not([type=hidden])").first.press("Control+Enter")
    expect(staff.locator("#look")).to_contain_text("4 cells would change")
    assert staff.troubles == []
