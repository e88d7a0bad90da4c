"""A text in sentences, and a sentence of very many words in pieces."""

import pytest

from shop.claims.sentence import MAX_WORDS, sentence_of, split


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It is new. It is blue.", ["It is new.", "It is blue."]),
        ("It has 2.5 mg of salt. Good!", ["It has 2.5 mg of salt.", "Good!"]),
        ("“New?” she asked.", ["“New?”", "she asked."]),
        ("One\n\n– \nTwo", ["One", "Two"]),
    ],
)
def test_a_text_falls_into_sentences(text, sentences):
    assert split(text) == sentences


def words(number):
    return " ".join(["word"] * number)


def lengths(text):
    return [len(piece.split()) for piece in split(text)]


def test_a_sentence_of_very_many_words_is_read_in_pieces():
    assert MAX_WORDS == 120
    assert lengths(words(120)) == [120]
    assert lengths(words(121)) == [120, 1]
    assert lengths(words(245)) == [120, 120, 5]


def test_a_piece_ends_at_a_comma_where_there_is_one():
    assert lengths(f"{words(10)}, {words(115)}") == [10, 115]
    assert lengths(f"{words(10)}; {words(20)}: {words(115)}") == [30, 115]
    assert lengths(f"word, {words(125)}, word") == [1, 120, 6]


@pytest.mark.parametrize("written", ["isn't", "isnt", "is not"])
def test_a_contraction_is_read_in_full_with_and_without_its_apostrophe(written):
    assert sentence_of(f"It {written} new", frozenset()).lemmas == ["it", "be", "not", "new"]


@pytest.mark.parametrize("written", ["cannot", "can't", "can not", "CANNOT"])
def test_cannot_is_two_words(written):
    assert sentence_of(f"It {written} fly", frozenset()).lemmas == ["it", "can", "not", "fly"]


@pytest.mark.parametrize("mark", [";", ":", " –", " (", " but", " nonetheless", "\n", " while"])
def test_a_clause_ends_there(mark):
    first, *_, last = sentence_of(f"Salt{mark} leg", frozenset()).segment_of
    assert last == first + 1


@pytest.mark.parametrize("mark", [",", " and", " or"])
def test_a_clause_goes_on(mark):
    first, *_, last = sentence_of(f"Salt{mark} leg", frozenset()).segment_of
    assert last == first
