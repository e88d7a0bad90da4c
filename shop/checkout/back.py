"""Back to the checkout or the basket with a word, and with what was typed."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.basket.models import Basket, BasketRow
from shop.basket.session import CHECKOUT, basket_of
from shop.checkout.forms import CheckoutForm
from shop.regions.request import RegionRequest
from shop.web.answers import A_DAY, keep
from shop.web.redirects import redirect_303

VISIT_ENDED = gettext_lazy(
    "Your visit had ended before this form arrived, so nothing was ordered or charged. Your basket and what you typed are "
    "here again: please look, then order."
)


def keep_typed(request: RegionRequest, *, checked: bool = False, notice: str = "") -> None:
    """Keep what the form says. `checked`: the page shows its errors; `notice` holds while the order stays as it is."""
    typed = {name: request.POST.get(name, "")[:254] for name in CheckoutForm.base_fields}
    region = request.region.code if checked else ""
    keep(request, CHECKOUT, A_DAY, typed=typed, checked_in=region, notice=notice, about=about(request))


def about(request: RegionRequest) -> str:
    """What is ordered, so that words about it are not shown beside another order."""
    basket = basket_of(request)
    lines = list(basket.lines.values_list("variant", "quantity")) if basket else []
    return f"{request.region.code} {lines} {basket.code if basket else ''}"


def can_order(basket: Basket | None, rows: list[BasketRow]) -> bool:
    """Whether something can be ordered and there is nothing that the shopper has to look at first."""
    counted = [row for row in rows if row.counts]
    if basket is None or not counted:
        return False
    return not any(row.changes for row in counted) and not basket.gone()


def to_basket(request: RegionRequest, *, ended: bool = False) -> HttpResponse:
    """`ended`: the visit had; the basket's page can't see that, since the answer takes the old cookie away."""
    url = reverse("basket:show", kwargs={"region": request.region.code})
    return redirect_303(f"{url}?visit=ended" if ended else url)


def again(request: RegionRequest, notice: str = "") -> HttpResponse:
    """The page once more, with its errors and a notice."""
    keep_typed(request, checked=True, notice=notice)
    return redirect_303(request.path)


def reason_in(rows: list[BasketRow]) -> str:
    if not rows:
        return _(
            "Nothing was ordered or charged: your basket is empty. If you ordered in another window, the order is in the "
            "mail we sent you. The address you typed is kept for your checkout."
        )
    if not any(row.counts for row in rows):
        return _(
            "Nothing was ordered or charged: nothing in your basket can be bought here at the moment. The address you "
            "typed is kept for your checkout."
        )
    return _(
        "Nothing was ordered or charged: something in your basket changed; please look at it first. The address you "
        "typed is kept for your checkout."
    )


def nothing_to_order(request: RegionRequest, rows: list[BasketRow]) -> HttpResponse:
    """To the basket, with the reason; what was typed is kept even if an error of ours ends this request."""
    keep_typed(request)
    request.session.save()
    messages.warning(request, reason_in(rows))
    return to_basket(request)


def came_late(request: RegionRequest) -> HttpResponse:
    """The form was sent without a session it belongs to. Nothing is ordered; basket and address are there again."""
    basket = basket_of(request)
    rows = basket.rows(request.region) if basket else []
    if not can_order(basket, rows):
        return nothing_to_order(request, rows)
    return again(request, str(VISIT_ENDED))
