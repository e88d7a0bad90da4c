"""What a change of region would do to a basket, said before it is done. Looking at it changes nothing."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shop.basket.models import MAX_PER_LINE, Basket, BasketRow
from shop.basket.session import basket_of
from shop.codes.automatic import Bought, best_discount
from shop.codes.discount import CodeRefused
from shop.orders.models import Order, OrderStatus
from shop.regions.choice import in_region
from shop.regions.delivery import arrival
from shop.regions.models import Region
from shop.regions.request import set_region
from shop.web.redirects import redirect_303, safe_next


@dataclass(frozen=True)
class Line:
    """A line as it is in the region that is left, and as it would be in the other one; "" where it is not sold."""

    name: str
    label: str
    was: str
    packs: int
    now: str
    packs_there: int
    note: str
    parked: bool = False

    @classmethod
    def of(cls, here: BasketRow, there: BasketRow) -> "Line":
        wanted = here.line.wanted or here.quantity
        packs = min(wanted, there.offer.sellable, MAX_PER_LINE) if there.counts else 0
        note = "" if there.counts else there.reason.partition(". ")[0] + "."
        if there.counts and packs < wanted:
            note = f"{packs} instead of {wanted}, {there.why_most}."
        was = f"{here.offer.price} {here.offer.tax_words}" if here.counts else ""
        now = f"{there.offer.price} {there.offer.tax_words}" if there.counts else ""
        return cls(
            there.name,
            there.variant.translated.label,
            was,
            here.quantity,
            now,
            packs,
            note,
            parked=not there.counts,
        )


def preview(basket: Basket, left: Region, region: Region) -> dict:
    """What stands on the page: each line, the code, the sums on both sides and what is not paid yet."""
    here, there = basket.rows(left), basket.rows(region)
    lines = [Line.of(one, other) for one, other in zip(here, there, strict=True)]
    counted = [(row, line.packs_there) for row, line in zip(there, lines, strict=True) if not line.parked]
    goods = sum(row.offer.sold_at * packs for row, packs in counted)
    code = basket.code_in(region)
    off, words = _code(
        basket, code, region, [Bought(row.product.pk, packs, row.offer.sold_at) for row, packs in counted]
    )
    goods_here = sum(row.total for row in here)
    bought = [Bought(row.product.pk, row.quantity, row.offer.sold_at) for row in here if row.counts]
    off_here, _ = _code(basket, basket.code, left, bought)
    pending = Order.objects.filter(basket_pk=basket.pk, status=OrderStatus.PENDING).exclude(region=region)
    return {
        "lines": [line for line in lines if not line.parked],
        "parked": [line for line in lines if line.parked],
        "code_words": words,
        "total_here": left.money(goods_here - off_here),
        "total_there": region.money(goods - off),
        "arrival": arrival(region),
        "pending": list(pending.order_by("pk").select_related("region")),
    }


def _code(basket: Basket, code: str, region: Region, lines: list[Bought]) -> tuple[int, str]:
    """(what is taken off, what to say of it)."""
    refused = ""
    try:
        found = best_discount(code, region, lines)
    except CodeRefused as error:
        refused = f"{error} It would not be counted."
        found = best_discount("", region, lines)
    off = found.total if found else 0
    told = f"“{found.words}” takes {region.money(off)} off." if found and found.automatic else ""
    if not code:
        waits = (
            f"The code {basket.code} does not hold in {region.the_name}; it waits until you switch back."
            if basket.code
            else ""
        )
        return off, " ".join(filter(None, [waits, told]))
    if refused:
        return off, " ".join(filter(None, [refused, told]))
    return off, told or (f"The code {code} takes {region.money(off)} off." if off else "")


def needs_preview(basket: Basket | None, region: Region) -> bool:
    """Whether a change of region would change what the shopper has put in."""
    if basket is None or basket.region_code in {"", region.code} or not Region.by_code(basket.region_code):
        return False
    return basket.lines.exclude(variant=None).exists()


def preview_url(region: Region, path: str) -> str:
    return reverse("switch_preview") + "?" + urlencode({"region": region.code, "next": path})


def asked_for(request, typed: str, region: Region) -> str:
    """The page that the shopper wants to see there; from the preview itself that is the one behind it."""
    path = safe_next(request, typed, f"/{region.code}/")
    if path.startswith(reverse("switch_preview")):
        inner = parse_qs(urlsplit(path).query).get("next", [""])[0]
        path = safe_next(request, inner, f"/{region.code}/")
    return f"/{region.code}/" if path.startswith(reverse("switch_preview")) else path


@never_cache
@require_safe
def switch_preview(request):
    """“Switch” or “Stay”. Where there is nothing to explain, the page that was asked for."""
    region = Region.by_code(request.GET.get("region", ""))
    if region is None:
        return redirect_303("/")
    path = asked_for(request, request.GET.get("next", ""), region)
    basket = basket_of(request)
    left = Region.by_code(basket.region_code) if basket else None
    if basket is None or left is None or not needs_preview(basket, region):
        return redirect_303(in_region(path, region))
    set_region(request, left)
    context = {"to": region, "left": left, "next": path, "stay": in_region(path, left)}
    return render(request, "basket/switch.html", {**context, **preview(basket, left, region)})
