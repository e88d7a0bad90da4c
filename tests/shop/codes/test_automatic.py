"""Discounts that are taken off by themselves: what they take off, which one counts, and that every penny has its line."""

from datetime import timedelta
from itertools import combinations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.checkout.place import place_order
from shop.checkout.totals import quote_for
from shop.codes.automatic import Bought, best_discount, taken_off
from shop.codes.discount import CodeRefused
from shop.codes.models import AutomaticDiscount, AutomaticUse, Code
from shop.invoices.issue import issue_documents
from shop.invoices.models import Document
from shop.ledger.check import breaches
from shop.orders.models import Order
from shop.payments.cancel import end_order
from shop.payments.left import paid_by
from shop.payments.refund import cancel_and_refund, due_for
from shop.payments.sandbox.models import SandboxCoupon
from shop.payments.start import start_payment
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.baskets import add
from tests.support.factories import HOME, a_basket, an_order, region, variant
from tests.support.orders import a_code, a_paid_order, an_automatic, order_with
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db


# --- what one takes off ----------------------------------------------------------------------------------------------

LINES = st.lists(
    st.builds(Bought, st.integers(1, 3), st.integers(1, 5), st.integers(1, 4000)), min_size=1, max_size=4
)


def by_hand(row: AutomaticDiscount, lines: list[Bought]) -> int:
    """The same, pack by pack and by trying every choice of free packs."""
    packs = [
        line.unit for line in lines for _ in range(line.quantity) if row.product_id in {None, line.product}
    ]
    if row.kind == "fewer":
        free = len(packs) // row.packs * (row.packs - row.pays)
        off = (
            min((sum(some) for some in combinations(packs, free)), default=0)
            if free <= 8 and len(packs) <= 14
            else None
        )
        if off is None:
            off = sum(sorted(packs)[:free])
    elif row.kind == "spend":
        off = row.amount if sum(packs) >= row.minimum else 0
    else:
        exact = sum(packs) * row.percent
        off = (exact * 2 + 100) // 200 if packs and len(packs) >= row.packs else 0
    left = sum(line.total for line in lines) - off
    return max(0, off - (100 - left)) if 0 < left < 100 else off


def terms():
    about = st.sampled_from([None, 1, 2])
    fewer = st.tuples(st.integers(2, 6), st.integers(1, 5)).filter(lambda two: two[1] < two[0] <= two[1] * 2)
    return st.one_of(
        st.builds(lambda two, of: {"kind": "fewer", "packs": two[0], "pays": two[1], "product_id": of}, fewer, about),
        st.builds(
            lambda amount, more, of: {"kind": "spend", "amount": amount, "minimum": amount * 2 + more, "product_id": of},
            st.integers(1, 3000), st.integers(0, 3000), about,
        ),
        st.builds(
            lambda packs, percent, of: {"kind": "packs", "packs": packs, "percent": percent, "product_id": of},
            st.integers(1, 6), st.integers(1, 50), about,
        ),
    )  # fmt: skip


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(lines=LINES, given_terms=terms())
def test_what_is_taken_off_is_what_trying_every_choice_of_packs_says_and_every_penny_has_its_line(
    lines, given_terms
):
    row = AutomaticDiscount(region=Region(currency="GBP", locale="en_GB"), name="x", **given_terms)
    found = taken_off(row, lines)
    assert found.total == by_hand(row, lines)
    assert len(found.parts) == len(lines)
    for part, line in zip(found.parts, lines, strict=True):
        assert 0 <= part <= line.total
        assert part == 0 or row.product_id in {None, line.product}
    left = sum(line.total for line in lines) - found.total
    assert left == 0 or left >= min(100, sum(line.total for line in lines))


def test_every_tier_is_a_row_and_the_best_one_counts():
    uk = region("uk")
    an_automatic("£5 off", amount=500, minimum=3000)
    an_automatic("£12 off", amount=1200, minimum=6000)
    for goods, off in [(2999, 0), (3000, 500), (5999, 500), (6000, 1200)]:
        found = best_discount("", uk, [Bought(1, 1, goods)])
        assert (found.total if found else 0) == off


@pytest.mark.parametrize(
    ("percent", "counts", "used"), [(50, "code", True), (33, "automatic", False), (10, "automatic", False)]
)
def test_one_discount_counts_the_larger_and_a_code_that_does_not_is_not_used_up(percent, counts, used):
    an_automatic("33 %", percent=33, packs=1)
    a_code("TEN", percent=percent)
    order = order_with("TEN", quantity=3)
    assert bool(order.code) == (counts == "code")
    assert (order.automatic_name == "33 %") == (counts == "automatic")
    assert (Code.objects.get().used == 1) == used
    assert breaches() == []


@pytest.mark.parametrize(
    "more",
    [
        {"starts_at": timezone.now() + timedelta(hours=1)},
        {"starts_at": timezone.now() - timedelta(days=2), "ends_at": timezone.now() - timedelta(days=1)},
        {"is_active": False},
        {"where": "eu"},
        {"limit": 1, "used": 1},
    ],
    ids=["not yet", "no more", "off", "elsewhere", "used up"],
)
def test_it_counts_only_where_and_while_it_holds(more):
    an_automatic(**more)
    assert best_discount("", region("uk"), [Bought(1, 3, 1000)]) is None


def test_one_of_a_product_counts_the_packs_of_that_product_alone():
    an_automatic(product=variant("GLY-CAP-90").product)
    assert best_discount("", region("uk"), [Bought(variant().product_id, 3, 1000)]) is None
    found = best_discount(
        "",
        region("uk"),
        [Bought(variant().product_id, 3, 100), Bought(variant("GLY-CAP-90").product_id, 3, 900)],
    )
    assert found.parts == [0, 900]


def test_the_database_refuses_what_takes_more_than_half_or_makes_no_sense():
    uk = region("uk")
    for wrong in [
        {"kind": "fewer", "packs": 3, "pays": 3},
        {"kind": "fewer", "packs": 3, "pays": 1},
        {"kind": "fewer", "packs": 3, "pays": 2, "percent": 5},
        {"kind": "packs", "packs": 1, "percent": 51},
        {"kind": "packs", "packs": 0, "percent": 5},
        {"kind": "spend", "amount": 501, "minimum": 1000},
        {"kind": "spend", "amount": None, "minimum": None},
        {"kind": "gift", "packs": 3, "pays": 2},
        {"kind": "fewer", "packs": 3, "pays": 2, "limit": 1, "used": 2},
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            AutomaticDiscount.objects.create(region=uk, name="x", **wrong)


# --- orders, refunds, documents -----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("code", ["uk", "eu", "us"])
def test_an_order_has_it_line_by_line_in_its_tax_invoice_and_at_stripe(code):
    an_automatic(where=code)
    order = an_order("CIT-CAP-90", "GLY-CAP-90", code=code, quantity=2)
    lines = list(order.lines.all())
    cheapest = min(line.unit_amount for line in lines)
    assert order.discount_total == sum(line.discount for line in lines) == cheapest
    assert order.discount_words == "3 for 2"
    assert all(line.discount for line in lines)
    start_payment(order)
    assert SandboxCoupon.objects.get().amount_off == cheapest
    assert order.payments.get().amount == order.total
    assert breaches() == []


@pytest.mark.slow
def test_what_comes_back_line_by_line_adds_up_to_what_was_paid():
    an_automatic()
    order = a_paid_order("CIT-CAP-90", "GLY-CAP-90", quantity=2)
    issue_documents()
    assert any(line["what"] == "3 for 2" for line in Document.objects.get().data["lines"])
    one, other = order.lines.all()
    first = due_for(order, {one.pk: 1})
    cancel_and_refund(order, {one.pk: 1}, by="ada", why="", refund=True)
    cancel_and_refund(order, {one.pk: 1, other.pk: 1}, by="ada", why="", refund=True)
    cancel_and_refund(order, {other.pk: 1}, by="ada", why="", refund=True)
    assert first == (one.total - one.discount) // 2 or first == (one.total - one.discount + 1) // 2
    payment = paid_by(order)
    assert payment.given_back == payment.amount == order.total


def test_the_limit_is_kept_and_a_dead_order_gives_its_use_back():
    row = an_automatic(limit=1)
    order = an_order(quantity=3)
    assert order.automatic == row
    assert an_order(quantity=3, email="bob@example.org").automatic is None
    end_order(order, to="cancelled", who="shopper", why="")
    row.refresh_from_db()
    assert (row.used, AutomaticUse.objects.count()) == (0, 0)
    assert an_order(quantity=3, email="eve@example.org").automatic == row


def test_whoever_is_second_at_the_last_one_is_told_and_nothing_is_ordered(monkeypatch):
    row = an_automatic(limit=1)
    basket, uk = a_basket(quantity=3), region("uk")
    total = quote_for(basket.rows(uk), uk, HOME["uk"]).total

    def overtaken(*args, **kwargs):
        found = best_discount(*args, **kwargs)
        AutomaticDiscount._base_manager.filter(pk=row.pk).update(used=1)
        return found

    monkeypatch.setattr("shop.checkout.totals.best_discount", overtaken)
    with pytest.raises(CodeRefused, match="used up"):
        place_order(basket, region=uk, email="a@example.org", address=HOME["uk"], shown_total=total)
    assert Order.objects.count() == 0


# --- what shoppers and staff see -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_shoppers_read_it_at_the_product_in_the_basket_at_the_checkout_and_on_the_order():
    client = a_shopper()
    page = variant().product.url_in(region("uk"))
    assert "3 for 2" not in client.get(page).content.decode()
    row = an_automatic(ends_at=timezone.now() + timedelta(days=3))
    html = client.get(page).content.decode()
    assert "3 for 2" in html
    assert "of every 3 packs, the cheapest is free" in html
    assert "price__was" not in html, "it is no reduction of a price"
    add(client, "CIT-CAP-90", quantity=3)
    off = region("uk").money(variant().prices.filter(region=region("uk")).latest("valid_from").amount)
    for address in ["/uk/basket/", "/uk/checkout/"]:
        html = client.get(address).content.decode()
        assert html.count(f"−{off}") == 2, address
    row.is_active = False
    row.save()
    assert "3 for 2" not in client.get(page).content.decode()


def test_a_page_says_nothing_of_one_that_is_used_up(django_capture_on_commit_callbacks):
    client, page = a_shopper(), variant().product.url_in(region("uk"))
    an_automatic(limit=1)
    assert "3 for 2" in client.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        an_order(quantity=3)
    assert "3 for 2" not in client.get(page).content.decode()


def test_a_limit_that_is_lowered_or_raised_shows_on_the_very_next_page():
    page, row = "/uk/shop/magnesium-citrate-capsules/", an_automatic(limit=9)
    AutomaticDiscount._base_manager.filter(pk=row.pk).update(used=3)
    for limit, shown in ((3, False), (4, True), (3, False), (None, True)):
        row.refresh_from_db()
        row.limit = limit
        row.save()
        assert ("3 for 2" in a_shopper().get(page).content.decode()) is shown, limit


def test_a_code_that_takes_less_is_told_so_and_stays():
    client = a_shopper()
    an_automatic()
    a_code("TEN")
    add(client, "CIT-CAP-90", quantity=3)
    client.post("/uk/basket/code/", {"code": "ten"})
    html = client.get("/uk/basket/").content.decode()
    assert "One discount counts, the larger" in html
    assert "Take the code TEN off" in html


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": "3 for 2", "kind": "fewer", "packs": "3", "pays": "2"}, ""),
        ({"name": "3 for 2", "kind": "fewer", "packs": "3", "pays": "4"}, "fewer than are bought"),
        ({"name": "£5 off", "kind": "spend", "amount_off": "5.00", "least": "30.00"}, ""),
        ({"name": "£5 off", "kind": "spend", "amount_off": "5.00", "least": "9.99"}, "twice the amount"),
        ({"name": "£5 off", "kind": "spend", "amount_off": "five", "least": "30"}, "five"),
        ({"name": "Ten", "kind": "packs", "packs": "2", "percent": "10"}, ""),
        ({"name": "Ten", "kind": "packs", "packs": "2", "percent": "60"}, "1 to 50"),
        ({"name": "Ten", "kind": "packs", "packs": "2", "percent": "10", "pays": "1"}, "no such number"),
        ({"name": "3 for 2", "kind": "fewer", "packs": "3", "pays": "2", "least": "30"}, "no such number"),
        ({"name": "Cures insomnia", "kind": "packs", "packs": "2", "percent": "10"}, "Cures insomnia"),
    ],
)
def test_marketing_makes_one_in_a_form_that_refuses_what_can_not_be(typed, words):
    client, page = signed_in("Marketing"), "/admin/codes/automaticdiscount/add/"
    sent = {**fields_of(client.get(page).content.decode()), "region": region("uk").pk, **typed}
    answer = client.post(page, sent)
    assert AutomaticDiscount.objects.count() == (0 if words else 1)
    if words:
        assert words in answer.content.decode()


def test_with_another_kind_the_numbers_of_the_one_before_go_and_none_that_was_typed():
    row = an_automatic(packs=3, pays=2)
    client, page = signed_in("Marketing"), f"/admin/codes/automaticdiscount/{row.pk}/change/"
    sent = {**fields_of(client.get(page).content.decode()), "kind": "packs", "percent": "10"}
    assert client.post(page, {**sent, "least": "30"}).status_code == 200
    row.refresh_from_db()
    assert (row.kind, row.pays) == ("fewer", 2)
    assert client.post(page, sent).status_code == 302
    row.refresh_from_db()
    assert (row.kind, row.packs, row.pays, row.percent) == ("packs", 3, None, 10)


def test_a_claim_is_no_name():
    row = AutomaticDiscount(region=region("uk"), name="Sleep better", packs=3, pays=2)
    with pytest.raises(ValidationError):
        row.full_clean()
