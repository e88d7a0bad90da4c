"""Visits that ended, and orders that a change of region ends: told in words, and nobody can pay for what is left behind."""

import pytest
from django.contrib.messages import ERROR, INFO, WARNING
from django.contrib.messages.storage.base import Message
from django.contrib.sessions.models import Session
from django.template.loader import render_to_string

from shop.ledger.check import breaches
from shop.orders.models import Order
from shop.payments.leave import let_left_packs_go
from shop.payments.models import Payment
from shop.payments.sandbox.models import SandboxSession, SandboxSwitches
from shop.payments.sandbox.stripe import sessions
from shop.regions.models import Region
from tests.support.baskets import add, message
from tests.support.factories import deliver_events, post_with_token, shown_next, stock

pytestmark = pytest.mark.django_db
TYPED = {
    "uk": {"email": "a@example.org", "name": "A", "country": "GB", "line1": "1", "line2": "", "town": "Leeds",
           "postcode": "LS1 4AP", "shown_total": "1195"},
    "us": {"email": "a@example.org", "name": "A", "country": "US", "line1": "1 Main St", "line2": "", "town": "Portland",
           "state": "OR", "postcode": "97201", "shown_total": "1395"},
}  # fmt: skip


def ordered(shopper, code="uk") -> Order:
    url = f"/{code}/checkout/"
    answer = post_with_token(shopper, url, url, TYPED[code])
    assert "/sandbox/pay/" in answer["Location"], answer["Location"]
    return Order.objects.latest("pk")


def switch(shopper, to, at="/uk/basket/"):
    return shopper.post("/region/", {"region": to, "next": at, "seen": "1"})


# --- another region ---------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("to", "where"), [("us", "/uk/basket/"), ("eu", "/uk/"), ("us", "/uk/shop/")])
def test_a_change_of_region_ends_what_could_still_be_paid_in_the_old_one(shopper, to, where):
    add(shopper)
    order = ordered(shopper)
    page = shown_next(switch(shopper, to, where))
    order.refresh_from_db()
    assert (order.status, stock().held) == ("cancelled", 0)
    assert SandboxSession.objects.get().status == "expired"
    words = "canceled" if Region.objects.get(code=to).law == "US" else "cancelled"
    assert f"Your order {order.number} in the UK is {words}, and nothing was charged." in page
    assert "You changed to another of our shops" in shopper.get(order.get_absolute_url()).content.decode()
    assert breaches() == []


@pytest.mark.slow
def test_in_two_tabs_each_switch_ends_what_the_other_tab_ordered(shopper):
    add(shopper)
    switch(shopper, "us")
    american = ordered(shopper, "us")
    post_with_token(shopper, "/uk/basket/", "/uk/basket/confirm/", {})
    british = ordered(shopper)  # the other tab was never told; a newer order takes the place of the older
    switch(shopper, "us", "/us/basket/")  # where the basket is already
    assert [Order.objects.get(pk=one.pk).status for one in (american, british)] == ["cancelled"] * 2
    assert set(SandboxSession.objects.values_list("status", flat=True)) == {"expired"}


@pytest.mark.slow
def test_the_same_region_again_ends_nothing(shopper):
    add(shopper)
    order = ordered(shopper)
    switch(shopper, "uk")
    order.refresh_from_db()
    assert order.is_pending
    assert SandboxSession.objects.get().status == "open"


@pytest.mark.slow
def test_what_was_paid_meanwhile_is_settled_and_told(shopper):
    add(shopper)
    order = ordered(shopper)
    sessions.pay(SandboxSession.objects.get())
    page = shown_next(switch(shopper, "us"))
    order.refresh_from_db()
    assert order.is_paid
    assert f"Your order {order.number} in the UK was paid already." in page


@pytest.mark.slow
def test_while_stripe_is_silent_the_worker_closes_it(shopper):
    add(shopper)
    order = ordered(shopper)
    SandboxSwitches(unreachable=True).save()
    assert f"{order.number} in the UK is being closed" in shown_next(switch(shopper, "us"))
    SandboxSwitches(unreachable=False).save()
    let_left_packs_go()
    assert SandboxSession.objects.get().status == "expired"
    assert (Payment.objects.get().status, stock().held) == ("expired", 0)


# --- a visit that ended -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/uk/basket/", "/uk/checkout/", "/us/basket/", "/eu/checkout/"])
def test_a_lost_session_is_told_and_not_only_an_empty_basket(shopper, path):
    add(shopper)
    Session.objects.all().delete()
    assert "Your visit had ended" in shopper.get(path, follow=True).content.decode()
    assert "Your visit had ended" not in shopper.get("/uk/basket/").content.decode(), "once"


def test_who_never_had_a_basket_is_told_nothing_of_a_visit(shopper):
    page = shopper.get("/uk/basket/").content.decode()
    assert "Your basket is empty" in page
    assert "visit" not in page.split("<main")[1].split("</main>")[0]
    add(shopper)
    post_with_token(shopper, "/uk/basket/", "/uk/basket/update/", {"remove": "CIT-CAP-90"})
    assert "Your visit had ended" not in shopper.get("/uk/basket/").content.decode()


# --- what went wrong has the focus ------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_loser_of_the_last_pack_reads_it_first(shopper):
    add(shopper)
    order = ordered(shopper)
    shopper.get(f"{order.get_absolute_url()}?from=cancel&attempt={Payment.objects.get().key}")
    let_left_packs_go()
    row = stock()
    row.on_hand = 0
    row.save()
    url = order.get_absolute_url()
    page = shown_next(post_with_token(shopper, url, f"{url}pay/", {}))
    assert "somebody was quicker, none left. Nothing was charged" in message(page)
    assert page.count("autofocus") == 1
    assert '<div class="messages" role="status" tabindex="-1" autofocus >' in " ".join(page.split())


@pytest.mark.slow
def test_who_paid_too_late_for_the_last_pack_reads_where_the_money_is(shopper):
    add(shopper)
    order = ordered(shopper)
    session = SandboxSession.objects.get()
    sessions.pay(session)
    Order.objects.update(status="expired")
    order.release_stock()
    row = stock()
    row.on_hand = 0
    row.save()
    deliver_events()
    page = " ".join(shopper.get(order.get_absolute_url()).content.decode().split())
    assert "It was not paid in time. £11.95 came for it; £11.95 is on its way back the way you paid." in page


@pytest.mark.slow
def test_what_kept_the_order_from_being_placed_has_the_focus_in_the_form(shopper):
    add(shopper)
    wrong = {**TYPED["uk"], "shown_total": "1"}
    page = shown_next(post_with_token(shopper, "/uk/checkout/", "/uk/checkout/", wrong))
    assert 'role="alert" tabindex="-1" autofocus>The total is £11.95' in page
    wrong["postcode"] = "nowhere"
    page = shown_next(post_with_token(shopper, "/uk/checkout/", "/uk/checkout/", wrong))
    assert 'aria-labelledby="errors" tabindex="-1" autofocus' in page
    assert page.count("autofocus") == 1


def test_of_many_messages_the_focus_is_asked_for_once():
    given = [Message(INFO, "a"), Message(WARNING, "b"), Message(ERROR, "c"), Message(WARNING, "d")]
    html = render_to_string("holes/messages.html", {"given": given, "region": None, "path": "/uk/"})
    assert html.count("autofocus") == 1
    assert "autofocus" not in render_to_string("holes/messages.html", {"given": given[:1], "path": "/"})


def test_a_message_that_all_went_well_leaves_the_focus_alone(shopper):
    add(shopper)
    assert "autofocus" not in shopper.get("/uk/shop/").content.decode()
