"""What the shop has of one e-mail address: its orders and their money, what it waits for, and what of it can be deleted.

An address is all that orders have in common; who has proven it may have an account. Orders stay, since the books need them.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import urlencode

from config.accounts.models import Account
from config.deeds.models import Verb
from config.deeds.record import act_of, note
from config.newsletter.models import Subscriber
from config.staff.person import erase, export, held, spellings
from shop.alerts.models import StockAlert
from shop.orders.models import Order
from shop.payments.models import TAKEN, TOOK, Payment
from shop.regions.models import Region
from shop.reminders.models import BasketReminder, PackReminder
from shop.text.typed import typed_mail
from shop.withdrawal.models import Withdrawal

A_PAGE = 25
RIGHTS = (
    "alerts.delete_stockalert",
    "reminders.delete_packreminder",
    "reminders.delete_basketreminder",
    "reviews.delete_reviewask",
    "letters.delete_subscriber",
    "accounts.delete_account",
)


def money_of(email: str) -> list[dict]:
    """(currency, payments, what came, went back and stayed) of its orders, in the words of a region of that currency."""
    rows = (
        Payment.objects.filter(order__email__in=spellings(email), status__in=TAKEN)
        .order_by()
        .values("currency")
        .annotate(n=Count("pk"), came=Sum(TOOK), back=Sum("given_back"))
    )
    regions = {region.currency: region for region in Region.markets()}
    return [
        {
            "n": row["n"],
            "came": regions[row["currency"]].money(row["came"]),
            "back": regions[row["currency"]].money(row["back"]),
            "stayed": regions[row["currency"]].money(row["came"] - row["back"]),
        }
        for row in sorted(rows, key=lambda row: row["currency"])
        if row["currency"] in regions
    ]


def customer(request, site):
    """Looking needs the right to see orders; deleting wishes and letters that to delete them."""
    if not request.user.has_perm("orders.view_order"):
        raise PermissionDenied
    email = typed_mail((request.POST or request.GET).get("email", "")[:254])
    if request.method == "POST":
        if not request.user.has_perms(RIGHTS):
            raise PermissionDenied
        return _delete(request, email) if "sure" in request.POST or not email else _ask(request, site, email)
    if email and request.GET.get("as") == "json":
        return _export(request, email)
    rows = Order.objects.filter(email__in=spellings(email)).select_related("region")
    page = Paginator(rows.order_by("-placed_at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    waits = {
        "alerts": _of(StockAlert, email, "variant", "region"),
        "reminders": _of(PackReminder, email, "line", "region"),
        "basket_reminders": _of(BasketReminder, email, "region"),
        "subscribed": _of(Subscriber, email, "region"),
        "accounts": _of(Account, email),
    }
    context = {
        **site.each_context(request),
        "title": f"Customer {email}" if email else "Customer",
        "email": email,
        "page": page,
        "money": money_of(email) if email else [],
        **waits,
        "waits": any(waits.values()),
        "withdrawals": Withdrawal.objects.filter(email__in=spellings(email)).order_by("-declared_at")[
            :A_PAGE
        ],
        "held": held(email) if email else [],
        "may_delete": request.user.has_perms(RIGHTS),
        "query": urlencode({"email": email}),
    }
    return render(request, "admin/customer.html", context)


def _of(model, email: str, *related: str) -> list:
    rows = model.objects.filter(email__in=spellings(email))
    return list(rows.select_related(*related) if related else rows)


def _ask(request, site, email: str):
    """Nothing brings back what is deleted, so it is asked once more, with all that stands under the address."""
    context = {
        **site.each_context(request),
        "title": f"Delete what is kept of {email}?",
        "email": email,
        "held": held(email),
        "query": urlencode({"email": email}),
    }
    return render(request, "admin/customer_erase.html", context)


def _delete(request, email: str):
    """What no law wants kept; the page afterwards tells what is left, and until when."""
    gone = erase(email) if email else 0
    if gone:
        note(
            act_of(request),
            Verb.DELETED,
            "all that was kept of a mail address",
            changes={f"{gone} rows": None},
        )
        words = (
            f"{gone} row{'s' if gone > 1 else ''} of it {'were' if gone > 1 else 'was'} deleted or emptied."
        )
        messages.success(request, f"{words} What is left stands below.")
    else:
        messages.info(request, "There was nothing to delete.")
    return HttpResponseRedirect(f"{request.path}?{urlencode({'email': email})}")


def _export(request, email: str):
    if not request.user.has_perms(RIGHTS):
        raise PermissionDenied
    note(act_of(request), Verb.EXPORTED, "all that is kept of a mail address")
    answer = JsonResponse(export(email), json_dumps_params={"indent": 1, "ensure_ascii": False})
    answer["Content-Disposition"] = 'attachment; filename="kept-of-a-person.json"'
    return answer
