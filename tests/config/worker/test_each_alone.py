"""Rows of a sweep, each alone: one that fails is set aside, seen by staff, and never takes the place of others."""

import itertools
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from shop.outbox.models import Mail
from shop.sweeps.alone import FORGET_AFTER, MAX_WAIT, Silence, each_alone, forget_setbacks
from shop.sweeps.models import Setback
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


def mails(count: int):
    for number in range(count):
        Mail.objects.create(key=f"k{number}", to="a@b.de", subject=str(number), text="t", html="h", due_at=timezone.now())  # fmt: skip
    return Mail.objects.filter(attempts=0).order_by("pk")


def done(row):
    return Mail.objects.filter(pk=row.pk).update(attempts=1)


def breaks_the_transaction(row):
    done(row)
    if row.subject == "2":
        Mail.objects.create(key="k0", to="a@b.de", due_at=timezone.now())
    return True


def divides(row):
    done(row)
    return 1 / (int(row.subject) - 2)


def wrong_type(row):
    if row.subject == "2":
        raise TypeError("bad\x00row of ada@example.org")
    return done(row)


@pytest.mark.parametrize("work", [breaks_the_transaction, divides, wrong_type])
def test_one_row_that_fails_leaves_no_trace_of_itself_and_the_rest_goes_on(work):
    rows = mails(5)
    assert each_alone(rows, work, sweep="x") == 4
    assert [row.subject for row in rows.all()] == ["2"], "what it did before it failed is rolled back"
    setback = Setback.objects.get()
    assert (setback.model, setback.about, setback.tries) == ("outbox.Mail", str(rows.get().pk), 1)


def test_a_first_page_of_impossible_rows_keeps_nobody_waiting():
    rows = mails(9)

    def work(row):
        if int(row.subject) < 6:
            raise ValueError
        return done(row)

    assert [each_alone(rows, work, sweep="x", most=3) for _ in range(4)] == [0, 0, 3, 0]
    assert Setback.objects.count() == 6


@pytest.mark.slow
def test_what_failed_is_tried_again_ever_more_seldom_and_forgotten_on_success():
    rows, now, tried = mails(1), timezone.now(), []

    def fail(row):
        tried.append(moment)
        raise IntegrityError

    for minutes in range(0, 3 * 24 * 60, 15):
        moment = now + timedelta(minutes=minutes)
        each_alone(rows, fail, sweep="x", at=moment)
    gaps = [after - before for before, after in itertools.pairwise(tried)]
    assert gaps == sorted(gaps)
    assert gaps[-1] == MAX_WAIT
    assert len(tried) < 25
    assert Setback.objects.get().tries == len(tried)
    assert each_alone(rows, done, sweep="x", at=now + timedelta(days=9)) == 1
    assert not Setback.objects.exists()


def test_two_sweeps_over_the_same_rows_do_not_know_each_other():
    rows = mails(1)
    each_alone(rows, lambda row: 1 / 0, sweep="one")
    assert each_alone(rows, done, sweep="two") == 1


def test_things_that_are_no_rows_can_be_swept_too():
    seen = []

    def work(url):
        if url.endswith("2"):
            raise OSError("no")
        seen.append(url)
        return True

    urls = [f"https://example.org/{number}" for number in range(4)]
    for _ in range(2):
        each_alone(urls, work, sweep="urls", key=lambda url: url, most=2)
    assert seen == [urls[0], urls[1], urls[0], urls[1]]
    each_alone(urls[2:], work, sweep="urls", key=lambda url: url)
    assert each_alone(urls[2:], work, sweep="urls", key=lambda url: url, most=1) == 1, (
        "the bad one is passed over"
    )


def test_the_way_out_of_python_is_not_stopped():
    def work(row):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        each_alone(mails(1), work, sweep="x")


def test_setbacks_of_rows_that_are_gone_are_forgotten():
    each_alone(mails(1), lambda row: 1 / 0, sweep="x")
    assert forget_setbacks() == 0
    assert forget_setbacks(timezone.now() + FORGET_AFTER + timedelta(hours=1)) == 1


@pytest.mark.slow
def test_staff_see_it_without_any_address_and_can_have_it_tried_at_once():
    rows = mails(3)
    each_alone(rows, wrong_type, sweep="send_next")
    for role in ("Orders", "Owner", "Editor"):
        page = signed_in(role, name=role).get("/admin/").content.decode()
        assert "Background work that fails" in page, role
        assert "ada@example.org" not in page
    assert f"/admin/outbox/mail/{rows.get().pk}/change/" in page
    assert "Background work that fails" not in signed_in("Writer").get("/admin/").content.decode()
    listed = signed_in("Orders", name="o2")
    setback = Setback.objects.get()
    assert "bad" in listed.get("/admin/sweeps/setback/").content.decode()
    assert listed.get(f"/admin/sweeps/setback/{setback.pk}/change/").status_code == 200
    listed.post("/admin/sweeps/setback/", {"action": "try_now", "_selected_action": [setback.pk]})
    assert each_alone(rows, done, sweep="send_next") == 1


def test_after_some_silences_in_a_row_the_batch_ends_and_the_next_begins_behind_them():
    rows, asked = mails(8), []

    def work(row):
        asked.append(row.subject)
        if row.subject != "1":
            raise Silence("no answer")
        return done(row)

    assert each_alone(rows, work, sweep="x") == 1
    assert asked == ["0", "1", "2", "3", "4"], "one that was answered begins the count anew"
    assert each_alone(rows, work, sweep="x") == 0
    assert asked[5:] == ["5", "6", "7"]
    later = timezone.now()
    for _ in range(9):
        later += timedelta(minutes=5)
        each_alone(rows, work, sweep="x", at=later)
        assert all(row.next_at - later <= timedelta(minutes=5) for row in Setback.objects.all())


def test_rows_that_say_themselves_when_they_are_tried_again_are_not_set_back_by_silence():
    rows = mails(2)

    def work(row):
        raise Silence

    each_alone(rows, work, sweep="x", paced=True)
    assert not Setback.objects.exists()
