from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from config.letters.letters import ask, confirm, stop
from config.letters.models import AGREED, Subscriber
from shop.content.throttle import address_of, too_often
from shop.regions.same_origin import same_origin_or_confirm
from shop.regions.views import redirect_303, safe_next

MOST_AN_HOUR = 10  # per address that asks


@same_origin_or_confirm("Send you new articles by mail?")
def ask_view(request):
    """Keep an e-mail address for letters. The answer never says whether it was known already."""
    email = request.POST.get("email", "").strip()
    back = safe_next(request, request.POST.get("next", ""), f"/{request.region.code}/")
    try:
        validate_email(email if len(email) <= 254 else "")
    except ValidationError:
        return render(request, "letters/ask.html", {"email": email[:254], "next": back}, status=422)
    if too_often("letters", address_of(request), most=MOST_AN_HOUR, seconds=3600):
        return render(request, "letters/too_often.html", {"back": back}, status=429)
    ask(request.region, email)
    messages.success(request, "Look into your mailbox: one click there, and new articles come by mail.")
    return redirect_303(back)


def _found(request, token) -> Subscriber | None:
    row = Subscriber.objects.select_related("region").filter(token=token).first()
    if row is not None:
        request.region = row.region
    return row


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request, token):
    """What the mails' links show: confirm or stop, each by a button, so that no mail scanner does it."""
    row = _found(request, token)
    if row is None:
        response = render(request, "letters/gone.html", status=404)
    elif request.method == "POST" and "stop" in request.POST:
        stop(row)
        response = render(request, "letters/gone.html", {"stopped": True})
    elif request.method == "POST":
        confirm(row)
        return redirect_303(request.path)
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
