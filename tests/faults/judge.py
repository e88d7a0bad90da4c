"""Whether a fault did what it may do and no more, and whether all money and all orders are right at the end."""

import os
import time
from dataclasses import dataclass

import psycopg

from tests.faults.faults import Fault
from tests.faults.machines import Machines
from tests.faults.shoppers import Asked, Crowd

AT_ONCE = 0.3  # seconds in which a fault takes hold: what begins then may be sent to what is just dying


@dataclass(frozen=True)
class Seen:
    """`began`, `over`: when the fault began and its cause was gone; `back`: seconds from then until all answered."""

    fault: Fault
    began: float
    over: float
    back: float
    said: str
    asked: list[Asked]
    paid: int

    def allowed(self, asked: Asked) -> bool:
        if self.fault.fails == "in flight":
            return asked.began <= self.began + AT_ONCE
        if self.fault.fails == "until it ends":
            return asked.began <= self.over + AT_ONCE
        return False

    @property
    def bad(self) -> list[Asked]:
        return [one for one in self.asked if one.is_bad]

    @property
    def wrong(self) -> list[str]:
        """What must not have been."""
        forbidden = [one for one in self.bad if not self.allowed(one)]
        found = [
            f"{one.method} {one.path} was answered with {one.status or 'nothing'} "
            f"{one.began - self.began:+.1f} s after it began, {one.began - self.over:+.1f} s after it was over"
            for one in forbidden[:5]
        ]
        if len(forbidden) > 5:
            found.append(f"and {len(forbidden) - 5} more")
        if self.back > self.fault.back_within and not os.environ.get("SMOKE"):  # which judges no time
            found.append(f"back after {self.back:.1f} s, more than {self.fault.back_within}")
        return found

    def line(self) -> str:
        slowest = max((one.ended - one.began for one in self.asked), default=0)
        bad = len(self.bad)
        allowed = sum(self.allowed(one) for one in self.bad)
        return (
            f"{self.fault.name:<22}{self.over - self.began:7.1f}{len(self.asked):10}{allowed:11}{bad - allowed:7}"
            f"{slowest:9.1f}{self.back:7.1f}{self.paid:6}  {self.said}"
        )


HEAD = (
    f"{'fault':<22}{'lasted':>7}{'requests':>10}{'in flight':>11}{'other':>7}{'slowest':>9}{'back':>7}{'paid':>6}\n"
    f"{'':<22}{'s':>7}{'':>10}{'failed':>11}{'failed':>7}{'s':>9}{'s':>7}"
)


def settled(machines: Machines, within: float) -> None:
    """Until the worker has done all that is due: events delivered, payments asked about."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        with psycopg.connect(machines.database.url) as connection:
            waiting = connection.execute(
                "SELECT (SELECT count(*) FROM sandbox_sandboxevent WHERE delivered_at IS NULL AND attempts < 5) "
                "+ (SELECT count(*) FROM payments_stripeevent WHERE NOT is_done)"
            ).fetchone()[0]
        if not waiting:
            return
        time.sleep(0.5)


def wrong_at_the_end(machines: Machines, crowd: Crowd) -> list[str]:
    """Each shopper who was thanked has one paid order and was charged once, and nobody else was; check_money agrees."""
    found = [f"{who} gave up: {why}" for who, why in crowd.gave_up.items()]
    with psycopg.connect(machines.database.url) as connection:
        orders = dict(
            connection.execute(
                "SELECT email, count(*) FROM orders_order WHERE status = 'paid' GROUP BY email"
            )
        )
        charges = dict(
            connection.execute(
                "SELECT session.params ->> 'customer_email', count(*) FROM sandbox_sandboxsession session "
                "JOIN sandbox_sandboxintent intent ON intent.id = session.intent_id "
                "WHERE intent.status = 'succeeded' GROUP BY 1"
            )
        )
    for who in sorted(set(orders) | set(charges) | set(crowd.paid)):
        facts = orders.get(who, 0), charges.get(who, 0), int(who in crowd.paid)
        if facts != (1, 1, 1):
            found.append(
                f"{who} has {facts[0]} paid orders, {facts[1]} charges, was thanked {facts[2]} times"
            )
    money = machines.manage("check_money", check=False)
    if money.returncode:
        found.append(f"check_money: {money.stdout}{money.stderr}")
    return found
