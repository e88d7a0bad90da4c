"""Amounts and their units."""

from shop.claims.phrases.phrase import Phrase, Way

FIGURE = Phrase(
    "A figure as labels and price lists give it.",
    Way(r"\d\s?(?:mg|g|ml|kg)\b", "300 mg"),
    Way(r"\d\s?%", "80 %"),
    Way(r"[£$€]\s?\d", "£12"),
    by_case=True,
    passes=("three capsules", "3 MG"),
)
MILLIGRAMS = Phrase(
    "So many milligrams.",
    Way(r"\d\s?(?:mg|milligrams?)\b", "300 milligrams"),
    passes=("mg of magnesium", "3 g"),
)
MILLIGRAMS_OR_GRAMS = Phrase(
    "So many milligrams or grams, in small letters.",
    Way(r"\d\s?(?:mg|g)\b", "3 g"),
    by_case=True,
    passes=("3 good jars", "3 MG"),
)
