from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.newsletter.letters import ask, confirm, stop
from config.newsletter.models import AGREED, Subscriber
from shop.content.throttle import address_of, forgive, too_often
from shop.regions.request import set_region
from shop.text.typed import typed_mail
from shop.web.answers import keep, kept_for
from shop.web.redirects import redirect_303, safe_next
from shop.web.same_origin import same_origin_or_confirm

MOST_AN_HOUR = 30  # that nobody confirmed, from one network
ASKED = "letters"  # among the answers kept in the session


@same_origin_or_confirm("Send you new articles by mail?")
def ask_view(request):
    """Keep an e-mail address for letters. The answer never says whether it was known already."""
    email = typed_mail(request.POST.get("email", ""))
    back = safe_next(request, request.POST.get("next", ""), f"/{request.region.code}/")
    try:
        validate_email(email if len(email) <= 254 else "")
    except ValidationError:
        return _again(request, email=email[:254], back=back)
    if too_often("letters", address_of(request), most=MOST_AN_HOUR, seconds=3600):
        return _again(request, back=back)
    ask(request.region, email)
    messages.success(request, "Look into your mailbox: one click there, and new articles come by mail.")
    return redirect_303(back)


def _again(request, **facts):
    keep(request, ASKED, **facts)
    return redirect_303(reverse("letters:again", kwargs={"region": request.region.code}))


@never_cache
@require_safe
def again(request):
    """Why nothing was kept, with what was typed; it waits in the session."""
    kept = kept_for(request, ASKED)
    if not kept:
        return redirect_303(f"/{request.region.code}/")
    if "email" not in kept:
        return render(request, "letters/too_often.html", {"back": kept["back"]})
    return render(request, "letters/ask.html", {"email": kept["email"], "next": kept["back"]})


@require_safe
def stopped(request):
    return render(request, "letters/gone.html", {"stopped": True})


def _found(request, token) -> Subscriber | None:
    row = Subscriber.objects.select_related("region").filter(token=token).first()
    if row is not None:
        set_region(request, row.region)
    return row


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request, token):
    """What the mails' links show: confirm or stop, each by a button, so that no mail scanner does it."""
    row = _found(request, token)
    if request.method == "POST":
        if row and "stop" in request.POST:
            stop(row)
            return redirect_303(reverse("letters:stopped", kwargs={"region": row.region.code}))
        if row and confirm(row):
            forgive("letters", address_of(request))
        return redirect_303(request.path)
    if row is None:
        response = render(request, "letters/gone.html", status=404)
    else:
        response = render(request, "letters/letters.html", {"subscriber": row, "agreed": AGREED})
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@csrf_exempt
@require_POST
def stop_view(request, token):
    """For mail programs: one POST stops it (RFC 8058). The token is the secret; what is unknown is stopped already."""
    row = _found(request, token)
    if row is not None:
        stop(row)
    return HttpResponse("Stopped. Your address is deleted.\n", content_type="text/plain; charset=utf-8")
