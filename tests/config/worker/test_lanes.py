"""The worker's lanes: what waits for somebody else keeps no money waiting."""

import threading

import pytest

from config.worker.loop import Worker
from config.worker.sweeps import Lane, Sweep, sweeps

pytestmark = pytest.mark.django_db
PATIENCE = 10  # seconds until a test that hangs fails


def a_sweep(work, lane, name):
    """One that is wanted at every tick, and that has nothing to tidy up from an earlier process."""
    return Sweep(work, every=0, lane=lane, name=name, failed=False)


@pytest.mark.parametrize("slow", [Lane.MAILS, Lane.CONTENT, Lane.OUTSIDE])
def test_a_lane_that_waits_keeps_no_money_waiting_and_is_not_begun_twice(slow):
    go_on, waiting, ran = threading.Event(), threading.Event(), []

    def waits():
        ran.append(slow)
        waiting.set()
        go_on.wait(PATIENCE)

    worker = Worker([a_sweep(waits, slow, "waits"), a_sweep(lambda: ran.append("money"), Lane.MONEY, "pays")])
    worker.tick_in_lanes()
    assert waiting.wait(PATIENCE)
    worker.tick_in_lanes()
    worker.tick_in_lanes()
    assert ran.count("money") == 3
    assert ran.count(slow) == 1
    go_on.set()
    worker.end(PATIENCE)
    assert not worker.beside[slow].is_alive()


def test_lanes_that_wait_do_not_wait_for_each_other():
    lanes = [lane for lane in Lane if lane != Lane.MONEY]
    together = threading.Barrier(len(lanes), timeout=PATIENCE)
    met = []

    def meets():
        together.wait()
        met.append(threading.current_thread().name)

    worker = Worker([a_sweep(meets, lane, lane) for lane in lanes])
    worker.tick_in_lanes()
    worker.end(PATIENCE)
    assert sorted(met) == ["worker content", "worker mails", "worker moving", "worker outside"]


def test_a_lane_with_nothing_to_do_costs_no_thread():
    worker = Worker([Sweep(lambda: None, lane=Lane.OUTSIDE, name="nothing", failed=False)])
    assert worker.tick_in_lanes() is False
    assert not worker.beside


def test_ending_does_not_wait_for_a_site_that_never_answers():
    go_on = threading.Event()
    worker = Worker([a_sweep(lambda: go_on.wait(PATIENCE), Lane.OUTSIDE, "waits")])
    worker.tick_in_lanes()
    worker.end(patience=0.01)
    assert worker.beside[Lane.OUTSIDE].is_alive()
    go_on.set()
    worker.end(PATIENCE)


def test_in_one_go_the_lanes_run_one_after_the_other():
    ran = []
    worker = Worker([a_sweep(lambda lane=lane: ran.append(lane), lane, lane) for lane in Lane])
    worker.tick()
    assert ran == list(Lane)
    assert not worker.beside


def test_whoever_speaks_to_others_is_in_no_lane_with_money():
    """By what a sweep is: the names of those that wait for mail servers, other sites or long work."""
    lanes = {sweep.name: sweep.lane for sweep in sweeps()}
    assert lanes["send_next"] == Lane.MAILS
    assert lanes["look_at_outside_link"] == lanes["collect_outside_links"] == Lane.OUTSIDE
    assert lanes["reindex"] == lanes["recheck_claims"] == lanes["look_at_links"] == Lane.CONTENT
    for name in (
        "look_at_payments",
        "end_overdue_orders",
        "send_refunds",
        "read_events",
        "issue_documents",
        "match_money",
    ):
        assert lanes[name] == Lane.MONEY, name
