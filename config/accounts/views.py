from functools import wraps

from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.accounts import addresses as own
from config.accounts import joining, theirs
from config.accounts.sign_in import StaffHere, account_of, enter, links_that_work, send_link
from shop.basket.session import basket_for_change
from shop.content.link_tokens import opened_by
from shop.content.throttle import address_of, too_often
from shop.optin.pages import typed_address
from shop.regions.request import set_region
from shop.text.numbers import whole_or_none
from shop.web.answers import keep, kept_for
from shop.web.redirects import redirect_303

A_PAGE = 20
TYPED = "address"  # among the answers kept in the session
MAX_PER_HOUR = 30  # links, from one network
SENT = gettext_lazy(
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
        "addresses": own.addresses_of(found),
        "page": page,
        "wishes": theirs.wishes_of(found),
        "asks": theirs.asks_of(found),
        "joined": joining.joined(request),
    }
    return render(request, "accounts/account.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def addresses(request):
    """All of them, and one form: for a new one, or with `?edit=` for one that is there. A form is answered with a redirect."""
    found = account_of(request)
    if found is None:
        return redirect_303(_home(request))
    if request.method == "POST":
        return _changed(request, found)
    rows = own.addresses_of(found)
    edited = next((row for row in rows if str(row.pk) == request.GET.get("edit")), None)
    kept = kept_for(request, TYPED)
    if kept and kept["at"] == [request.region.code, edited.pk if edited else None]:
        form = own.AddressForm(kept["typed"], region=request.region)
    else:
        initial = {name: getattr(edited, name) for name in own.COLUMNS} if edited else {}
        form = own.AddressForm(region=request.region, initial=initial)
    context = {
        "account": found,
        "rows": rows,
        "edited": edited,
        "form": form,
        "is_full": len(rows) >= own.MOST and not edited,
        "here": request.region.country_codes,
    }
    return render(request, "accounts/addresses.html", context)


def _changed(request, found):
    what, _sep, which = request.POST.get("do", "").partition(":")
    page = reverse("accounts:addresses", kwargs={"region": request.region.code})
    pk = whole_or_none(which) or 0
    if what == "save":
        return _saved(request, found, pk, page)
    if what == "use":
        if own.use(request, found, pk):
            return redirect_303(reverse("checkout:checkout", kwargs={"region": request.region.code}))
        messages.info(request, _("This shop does not deliver to that address, or it is gone."))
    elif what == "keep":
        _keep_from_order(request, found, which[:20])
    elif what == "default" and own.make_default(found, pk):
        messages.success(request, _("This address stands first from now on."))
    elif what == "delete" and own.delete(found, pk):
        messages.success(request, _("The address is deleted."))
    else:
        messages.info(request, _("This address is gone already."))
    return redirect_303(page)


def _saved(request, found, pk, page):
    there = f"{page}?edit={pk}" if pk and found.addresses.filter(pk=pk).exists() else page
    typed = {name: request.POST.get(name, "")[:254] for name in own.AddressForm.base_fields}
    form = own.AddressForm(typed, region=request.region)
    if not form.is_valid():
        keep(request, TYPED, typed=typed, at=[request.region.code, pk if there != page else None])
        return redirect_303(there)
    keep(request, TYPED, 0, typed={}, at=None)
    try:
        own.save(found, form.columns, pk if there != page else 0)
    except own.TooMany:
        messages.warning(
            request,
            _("You have {most} addresses, and no more are kept. Delete one first.").format(most=own.MOST),
        )
    else:
        messages.success(request, _("The address is saved. The checkout offers it while you are signed in."))
    return redirect_303(page)


def _keep_from_order(request, found, number: str) -> None:
    order = theirs.orders_of(found).filter(number=number).exclude(line1="").first()
    try:
        if order is not None:
            own.save(found, own.of_order(order))
    except own.TooMany:
        messages.warning(
            request,
            _("You have {most} addresses, and no more are kept. Delete one first.").format(most=own.MOST),
        )
        return
    if order is None:
        messages.info(request, _("This order is not among yours, or its address was forgotten."))
    else:
        messages.success(request, _("The address of {number} is saved.").format(number=number))


@never_cache
@require_POST
def ask(request):
    """Mail a link. The answer is the same for every address."""
    email, is_address = typed_address(request)
    if not is_address:
        messages.error(
            request,
            _("That can’t be an e-mail address, so no mail was sent. It looks like name@example.org."),
        )
    elif too_often("accounts", address_of(request), most=MAX_PER_HOUR, seconds=3600):
        messages.error(
            request, _("Many links were asked for from your connection. Please try again in an hour.")
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
                request,
                _("You are signed in as staff with this browser. Sign out there first, or use another."),
            )
            return redirect_303(request.path)
        if found is not None:
            joining.join(request, found)
            messages.success(request, _("You are signed in."))
            return redirect_303(_home(request))
        link = None
    response = render(request, "accounts/enter.html", {"link": link}, status=200 if link else 404)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response


@of_shoppers
def undo(request, found):
    if joining.undo(request):
        messages.success(request, _("Undone: this browser has its own basket again."))
    else:
        messages.info(request, _("There is nothing to undo any more."))
    return redirect_303(_home(request))


@of_shoppers
def again(request, found):
    number = request.POST.get("order", "")[:20]
    order = theirs.orders_of(found).filter(number=number).first()
    if order is None:
        messages.info(request, _("This order is not among yours."))
        return redirect_303(_home(request))
    with transaction.atomic():
        told = theirs.again(order, basket_for_change(request), request.region)
    for is_all, words in told:
        messages.add_message(request, messages.SUCCESS if is_all else messages.WARNING, words)
    return redirect_303(reverse("basket:show", kwargs={"region": request.region.code}))


@of_shoppers
def stop(request, found):
    kind, _sep, pk = request.POST.get("stop", "").partition(":")
    if theirs.stop(found, kind, whole_or_none(pk)):
        messages.success(request, _("Stopped, and deleted."))
    else:
        messages.info(request, _("It was stopped before."))
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
    messages.success(request, _("You are signed out. Your basket waits in your account."))
    return redirect_303(_home(request))


@of_shoppers
def delete(request, found):
    theirs.delete(found)
    logout(request)
    messages.success(request, _("Your account is deleted, and all mails that you had asked for are stopped."))
    return redirect_303(_home(request))
