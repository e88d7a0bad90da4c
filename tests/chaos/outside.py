"""What comes from elsewhere: many tabs with one basket, other applications' events, the Dashboard, banks, forgetting."""

import itertools
import time
from dataclasses import replace

from shop.basket.models import Basket
from shop.checkout.outcomes import order_basket, pay_for
from shop.checkout.totals import quote_for
from shop.orders.models import Order, OrderStatus
from shop.payments.cancel import end_order
from shop.payments.models import Payment
from shop.payments.sandbox.models import SandboxDispute, SandboxEvent, SandboxIntent, SandboxSession
from shop.payments.sandbox.stripe import disputes, refunds
from tests.chaos.people import FINE, at_stripe
from tests.support.factories import LEEDS, region
from tests.support.foreign import an_event, foreign_objects, odd_but_ours_to_pass

FOREIGN = "evt_of_others_"
DEEDS = 18  # of the outside world in a round
_numbers = itertools.count(1)


def tab(basket_pk):
    """One of several tabs that order from the same basket at once: other addresses, codes, once more, or not at all."""

    def work(chance):
        for _ in range(2):
            try:
                _order_in_tab(chance, Basket.objects.get(pk=basket_pk))
            except FINE:
                continue

    return work


def _order_in_tab(chance, basket):
    uk = region("uk")
    if chance.random() < 0.3:
        basket.use_code(chance.choice(["", "TEN"]))
    address = replace(LEEDS, line1=f"{chance.randint(1, 4)} High Street")
    email = f"{chance.choice('de')}@example.org"
    rows = basket.rows(uk)
    if not any(row.counts for row in rows):
        return
    total = quote_for(rows, uk, address, code=basket.code, email=email).total
    order = order_basket(basket, region=uk, email=email, address=address, shown_total=total).order
    if order is None:
        return
    for _ in range(chance.choice([1, 1, 2])):
        pay_for(order)
    what = chance.choice(["pay", "cancel", "leave it", "leave it"])
    if what == "pay":
        at_stripe(chance, order)
    elif what == "cancel":
        end_order(order, to=OrderStatus.CANCELLED, who="shopper", why="Cancelled on the order page.")


def outside(chance):
    for _ in range(DEEDS):
        try:
            chance.choice([_foreign, _foreign, _forget, _forget, _give_back, _dispute, _end_dispute])(chance)
        except FINE:
            continue
        time.sleep(chance.random() * 0.12)  # as long as the others are at it


def _foreign(chance):
    """Another application on the same account, a newer kind of event, or one about a connected account."""
    type, obj = chance.choice(foreign_objects())
    event = chance.choice([an_event(type, obj), chance.choice(odd_but_ours_to_pass())])
    event = {**event, "id": f"{FOREIGN}{chance.getrandbits(60):x}{next(_numbers)}"}
    if chance.random() < 0.3:
        event["account"] = "acct_connected"
    SandboxEvent.objects.create(
        id=event["id"], type=event["type"][:80].replace("\x00", ""), body=_storable(event)
    )


def _storable(event):
    """As a database takes it: the sandbox keeps what it sends."""
    from shop.payments.foreign import storable

    return storable(event)


def _forget(chance):
    """Test data is deleted at Stripe, though never what was paid."""
    row = SandboxSession.objects.filter(status="open").order_by("?").first()
    if row is not None and chance.random() < 0.7:
        SandboxSession.objects.filter(pk=row.pk, status=row.status).delete()


def _unsent_intent():
    unsent = Order.objects.filter(status=OrderStatus.PAID, sent_at=None).order_by("?")
    ids = Payment.objects.filter(order__in=list(unsent[:3]), status="paid").values("intent_id")
    return SandboxIntent.objects.filter(pk__in=ids, status="succeeded").order_by("?").first()


def _give_back(chance):
    """In the Dashboard, before it is sent: a part, or all that is left."""
    intent = _unsent_intent()
    if intent is not None and chance.random() < 0.3:
        whole = {} if chance.random() < 0.6 else {"amount": str(chance.randint(1, 500))}
        refunds.create_refund({"payment_intent": intent.pk, **whole})


def _dispute(chance):
    intent = _unsent_intent()
    if intent is not None and chance.random() < 0.3 and not intent.disputes.exists():
        disputes.dispute(intent)


def _end_dispute(chance):
    row = SandboxDispute.objects.filter(status="needs_response").order_by("?").first()
    if row is not None and chance.random() < 0.3:
        disputes.close_dispute(row, chance.choice(["won", "lost"]))


def a_basket_for_tabs(chance) -> int:
    """Its pk, with a pack or two in it."""
    from django.db import transaction

    from shop.catalogue.models import Variant
    from shop.catalogue.offers import offer

    basket = Basket.objects.create()
    for variant in chance.sample(list(Variant.objects.select_related("product")), chance.randint(1, 2)):
        found = offer(variant, region("uk"))
        if found.can_buy:
            with transaction.atomic():
                basket.add(found, 1)
    return basket.pk
