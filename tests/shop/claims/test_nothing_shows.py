"""Two readings that an unseen set of honest pages asked for, beside what must not pass by them."""

import pytest

from shop.claims.check import check, worst

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "honest",
    [
        "Nothing in this article shows that magnesium, in any form, helps people with restless legs.",
        "No sentence on this page says that our spray eases cramps.",
        "Nothing here proves that citrate, glycinate or salt calms the legs.",
        "Nobody claims that a capsule of magnesium treats restless legs.",
    ],
)
def test_what_nothing_shows_is_missing_evidence(honest):
    assert worst(check(honest, "GB")) != "red"


@pytest.mark.parametrize(
    "forbidden",
    [
        "Nothing but our magnesium shows that restless legs can be eased.",
        "Nothing says that evenings are lost like magnesium that eases restless legs.",
        "Nothing else proves that magnesium eases restless legs better than ours.",
        "No wonder our customers say that magnesium eases their restless legs.",
    ],
)
def test_praise_that_begins_with_nothing_does_not_pass_by_it(forbidden):
    assert worst(check(forbidden, "GB")) != "green"


@pytest.mark.parametrize(
    "fact",
    [
        "Magnesium supplements are on sale without a prescription.",
        "Magnesium is sold without a prescription.",
    ],
)
def test_how_it_is_sold_is_no_comparison(fact):
    assert worst(check(fact, "GB")) != "red"


@pytest.mark.parametrize(
    "promise",
    [
        "Our glycinate gives restless legs relief without a prescription.",
        "Available without a prescription, our magnesium calms restless legs.",
        "On sale now: quiet legs without ropinirole.",
    ],
)
def test_a_promise_beside_it_is_one(promise):
    assert worst(check(promise, "GB")) != "green"
