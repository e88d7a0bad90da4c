"""The Owner's page: thirty days as a strip, what is red with its fix beside it, and whether Stripe's word arrives."""

from datetime import date, timedelta
from itertools import takewhile

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from shop.desk.once import CannotDo, check_turn, in_turn, next_turn, turn_of
from shop.ledger.check import look_at_money, looked_at
from shop.ledger.fixes import ASKED, FIXES
from shop.ledger.lately import Lately
from shop.payments.models import Payment, StripeEvent
from shop.text.numbers import whole_or_none

LAST_EVENTS, LATE = 50, timedelta(minutes=2)


def webhooks_are_silent(at=None) -> bool:
    """Whether the last events of Stripe's were found by asking, and no webhook has brought one since.

    However long ago: the shop's own next event decides, be it in a minute or in a week. A webhook may be slower than
    our asking by LATE; where none ever came, nothing is waited for.
    """
    live = settings.PAYMENT_MODE == "live"
    rows = StripeEvent.objects.filter(livemode=live).order_by("-received_at", "-pk")
    last = list(rows.values_list("came_by", "received_at")[:LAST_EVENTS])
    found = list(takewhile(lambda row: row[0] == "reconciler", last))
    if not found:
        return False
    return len(found) == len(last) or (at or timezone.now()) - found[-1][1] >= LATE


def _with_ways_out(breaches) -> list[dict]:
    """Each breach with the name of its fix and, where there is one, the page of its money in Stripe's Dashboard."""
    orders = {breach["order"] for breach in breaches if breach["order"]}
    urls = {
        payment.order_id: payment.stripe_url
        for payment in Payment.objects.filter(order__in=orders).exclude(intent_id="").order_by("pk")
    }
    return [
        {
            **breach,
            "fix_label": FIXES[breach["fix"]][0] if breach["fix"] else "",
            "on": date.fromisoformat(breach["day"]),
            "stripe_url": urls.get(breach["order"], ""),
        }
        for breach in breaches
    ]


def _fix(request, site):
    name, pk, who = request.POST.get("fix", ""), whole_or_none(request.POST.get("about")), request.user
    try:
        if name not in FIXES or pk is None:
            raise CannotDo("There is no such fix.")
        _, fix = FIXES[name]
        if name in ASKED:
            return _ask_or_fix(request, site, name, pk, fix)
        messages.success(request, fix(pk, who.get_username()))
    except (CannotDo, ObjectDoesNotExist) as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(request.path)


def _ask_or_fix(request, site, name, pk, fix):
    """For fixes that move money: a page that names the sum, then the fix, once."""
    order_of, plan_of = ASKED[name]
    order, typed, who = order_of(pk), request.POST, request.user.get_username()
    check_turn(order, typed)
    plan = plan_of(pk)
    if "confirmed" not in typed or not turn_of(typed) or whole_or_none(typed.get("sum")) != plan.amount:
        hidden = {"fix": name, "about": pk, "turn": next_turn(order), "sum": plan.amount, "confirmed": "1"}
        context = {"title": plan.title, "plan": plan, "order": order, "hidden": hidden.items()}
        return render(request, "admin/ask.html", {**site.each_context(request), **context})
    messages.success(request, in_turn(order, typed, who, lambda: fix(pk, who)))
    return HttpResponseRedirect(request.path)


def ledger(request, site):
    if not request.user.has_perm("desk.view_ledger"):
        raise PermissionDenied
    if request.method == "POST":
        return _fix(request, site)
    now = timezone.now()
    state, lately = look_at_money(now), Lately(now)
    context = {
        **site.each_context(request),
        "title": "Money ledger",
        "state": state,
        "rules": looked_at(state),
        "breaches": _with_ways_out(state.breaches),
        "strip": lately.strip(state),
        "sums": lately.sums(),
        "why": lately.why_refunds(),
        "silent": webhooks_are_silent(now),
        "events": StripeEvent.objects.order_by("-received_at")[:12],
    }
    return render(request, "admin/ledger.html", context)
