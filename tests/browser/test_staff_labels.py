"""On a phone every field of the admin says what it is for, in words that can be seen, and no page is wider than its window."""

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
    return Boolean(field.closest("p.datetime") && words(field.closest("p.datetime")));
  };
  const kinds = ["hidden", "submit", "button", "reset", "image"];
  const stock = ".empty-form, .actions, #changelist-search, .action-select, .action-checkbox-column, .select2-container, .selector";
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
    .filter((node) => !node.matches("select, textarea, pre, input, .visually-hidden") && !node.closest(".select2-container, .selector"));
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


def test_every_field_has_a_name_that_can_be_seen_on_a_phone(staff, site):
    staff.set_viewport_size({"width": 360, "height": 800})
    nameless, looked_at = {}, 0
    for address in json.loads(site.manage(ADDRESSES).splitlines()[-1]):
        if staff.goto(address).status != 200:
            continue
        looked_at += 1
        found = staff.evaluate(NAMELESS) + staff.evaluate(FAULTS)
        wide = staff.evaluate("document.documentElement.scrollWidth")
        if found or wide > 360:
            nameless[address] = (found, wide)
    assert looked_at > 60
    assert not nameless


def test_no_page_of_the_admin_is_wider_than_a_desktop_window(staff, site):
    staff.set_viewport_size({"width": 1440, "height": 900})
    wide = {}
    for address in json.loads(site.manage(ADDRESSES).splitlines()[-1]):
        if staff.goto(address).status != 200:
            continue
        staff.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
        found = staff.evaluate("document.documentElement.scrollWidth")
        if found > 1440:
            wide[address] = found
    assert not wide
