"""The withdrawal function: two steps, without an account; a receipt; and the page behind the mail that asks the buyer."""

from contextlib import suppress

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from shop.content.link_tokens import opened_by
from shop.content.throttle import address_of, too_often
from shop.orders.models import Order
from shop.regions.request import RegionRequest, set_region
from shop.text.typed import typed_code
from shop.web.answers import A_DAY, keep, kept_for
from shop.web.redirects import redirect_303
from shop.web.tokens import new_token
from shop.withdrawal.declare import Declared, NothingLeft, Packs, declare, prove
from shop.withdrawal.due import can_withdraw, claims_of
from shop.withdrawal.forms import WithdrawalForm, packs_in
from shop.withdrawal.models import Sealed, Withdrawal
from shop.withdrawal.period import last_day, refund_due_on

RECEIPT = "withdrawal"  # what was declared, among the answers kept in the session
MAX_PER_HOUR = 30  # declarations from one network


def _hidden(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: RegionRequest) -> HttpResponse:
    """Name, order number, e-mail. Where the law knows no such function, the page on returns answers."""
    if not request.region.legal.withdraw_here:
        return redirect_303(reverse("help", kwargs={"region": request.region.code, "page": "returns"}))
    return _steps(request, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_order(request: RegionRequest, token: str) -> HttpResponse:
    """From the order's own page: the number is known, and of each line packs can be chosen."""
    order = opened_by(Order.objects.select_related("region"), token).first()
    if order is None or not order.region.legal.withdraw_here:
        raise Http404("There is no order to withdraw from at this address.")
    set_region(request, order.storefront)
    return _steps(request, order)


def _steps(request: RegionRequest, order: Order | None) -> HttpResponse:
    region, can = request.region, can_withdraw(order) if order else {}
    if order is not None and not can:
        return _hidden(render(request, "withdrawal/nothing.html", _standing(order)))
    if request.method != "POST":
        return _first(request, WithdrawalForm(region=region, order=order), order, can, {})
    form = WithdrawalForm(request.POST, region=region, order=order)
    packs = packs_in(request.POST, can)
    if not form.is_valid() or (order is not None and not packs) or "change" in request.POST:
        return _first(request, form, order, can, request.POST)
    number = order.number or "" if order else typed_code(form.cleaned_data["number"]).lstrip("#")
    if "confirm" not in request.POST:
        context = {
            "number": number,
            "form": form,
            "order": order,
            "chosen": _named(order, packs) if order else [],
            "nonce": new_token(),
            "packs": packs,
        }
        return _hidden(render(request, "withdrawal/confirm.html", context))
    if too_often("withdrawal", address_of(request), most=MAX_PER_HOUR, seconds=3600):
        return _hidden(render(request, "withdrawal/too_often.html", status=429))
    said = Declared(
        name=form.cleaned_data["name"],
        number=number,
        email=form.cleaned_data["email"],
        form=request.POST.get("nonce", "")[:40] or new_token(),
        packs=packs,
    )
    try:
        row = declare(said, region, proven=order)
    except NothingLeft:
        return redirect_303(request.path)
    keep(request, RECEIPT, A_DAY, pk=row.pk)
    return redirect_303(reverse("withdrawal:receipt", kwargs={"region": region.code}))


def _first(request, form: WithdrawalForm, order: Order | None, can: dict[int, int], typed) -> HttpResponse:
    """The first step, with what was typed."""
    context = {
        "form": form,
        "order": order,
        "rows": _rows(order, can, typed) if order else [],
        "last_day": last_day(order) if order else None,
        "none_chosen": bool(order and typed and "change" not in typed and not packs_in(typed, can)),
    }
    return _hidden(render(request, "withdrawal/ask.html", context))


def _rows(order: Order, can: dict[int, int], typed) -> list[dict]:
    """A row for each line that can be chosen: how many packs, and whether they are sealed, as typed."""
    return [
        {
            "line": line,
            "most": can[line.pk],
            "count": typed.get(f"packs-{line.pk}", can[line.pk]),
            "sealed": typed.get(f"sealed-{line.pk}", ""),
            "choices": Sealed.choices,
        }
        for line in order.lines.all()
        if line.pk in can
    ]


def _named(order: Order, packs: list[Packs]) -> list[dict]:
    lines, labels = {line.pk: line for line in order.lines.all()}, dict(Sealed.choices)
    return [
        {"line": lines[one.line], "count": one.count, "sealed": one.sealed, "words": labels[one.sealed]}
        for one in packs
    ]


def _standing(order: Order) -> dict:
    return {"order": order, "claims": claims_of(order)}


@never_cache
@require_safe
def receipt(request: RegionRequest) -> HttpResponse:
    """What was declared and when, for whoever has just declared it."""
    row = (
        Withdrawal.objects.filter(pk=kept_for(request, RECEIPT).get("pk", 0)).select_related("order").first()
    )
    if row is None:
        return redirect_303(reverse("withdrawal:ask", kwargs={"region": request.region.code}))
    context = {
        "withdrawal": row,
        "lines": row.lines.select_related("line") if row.proven_at else [],
        "due_on": refund_due_on(row.order, row.declared_at) if row.order and row.proven_at else None,
        "order": row.order if row.proven_at else None,
    }
    return _hidden(render(request, "withdrawal/receipt.html", context))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prove_view(request: RegionRequest, proof: str) -> HttpResponse:
    """Behind the link that only the buyer's mailbox gets: it was me, of these packs."""
    rows = Withdrawal.objects.exclude(order=None).select_related("order__region", "region")
    row = opened_by(rows, proof).first()
    if row is None or row.order is None:
        raise Http404("There is no withdrawal at this address.")
    set_region(request, row.order.storefront)
    order, can = row.order, can_withdraw(row.order)
    packs = packs_in(request.POST, can)
    if row.proven_at is None and can:
        if request.method == "POST" and packs:
            with suppress(NothingLeft):  # another declaration took them in the meantime; the page says so
                prove(row, packs)
            return redirect_303(request.path)
        context = {
            "withdrawal": row,
            "order": order,
            "rows": _rows(order, can, request.POST),
            "none_chosen": request.method == "POST",
        }
        return _hidden(render(request, "withdrawal/prove.html", context))
    return _hidden(render(request, "withdrawal/nothing.html", {**_standing(order), "withdrawal": row}))
