from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shop.basket.session import basket_of
from shop.content.link_tokens import opened_by
from shop.optin.asking import stop
from shop.optin.pages import OptIn, typed_address
from shop.orders.models import Order
from shop.regions.request import RegionRequest, set_region
from shop.reminders import baskets, packs
from shop.reminders.models import BasketReminder, PackReminder
from shop.web.answers import kept_for
from shop.web.redirects import redirect_303

REMINDERS = OptIn("reminders", answer="reminder")


@never_cache
@require_POST
def of_order(request: RegionRequest, token: str) -> HttpResponse:
    """The form on an order's page: one mail before a pack is empty, or none after all."""
    order = opened_by(Order.objects.select_related("region"), token).first()
    if order is None:
        raise Http404("There is no order at this address.")
    set_region(request, order.storefront)
    back = order.get_absolute_url()
    if "stop" in request.POST:
        rows = PackReminder.objects.filter(line__order=order, line__sku=request.POST["stop"][:20])
        for wish in rows:
            stop(wish)
        messages.success(request, _("Stopped. We won’t remind you."))
        return redirect_303(back)
    line = packs.line_of(order, request.POST.get("pack", ""))
    if line is None:
        messages.info(request, _("There is no reminder for this pack (any more), so nothing was kept."))
        return redirect_303(back)
    if REMINDERS.is_asked_too_often(request):
        return REMINDERS.again(request, back=back)
    packs.ask(line)
    messages.success(
        request, _("Look into your mailbox: one click there, and we write to you once, before it is empty.")
    )
    return redirect_303(back)


@never_cache
@require_POST
def of_basket(request: RegionRequest) -> HttpResponse:
    """The form at the basket. The answer never says whether the address was known already."""
    basket, back = basket_of(request), reverse("basket:show", kwargs={"region": request.region.code})
    if basket is None or not basket.lines.exclude(variant=None).exists():
        messages.info(request, _("Your basket is empty, so there is nothing to remind you of."))
        return redirect_303(back)
    email, is_address = typed_address(request)
    if not is_address:
        return REMINDERS.again(request, email=email, back=back)
    if REMINDERS.is_asked_too_often(request):
        return REMINDERS.again(request, back=back)
    baskets.ask(basket, request.region, email)
    messages.success(
        request,
        _(
            "Look into your mailbox: one click there, and we write to you once, should you leave your basket behind."
        ),
    )
    return redirect_303(back)


@never_cache
@require_safe
def again(request: RegionRequest) -> HttpResponse:
    kept = kept_for(request, REMINDERS.answer)
    if not kept:
        return redirect_303(reverse("basket:show", kwargs={"region": request.region.code}))
    return REMINDERS.why(request, kept)


@require_safe
def stopped(request: HttpRequest) -> HttpResponse:
    return render(request, "reminders/stopped.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pack(request: HttpRequest, token: str) -> HttpResponse:
    rows = PackReminder.objects.select_related("line__variant__product", "line__order__region", "region")
    row = opened_by(rows, token).first()
    return REMINDERS.link(request, row, "reminders/pack.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def basket(request: HttpRequest, token: str) -> HttpResponse:
    row = opened_by(BasketReminder.objects.select_related("region"), token).first()
    return REMINDERS.link(request, row, "reminders/basket.html")
