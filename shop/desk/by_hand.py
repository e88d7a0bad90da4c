"""The page on which staff type an order for a customer on the phone or with a letter: look first, then place."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from shop.catalogue.grid import packs_found
from shop.catalogue.models import OutOfStock, Variant
from shop.checkout.by_hand import Packs, place_by_hand, quote_by_hand
from shop.checkout.forms import CheckoutForm
from shop.checkout.place import EmptyBasket, PriceChanged
from shop.checkout.totals import NoTaxRate, Quote
from shop.codes.discount import CodeRefused
from shop.desk.once import CannotDo
from shop.desk.outside import how_and_why, pay_outside
from shop.orders.models import Order
from shop.payments.models import Outside
from shop.regions.delivery import arrival
from shop.regions.models import Region
from shop.text.numbers import Unreadable, read_whole, whole_or_none
from shop.text.typed import typed_code, without_invisible

LINES, MOST_LINES, MOST_PACKS, SUGGESTED = 4, 40, 999, 200
CAME = {"phone": "by phone", "mail": "by letter or mail", "shop": "in person"}
DAYS = {"1": "1 day", "3": "3 days", "7": "7 days", "14": "14 days"}
LINK, OUTSIDE = "link", "outside"


class CustomerForm(CheckoutForm):
    """The address is checked as at the checkout; how they ordered and pay is asked beside it."""

    code = forms.CharField(label="Discount code", required=False, max_length=30)
    came = forms.ChoiceField(
        label="Ordered", choices=list(CAME.items()), widget=forms.RadioSelect, initial="phone"
    )
    paying = forms.ChoiceField(label="Paid", widget=forms.RadioSelect, initial=LINK)
    days = forms.ChoiceField(label="Packs are kept for", choices=list(DAYS.items()), initial="3")
    how = forms.ChoiceField(
        label="How the money came", choices=[("", "Choose"), *Outside.choices], required=False
    )
    why = forms.CharField(
        label="How you know, for colleagues",
        required=False,
        max_length=200,
        help_text="Such as the day and reference on the bank statement.",
    )

    def __init__(self, *args: Any, region: Region, may_take_money: bool, **kwargs: Any) -> None:
        super().__init__(*args, region=region, **kwargs)
        paying = [(LINK, "By the customer: a mail with a link to the payment page goes out")]
        if may_take_money:
            paying.append((OUTSIDE, "Already, past Stripe: the whole sum is here"))
        self._choice("paying").choices = paying
        self.fields["email"].help_text = "The link, the confirmation and the invoice go there."
        self.fields["email"].error_messages["required"] = "Type the customer’s e-mail address."
        if not self._asks_about_postcode():
            del self.fields["postcode_is_right"]
        for name in ("email", "name", "line1", "line2", "postcode", "town", "state", "country"):
            if name in self.fields:
                self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("paying") == OUTSIDE:
            try:
                how_and_why(cleaned)
            except CannotDo as error:
                self.add_error("why" if cleaned.get("how") else "how", str(error))
        return cleaned


def by_hand(request, site):
    """Needs the right to send orders; taking money past Stripe that to give money back."""
    if not request.user.has_perm("orders.fulfil_order"):
        raise PermissionDenied
    region = Region.by_code((request.POST or request.GET).get("region", ""))
    if region is None or not region.is_open:
        return _page(request, site, {"shops": Region.open_markets()})
    typed = request.POST or None
    is_more = typed is not None and "more" in typed
    form = CustomerForm(
        None if is_more else typed,
        initial=request.POST.dict() if is_more else None,
        region=region,
        may_take_money=request.user.has_perm("payments.refund_payment"),
    )
    context: dict[str, Any] = {
        "there": region,
        "form": form,
        "lines": _typed_lines(request.POST),
        "form_key": _form_key(request.POST),
        "suggested": _suggested(region),
    }
    if typed is None or is_more:
        return _page(request, site, context)
    packs, wrong = read_packs(request.POST, region)
    if not form.is_valid() or wrong:
        return _page(request, site, {**context, "wrong": wrong}, status=422)
    try:
        quote = quote_by_hand(
            packs,
            region,
            form.address(),
            code=typed_code(form.cleaned_data["code"]),
            email=form.cleaned_data["email"],
        )
        if "place" not in typed:
            return _page(request, site, {**context, **_looked(quote, form)})
        return _place(request, form, packs, context["form_key"])
    except (CannotDo, PriceChanged) as error:
        notice = (
            f"The total is {region.money(error.total)} now. Look at it again."
            if isinstance(error, PriceChanged)
            else str(error)
        )
        return _page(request, site, {**context, **_looked(quote, form), "wrong": [notice]}, status=422)
    except (EmptyBasket, OutOfStock, CodeRefused, NoTaxRate) as error:
        return _page(request, site, {**context, "wrong": _refusal(error, region)}, status=422)


def _page(request, site, context, status=200):
    context = {**site.each_context(request), "title": "Order by hand", **context}
    return render(request, "admin/orders/by_hand.html", context, status=status)


def _looked(quote: Quote, form: CustomerForm) -> dict[str, Any]:
    address = form.address()
    return {
        "quote": quote,
        "arrival": arrival(quote.region, country=address.country, postcode=address.postcode),
    }


def _place(request, form: CustomerForm, packs: Packs, form_key: str):
    given, by = form.cleaned_data, request.user.get_username()
    is_outside = given["paying"] == OUTSIDE
    order = place_by_hand(
        packs,
        region=form.region,
        email=given["email"],
        address=form.address(),
        code=typed_code(given["code"]),
        shown_total=whole_or_none(request.POST.get("shown_total")),
        form_key=form_key,
        pay_by=timezone.now() + timedelta(days=int(given["days"])),
        by=by,
        how=CAME[given["came"]],
        has_mail=not is_outside,
    )
    page = HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))
    words = f"Order {order.number} is placed"
    if not is_outside:
        messages.success(request, f"{words}; a mail with the link to pay goes to {order.email}.")
        return page
    if not Order.objects.get(pk=order.pk).was_paid:
        try:
            pay_outside(order, *how_and_why(given), by)
        except CannotDo as error:
            messages.warning(request, f"{words}, and not marked as paid: {error}")
            return page
    messages.success(request, f"{words} and paid; the confirmation goes to {order.email}.")
    return page


def _form_key(typed) -> str:
    key = typed.get("form_key", "")
    return key if key.isalnum() and len(key) == 32 else uuid4().hex


def _typed_lines(typed) -> list[dict[str, Any]]:
    """What stands in the fields of the packs, as typed; a few more rows where more were asked for."""
    rows = []
    for number in range(MOST_LINES):
        if f"pack-{number}" not in typed:
            break
        rows.append((typed[f"pack-{number}"][:80], typed.get(f"packs-{number}", "")[:12]))
    want = min(max(len(rows) + (LINES if "more" in typed else 0), LINES), MOST_LINES)
    rows += [("", "")] * (want - len(rows))
    return [{"number": number, "pack": pack, "packs": packs} for number, (pack, packs) in enumerate(rows)]


def _suggested(region: Region):
    """For the list that opens below a field. A large shop has more; their SKUs can be typed all the same."""
    packs = Variant.objects.buyable_in(region).select_related("product").order_by("sku")
    return packs[:SUGGESTED]


def read_packs(typed, region: Region) -> tuple[Packs, list[str]]:
    """(packs, what is wrong with the lines) as typed: a SKU, or words that one pack alone has. The same pack twice adds up."""
    found: dict[int, list] = {}
    wrong = []
    for row in _typed_lines(typed):
        text = without_invisible(row["pack"]).strip()
        if not text and not row["packs"].strip():
            continue
        where = f"Line {row['number'] + 1}"
        try:
            count = read_whole(row["packs"] or "1", noun="number of packs")
            pack = _pack(text, region)
        except (Unreadable, CannotDo) as error:
            wrong.append(f"{where}: {error}")
            continue
        line = found.setdefault(pack.pk, [pack, 0])
        line[1] += count
        if not 1 <= line[1] <= MOST_PACKS:
            wrong.append(f"{where}: type a number of packs from 1 to {MOST_PACKS}.")
    if not found and not wrong:
        wrong.append("Name at least one pack.")
    return [(pack, count) for pack, count in found.values()], wrong


def _pack(text: str, region: Region) -> Variant:
    if not text:
        raise CannotDo("which pack? Type its SKU or a part of its name.")
    rows = Variant.objects.filter(product__binned_at=None).select_related("product")
    rows = rows.prefetch_related("product__wordings")
    exact = rows.filter(sku=typed_code(text.split(",")[0])).first()
    if exact is not None:
        return exact
    near = packs_found(text).prefetch_related("product__wordings")
    few = list(near[:6])
    if len(few) == 1:
        return few[0]
    if not few:
        raise CannotDo(f"“{text[:40]}” is no pack. Look at its spelling, or type its SKU.")
    raise CannotDo(
        f"“{text[:40]}” may be {', '.join(pack.sku for pack in few)}{' or more' if len(few) > 5 else ''}: type the SKU."
    )


def _refusal(error: Exception, region: Region) -> list[str]:
    if isinstance(error, OutOfStock):
        return [
            f"{pack.sku}: "
            + (
                f"only {left} can be sold in {region.the_name}."
                if left
                else f"not to be had in {region.the_name} now."
            )
            for pack, left in error.variants.items()
        ]
    if isinstance(error, NoTaxRate):
        return ["No tax rate is known for this destination, so nothing can be sold there."]
    if isinstance(error, EmptyBasket):
        return ["Name at least one pack."]
    return [str(error)]
