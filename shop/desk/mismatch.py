"""The desk's question about money that does not match its order: all back, or let it pay the order."""

from shop.desk.forms import text_of, words_to_shopper
from shop.desk.once import CannotDo
from shop.desk.plans import Plan, as_asked, message_lines, refusing_in_words
from shop.orders.models import Order, OrderStatus
from shop.payments.mismatch import accept, give_back, over, why_not_accept
from shop.payments.models import Payment
from shop.text.numbers import whole_or_none

LOOKED_AT = (
    "Money came for it that does not match: give that back first, or let it pay the order, "
    "under “Money that does not match”."
)
BACK, ACCEPT = "back", "accept"


def choices(order: Order, payment: Payment) -> list[tuple[str, str]]:
    """What staff can choose for it: (value, words)."""
    found = [(BACK, f"Give all of it back: {payment.left_text}")]
    if not why_not_accept(order, payment):
        rest = payment.money(payment.left - over(payment))
        words = f"Let it pay the order: {rest} for {order.total_text}"
        if over(payment):
            words = f"Give back what is over, {payment.money(over(payment))}, and let the rest pay the order"
        found.append((ACCEPT, words))
    return found


def _chosen(order: Order, typed) -> tuple[Payment, str]:
    """(payment, what to do with it) as typed. Raises CannotDo."""
    looked_at = order.payments.looked_at().select_related("order__region")
    payment = looked_at.filter(pk=whole_or_none(typed.get("payment")) or 0).first()
    if payment is None:
        raise CannotDo("Nothing is left of this money that somebody has to decide about.")
    how = typed.get("how", "")
    if how not in {BACK, ACCEPT}:
        raise CannotDo("Choose what becomes of the money.")
    if how == ACCEPT:
        if refused := why_not_accept(order, payment):
            raise CannotDo(refused)
        if not text_of(typed, "why"):
            raise CannotDo("Say why it is accepted, for colleagues. Nothing was done.")
        if words_to_shopper(typed) and not over(payment):
            raise CannotDo(
                "No money goes back, so no mail goes out that could carry your words to the shopper."
            )
    elif not payment.left:
        raise CannotDo("A bank has all of it in a dispute; nothing can be given back from here.")
    return payment, how


@refusing_in_words
def plan_match(order: Order, typed) -> Plan:
    payment, how = _chosen(order, typed)
    came = f"{payment.took_text} came, {payment.amount_text} was asked for."
    if how == BACK:
        money = payment.left_text
        lines = [came, f"{money} goes back the way it was paid.", _after(order), *message_lines(typed)]
        return Plan(f"Give {money} back?", lines, f"Give {money} back", payment.left)
    back, rest = over(payment), payment.money(payment.left - over(payment))
    lines = [came, f"{rest} pays order {order.number} of {order.total_text}; it can be sent then."]
    if back:
        lines.append(f"{payment.money(back)} goes back the way it was paid.")
    lines += ["The shopper gets the mail that it is paid.", *message_lines(typed, by_mail=False)]
    button = f"Give {payment.money(back)} back and let the rest pay it" if back else f"Let {rest} pay it"
    return Plan(f"Let {rest} pay the order?", lines, button, back)


def _after(order: Order) -> str:
    if order.status == OrderStatus.AWAITING:
        return "The order is cancelled, and its packs can be sold again."
    if order.is_pending:
        return "The order can be paid anew until it ends."
    return "The order stays as it is."


@refusing_in_words
def match(order: Order, typed, by: str) -> str:
    payment, how = _chosen(order, typed)
    why, words = text_of(typed, "why"), words_to_shopper(typed)
    if how == BACK:
        refund = give_back(payment, by=by, why=why, words=words)
        as_asked(order, typed, refund.amount)
        return f"{refund.amount_text} goes back; Stripe is asked within a second or two."
    back = accept(payment, by=by, why=why, words=words)
    as_asked(order, typed, back.amount if back else 0)
    return "The order is paid." + (f" {back.amount_text} goes back." if back else "")
