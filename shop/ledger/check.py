"""All rules asked, by whoever looks, by the worker, and by `check_money`."""

from datetime import date, datetime

from django.core.cache import cache
from django.utils import timezone

from shop.desk.models import LedgerState
from shop.ledger.among import ALL, Among, last_moves, next_part, whole
from shop.ledger.breach import Breach, _day
from shop.ledger.documents import documents, sums
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
    stock_log,
    stripe_agrees,
    totals,
)
from shop.ledger.withdrawn import withdrawn_money_is_back

RULES = (
    stock,
    stock_log,
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
    documents,
    sums,
)
# Rules that a look asks about a part alone; each of the others looks at all that could break it.
BY_PART = {
    holds, money_has_one_home, paid_orders_have_their_money, totals, refunds, money_gone, moves, codes, mails, documents,
}  # fmt: skip
# What the others call their breaches: more of these than are told of is no reason to look at every order.
OF_THE_OTHERS = {"stock", "log", "waiting", "reading", "stripe", "withdrawn", "sums"}
NOT_CHECKED = "This rule could not be checked"


def breaches(at=None, among: Among = ALL) -> list[Breach]:
    """All that is not true of these orders, and of what belongs to none; empty when all is well.

    About thirty queries, however many orders.
    """
    now = at or timezone.now()
    return [breach for rule in RULES for breach in _checked(rule, now, among)]


def _checked(rule, now, among) -> list[Breach]:
    """What a rule finds. One that fails is itself a breach, so that the others are checked and it isn't taken for true."""
    try:
        return list(rule(now, among))
    except Exception as error:
        log.exception("The rule “%s” of the ledger could not be checked.", rule.__name__)
        words = f"{NOT_CHECKED} ({type(error).__name__}: {error})."
        return [Breach(rule.__name__, words[:300], 0, _day(now))]


SEEN, SEEN_FOR = "ledger:seen", 900  # seconds
QUIET = 5  # minutes, of which one has a look while nothing moves


def state_of_money(at=None, *, goes_on: bool = True, parts: int = 1) -> LedgerState:
    """What holds now, not kept: of what moved since the last look, of what was wrong then, and of the next part of the rest.

    Breaches that were known are so looked at again, and none is forgotten. Where a rule could not be checked, or
    found more than it tells of, everything is. `goes_on`, `parts`: see `next_part`.
    """
    now = at or timezone.now()
    kept, last = LedgerState.objects.filter(pk=1).first(), last_state()
    known = [breach for state in (kept, last) if state for breach in state.breaches]
    marks = kept.marks if kept else {}
    if any(breach["about"] == 0 and breach["rule"] not in OF_THE_OTHERS for breach in known):
        among = Among(marks={**marks, **whole(now)})
    else:
        orders = {breach["order"] for breach in known} - {None}
        days = {date.fromisoformat(breach["day"]) for breach in known if breach["rule"] == "sums"}
        rows = {breach["about"] for breach in known if breach["rule"] == "log"}
        among = next_part(marks, orders, now, days, rows, goes_on=goes_on or not marks, parts=parts)
    found = [breach.as_dict() for breach in breaches(now, among)]
    return LedgerState(pk=1, checked_at=now, breaches=found, marks=among.marks)


def look_at_money(at=None) -> LedgerState:
    """What holds now of all that moved or was wrong, for somebody who looks; the worker goes through the rest.

    No row is written; the start page shows it for a while.
    """
    state = state_of_money(at, goes_on=False)
    cache.set(SEEN, state, SEEN_FOR)
    return state


def last_state() -> LedgerState | None:
    """What was found last, by the matcher or by somebody who looked."""
    states = [cache.get(SEEN), LedgerState.objects.filter(pk=1).first()]
    return max(filter(None, states), key=lambda state: state.checked_at, default=None)


def looked_at(state: LedgerState) -> list[tuple[str, str, datetime | None]]:
    """(name, what it says, since when it has looked at everything) of each rule; None: it has not, or can't be checked."""
    failed = {breach["rule"] for breach in state.breaches if breach["words"].startswith(NOT_CHECKED)}
    found = []
    for rule in RULES:
        rounds = {sums: state.days_whole, stock_log: state.stock_whole}
        since = state.whole if rule in BY_PART else rounds.get(rule, state.checked_at)
        says = (rule.__doc__ or "").partition("\n")[0].partition(" (see")[0].rstrip(".")
        found.append((rule.__name__.replace("_", " "), says, None if rule.__name__ in failed else since))
    return found


def match_money(at=None, parts: int = 1) -> bool:
    """Look, and keep what was found for the start page and the next look. A sweep that never asks to run again at once."""
    state = state_of_money(at, parts=parts)
    kept = {"checked_at": state.checked_at, "breaches": state.breaches, "marks": state.marks}
    LedgerState.objects.update_or_create(pk=1, defaults=kept)
    return False


def _are_wrong() -> bool:
    """Whether something is that may be put right at any moment; Stripe's balance is compared by the hour."""
    state = last_state()
    return state is None or any(breach["rule"] != "stripe" for breach in state.breaches)


class MatchMoney:
    """The worker's look each minute. While nothing moves, waits or is wrong, one in QUIET minutes for as many parts.

    A look costs about the same for one part as for several, so a shop at rest is gone through as fast as any.
    """

    __name__ = "match_money"

    def __init__(self):
        self.seen: tuple | None = None
        self.left_out = 0

    def __call__(self) -> bool:
        now = last_moves()
        is_quiet = now == self.seen and not now[-1] and not _are_wrong()
        if is_quiet and self.left_out < QUIET - 1:
            self.left_out += 1
            return False
        match_money(parts=self.left_out + 1)
        self.seen, self.left_out = now, 0
        return False
