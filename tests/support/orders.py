"""Orders that were paid in the sandbox, and orders with a discount code."""

from datetime import timedelta

from django.utils import timezone

from shop.checkout.place import place_order
from shop.checkout.totals import quote_for
from shop.codes.models import AutomaticDiscount, Code, CodeTerms
from shop.orders.models import Order
from shop.payments.sandbox.stripe import sessions
from tests.support.factories import HOME, a_basket, an_order_at_stripe, deliver_events, region, set_stock


def paid(*skus, **kwargs) -> Order:
    """An order after its money came; takes what `an_order` takes."""
    order, session = an_order_at_stripe(*skus, **kwargs)
    sessions.pay(session)
    deliver_events()
    order.refresh_from_db()
    assert order.is_paid
    return order


def a_paid_order(*skus, quantity=3, **kwargs) -> Order:
    """As `paid`, of several packs in the UK; ten of each are in stock before."""
    for sku in skus or ["CIT-CAP-90"]:
        set_stock(sku, "uk", 10)
    return paid(*skus, quantity=quantity, **kwargs)


def a_code(text="NOVEMBER10", regions=("uk",), amount=None, minimum=0, **more) -> Code:
    """A discount code of ten per cent, or of `amount`, that began yesterday. Amounts in minor units."""
    kind = "amount" if amount else "percent"
    code = Code.objects.create(
        code=text, kind=kind, percent=None if amount else more.pop("percent", 10),
        starts_at=more.pop("starts_at", timezone.now() - timedelta(days=1)), **more,
    )  # fmt: skip
    for name in regions:
        CodeTerms.objects.create(code=code, region=region(name), amount=amount, minimum=minimum)
    return code


def order_with(code, *skus, where="uk", email="ada@example.org", quantity=1) -> Order:
    """An order that was placed with the discount code of this name."""
    basket = a_basket(*skus, code=where, quantity=quantity)
    basket.code = code
    basket.save()
    there = region(where)
    total = quote_for(basket.rows(there), there, HOME[where], code=code, email=email).total
    return place_order(basket, region=there, email=email, address=HOME[where], shown_total=total)


def an_automatic(name="3 for 2", where="uk", **more) -> AutomaticDiscount:
    """An automatic discount that began yesterday: 3 packs for 2, or what `more` says."""
    if not more.keys() & {"percent", "amount"}:
        more = {"packs": 3, "pays": 2, **more}
    kind = "packs" if "percent" in more else "spend" if "amount" in more else "fewer"
    start = more.pop("starts_at", timezone.now() - timedelta(days=1))
    return AutomaticDiscount.objects.create(
        name=name, region=region(where), kind=kind, starts_at=start, **more
    )
