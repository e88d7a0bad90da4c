"""Prices and stock of all packs in all regions on one page: type or paste, look at what changes, save."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import render

from shop.catalogue.grid import (
    MOST_CHANGES,
    MOST_LINES,
    PRICE,
    STOCK,
    Cell,
    Refusal,
    asked_changes,
    looked_at,
    packs_found,
    pasted_changes,
    save,
    typed_changes,
    unsaved_cells,
    values_of,
)
from shop.regions.models import Region

A_PAGE, TOLD_AT_MOST = 20, 30


def grid(request, site):
    """The page. A POST with `save` saves what the page that asked showed; one that turns the page or searches keeps what
    was typed, as hidden cells; any other shows what would change.
    """
    if not request.user.has_perms(["catalogue.add_price", "catalogue.change_stock"]):
        raise PermissionDenied
    is_post = request.method == "POST"
    if is_post and "save" in request.POST:
        return _save(request)
    sent = request.POST if is_post else request.GET
    typed = request.POST if is_post else {}
    search, number = sent.get("q", "")[:100], sent.get("turn", "") or sent.get("page", "")
    is_other_search = is_post and search != sent.get("found", "")
    turns = is_other_search or "turn" in typed
    unsaved = unsaved_cells(typed)
    if turns and not unsaved and not typed.get("paste", "").strip():
        return _to_page(request, search, "" if is_other_search else number)
    if turns and len(unsaved) > MOST_CHANGES:
        search, number, turns = sent.get("found", "")[:100], sent.get("page", ""), False
    elif is_other_search:
        number = ""
    page = Paginator(packs_found(search), A_PAGE).get_page(number)
    rows = _rows(page, typed)
    here = {one["cell"].name for row in rows for one in row["cells"]}
    context = {
        **site.each_context(request),
        "title": "Prices and stock",
        "regions": Region.markets(),
        "search": search,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "query": urlencode({"q": search}) if search else "",
        "rows": rows,
        "kept": [cell for cell in unsaved if cell.name not in here],
        "pasted": typed.get("paste", ""),
        "why": typed.get("why", "")[:200],
        "most_lines": MOST_LINES,
        "asked": is_post and not turns,
    }
    if context["asked"]:
        context |= _look(typed)
    return render(request, "admin/catalogue/grid.html", context)


def _to_page(request, search: str, number: str):
    query = {name: value for name, value in (("q", search), ("page", number)) if value}
    return HttpResponseRedirect(f"{request.path}?{urlencode(query)}" if query else request.path)


def _rows(page, typed) -> list[dict]:
    """Of each pack on the page: what was typed in each cell, else what stands there."""
    known = values_of([pack.pk for pack in page])
    rows = []
    for pack in page:
        cells = []
        for region in Region.markets():
            for kind in (PRICE, STOCK):
                cell = Cell(pack.pk, region, kind)
                now = cell.text(known[cell])
                cells.append(
                    {
                        "cell": cell,
                        "was": typed.get(f"{cell.name}-was", now),
                        "text": typed.get(cell.name, now),
                        "mode": "decimal" if kind == PRICE else "numeric",
                    }
                )
        rows.append({"pack": pack, "cells": cells})
    return rows


def _look(typed) -> dict:
    changes, refused = typed_changes(typed)
    pasted, refused_too = pasted_changes(typed.get("paste", "")[:500_000])
    cells = {change.cell for change in pasted}
    good, not_now = looked_at([change for change in changes if change.cell not in cells] + pasted)
    return {"changes": good, "refused": [*refused, *refused_too, *not_now]}


def _save(request):
    meant = {*request.POST.getlist("meant")}
    changes = asked_changes(request.POST.getlist("change"))
    unsure = [change for change in changes if change.is_far and change.key not in meant]
    sure = [change for change in changes if change not in unsure]
    saved, refused = save(sure, who=request.user.get_username(), why=request.POST.get("why", "")[:200])
    refused += [
        Refusal(
            f"{change.sku}, {change.cell.label}",
            f"{change.was_text} to {change.now_text} is more than half, and “meant” was not ticked.",
        )
        for change in unsure
    ]
    if saved:
        messages.success(request, f"{saved} cell{'' if saved == 1 else 's'} saved.")
    elif not refused:
        messages.info(request, "Nothing was changed.")
    _tell(request, refused)
    return _to_page(request, request.POST.get("q", ""), request.POST.get("page", ""))


def _tell(request, refused: Iterable[Refusal]) -> None:
    refused = list(refused)
    for one in refused[:TOLD_AT_MOST]:
        messages.error(request, f"Not saved: {one.where}. {one.why}")
    if len(refused) > TOLD_AT_MOST:
        messages.error(request, f"{len(refused) - TOLD_AT_MOST} more were not saved.")
