"""A text as its reader sees it: however a word was typed, it is read as the same word."""

import pytest

from shop.text.normal import as_read

SAYS = "Magnesium relieves restless legs."


@pytest.mark.parametrize(
    "typed",
    [
        "Magnesium relieves restless&nbsp;legs.",
        "Magnesium relieves restless&amp;nbsp;legs.",
        "Magnesium relieves restless\u00a0legs.",
        "Mag\u200bnesium re\u00adlieves rest\u2060less legs.",
        "\ufeffMagnesium\u2003relieves\u202frestless legs\u200e.",
        "Ｍａｇｎｅｓｉｕｍ ｒｅｌｉｅｖｅｓ restless legs.",
        "𝐌𝐚𝐠𝐧𝐞𝐬𝐢𝐮𝐦 𝓇𝑒𝓁𝒾𝑒𝓋𝑒𝓈 restless legs.",
        "Маgnеsium rеliеvеs rеstlеss lеgs.",  # Cyrillic М, а, е
        "Mágnésium relíeves réstless legs.",
        "Magnesium relieves\nrestless legs.",
        "Magnesium relieves rest-\nless legs.",
        "<p>Magnesium <b>relieves</b> restless legs.</p>",
    ],
)
def test_a_sentence_is_read_the_same_however_it_was_typed(typed):
    assert as_read(typed) == SAYS


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("R.L.S. and R L S and r-l-s", "RLS and RLS and rls"),
        ("m a g n e s i u m", "magnesium"),
        ("m.a.g.n.e.s.i.u.m", "magnesium"),
        ("StillLegs™ 375", "Still Legs 375"),
        ("restless\u2011legs and rest\u2010less", "restless-legs and rest-less"),
        ("It’s “so”", 'It\'s "so"'),
        ("vitamin B 6", "vitamin B 6"),
        ("less than <250 mg", "less than <250 mg"),
        ("e.g. this, i.e. that", "e.g. this, i.e. that"),
    ],
)
def test_what_was_taken_apart_is_put_together_and_nothing_else(typed, read):
    assert as_read(typed) == read


def test_lines_end_sentences_unless_they_go_on():
    assert as_read("What helps\n- Iron\n- Magnesium") == "What helps\n- Iron\n- Magnesium"
    long = (
        "This line of an e-mail is longer than fifty-five signs and has\nNo end before the next one begins."
    )
    assert "\n" not in as_read(long)
    assert as_read(long, unwrap=False) == long


@pytest.mark.parametrize("typed", ["", " ", "\n", "\u200b", "&", "&#0;", "<", "\ud800", "a" * 20_000])
def test_reading_again_changes_nothing_and_nothing_is_too_odd(typed):
    assert as_read(as_read(typed)) == as_read(typed)
