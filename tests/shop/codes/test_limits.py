"""Discount codes at the edges: one below, equal, one above each limit, and a moment before and after each date."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from shop.codes.discount import CodeRefused, discount_for, is_valid_in, release_code, use
from shop.codes.models import CodeUse
from tests.support.clock import freeze
from tests.support.factories import region
from tests.support.orders import a_code

pytestmark = pytest.mark.django_db
BEGINS = datetime(2027, 3, 1, 12, tzinfo=UTC)
ENDS = datetime(2027, 3, 8, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def off(amount: int, code="NOVEMBER10", **more) -> int:
    return discount_for(code, region("uk"), [(1, amount)], **more).total


def holds(*args, **more) -> bool:
    try:
        off(*args, **more)
    except CodeRefused:
        return False
    return True


@pytest.mark.parametrize(("goods", "enough"), [(0, False), (1999, False), (2000, True), (2001, True)])
def test_the_least_that_the_goods_must_be_worth(goods, enough):
    a_code(minimum=2000)
    assert holds(goods) is enough


def test_the_least_is_of_all_goods_together_also_of_those_that_are_not_reduced():
    a_code(minimum=2000)
    assert discount_for("NOVEMBER10", region("uk"), [(1, 1000), (2, 1000)]).total == 200
    with pytest.raises(CodeRefused):
        discount_for("NOVEMBER10", region("uk"), [(1, 1000), (2, 999)])


@pytest.mark.parametrize(
    ("at", "held"),
    [(BEGINS - MOMENT, False), (BEGINS, True), (BEGINS + MOMENT, True), (ENDS - MOMENT, True), (ENDS, False), (ENDS + MOMENT, False)],
)  # fmt: skip
def test_a_code_holds_from_its_first_moment_and_no_more_at_its_end(monkeypatch, at, held):
    a_code(starts_at=BEGINS, ends_at=ENDS)
    assert holds(1000, at=at) is held
    freeze(monkeypatch, at)
    assert holds(1000) is held


@pytest.mark.parametrize(("used", "left"), [(0, True), (4, True), (5, False)])
def test_the_last_order_within_the_limit_of_all(used, left):
    code = a_code(limit=5, used=used)
    assert holds(1000) is left
    if left:
        use(code, "order:1", "ada@example.org")
        code.refresh_from_db()
        assert code.used == used + 1
    else:
        with pytest.raises(CodeRefused):
            use(code, "order:1", "ada@example.org")
        assert not CodeUse.objects.exists()


@pytest.mark.parametrize(("used", "left"), [(0, True), (1, True), (2, False)])
def test_the_last_order_within_the_limit_of_a_person(used, left):
    code = a_code(per_person=2)
    for number in range(used):
        use(code, f"order:{number}", "ada@example.org")
    assert holds(1000, email="ada@example.org") is left
    assert holds(1000, email="tom@example.org")
    assert holds(1000), "whose it is, nobody knows yet"
    if left:
        use(code, "order:last", "ada@example.org")
    else:
        with pytest.raises(CodeRefused):
            use(code, "order:last", "ada@example.org")
    assert CodeUse.objects.filter(reference="order:last").exists() is left


def test_one_order_uses_a_code_once_also_where_its_buyer_may_do_so_twice():
    code = a_code(per_person=2)
    use(code, "order:1", "ada@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        use(code, "order:1", "ada@example.org")
    use(code, "order:2", "ada@example.org")


def test_a_use_that_was_given_back_is_free_for_the_same_person():
    code = a_code(per_person=2, limit=2)
    use(code, "order:1", "ada@example.org")
    use(code, "order:2", "ada@example.org")
    assert release_code("order:1") is True
    assert release_code("order:1") is False
    use(code, "order:3", "ada@example.org")
    code.refresh_from_db()
    assert code.used == 2
    assert sorted(CodeUse.objects.values_list("slot", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("goods", "taken"),
    [(499, 499), (500, 500), (501, 401), (599, 499), (600, 500), (601, 500), (1, 1)],
)
def test_an_amount_leaves_a_pound_at_least_or_nothing(goods, taken):
    a_code(amount=500)
    assert off(goods) == taken


@pytest.mark.parametrize(("goods", "percent", "taken"),
                         [(5, 10, 0), (110, 10, 10), (111, 10, 11), (114, 10, 11), (115, 10, 12), (116, 10, 12), (100, 100, 100), (200, 99, 100), (199, 50, 99), (201, 50, 101), (50, 10, 0)])  # fmt: skip
def test_per_cent_round_halves_up_and_leave_a_pound_at_least_or_nothing(goods, percent, taken):
    a_code(percent=percent, limit=1000)
    assert off(goods) == taken


def test_only_fitting_goods_are_reduced_and_others_may_be_what_stays_to_be_paid():
    from shop.catalogue.models import Product

    product = Product.objects.first()
    a_code(amount=500).products.add(product)
    found = discount_for("NOVEMBER10", region("uk"), [(product.pk, 300), (0, 700)])
    assert found.parts == [300, 0]
    found = discount_for("NOVEMBER10", region("uk"), [(product.pk, 300), (0, 99)])
    assert found.parts == [299, 0]
    with pytest.raises(CodeRefused, match="other products"):
        discount_for("NOVEMBER10", region("uk"), [(0, 700)])


@pytest.mark.parametrize(("length", "known"), [(29, True), (30, True), (31, True)])
def test_no_more_than_thirty_characters_are_read(length, known):
    a_code("A" * min(length, 30))
    assert holds(1000, "A" * length) is known


def test_where_a_code_holds_is_another_question_than_whether_it_can_be_used_now():
    a_code(is_active=False)
    assert is_valid_in("NOVEMBER10", region("uk")) is True
    assert is_valid_in("NOVEMBER10", region("us")) is False
    assert is_valid_in("NOSUCH", region("uk")) is False


@pytest.mark.parametrize(
    ("more", "words"), [({}, "Code NOVEMBER10 (−10 %)"), ({"amount": 500}, "Code NOVEMBER10")]
)
def test_a_discount_is_named_with_its_per_cent(more, words):
    a_code(**more)
    assert discount_for("NOVEMBER10", region("uk"), [(1, 1195)]).words == words


def test_an_amount_that_staff_left_empty_takes_nothing_off():
    code = a_code(amount=500)
    code.terms.update(amount=None)
    assert off(1195) == 0
