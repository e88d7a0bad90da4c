"""What promises in plain words alone waits; what a shop and a page ordinarily say does not."""

import pytest

from shop.claims.check import check, explain_passages, worst
from shop.claims.passages import from_plain

pytestmark = pytest.mark.django_db

PAGE = "# Magnesium and restless legs\nRestless legs syndrome is an urge to move the legs.\nOur powder comes in a bag of 300 g.\n"


def colour_on_a_page(text):
    return explain_passages(from_plain(PAGE + text), "GB")[-1].colour


@pytest.mark.parametrize(
    "text",
    [
        "Look at what sells out every November.",
        "Nine out of ten orders are repeat orders.",
        "I would never travel without it.",
        "We only wish we had found it sooner.",
        "The pharmacist next door buys hers from us.",
        "Farmers have given it to horses for a century.",
        "Nobody who has read this far buys just one.",
        "She has not asked for anything else since.",
        "This is where the search ends.",
        "No other product on our shelf is ordered as often.",
        "It does more than we may say here.",
        "The first bag is the hard one to order.",
        "The queue at the market stall tells its own tale.",
        "One spoon and the book stays unread.",
        "We would not sell it if it did nothing.",
        "Some have been with us since the first batch.",
        "Start with one bag and see.",
        "Some things work whether or not anyone has studied them.",
        "Nobody has ever sent one back.",
    ],
)
def test_what_is_told_of_it_in_plain_words_waits_alone_and_on_a_page(text):
    assert worst(check(text, "GB")) != "green"
    assert colour_on_a_page(text) != "green"


@pytest.mark.parametrize(
    "text",
    [
        "We sell magnesium, and you should know that before you read on.",
        "We will correct it and say what we changed.",
        "Delivery in the United Kingdom is free for orders over £30.",
        "You can return unopened packs within 14 days.",
        "Read the line with the word elemental on the label.",
        "We do not sell anything for restless legs.",
        "People who take certain antibiotics should leave two hours between.",
        "Women have it about twice as often as men.",
        "It often runs in families.",
        "We searched in English and German only.",
        "The U.S. upper limit for magnesium from supplements is 350 mg a day for adults.",
        "Food supplements are no substitute for a varied and balanced diet and a healthy lifestyle.",
        "This product is not intended to diagnose, treat, cure, or prevent any disease.",
    ],
)
def test_ordinary_talk_of_a_shop_and_of_a_page_is_free(text):
    assert worst(check(text, "GB")) != "red"
    assert not any(one.rule == "unrecognised" for one in check(text, "GB"))


@pytest.mark.parametrize(
    "text",
    [
        "Scientifically proven to reduce leg jerks.",
        "Shown to calm restless legs in two weeks.",
        "Several buyers could stop their pramipexole once they used our citrate.",
        "With enough magnesium you will never get cramps.",
        "Why lie awake with restless legs when our powder is here?",
        "Some bloggers say that our oil relieves restless legs, and we hear that every week.",
        "Our citrate dissolves fast, so your nights become quieter.",
        "Magnesium helps the muscles recover after a run.",
    ],
)
def test_a_benefit_is_red_where_nobody_is_named_or_it_is_only_wrapped(text):
    assert worst(check(text, "GB")) == "red"


@pytest.mark.parametrize(
    "text",
    [
        "It has not been shown to reduce leg jerks.",
        "Do not stop your pramipexole without asking your doctor.",
        "It is unknown whether magnesium helps the muscles recover after a run.",
    ],
)
def test_what_is_denied_or_cautioned_is_not_red(text):
    assert worst(check(text, "GB")) != "red"
