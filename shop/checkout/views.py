import logging
from collections.abc import Callable
from typing import Any, TypeVar

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shop.basket.models import Basket, BasketRow
from shop.basket.session import CHECKOUT, basket_of, note_order, ticket_of, visit_ended
from shop.basket.session import KEY as BASKET
from shop.catalogue.sheet import sheet_url
from shop.checkout.back import (
    VISIT_ENDED,
    about,
    again,
    can_order,
    keep_typed,
    nothing_to_order,
    to_basket,
)
from shop.checkout.forms import CheckoutForm
from shop.checkout.holding import too_much
from shop.checkout.outcomes import Outcome, Where, order_basket, pay_for
from shop.checkout.standing import State, standing_of
from shop.checkout.testers import remember, why_not
from shop.checkout.totals import NoTaxRate, Quote, likely_address, quote_for
from shop.codes.discount import CodeRefused
from shop.content.link_tokens import opened_by
from shop.orders.mails import order_mail
from shop.orders.models import Order, OrderStatus
from shop.pages.agreed import terms_of
from shop.payments import stripe_api
from shop.payments.cancel import AlreadyPaid, PaymentLookedAt, end_order
from shop.payments.leave import leave
from shop.payments.left import money_came
from shop.payments.reconcile import queue_look
from shop.regions.delivery import Arrival, arrival
from shop.regions.models import Region, ZoneRule
from shop.regions.request import RegionRequest, set_region
from shop.regions.spelling import spelled
from shop.regions.zones import zone_of
from shop.reminders.packs import offered
from shop.reviews.asking import invitation
from shop.text.numbers import amount_or_none
from shop.web.answers import kept_for
from shop.web.redirects import redirect_303
from shop.withdrawal.due import claims_of, withdraw_url

log = logging.getLogger(__name__)
TERMS_CHANGED = gettext_lazy(
    "Our terms of sale changed a moment ago. Please look at them, and order again. Nothing was ordered."
)


V = TypeVar("V", bound=Callable[..., HttpResponse])


def may_go_to_payment(view: V) -> V:
    """A POST that is answered with a redirect to the payment page needs its origin here, or the browser stops it."""
    widened: Any = csp_update({"form-action": [settings.PAYMENT_ORIGIN]})  # typed for views of no arguments
    allowed: V = widened(view)
    return allowed


@never_cache
@may_go_to_payment
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: RegionRequest) -> HttpResponse:
    """One page: e-mail, address, the whole order, the button. What was typed is kept in the session for a day.

    A form is answered with a redirect, to the payment page or back to this one, which then says what is wrong.
    """
    return _sent(request) if request.method == "POST" else _shown(request)


def _shown(request: RegionRequest) -> HttpResponse:
    region, basket = request.region, basket_of(request)
    rows = basket.rows(region) if basket else []
    if basket is None or not can_order(basket, rows):
        return to_basket(request, ended=visit_ended(request))
    kept = kept_for(request, CHECKOUT)
    typed = kept.get("typed", {})
    if kept.get("checked_in") == region.code:
        form = CheckoutForm(typed, region=region)
    else:
        form = CheckoutForm(region=region, initial=typed)
    notice = kept.get("notice", "")
    context = {
        "form": form,
        "quote": _quote(form, rows, typed, basket.code),
        "left_out": [row for row in rows if not row.counts],
        "arrival": _arrival(region, typed),
        "place_note": _place_note(region, typed),
        "notice": notice if notice and kept["about"] == about(request) else "",
        "ticket": ticket_of(basket),
        "terms": terms_of(region),
        "basket_quantity": sum(row.quantity for row in rows if row.counts),
    }
    return render(request, "checkout/checkout.html", context)


def _arrival(region: Region, typed: dict[str, str]) -> Arrival | None:
    """Of the address typed before, if it is in this region; else of any address in it. None where nothing is delivered."""
    country, postcode = typed.get("country", ""), typed.get("postcode", "")
    if country not in region.country_codes:
        return arrival(region)
    zone = zone_of(country, postcode, typed.get("town", ""))
    if zone and zone.rule == ZoneRule.NONE:
        return None
    return arrival(region, country=country, postcode=postcode)


def _place_note(region: Region, typed: dict[str, str]) -> str:
    """What the law of the place typed before is, where a part of its country has one of its own."""
    country = typed.get("country", "")
    if country not in region.country_codes:
        return ""
    zone = zone_of(country, typed.get("postcode", ""), typed.get("town", ""))
    return zone.told if zone else ""


def _quote(form: CheckoutForm, rows: list[BasketRow], typed: dict[str, str], code: str) -> Quote:
    region = form.region
    address = form.address() if form.is_bound and form.is_valid() else likely_address(region, typed)
    try:
        return quote_for(rows, region, address, code=code)
    except CodeRefused:  # the basket says why
        return _quote(form, rows, typed, "")
    except NoTaxRate:
        if form.is_bound and form.is_valid():
            form.add_error(
                "country", _("We can’t sell to this country at the moment: its tax rate is missing.")
            )
        return quote_for(rows, region, code=code)


def _sent(request: RegionRequest) -> HttpResponse:
    had_basket = request.session.get(BASKET) is not None
    basket = basket_of(request)
    rows = basket.rows(request.region) if basket else []
    keep_typed(request)
    request.session.save()  # now, so that it is kept even if an error of ours ends this request
    if basket is None or not can_order(basket, rows):
        return nothing_to_order(request, rows)
    if not had_basket:
        return again(request, str(VISIT_ENDED))
    form = CheckoutForm(request.POST, region=request.region)
    if not form.is_valid():
        return again(request)
    if request.POST.get("terms", "") not in ("", terms_of(request.region).number):
        return again(request, str(TERMS_CHANGED))
    if words := why_not(request, form.cleaned_data["email"], form.address()):
        return again(request, words)
    if words := too_much(request, rows, basket):
        return again(request, words)
    return _order(request, basket, form)


def _order(request: RegionRequest, basket: Basket, form: CheckoutForm) -> HttpResponse:
    outcome = order_basket(
        basket,
        region=request.region,
        email=form.cleaned_data["email"],
        address=form.address(),
        shown_total=amount_or_none(request.POST.get("shown_total", "").strip()),
    )
    if outcome.where is not Where.PAYMENT or outcome.order is None:
        return _answer(request, outcome)
    note_order(request)
    remember(request, outcome.order)
    return _answer(request, pay_for(outcome.order))


def _answer(request: RegionRequest, outcome: Outcome) -> HttpResponse:
    if outcome.where is Where.CHECKOUT:
        return again(request, " ".join(outcome.words))
    for line in outcome.words:
        messages.add_message(request, outcome.level, line)
    if outcome.where is Where.BASKET or outcome.order is None:
        return to_basket(request)
    return redirect_303(outcome.url or outcome.order.get_absolute_url())


def _order_or_404(request: RegionRequest, token: str) -> Order:
    order = opened_by(Order.objects.select_related("region", "vat_number"), token).first()
    if order is None:
        raise Http404("There is no order at this address.")
    set_region(request, order.storefront)
    return order


@never_cache
@may_go_to_payment
@require_safe
def order(request: RegionRequest, token: str) -> HttpResponse:
    """The shopper's page of one order. It reads; webhook and reconciler alone say "paid"."""
    order = _order_or_404(request, token)
    came_from = request.GET.get("from", "")
    related = ("refunds__payment__order__region", "disputes")
    payments = list(order.payments.select_related("order__region").prefetch_related(*related))
    left = came_from == "cancel" and _came_by_hand(request) and leave(order, request.GET.get("attempt", ""))
    standing = standing_of(order, payments, came_from=came_from, left=left)
    confirming = standing.state == State.CONFIRMING
    if confirming:
        queue_look(order)
    lines = list(order.lines.all())
    context = {
        "order": order,
        "lines": lines,
        "standing": standing,
        "came_back": came_from == "cancel",
        "documents": order.documents.order_by("issued_at", "pk").defer("pdf", "data"),
        "parcels": order.parcels.prefetch_related("lines__line", "lines__batches__batch"),
        "claims": claims_of(order),
        "reminders": offered(order),
        "reviews": invitation(order),
        "withdraw_url": withdraw_url(order),
        "sheet_url": sheet_url(order.storefront, [line.sku for line in lines]),
    }
    response = render(request, "checkout/order.html", context)
    response["X-Robots-Tag"] = "noindex"
    if confirming:
        response["Refresh"] = "3"
    return response


def _came_by_hand(request: HttpRequest) -> bool:
    """Not by a browser that fetches ahead."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in purpose


@never_cache
@require_safe
def terms(request: RegionRequest, token: str) -> HttpResponse:
    """The terms that an order agreed to, word by word."""
    order = _order_or_404(request, token)
    if order.terms is None:
        raise Http404("The words of this order’s terms were not kept.")
    response = render(request, "checkout/terms.html", {"order": order, "terms": order.terms})
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
def document(request: RegionRequest, token: str, number: str) -> HttpResponse:
    """An invoice or a credit note as it was issued, byte for byte."""
    order = _order_or_404(request, token)
    row = order.documents.filter(number=number).first()
    if (
        row is None or not row.pdf
    ):  # it is emptied once no law asks for it (config/operation/forget_orders.py)
        raise Http404("There is no such document, or its time is over.")
    response = HttpResponse(bytes(row.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{row.number}.pdf"'
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@may_go_to_payment
@require_POST
def pay(request: RegionRequest, token: str) -> HttpResponse:
    return _answer(request, pay_for(_order_or_404(request, token)))


@never_cache
@require_POST
def cancel(request: RegionRequest, token: str) -> HttpResponse:
    order = _order_or_404(request, token)
    try:
        if end_order(order, to=OrderStatus.CANCELLED, who="shopper", why="Cancelled on the order page."):
            came = money_came(order)
            facts: dict[str, Any] = {"refund": None, "whole": True, "cancelled": [], "money_came": came}
            order_mail(order, "cancelled", by_stranger=True, **facts)
            words = (
                _("The order is cancelled.")
                if came
                else _("The order is cancelled and nothing was charged. Your basket is kept.")
            )
            messages.success(request, spelled(words, order.storefront))
        else:
            messages.info(
                request, spelled(_("This order can no longer be cancelled here."), order.storefront)
            )
    except PaymentLookedAt:
        messages.info(
            request,
            spelled(
                _(
                    "We are looking at a payment for this order, so it can’t be cancelled here. Please write to us."
                ),
                order.storefront,
            ),
        )
    except AlreadyPaid:
        messages.info(
            request,
            spelled(
                _("This order was paid in the meantime, so it was not cancelled. Please write to us."),
                order.storefront,
            ),
        )
    except stripe_api.StripeUnreachable:
        messages.error(
            request, _("The payment service does not answer, so nothing was changed. Try again shortly.")
        )
    return redirect_303(order.get_absolute_url())
