"""The pages “What articles earn”, “What campaigns earn” and “What codes earn”, and the same as CSV."""

from collections.abc import Callable, Iterator

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http.response import HttpResponseBase
from django.shortcuts import render

from config.staff.earnings import (
    CODE_COUNTED,
    COUNTED,
    FEWEST,
    PERIODS,
    PLOT_HEIGHT,
    PLOT_WIDTH,
    Period,
    address_of,
    article_parts,
    campaign_parts,
    code_parts,
)
from shop.attribution.count import flush, fold
from shop.attribution.models import ArticleDay, CampaignDay
from shop.codes.models import CodeDay
from shop.money import to_decimal
from shop.regions.models import Region
from shop.web.spreadsheet import csv_answer

WHAT: dict[str, tuple[type[Model], Callable]] = {
    "articles": (ArticleDay, article_parts),
    "campaigns": (CampaignDay, campaign_parts),
    "codes": (CodeDay, code_parts),
}


def earnings(request, site, what: str):
    """The report: `what` is one of WHAT. As CSV with ?as=csv. Bad filters fall back to the usual."""
    model, parts_of = WHAT[what]
    if not request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
        raise PermissionDenied
    flush()
    fold()
    period = Period.of(request.GET)
    one = Region.by_code(request.GET.get("region", ""))
    regions = [one] if one else Region.open_markets()
    may_see_all = request.user.has_perm("attribution.see_small_numbers")
    as_csv = request.GET.get("as") == "csv"
    page = None if as_csv else request.GET.get("page", "1")
    parts = parts_of(period, regions, may_see_all, page)
    if as_csv:
        return _csv(what, period, parts)
    context = {
        **site.each_context(request),
        "title": f"What {what} earn",
        "what": what,
        "period": period,
        "periods": PERIODS,
        "regions": Region.open_markets(),
        "one": one,
        "parts": parts,
        "may_see_all": may_see_all,
        "fewest": FEWEST,
        "plot": (PLOT_WIDTH, PLOT_HEIGHT),
        "query": request.GET.urlencode(),
        "base": address_of(period, one) if one else "",
    }
    return render(request, "admin/earnings.html", context)


def _csv(what, period, parts) -> HttpResponseBase:
    """Minor units would mislead a spreadsheet: amounts are decimals, with their currency beside them."""
    counted = CODE_COUNTED if what == "codes" else COUNTED
    head = ["from", "to", "region", "currency", what[:-1], *counted, "earned"]
    head += ["made for"] if what == "codes" else []
    rows = [
        [period.first, period.last, part.region.code, part.region.currency, line.name,
         *_cells(line, part.region.currency, counted), *([line.made_for] if what == "codes" else [])]
        for part in parts for line in part.lines
    ]  # fmt: skip
    return csv_answer(f"{what}-{period.first}-{period.last}", head, rows)


def _cells(line, currency, counted) -> Iterator[object]:
    for name in (*counted, "earned"):
        amount = getattr(line, name)
        if line.is_hidden and name not in {"views", "clicks", "adds", "assisted_adds"}:
            yield f"<{FEWEST}" if name in {"orders", "assisted_orders"} else ""
        elif name in {"net", "off", "refunded", "assisted_net", "assisted_refunded", "earned"}:
            yield to_decimal(amount, currency)
        else:
            yield amount
