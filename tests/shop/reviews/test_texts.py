"""Thirty texts: what is kept, what can never stand beside a product, what a person decides; all of it shown harmless."""

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from shop.reviews.judging import CONTACT, claims_in, refused
from shop.reviews.models import LONGEST, PublishedReview, Review
from shop.reviews.moderating import NotThese, show
from shop.text.characters import clean_text
from tests.support.factories import region, variant

pytestmark = pytest.mark.django_db

KEPT, NEVER, NOT_KEPT = "waits for a person", "never beside a product", "not kept, the form says why"
TEXTS = {
    "honest praise": ("Easy to swallow and no taste. Arrived in two days.", KEPT),
    "honest complaint": ("Too large, I could not swallow them. I sent them back.", KEPT),
    "rude": ("Waste of money. Whoever packs these boxes is an idiot.", KEPT),
    "a no without a condition": ("Did nothing for me.", KEPT),
    "restless legs": ("It cured my restless legs within a week.", NEVER),
    "restless legs, in passing": ("Good price. My RLS is gone since then. Will order again.", NEVER),
    "a no about restless legs": ("Did nothing for my RLS.", NEVER),
    "legs by another name": ("My legs are finally quiet at night.", NEVER),
    "sleep": ("I sleep much better since I take it.", NEVER),
    "sleep like a baby": ("Since then I sleep like a baby.", NEVER),
    "cramps": ("My cramps are gone.", NEVER),
    "a condition spelled with marks": ("It cured my restl\u200bess le\u200bgs.", NEVER),
    "a condition in capitals": ("CURED MY RESTLESS LEGS!!!", NEVER),
    "a state": ("I feel less tired.", KEPT),
    "happy": ("I have had it for three months and I am happy with it.", KEPT),
    "a doctor": ("My doctor recommended it.", KEPT),
    "a comparison": ("Better than the one from the pharmacy.", KEPT),
    "a link": ("Cheaper at https://example.com/magnesium", NOT_KEPT),
    "a bare domain": ("Cheaper at my-shop.co.uk", NOT_KEPT),
    "a telephone number": ("Call me on 0171 555 2345.", NOT_KEPT),
    "a mail address": ("Write to ada@example.org for more.", NOT_KEPT),
    "markup": ("**Very good** [see](pack) `x`", KEPT),
    "HTML": ("<script>alert(1)</script><b onclick=x>Fine pack.</b>", KEPT),
    "bidi": ("Fine \u202epack\u202c and \u2067price\u2069.", KEPT),
    "right to left": ("الغطاء سهل الفتح", KEPT),
    "emoji": ("❤️❤️❤️ 👍🏽", KEPT),
    "German": ("Schnelle Lieferung, die Dose ist halb leer.", KEPT),
    "20,000 letters": ("Good. " * 3334, NOT_KEPT),
    "empty": ("", NOT_KEPT),
    "prices and dates are no telephone number": ("Paid 24.99 on 03/11/2026, batch 20261103, 2 x 90.", KEPT),
}


def of(text):
    text = clean_text(text).strip()
    if refused(4, text, ""):
        return NOT_KEPT
    pack = variant()
    found = claims_in(pack.product, pack, region("uk"), [text])
    return NEVER if any(row["never"] for row in found) else KEPT


def test_there_are_thirty():
    assert len(TEXTS) == 30


@pytest.mark.parametrize("name", TEXTS)
def test_each_text_is_kept_or_not_as_it_should_be(name):
    text, expected = TEXTS[name]
    assert of(text) == expected


def test_what_can_never_stand_there_is_refused_whoever_presses_the_button():
    uk, pack = region("uk"), variant()
    for text, expected in TEXTS.values():
        if expected == NEVER:
            review = Review.objects.create(product=pack.product, region=uk, stars=5, text=text)
            with pytest.raises(NotThese, match="can’t stand beside a product"):
                show(review, by="grace")
            with pytest.raises(ValidationError, match="can’t stand beside a product"):  # of another shop
                PublishedReview(
                    review=review, product=pack.product, region=uk, stars=5, text=text
                ).full_clean()
    assert not PublishedReview.objects.exists()


def test_what_is_shown_is_words_and_never_markup_or_a_link():
    uk = region("uk")
    for name in ("HTML", "markup", "bidi", "right to left", "emoji"):
        row = PublishedReview(pk=1, region=uk, name="<i>Ada", stars=4, text=clean_text(TEXTS[name][0]))
        html = render_to_string("reviews/one.html", {"review": row, "region": uk})
        assert "<script" not in html
        assert "<b " not in html
        assert "<i>" not in html
        assert html.count("<a ") == 1, "the link to report it"
        assert not set("\u202e\u202c\u2067\u2069") & set(html)


def test_the_form_says_what_it_wants():
    assert refused(None, "Fine.", "") == {"stars": "Choose one to five stars."}
    assert refused(6, "Fine.", "").keys() == {"stars"}
    assert refused(4, "See www.example.com", "")["text"] == CONTACT
    assert "20,004 letters" in refused(4, "x" * 20_004, "")["text"]
    assert refused(4, "\u200b \u200f\n", "").keys() == {"text"}, "nothing of it shows"
    assert not refused(1, "x" * LONGEST, "Ada B.")
    assert refused(4, "Fine.", "ada@example.org").keys() == {"name"}
    assert refused(4, "Fine.", "x" * 41).keys() == {"name"}
