from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from shop.alerts.alerts import ask
from shop.alerts.models import StockAlert
from shop.catalogue.models import Variant
from shop.catalogue.offers import offer as offer_of
from shop.content.link_tokens import opened_by
from shop.optin.pages import OptIn, typed_address
from shop.web.answers import kept_for
from shop.web.redirects import redirect_303, safe_next
from shop.web.same_origin import same_origin_or_confirm

ALERTS = OptIn("alerts", answer="alert")


@same_origin_or_confirm(gettext_lazy("Write to you when it is back?"))
def ask_view(request):
    """Keep an e-mail address for one pack. The answer never says whether it was known already."""
    sku = request.POST.get("variant", "")[:20]
    variant = Variant.objects.select_related("product").filter(sku=sku).first()
    if variant is None:
        messages.error(request, _("We no longer sell this pack, so there is nothing to write to you about."))
        return redirect_303(reverse("catalogue:list", kwargs={"region": request.region.code}))
    back = safe_next(request, request.POST.get("next", ""), variant.url_in(request.region))
    email, is_address = typed_address(request)
    if not is_address:
        return ALERTS.again(request, sku=sku, email=email, back=back)
    if offer_of(variant, request.region).can_buy:
        messages.info(request, _("It is in stock already: you can buy it now."))
        return redirect_303(variant.url_in(request.region))
    if ALERTS.is_asked_too_often(request):
        return ALERTS.again(request, sku=sku, back=back)
    ask(variant, request.region, email)
    messages.success(
        request, _("Look into your mailbox: one click there, and we write to you once, when it is back.")
    )
    return redirect_303(back)


@never_cache
@require_safe
def again(request):
    kept = kept_for(request, ALERTS.answer)
    variant = Variant.objects.filter(sku=kept.get("sku", "")).first()
    if variant is None:
        return redirect_303(reverse("catalogue:list", kwargs={"region": request.region.code}))
    return ALERTS.why(request, kept, variant=variant)


@require_safe
def stopped(request):
    return render(request, "alerts/stopped.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def alert(request, token):
    row = opened_by(StockAlert.objects.select_related("variant__product", "region"), token).first()
    return ALERTS.link(request, row, "alerts/alert.html")
