from functools import wraps

from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.accounts import joining, theirs
from config.accounts.sign_in import StaffHere, account_of, enter, links_that_work, send_link
from shop.basket.session import basket_for_change
from shop.content.link_tokens import opened_by
from shop.content.throttle import address_of, too_often
from shop.optin.pages import typed_address
from shop.regions.request import set_region
from shop.text.numbers import whole_or_none
from shop.web.redirects import redirect_303

A_PAGE = 20
MAX_PER_HOUR = 30  # links, from one network
SENT = (
    "Look into your mailbox: if that is an address, a link waits there, and one click signs you in. It works for an "
    "hour."
)


def _home(request):
    return reverse("accounts:account", kwargs={"region": request.region.code})


def of_shoppers(view):
    """POST of who is signed in as a shopper; others are led to the page that signs in."""

    @never_cache
    @require_POST
    @wraps(view)
    def asked(request, **kwargs):
        found = account_of(request)
        return view(request, found) if found else redirect_303(_home(request))

    return asked


@never_cache
@require_safe
def account(request):
    """Whose it is decides what it shows; without an account it asks for an address."""
    found = account_of(request)
    if found is None:
        return render(request, "accounts/sign_in.html", {"is_staff": request.user.is_staff})
    page = Paginator(theirs.orders_of(found), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "account": found,
        "page": page,
        "wishes": theirs.wishes_of(found),
        "asks": theirs.asks_of(found),
        "joined": joining.joined(request),
    }
    return render(request, "accounts/account.html", context)


@never_cache
@require_POST
def ask(request):
    """Mail a link. The answer is the same for every address."""
    email, is_address = typed_address(request)
    if not is_address:
        messages.error(
            request, "That can’t be an e-mail address, so no mail was sent. It looks like name@example.org."
        )
    elif too_often("accounts", address_of(request), most=MAX_PER_HOUR, seconds=3600):
        messages.error(
            request, "Many links were asked for from your connection. Please try again in an hour."
        )
    else:
        send_link(email, request.region)
        messages.success(request, SENT)
    return redirect_303(_home(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_view(request, token):
    """Behind the link stands a button, so that no mail scanner signs in."""
    link = opened_by(links_that_work(), token).first()
    if link is not None:
        set_region(request, link.region)
    if link is not None and request.method == "POST":
        try:
            found = enter(request, link)
        except StaffHere:
            messages.error(
                request, "You are signed in as staff with this browser. Sign out there first, or use another."
            )
            return redirect_303(request.path)
        if found is not None:
            joining.join(request, found)
            messages.success(request, "You are signed in.")
            return redirect_303(_home(request))
        link = None
    response = render(request, "accounts/enter.html", {"link": link}, status=200 if link else 404)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response


@of_shoppers
def undo(request, found):
    if joining.undo(request):
        messages.success(request, "Undone: this browser has its own basket again.")
    else:
        messages.info(request, "There is nothing to undo any more.")
    return redirect_303(_home(request))


@of_shoppers
def again(request, found):
    number = request.POST.get("order", "")[:20]
    order = theirs.orders_of(found).filter(number=number).first()
    if order is None:
        messages.info(request, "This order is not among yours.")
        return redirect_303(_home(request))
    with transaction.atomic():
        told = theirs.again(order, basket_for_change(request), request.region)
    for is_all, words in told:
        messages.add_message(request, messages.SUCCESS if is_all else messages.WARNING, words)
    return redirect_303(reverse("basket:show", kwargs={"region": request.region.code}))


@of_shoppers
def stop(request, found):
    kind, _, pk = request.POST.get("stop", "").partition(":")
    if theirs.stop(found, kind, whole_or_none(pk)):
        messages.success(request, "Stopped, and deleted.")
    else:
        messages.info(request, "It was stopped before.")
    return redirect_303(_home(request))


@of_shoppers
def export(request, found):
    response = JsonResponse(theirs.exported(found), json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="account.json"'
    return response


@of_shoppers
def sign_out(request, found):
    joining.leave(request, found)
    logout(request)
    messages.success(request, "You are signed out. Your basket waits in your account.")
    return redirect_303(_home(request))


@of_shoppers
def delete(request, found):
    theirs.delete(found)
    logout(request)
    messages.success(request, "Your account is deleted, and all mails that you had asked for are stopped.")
    return redirect_303(_home(request))
