"""All rules asked, by whoever looks, by the worker, and by `check_money`."""

from django.core.cache import cache
from django.utils import timezone

from shop.desk.models import LedgerState
from shop.ledger.among import ALL, Among, next_part
from shop.ledger.breach import Breach, _day
from shop.ledger.gone import money_gone
from shop.ledger.reading import events_are_read
from shop.ledger.rules import (
    codes,
    holds,
    log,
    mails,
    money_has_one_home,
    moves,
    nothing_hangs,
    paid_orders_have_their_money,
    refunds,
    stock,
    stripe_agrees,
    totals,
)
from shop.ledger.withdrawn import withdrawn_money_is_back

RULES = (
    stock,
    holds,
    money_has_one_home,
    paid_orders_have_their_money,
    totals,
    refunds,
    money_gone,
    moves,
    codes,
    mails,
    nothing_hangs,
    events_are_read,
    stripe_agrees,
    withdrawn_money_is_back,
)


def breaches(at=None, among: Among = ALL) -> list[Breach]:
    """All that is not true of these orders, and of what belongs to none; empty when all is well.

    About twenty queries, however many orders.
    """
    now = at or timezone.now()
    return [breach for rule in RULES for breach in _checked(rule, now, among)]


def _checked(rule, now, among) -> list[Breach]:
    """What a rule finds. One that fails is itself a breach, so that the others are checked and it isn't taken for true."""
    try:
        return list(rule(now, among))
    except Exception as error:
        log.exception("The rule “%s” of the ledger could not be checked.", rule.__name__)
        words = f"This rule could not be checked ({type(error).__name__}: {error})."
        return [Breach(rule.__name__, words[:300], 0, _day(now))]


SEEN, SEEN_FOR = "ledger:seen", 900  # seconds


def state_of_money(at=None) -> LedgerState:
    """What holds now, not kept: of what moved since the last look, of what was wrong then, and of the next part of the rest.

    Breaches that were known are so looked at again, and none is forgotten. Where a rule could not be checked, or
    found more than it tells of, everything is.
    """
    now = at or timezone.now()
    kept, last = LedgerState.objects.filter(pk=1).first(), last_state()
    known = [breach for state in (kept, last) if state for breach in state.breaches]
    if any(breach["about"] == 0 for breach in known):
        among = Among(marks=kept.marks if kept else {})
    else:
        among = next_part(kept.marks if kept else {}, {breach["order"] for breach in known} - {None})
    found = [breach.as_dict() for breach in breaches(now, among)]
    return LedgerState(pk=1, checked_at=now, breaches=found, marks=among.marks)


def look_at_money(at=None) -> LedgerState:
    """What holds now, for somebody who looks. No row is written; the start page shows it for a while."""
    state = state_of_money(at)
    cache.set(SEEN, state, SEEN_FOR)
    return state


def last_state() -> LedgerState | None:
    """What was found last, by the matcher or by somebody who looked."""
    states = [cache.get(SEEN), LedgerState.objects.filter(pk=1).first()]
    return max(filter(None, states), key=lambda state: state.checked_at, default=None)


def match_money(at=None) -> bool:
    """Look, and keep what was found for the start page and the next look. A sweep that never asks to run again at once."""
    state = state_of_money(at)
    kept = {"checked_at": state.checked_at, "breaches": state.breaches, "marks": state.marks}
    LedgerState.objects.update_or_create(pk=1, defaults=kept)
    return False
