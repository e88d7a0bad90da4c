import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shop.basket.adding import CannotAdd, WantedPacks, message_of
from shop.basket.models import MAX_LINES, MAX_PER_LINE
from shop.basket.quantities import whole_number
from shop.basket.session import basket_for_change, basket_of, going_to, ticket_of, visit_ended
from shop.catalogue.facts import daily_facts
from shop.catalogue.models import Variant
from shop.catalogue.offers import offer as offer_of
from shop.catalogue.sheet import sheet_url
from shop.codes.automatic import Bought, best_discount
from shop.codes.discount import CodeRefused, discount_for
from shop.content.throttle import address_of, is_spent, too_often
from shop.regions.delivery import arrival
from shop.regions.tax_words import tax_words
from shop.text.typed import typed_code
from shop.web.answers import keep, kept_for
from shop.web.redirects import redirect_303, safe_next
from shop.web.same_origin import same_origin_or_confirm

MAX_BASKETS = 600  # begun in an hour from one network
MAX_WRONG_CODES = 20  # an hour and visitor
MAX_WRONG_CODES_OF_A_NETWORK = 100  # many people may share one
PROBLEM = "basket problem"  # among the answers kept in the session
PROBLEMS = {
    "unknown": (
        gettext_lazy("We don’t know this product"),
        gettext_lazy("Nothing was added. The link may be old; the shop shows all that we sell."),
    ),
    "quantity": (
        gettext_lazy("Please choose a quantity"),
        gettext_lazy("Nothing was added: the quantity must be a whole number, 1 or more."),
    ),
    "codes": (
        gettext_lazy("Please wait a little"),
        gettext_lazy(
            "Many codes were tried from your connection. Your basket is as it was; try again in an hour."
        ),
    ),
    "full": (
        gettext_lazy("Your basket is full"),
        gettext_lazy(
            "One basket takes {most} kinds of packs, and nothing was added. Order these first, or take one out."
        ),
    ),
    "baskets": (
        gettext_lazy("Please wait a little"),
        gettext_lazy(
            "Very many baskets were begun from your connection within an hour. Nothing was added; try again in an hour."
        ),
    ),
}


def basket_url(region) -> str:
    return reverse("basket:show", kwargs={"region": region.code})


@never_cache
@require_safe
def show(request):
    basket = basket_of(request)
    rows = basket.rows(request.region) if basket else []
    counted = [row for row in rows if row.counts]
    goods = sum(row.total for row in counted)
    discount, refused = _discount(basket, counted, request.region)
    off = discount.total if discount else 0
    return render(
        request,
        "basket/basket.html",
        {
            "rows": rows,
            "sheet_url": sheet_url(request.region, [row.variant.sku for row in counted]),
            "goods": request.region.money(goods),
            "total": request.region.money(goods - off),
            "code": basket.code if basket else "",
            "discount": discount,
            "discount_text": "−" + request.region.money(off),
            "code_refused": refused,
            "tax_words": tax_words(request.region, going_to(request)),
            "zero": request.region.money(0),
            "can_check_out": bool(counted),
            "arrival": arrival(request.region),
            "changes": [sentence for row in rows for sentence in row.changes],
            "gone": basket.gone() if basket else [],
            "basket_quantity": sum(row.quantity for row in counted),
            "once": uuid.uuid4(),
            "dose_notice": dose_notice(counted, request.region),
            "most": MAX_PER_LINE,
            "removed": _removed(request, rows),
            "ticket": ticket_of(basket) if basket else "",
            "visit_ended": basket is None and (visit_ended(request) or request.GET.get("visit") == "ended"),
        },
    )


def _discount(basket, counted, region):
    """(what is taken off, why the basket's code can't). Each row is told its part."""
    if basket is None or not counted:
        return None, ""
    bought, refused = [Bought(row.product.pk, row.quantity, row.offer.sold_at) for row in counted], ""
    try:
        found = best_discount(basket.code, region, bought)
    except CodeRefused as error:
        found, refused = best_discount("", region, bought), str(error)
    for row, part in zip(counted, found.parts if found else (), strict=found is not None):
        row.off = part
    return found, refused


@require_POST
def code(request):
    """Put a discount code on the basket, or take it off. One that can't be used is not put on, and says why."""
    basket = basket_of(request)
    if basket is None:
        return redirect_303(basket_url(request.region))
    typed = typed_code(request.POST.get("code", ""))[:30]
    if "remove" in request.POST or not typed:
        basket.use_code("")
        messages.success(request, _("The code is taken off."))
        return redirect_303(basket_url(request.region))
    if is_spent("codes", str(basket.pk), most=MAX_WRONG_CODES) or is_spent(
        "codes", address_of(request), most=MAX_WRONG_CODES_OF_A_NETWORK
    ):
        return problem(request, "codes")
    rows = [row for row in basket.rows(request.region) if row.counts]
    bought = [Bought(row.product.pk, row.quantity, row.offer.sold_at) for row in rows]
    try:
        discount = discount_for(typed, request.region, [(line.product, line.total) for line in bought])
        best = best_discount(typed, request.region, bought) or discount
    except CodeRefused as error:
        for who in (str(basket.pk), address_of(request)):
            too_often("codes", who, most=MAX_WRONG_CODES, seconds=3600)
        messages.error(request, str(error))
        return redirect_303(basket_url(request.region))
    basket.use_code(typed)
    money = request.region.money
    if best.code is None:
        messages.info(
            request,
            _(
                "{code} takes {less} off, and “{offer}” {more}. One discount counts, the larger; the code is not used up."
            ).format(
                code=discount.words, less=money(discount.total), offer=best.words, more=money(best.total)
            ),
        )
    else:
        messages.success(
            request, _("{code}: {amount} less.").format(code=discount.words, amount=money(discount.total))
        )
    return redirect_303(basket_url(request.region))


def _removed(request, rows) -> dict | None:
    """What `?removed=<SKU>&quantity=<n>` says was just taken out, so that one button puts it back."""
    sku, quantity = request.GET.get("removed", ""), whole_number(request.GET.get("quantity", ""))
    if not sku or len(sku) > 20 or not quantity or sku in [row.variant.sku for row in rows]:
        return None
    variant = Variant.objects.select_related("product").filter(sku=sku).first()
    if variant is None:
        return None
    return {
        "sku": sku,
        "quantity": quantity,
        "name": f"{variant.product.name_in(request.region)}, {variant.translated.label}",
    }


def dose_notice(rows, region) -> dict[str, int] | None:
    """{"mg": a day, "products": how many} where the supplements, each as directed, pass the region's level together or alone."""
    doses: dict[int, int] = {}
    for row in rows:
        facts = daily_facts(row.variant, row.product.wording_in(region), region)
        if facts:
            doses[row.product.pk] = max(facts.mg_per_day, doses.get(row.product.pk, 0))
    total = sum(doses.values())
    return {"mg": total, "products": len(doses)} if total > region.legal.upper_level_mg else None


def problem(request, kind: str, **details):
    """Lead to the page that says why nothing was changed. `kind`: a key of PROBLEMS, or "price"."""
    back = safe_next(request, request.POST.get("next", ""), basket_url(request.region))
    keep(request, PROBLEM, kind=kind, back=back, **details)
    return redirect_303(reverse("basket:problem", kwargs={"region": request.region.code}))


@never_cache
@require_safe
def problem_page(request):
    """What kept a pack out of the basket, in the words of now; it waits in the session."""
    region, kept = request.region, kept_for(request, PROBLEM)
    if not kept:
        return redirect_303(basket_url(region))
    context = {"back": kept["back"], "once": uuid.uuid4()}
    if "sku" in kept:
        variant = Variant.objects.select_related("product").filter(sku=kept["sku"]).first()
        if variant is None:
            context |= _problem_words("unknown")
            return render(request, "basket/problem.html", context)
        context |= _offer_now(kept, offer_of(variant, region))
    else:
        context |= _problem_words(kept["kind"])
    return render(request, "basket/problem.html", context)


def _problem_words(kind: str) -> dict[str, str]:
    title, text = PROBLEMS[kind]
    return {"title": str(title), "text": text.format(most=MAX_LINES)}


def _offer_now(kept, offer) -> dict:
    """What to say of a pack that could not be had, or not at the price that was seen; with a way to it if there is one."""
    region, name = offer.region, f"{offer.product.name_in(offer.region)}, {offer.variant.translated.label}"
    again = {"offer": offer, "readd": kept["quantity"], "origin": kept["origin"]}
    if not offer.can_buy:
        text = _("{name}, can’t be added just now. Your basket is as it was.").format(name=name)
        return {"title": offer.availability_words, "text": text, "offer": offer}
    if kept["kind"] == "gone":
        text = _("{name}, could not be added a moment ago. Now it can: {price} {tax}.")
        text = text.format(name=name, price=offer.price, tax=offer.tax_words)
        return {"title": _("It is there again"), "text": text, **again}
    was = kept["seen"]
    text = (
        _("{name}, was {before} and is now {price} {tax}. Nothing was added yet.")
        if was
        else _("{name}, is now {price} {tax}. Nothing was added yet.")
    )
    before = region.money(was) if was else ""
    text = text.format(name=name, before=before, price=offer.price, tax=offer.tax_words)
    return {"title": _("The price has changed"), "text": text, **again}


@same_origin_or_confirm(gettext_lazy("Add this to your basket?"))
def add(request):
    """Put a variant into the basket: never at a price the shopper did not see."""
    region = request.region
    try:
        wanted = WantedPacks.read(request.POST)
        basket = basket_of(request)  # before the offer: what the visitor's own order holds counts as theirs
        offer = wanted.offer_in(region)
        if basket is None and too_often("baskets", address_of(request), most=MAX_BASKETS, seconds=3600):
            raise CannotAdd("baskets")
        if basket is not None and basket.is_full_for(offer.variant):
            raise CannotAdd("full")
    except CannotAdd as error:
        return problem(request, error.kind, **error.details)
    with transaction.atomic():
        basket = basket or basket_for_change(request)
        added = basket.add(offer, wanted.quantity, wanted.origin, wanted.once)
    level, words, tag = message_of(offer, wanted.quantity, added)
    messages.add_message(request, level, words, extra_tags=tag)
    return redirect_303(safe_next(request, request.POST.get("next", ""), basket_url(region)))


@require_POST
def update(request):
    """Set quantities (`quantity-<SKU>`) or remove a line (`remove=<SKU>`)."""
    basket = basket_of(request)
    region = request.region
    removed = []
    if basket is not None:
        remove = request.POST.get("remove", "")
        with transaction.atomic():
            rows = basket.rows(region)
            removed = [row for row in rows if _is_removed(request, row, remove)]
            for row in removed:
                row.line.delete()
            for row in rows:
                if not remove and row not in removed:
                    _update_row(request, row)
    if len(removed) == 1:
        query = urlencode({"removed": removed[0].variant.sku, "quantity": removed[0].quantity})
        return redirect_303(f"{basket_url(region)}?{query}")
    if removed:
        names = "; ".join(row.full_name for row in removed)
        messages.success(request, _("Removed: {name}.").format(name=names))
    return redirect_303(basket_url(region))


def _is_removed(request, row, remove) -> bool:
    if remove:
        return remove == row.variant.sku
    return whole_number(request.POST.get(f"quantity-{row.variant.sku}", "")) == 0


def _update_row(request, row):
    typed = request.POST.get(f"quantity-{row.variant.sku}")
    if typed is None:
        return
    quantity = whole_number(typed)
    if quantity is None:
        messages.error(
            request,
            _("{name}: the quantity must be a whole number. It is still {quantity}.").format(
                name=row.full_name, quantity=row.quantity
            ),
        )
    elif quantity != row.quantity and row.counts:
        row.line.quantity, row.line.wanted = min(quantity, row.most), None
        row.line.save()
        if quantity > row.most:
            words = _("{name}: {why}, so it is {quantity} now.")
            messages.warning(request, words.format(name=row.full_name, why=row.why_most, quantity=row.most))
        else:
            words = _("{name}: {quantity} in your basket now.")
            messages.success(request, words.format(name=row.full_name, quantity=quantity))


@require_POST
def confirm(request):
    """The shopper accepts what changed: new prices and quantities become the ones they saw."""
    basket = basket_of(request)
    if basket is not None:
        with transaction.atomic():
            basket.accept_changes(request.region)
        messages.success(request, _("Thank you. The basket now shows today’s prices."))
    return redirect_303(basket_url(request.region))
