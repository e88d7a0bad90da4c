"""Nobody waits long for a silent Stripe, few wait at once, and the worker alone takes its time."""

import contextlib
import socket
import threading
import time

import pytest
import stripe

from shop.orders.models import Order
from shop.payments import patience, stripe_api
from shop.payments.reconcile import look_at_payments
from shop.payments.sandbox.models import SandboxSession, SandboxSwitches
from shop.payments.start import start_payment
from tests.support.factories import an_order, post_with_token, shown_next

pytestmark = pytest.mark.slow
WAIT, ENOUGH = 0.3, 1.5  # seconds: of one call; that a slow machine may add


@pytest.fixture(autouse=True)
def little_patience(monkeypatch):
    monkeypatch.setattr(patience, "IN_A_CALL", WAIT)
    monkeypatch.setattr(patience, "ROOM_WITHIN", 0.05)


def quietly(connection, *sent: bytes, drip: bytes = b"") -> None:
    """Send, then nothing more, or a byte now and then for ever."""
    with contextlib.suppress(OSError):
        for part in sent:
            connection.sendall(part)
        for _ in range(60):
            if drip:
                connection.sendall(drip)
            time.sleep(0.05)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n"
SILENCES = {
    "before its headers": [[], b""],
    "within its headers": [[HEAD], b""],
    "within its headers, drop by drop": [[HEAD], b"X-More: 1\r\n"],
    "before its body": [[HEAD, b"\r\n"], b""],
    "within its body": [[HEAD, b"\r\n", b'{"id": "cs_1", '], b""],
    "within its body, drop by drop": [[HEAD, b"\r\n", b'{"id": "cs_1", '], b" "],
}


@pytest.fixture
def stripe_at(monkeypatch):
    """Asks of Stripe go to this address."""

    def at(address: str) -> None:
        http_client = stripe_api.StripeHTTPClient()
        client = stripe.StripeClient(
            "sk_test_x", http_client=http_client, base_addresses={"api": address}, max_network_retries=0
        )
        monkeypatch.setattr(stripe_api, "client", lambda: client)

    return at


def assert_told_soon() -> None:
    began = time.monotonic()
    with pytest.raises(stripe_api.StripeUnreachable):
        stripe_api.retrieve_session("cs_1")
    assert time.monotonic() - began < WAIT + ENOUGH


@pytest.mark.parametrize("when", SILENCES)
def test_an_answer_that_does_not_come_whole_is_given_up_in_time(stripe_at, when):
    sent, drip = SILENCES[when]
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            with contextlib.suppress(OSError):
                quietly(server.accept()[0], *sent, drip=drip)

        threading.Thread(target=serve, daemon=True).start()
        stripe_at(f"http://127.0.0.1:{server.getsockname()[1]}")
        assert_told_soon()


def test_a_connection_that_is_not_taken_is_given_up_in_time(stripe_at):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:  # nobody accepts, and there is no room for one more
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        stripe_at(f"http://127.0.0.1:{server.getsockname()[1]}")
        assert_told_soon()
        for one in waiting:
            one.close()


def test_a_greeting_of_tls_and_a_name_that_do_not_come_are_given_up_in_time(stripe_at, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        stripe_at(f"https://127.0.0.1:{server.getsockname()[1]}")
        assert_told_soon()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: time.sleep(3))
    stripe_at("http://stripe.invalid")
    assert_told_soon()


def test_a_request_waits_so_long_for_all_that_it_asks(monkeypatch, db):
    monkeypatch.setattr(patience, "IN_A_REQUEST", 1.5 * WAIT)
    SandboxSwitches(silent=True).save()
    patience.begin_request()
    began = time.monotonic()
    for _ in range(5):
        with pytest.raises(stripe_api.StripeUnreachable):
            stripe_api.retrieve_session("cs_1")
    assert 1.5 * WAIT <= time.monotonic() - began < 1.5 * WAIT + ENOUGH
    assert patience.seconds() == 0
    patience.begin_request()
    assert patience.seconds() == WAIT
    patience.end_request()


def test_few_threads_wait_at_once_and_the_others_are_told_so_at_once():
    let_go, inside, refused = threading.Event(), [], []
    all_inside = threading.Barrier(patience.AT_ONCE + 1, timeout=10)

    def wait():
        with patience.place():
            inside.append(1)
            all_inside.wait()
            let_go.wait(10)

    threads = [threading.Thread(target=wait) for _ in range(patience.AT_ONCE)]
    for thread in threads:
        thread.start()
    all_inside.wait()
    began = time.monotonic()
    for _ in range(5):
        with pytest.raises(stripe_api.StripeUnreachable):
            stripe_api._ask(lambda: refused.append("asked all the same"))
    assert time.monotonic() - began < 5 * patience.ROOM_WITHIN + ENOUGH
    assert refused == []
    let_go.set()
    for thread in threads:
        thread.join()
    for _ in range(2 * patience.AT_ONCE):  # each place is given back, after errors too
        with contextlib.suppress(ZeroDivisionError), patience.place():
            raise ZeroDivisionError


def test_the_worker_takes_its_time_and_tries_again(settings):
    settings.PAYMENT_MODE, settings.STRIPE_SECRET_KEY = "test", "sk_ours"
    asked = []
    stripe_api._client.cache_clear()
    patience.at_leisure(lambda: asked.append((stripe_api.client(), patience.seconds())))()
    asked.append((stripe_api.client(), patience.seconds()))
    stripe_api._client.cache_clear()
    tries = [client._requestor._options.max_network_retries for client, _ in asked]
    assert tries == [patience.RETRIES_AT_LEISURE, 0]
    assert [wait for _, wait in asked] == [patience.AT_LEISURE, WAIT]


TYPED = {"email": "a@example.org", "name": "A", "country": "GB", "line1": "1", "line2": "", "town": "Leeds",
         "postcode": "LS1 4AP", "shown_total": "1195"}  # fmt: skip


@pytest.mark.parametrize("switches", [{"silent": True}, {"slow_seconds": 1}])
def test_a_shopper_is_told_what_became_of_basket_and_money_and_can_go_on(db, shopper, switches):
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    SandboxSwitches(**switches).save()
    page = shown_next(post_with_token(shopper, "/uk/checkout/", "/uk/checkout/", TYPED))
    order = Order.objects.get()
    assert "Nothing was charged. Your order is kept" in page
    page = shown_next(shopper.post("/uk/checkout/", {**TYPED, "line1": "2"}))
    assert "Nothing was ordered or charged, and your basket is kept" in page
    page = shown_next(shopper.post(f"{order.get_absolute_url()}cancel/"))
    assert "does not answer, so nothing was changed" in page
    SandboxSwitches().save()
    assert "/sandbox/pay/" in shopper.post(f"{order.get_absolute_url()}pay/")["Location"]
    assert SandboxSession.objects.filter(status="open").count() == 1


def test_what_a_slow_stripe_did_for_somebody_who_left_is_found_by_the_worker(db, monkeypatch):
    order = an_order()
    SandboxSwitches(slow_seconds=1).save()
    with pytest.raises(stripe_api.StripeUnreachable):
        start_payment(order)
    payment = order.payments.get()
    assert (payment.session_id, SandboxSession.objects.count()) == (None, 1)
    monkeypatch.setattr(patience, "AT_LEISURE", 1.5)
    order.payments.update(look_at=order.placed_at)
    assert look_at_payments() == 1
    payment.refresh_from_db()
    assert payment.session_id == SandboxSession.objects.get().pk
