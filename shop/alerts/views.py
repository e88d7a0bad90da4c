from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from shop.alerts.alerts import ask, confirm, stop
from shop.alerts.models import StockAlert
from shop.catalogue.models import Variant
from shop.catalogue.offers import offer as offer_of
from shop.content.throttle import address_of, forgive, too_often
from shop.regions.request import set_region
from shop.text.typed import typed_mail
from shop.web.answers import keep, kept_for
from shop.web.redirects import redirect_303, safe_next
from shop.web.same_origin import same_origin_or_confirm

MOST_AN_HOUR = 30  # that nobody confirmed, from one network
ASKED = "alert"  # among the answers kept in the session


@same_origin_or_confirm("Write to you when it is back?")
def ask_view(request):
    """Keep an e-mail address for one pack. The answer never says whether it was known already."""
    sku, email = request.POST.get("variant", "")[:20], typed_mail(request.POST.get("email", ""))
    variant = Variant.objects.select_related("product").filter(sku=sku).first()
    if variant is None:
        messages.error(request, "We no longer sell this pack, so there is nothing to write to you about.")
        return redirect_303(reverse("catalogue:list", kwargs={"region": request.region.code}))
    back = safe_next(request, request.POST.get("next", ""), variant.url_in(request.region))
    try:
        validate_email(email if len(email) <= 254 else "")
    except ValidationError:
        return _again(request, sku=sku, email=email[:254], back=back)
    if offer_of(variant, request.region).can_buy:
        messages.info(request, "It is in stock already: you can buy it now.")
        return redirect_303(variant.url_in(request.region))
    if too_often("alerts", address_of(request), most=MOST_AN_HOUR, seconds=3600):
        return _again(request, sku=sku, back=back)
    ask(variant, request.region, email)
    messages.success(
        request, "Look into your mailbox: one click there, and we write to you once, when it is back."
    )
    return redirect_303(back)


def _again(request, **facts):
    keep(request, ASKED, **facts)
    return redirect_303(reverse("alerts:again", kwargs={"region": request.region.code}))


@never_cache
@require_safe
def again(request):
    """Why nothing was kept, with what was typed; it waits in the session."""
    kept = kept_for(request, ASKED)
    variant = Variant.objects.filter(sku=kept.get("sku", "")).first()
    if variant is None:
        return redirect_303(reverse("catalogue:list", kwargs={"region": request.region.code}))
    if "email" not in kept:
        return render(request, "alerts/too_often.html", {"back": kept["back"]})
    context = {"variant": variant, "email": kept["email"], "next": kept["back"]}
    return render(request, "alerts/ask.html", context)


@require_safe
def stopped(request):
    return render(request, "alerts/stopped.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def alert(request, token):
    """What the mail's link shows: confirm or stop, each by a button, so that no mail scanner does it."""
    row = StockAlert.objects.select_related("variant__product", "region").filter(token=token).first()
    if request.method == "POST":
        if row and "stop" in request.POST:
            stop(row)
            return redirect_303(reverse("alerts:stopped", kwargs={"region": row.region.code}))
        if row and confirm(row):
            forgive("alerts", address_of(request))
        return redirect_303(request.path)
    if row is None:
        response = render(request, "alerts/gone.html", status=404)
    else:
        set_region(request, row.region)
        response = render(request, "alerts/alert.html", {"alert": row})
    response["X-Robots-Tag"] = "noindex"
    return response
