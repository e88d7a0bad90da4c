"""Every field of the admin says on a phone what it is for, no page is wider than its window, and no script complains."""

import json

import pytest

pytestmark = pytest.mark.browser

# Names of the fields without words beside them: a label, the head of their column, or what a style writes before them.
NAMELESS = r"""
() => {
  document.querySelectorAll("details").forEach((fold) => { fold.open = true; });
  const shows = (node) => {
    if (!node || !node.getClientRects().length) return false;
    const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(node).visibility !== "hidden";
  };
  const words = (node) => {
    if (!shows(node)) return "";
    return [...node.childNodes].map((child) => {
      if (child.nodeType === 3) return child.textContent;
      return ["SELECT", "TEXTAREA", "SCRIPT", "BUTTON"].includes(child.tagName) ? "" : words(child);
    }).join("").trim();
  };
  const named = (field) => {
    if ([...(field.labels || [])].some(words)) return true;
    // An article's own words stand as readers see them; where there are none yet, the field says which belong there.
    if (field.placeholder && field.closest(".writer__article")) return true;
    const cell = field.closest("td");
    if (cell) {
      const before = getComputedStyle(cell, "::before").content;
      if (before && !["none", "normal", '""'].includes(before)) return true;
      return Boolean(words(cell.closest("table").querySelectorAll("thead th")[cell.cellIndex]));
    }
    return Boolean(field.closest(".moment") && words(field.closest(".moment").parentElement));
  };
  const kinds = ["hidden", "submit", "button", "reset", "image"];
  const stock = ".empty-form, .actions, #changelist-search, .action-select, .action-checkbox-column, .select2-container";
  return [...document.querySelectorAll("#content :is(input, select, textarea)")]
    .filter((field) => !kinds.includes(field.type) && !field.closest(stock))
    .filter((field) => shows(field) || field.classList.contains("select2-hidden-accessible"))
    .filter((field) => !named(field)).map((field) => field.name || field.id);
}
"""
# Fields that say nothing to who can't see them, and parts that scroll sideways within the page.
FAULTS = r"""
() => {
  const shown = (node) => node.getClientRects().length > 0;
  const mute = [...document.querySelectorAll("#content :is(input:not([type=hidden], [type=submit]), select, textarea)")]
    .filter((field) => shown(field) && !field.closest(".select2-container"))
    .filter((field) => !(field.labels || []).length && !field.ariaLabel && !field.getAttribute("aria-labelledby"));
  const wide = [...document.querySelectorAll("#content *")]
    .filter((node) => ["auto", "scroll", "hidden"].includes(getComputedStyle(node).overflowX))
    .filter((node) => node.clientWidth > 40 && node.scrollWidth > node.clientWidth + 2)
    .filter((node) => getComputedStyle(node).textOverflow !== "ellipsis") // the head of a block, cut on purpose
    .filter((node) => !node.matches("select, textarea, pre, input, .visually-hidden") && !node.closest(".select2-container"));
  return [...mute.map((field) => `mute: ${field.name}`), ...wide.map((node) => `wide: ${node.className || node.id}`)];
}
"""
ADDRESSES = """
import json
from django.contrib import admin
found = ["/admin/earnings/", "/admin/earnings/campaigns/", "/admin/links/", "/admin/articles/article/matrix/", "/admin/vat/", "/admin/ledger/", "/admin/claims/ownrule/bench/", "/admin/password_change/"]
for model in admin.site._registry:
    path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    row = model._default_manager.order_by("-pk").first()
    found += [path, path + "add/", *([f"{path}{row.pk}/change/"] if row else [])]
print(json.dumps(found))
"""


LINKS = "(where) => [...document.querySelectorAll(where)].map((link) => link.getAttribute('href'))"


def test_every_page_of_the_admin_fits_its_window_names_its_fields_and_says_nothing_in_the_console(
    staff, site
):
    """All lists and reports of the menu, and a form to add and one to change of each kind: each is opened once."""
    rows = json.loads(site.manage(ADDRESSES).splitlines()[-1])
    menu = {address.partition("#")[0] for address in staff.evaluate(LINKS, ".staff-nav__all a")}
    assert len(menu) > 20
    found, looked_at = {}, 0
    for address in [*sorted(menu), *(row for row in rows if row not in menu)]:
        staff.set_viewport_size({"width": 1440, "height": 900})
        if staff.goto(address).status != 200:
            assert address not in menu
            continue
        looked_at += 1
        faults = _faults(staff, 1440, [])
        staff.set_viewport_size({"width": 360, "height": 800})
        faults += _faults(staff, 360, [NAMELESS, FAULTS])
        if faults or staff.troubles:
            found[address] = [*faults, *staff.troubles]
            staff.troubles.clear()
    assert looked_at > 80
    assert not found


def _faults(page, width: int, questions: list[str]) -> list[str]:
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    told = [one for question in questions for one in page.evaluate(question)]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [*told, f"{wide} px wide at {width}"] if wide > width else told
