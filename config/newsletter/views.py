from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.newsletter.letters import ask
from config.newsletter.models import AGREED, Subscriber
from shop.content.link_tokens import opened_by
from shop.optin.asking import stop
from shop.optin.pages import OptIn, typed_address
from shop.web.answers import kept_for
from shop.web.redirects import redirect_303, safe_next
from shop.web.same_origin import same_origin_or_confirm

LETTERS = OptIn("letters", answer="letters")


@same_origin_or_confirm(gettext_lazy("Send you new articles by mail?"))
def ask_view(request):
    """Keep an e-mail address for letters. The answer never says whether it was known already."""
    back = safe_next(request, request.POST.get("next", ""), f"/{request.region.code}/")
    email, is_address = typed_address(request)
    if not is_address:
        return LETTERS.again(request, email=email, back=back)
    if LETTERS.is_asked_too_often(request):
        return LETTERS.again(request, back=back)
    ask(request.region, email)
    messages.success(request, _("Look into your mailbox: one click there, and new articles come by mail."))
    return redirect_303(back)


@never_cache
@require_safe
def again(request):
    kept = kept_for(request, LETTERS.answer)
    return LETTERS.why(request, kept) if kept else redirect_303(f"/{request.region.code}/")


@require_safe
def stopped(request):
    return render(request, "letters/gone.html", {"stopped": True})


def _found(token: str) -> Subscriber | None:
    return opened_by(Subscriber.objects.select_related("region"), token).first()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request, token):
    row = _found(token)
    return LETTERS.link(request, row, "letters/letters.html", subscriber=row, agreed=_(AGREED))


@never_cache
@csrf_exempt
@require_POST
def stop_view(request, token):
    """For mail programs: one POST stops it (RFC 8058). The token is the secret; what is unknown is stopped already."""
    row = _found(token)
    if row is not None:
        stop(row)
    return HttpResponse(
        _("Stopped. Your address is deleted.") + "\n", content_type="text/plain; charset=utf-8"
    )
