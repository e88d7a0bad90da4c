"""What Stripe says about a session, at its limits: which word is taken, what it makes of the payment and of the order."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from shop.attribution.models import Tally
from shop.basket.models import Basket
from shop.catalogue.models import Hold
from shop.orders.models import Order
from shop.payments.foreign import NotOurs
from shop.payments.models import Payment, Refund
from shop.payments.receive import UnknownPayment, _mismatch, _other_currency, _storable, settle
from tests.support.factories import an_order, mails_written, region, set_stock, stock

pytestmark = pytest.mark.django_db
ORDER = an_order
AT = datetime(2027, 3, 1, 12, tzinfo=UTC)


def an_attempt(order, **fields) -> Payment:
    given = {"session_id": "cs_1", "status": "open", "ends_at": AT, "look_at": AT, "params": {}, **fields}
    return Payment.objects.create(
        order=order, mode="sandbox", amount=order.total, currency=order.currency, **given
    )


def said(order, **fields) -> dict:
    """A session that was paid, as Stripe tells of it."""
    return {"id": "cs_1", "status": "complete", "payment_status": "paid", "livemode": False, "payment_intent": "pi_1",
            "amount_total": order.total, "currency": order.currency.lower(), "client_reference_id": order.number,
            **fields}  # fmt: skip


def told(order, **fields) -> str:
    answer = settle(said(order, **fields), source="webhook")
    order.refresh_from_db()
    return answer


def words_of(order) -> str:
    return " ".join(order.events.values_list("why", flat=True))


def lines_of_basket(pk) -> int:
    return Basket.objects.get(pk=pk).lines.count()


def refill(order) -> None:
    basket = Basket.objects.get(pk=order.basket_pk)
    basket.put_back(order.lines.select_related("variant"), "", order.region)


# --- whose session it is --------------------------------------------------------------------------------------


def named(order, key) -> dict:
    return {"order": order.number, "payment": key}


@pytest.mark.parametrize(("length", "kept"), [(999, 999), (1000, 1000), (1001, 0)])
def test_a_session_that_was_never_stored_is_found_by_its_key_and_stored(order, length, kept):
    payment = an_attempt(order, session_id=None)
    url = "https://example.org/".ljust(length, "x")
    assert told(order, status="open", metadata=named(order, str(payment.key)), url=url) == "still open"
    payment.refresh_from_db()
    assert (payment.session_id, len(payment.session_url)) == ("cs_1", kept)


def test_the_address_of_a_session_that_is_known_stays_as_it_is(order):
    payment = an_attempt(order, session_url="https://example.org/pay")
    told(order, status="open", url="https://example.org/another")
    payment.refresh_from_db()
    assert payment.session_url == "https://example.org/pay"


@pytest.mark.parametrize("session_id", ["", None, 5])
def test_a_session_without_a_name_belongs_to_no_payment(order, session_id):
    payment = an_attempt(order, session_id=None)
    with pytest.raises(UnknownPayment):
        told(order, id=session_id, metadata=named(order, str(payment.key)))


def test_another_session_of_a_payment_that_has_one_is_not_known(order):
    payment = an_attempt(order)
    with pytest.raises(UnknownPayment):
        told(order, id="cs_2", metadata=named(order, str(payment.key)))


@pytest.mark.parametrize("site", ["https://staging.example.org", 5, ""])
def test_a_session_of_another_site_is_not_ours(order, site):
    payment = an_attempt(order, session_id=None)
    with pytest.raises(NotOurs):
        told(order, metadata={**named(order, str(payment.key)), "site": site})


# --- what does not match --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ({}, ""),
        ({"currency": "GBP"}, ""),
        ({"amount_total": 1194}, "£11.94 came, £11.95 was asked for"),
        ({"amount_total": 1196}, "£11.96 came, £11.95 was asked for"),
        ({"amount_total": 0}, "£0.00 came"),
        ({"amount_total": None}, "no sum came"),
        ({"currency": "eur"}, "it came in eur, GBP was asked for"),
        ({"currency": None}, "it came in no currency"),
        ({"livemode": True}, "livemode is True, but the order is of mode sandbox"),
        ({"livemode": None}, "livemode is None"),
        ({"client_reference_id": "S100001"}, "Stripe names order S100001"),
    ],
)
def test_what_is_said_of_a_payment_that_does_not_match(word, expected):
    order = Order(number="S100000", total=1195, currency="GBP", region=region("uk"))
    payment = Payment(order=order, mode="sandbox", amount=1195, currency="GBP")
    wrong = _mismatch(order, payment, said(order, **word))
    assert wrong.startswith(expected)
    assert (wrong == "") is (expected == "")


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(-1, None), (0, 0), (1, 1), (2**31 - 1, 2**31 - 1), (2**31, None), (True, None), (11.95, None), ("1195", None)],
)  # fmt: skip
def test_an_amount_is_kept_if_a_column_can_hold_it(amount, expected):
    assert _storable(amount) is expected or _storable(amount) == expected


@pytest.mark.parametrize(
    ("named", "expected"),
    [("usd", "USD"), ("USD", "USD"), ("gbp", ""), ("us", ""), ("usdt", ""), ("u5d", ""), (None, "")],
)
def test_the_currency_that_came_is_kept_where_it_is_another(named, expected):
    assert _other_currency(Payment(currency="GBP"), named) == expected


def test_money_that_does_not_match_takes_the_packs_out_of_the_basket_and_is_told_once(order):
    payment, basket = an_attempt(order), order.basket_pk
    for _ in range(2):
        assert told(order, amount_total=1500, currency="usd").startswith(
            "mismatch, staff asked: US$15.00 came"
        )
    payment.refresh_from_db()
    assert (payment.status, payment.taken, payment.taken_currency) == ("review", 1500, "USD")
    assert (order.is_pending, order.basket_pk) == (True, None)
    assert lines_of_basket(basket) == 0
    assert Hold.objects.get(reference=order.hold_reference).until is None
    assert mails_written("review").count() == 1


def test_money_that_does_not_match_and_went_back_changes_nothing_more(order):
    an_attempt(order, status="review", given_back=order.total)
    assert told(order) == "it did not match, and went back"
    assert order.is_pending


def test_a_session_over_nothing_is_not_looked_at(order):
    an_attempt(order)
    told(order, amount_total=0)
    assert "£0.00 came" in order.needs_review
    assert order.basket_pk is not None
    assert not mails_written("review").exists()


def test_money_that_does_not_match_after_a_slow_payment_leaves_the_basket_of_today(order):
    an_attempt(order)
    told(order, payment_status="unpaid")
    refill(order)
    told(order, amount_total=1)
    assert lines_of_basket(order.basket_pk) == 1


def test_the_right_word_after_a_wrong_one_is_what_counts(order):
    payment = an_attempt(order, status="review", taken=1500, taken_currency="USD")
    assert told(order) == "paid"
    payment.refresh_from_db()
    assert (payment.taken, payment.taken_currency, payment.took) == (None, "", order.total)


# --- paid ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("paid", "paid"),
        ("no_payment_required", "paid"),
        ("unpaid", "awaiting_payment"),
        ("", "awaiting_payment"),
    ],
)
def test_which_word_of_stripe_means_paid(order, word, status):
    an_attempt(order)
    told(order, payment_status=word)
    assert order.status == status


def test_what_was_paid_has_left_the_basket_and_is_told(order):
    an_attempt(order)
    basket = order.basket_pk
    told(order)
    assert lines_of_basket(basket) == 0
    assert mails_written("paid").count() == 1


def test_what_is_paid_slowly_leaves_the_basket_when_it_is_begun_and_no_later(order):
    an_attempt(order)
    basket = order.basket_pk
    told(order, payment_status="unpaid")
    assert lines_of_basket(basket) == 0
    hold = Hold.objects.get(reference=order.hold_reference)
    assert (hold.visitor, hold.until) == ("", None)
    refill(order)
    told(order)
    assert lines_of_basket(basket) == 1


def test_a_sale_is_counted_and_nothing_leads_from_the_order_to_an_article(order):
    an_attempt(order)
    order.lines.update(origins=[[7, False, "", 1]])
    told(order)
    assert Tally.objects.filter(what="units", article=7).exists()
    assert (order.lines.get().origins, order.basket_pk) == ([], None)


def test_a_second_payment_of_a_paid_order_goes_back(order):
    order.mark_paid(at=timezone.now(), who="test", why="")
    an_attempt(order)
    assert told(order) == "refund wanted: The order was paid already by another payment."
    assert Refund.objects.get().amount == order.total
    assert "The order was paid already by another payment. £11.95 goes back." in words_of(order)
    assert mails_written("given_back").exists()


def test_money_for_an_order_that_was_paid_and_cancelled_goes_back(order):
    order.mark_paid(at=timezone.now(), who="test", why="")
    order.move("cancelled", who="test", why="")
    an_attempt(order)
    assert told(order) == "refund wanted: The order had been paid and cancelled before."


@pytest.mark.parametrize("ended", ["expired", "cancelled", "failed"])
def test_money_for_an_order_that_ended_brings_it_back_and_says_so(order, ended):
    Order.objects.update(status=ended)
    order.release_stock()
    an_attempt(order)
    assert told(order) == "paid"
    assert f"Paid although it was {ended}; the goods are still there" in words_of(order)
    assert (order.status, stock().held) == ("paid", 1)


def test_money_for_packs_that_were_let_go_keeps_them_again(order):
    order.let_go()
    an_attempt(order)
    assert told(order) == "paid"
    assert (order.let_go_at, stock().held) == (None, 1)


def test_money_for_packs_that_were_let_go_and_are_gone_goes_back(order):
    order.let_go()
    set_stock("CIT-CAP-90", "uk", 0)
    an_attempt(order)
    assert told(order) == "refund wanted: Paid after its packs were let go, and they are gone."
    assert order.is_pending


# --- slow payments ------------------------------------------------------------------------------------------


def test_a_slow_payment_for_packs_that_were_let_go_keeps_them_again(order):
    order.let_go()
    an_attempt(order)
    told(order, payment_status="unpaid")
    assert (order.let_go_at, stock().held, order.needs_review) == (None, 1, "")


def test_a_slow_payment_for_packs_that_are_gone_is_looked_at(order):
    order.let_go()
    set_stock("CIT-CAP-90", "uk", 0)
    an_attempt(order)
    assert told(order, payment_status="unpaid") == "awaiting payment"
    assert (order.status, stock().held) == ("awaiting_payment", 0)
    assert "packs were let go and are gone" in order.needs_review
