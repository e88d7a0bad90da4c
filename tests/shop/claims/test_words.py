"""Words as they are meant: lemmas, terms of several words, misspellings, words written as one."""

import pytest

from shop.claims.words import (
    is_english,
    key_words,
    lemma,
    lemmas_of,
    meant,
    pieces,
    trie,
    vocabulary,
)


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("Legs", "leg"),
        ("magnesium's", "magnesium"),
        ("nights'", "night"),
        ("as", "as"),
        ("less", "less"),
        ("better", "better"),
        ("US", "us"),
        ("calmer", "calm"),
        ("took", "take"),
        ("boss'", "boss"),
        ("witness's", "witness"),
    ],
)
def test_a_word_has_a_base_form_and_keeps_what_a_comparison_says(word, base):
    assert lemma(word) == base


def test_a_term_falls_into_the_lemmas_of_its_words():
    assert pieces("Restless Legs") == ("restless", "leg")
    assert pieces("the body’s own") == ("the", "body", "own")
    assert pieces("low-iron") == ("low", "iron")


@pytest.mark.parametrize(
    ("word", "words"),
    [
        # Known words are what they are, whatever key word is near.
        ("legs", ("leg",)),
        ("Leeds", ("leeds",)),
        ("cramps", ("cramp",)),
        ("magnesium's", ("magnesium",)),
        ("375", ("375",)),
        ("12345", ("12345",)),
        # A letter or two away from a key word; in a short word one, and the first letter stands.
        ("Magneisum", ("magnesium",)),
        ("magnezum", ("magnesium",)),
        ("restles", ("restless",)),
        ("crmap", ("cramp",)),
        ("kramps", ("kramps",)),
        ("xagnesium", ("magnesium",)),
        ("xxgnesxum", ("xxgnesxum",)),
        ("qtwch", ("qtwch",)),
        ("legz", ("legz",)),
        # Figures and signs for letters, and a code with a figure at its end.
        ("cr4mp", ("cramp",)),
        ("re5tle55", ("restless",)),
        ("m4gne5ium", ("magnesium",)),
        ("cr4mpz", ("cr4mpz",)),
        ("b12", ("b12",)),
        ("restlesslegs10", ("restless", "leg")),
        ("stillnights24", ("still", "night")),
        ("omega3", ("omega3",)),
        ("twitchy5", (lemma("twitchy"),)),
        ("twitch5", ("twitch5",)),
        # Written as one.
        ("restlesslegs", ("restless", "leg")),
        ("nomoretwitching", ("no", "more", "twitch")),
        ("goodbyecramps", ("good", "bye", "cramp")),
        ("legsoff", ("legsoff",)),
        ("stopcramps", ("stop", "cramp")),
        ("nocramp", ("no", "cramp")),
        ("nornow", ("nornow",)),
        ("crampsnow", ("cramp", "now")),
        ("legsless", ("legsless",)),
        ("gascramps", ("gascramps",)),
        ("flunight", ("flunight",)),
        ("xqstopcramps", ("xqstopcramps",)),
    ],
)
def test_a_word_is_read_as_it_was_meant(word, words):
    assert meant(word) == words


def test_a_long_run_of_letters_is_no_row_of_words():
    assert meant("cramps" * 7) == (lemma("cramps" * 7),)
    assert meant("cramps" * 6) == ("cramp",) * 6
    assert meant("cramps" * 6 + "legs") == (*("cramp",) * 6, "leg")
    assert meant("cramps" * 6 + "night") == ("cramps" * 6 + "night",)


def test_key_words_have_their_regular_forms():
    known = key_words()
    assert known["relieving"] == "relieve"
    assert known["relieves"] == known["relieved"] == "relieve"
    assert known["cramping"] == "cramp"
    assert known["magnesium"] == "magnesium"
    assert "relieveing" not in known
    assert "leg" not in known  # three letters are near too much
    assert {"twitches", "calms", "cramps"} <= set(known)


def test_terms_are_found_by_their_first_word_the_longest_first():
    rows = trie()["restless"]
    assert [len(term) for term, _ in rows] == sorted((len(term) for term, _ in rows), reverse=True)
    assert len(rows[0][0]) > 1
    assert "leg_states" in dict(trie()["twitch"])[("twitch",)]
    assert ("g",) not in dict(trie().get("g", ()))
    assert ("p", lemma("m")) in dict(trie()["p"])


def test_a_class_may_have_terms_in_both_files():
    assert vocabulary()["ours_words"]
    assert "not" in vocabulary()["negators"]
    assert "magnesium" in vocabulary()["ours_words"]
    assert "be" in lemmas_of("helping_verbs")


def test_words_of_other_languages_and_names_are_not_english():
    assert is_english("house")
    assert not is_english("fellbrook")
