"""The sandbox's hosted payment page. It stands for checkout.stripe.com, so it shares nothing with the shop."""

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shop.money import format_money
from shop.payments.sandbox.cards import TEST_CARDS
from shop.payments.sandbox.stripe import answers, sessions
from shop.web.redirects import redirect_303

SAID = {
    "no_test_card": "This is no test card. Use one of those on this page.",
    "incomplete": "Fill in the expiry date and the CVC; any future date and digits do.",
    "generic_decline": "Your card was declined. You have not been charged. Try another card.",
    "insufficient_funds": "Your card has insufficient funds. You have not been charged. Try another card.",
    "authentication": "Your bank could not confirm that it is you. You have not been charged. Try again.",
}
page = csp_update({"form-action": [settings.SITE_URL, settings.SANDBOX_URL]})


def _session(session_id):
    try:
        return sessions.get_session(session_id)
    except answers.Refused:
        raise Http404


def _show(request, session):
    lines = [
        {
            "name": line["price_data"]["product_data"]["name"],
            "words": line["price_data"]["product_data"].get("description", ""),
            "quantity": int(line["quantity"]),
            "amount": _money(
                int(line["price_data"]["unit_amount"]) * int(line["quantity"]), session.currency
            ),
        }
        for line in session.params["line_items"]
    ]
    context = {
        "session": session,
        "lines": lines,
        "total": _money(session.amount_total, session.currency),
        "submit_words": session.params.get("custom_text", {}).get("submit", {}).get("message", ""),
        "nothing": _money(0, session.currency),
        "discount": _money(session.amount_subtotal - session.amount_total, session.currency)
        if session.amount_subtotal > session.amount_total
        else "",
        "error": SAID.get(request.GET.get("said", ""), ""),
        "cancel_url": session.params.get("cancel_url"),
        "email": session.params.get("customer_email"),
    }
    return render(request, "sandbox/pay.html", context)


def _say(session, what: str):
    """The page again with an error: by its name in the address, so that going back sends no card a second time."""
    return redirect_303(f"{reverse('sandbox:pay', args=[session.id])}?said={what}")


def _money(amount, currency):
    return format_money(amount, currency.upper(), "en_GB")


@never_cache
@page
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request, session_id):
    session = _session(session_id)
    if session.status != "open":
        return _ended(request, session)
    if request.method != "POST":
        return _show(request, session)
    if not session.amount_total:
        sessions.pay(session)
        return _ended(request, session)
    slow = request.POST.get("slow", "")
    if slow in {"succeeds", "fails"}:
        sessions.pay_slowly(session, succeeds=slow == "succeeds")
        return _ended(request, session)
    number = "".join(request.POST.get("number", "").split())
    outcome = TEST_CARDS.get(number)
    if outcome is None:
        return _say(session, "no_test_card")
    if not request.POST.get("expiry", "").strip() or not request.POST.get("cvc", "").strip():
        return _say(session, "incomplete")
    if outcome == "3ds":
        return redirect_303(f"{settings.SANDBOX_URL}/sandbox/3ds/{session.id}/")
    if outcome != "paid":
        sessions.decline(session, outcome)
        return _say(session, outcome)
    sessions.pay(session)
    return _ended(request, session)


@never_cache
@page
@require_http_methods(["GET", "HEAD", "POST"])
def three_d_secure(request, session_id):
    session = _session(session_id)
    if session.status != "open":
        return _ended(request, session)
    if request.method != "POST":
        return render(request, "sandbox/three_d_secure.html", {"session": session})
    if "pass" in request.POST:
        sessions.pay(session)
        return _ended(request, session)
    sessions.decline(session, "authentication")
    return _say(session, "authentication")


def _ended(request, session):
    session.refresh_from_db()
    if session.status == "complete":
        return redirect_303(session.params["success_url"])
    return redirect_303(session.params.get("cancel_url") or settings.SITE_URL)
