"""The pages of signing in: allauth's, drawn as the admin's other pages are."""

from functools import wraps

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from articles import notices
from config.entry import devices, log, second_factor
from shop.text.numbers import whole_or_none
from shop.web.redirects import redirect_303


def page(view, title: str):
    """A view of allauth with what the admin's frame needs. Its scripts come from files, so the policy stays strict."""

    @never_cache
    @wraps(view)
    def drawn(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            given: dict = response.context_data or {}
            given.update({**admin.site.each_context(request), "title": title, **given})
        return response

    return drawn


def of_staff(view):
    """Shoppers sign in too, and have nothing to do with these pages."""

    @wraps(view)
    def asked(request, *args, **kwargs):
        if request.user.is_authenticated and not request.user.is_staff:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return asked


def own_page(view, title: str):
    """A page about who of the staff is signed in."""
    return of_staff(page(view, title))


@never_cache
@login_required
@require_GET
def account(request):
    """How one signs in: password, second factor, sessions. `?needed=1`: one was sent here for want of a second factor."""
    kept: dict = {"webauthn": []}
    for row in Authenticator.objects.filter(user_id=request.user.pk).order_by("pk"):
        if row.type == Authenticator.Type.WEBAUTHN:
            kept["webauthn"].append(row.wrap())
        else:
            kept[row.type] = row.wrap()
    codes = kept.get("recovery_codes")
    context = {
        **admin.site.each_context(request),
        "title": "How you sign in",
        "totp": kept.get("totp"),
        "passkeys": kept["webauthn"],
        "codes_left": len(codes.get_unused_codes()) if codes else None,
        "is_protected": bool(kept["webauthn"] or kept.get("totp")),
        "is_needed": second_factor.is_missing(request),
        "wanted_from": second_factor.wanted_from(request),
        "sessions": devices.sessions_of(request),
    }
    return TemplateResponse(request, "mfa/index.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mails(request):
    """What one is mailed about articles; what concerns the account itself is always mailed."""
    if request.method == "POST":
        notices.choose(request.user, set(request.POST.getlist("kind")))
        messages.success(request, "Your choice is kept.")
        return redirect_303(reverse("staff_mails"))
    kinds = notices.kinds_for(request.user)
    context = {**admin.site.each_context(request), "title": "What I am mailed", "kinds": kinds}
    return TemplateResponse(request, "admin/people/mails.html", context)


@login_required
@require_POST
def end_sessions(request):
    """That of a device, or all but this one."""
    pk = whole_or_none(request.POST.get("device", ""))
    count = devices.end(request.user, pk=pk, but=request)
    if count:
        log.ended(request, request.user, count)
        words = "The session was ended." if count == 1 else f"{count} sessions were ended."
        messages.success(request, words)
    return HttpResponseRedirect(reverse("mfa_index") + "#sessions")
