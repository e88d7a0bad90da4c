"""Times: those after which something changed, and those of the night."""

from shop.claims.phrases.phrase import Phrase, Way

SINCE_THEN = Phrase(
    "A time after which, or within which, something changed.",
    Way(
        r"\b(?:weeks?|nights?|days?|months?) (?:in|into|on|later|after)\b"
        r"(?! the (?:medical|library|literature))",
        "Two weeks in, I stopped counting",
    ),
    Way(r"\bon the \w+(?:th|st|nd|rd)\b", "On the fourth it came"),
    Way(
        r"\b(?:until|since|after|by|within|in)\b.{0,15}\b(?:week|night|day|month|fortnight)s?\b",
        "Within a fortnight it was gone",
    ),
    Way(r"\b(?:last|this) (?:week|month|year)\b", "I slept last week"),
    passes=("Weeks in the medical library", "Once a day", "On the label"),
)
AFTER_A_WHILE = Phrase(
    "A sentence that begins with the time after which something is so.",
    Way(
        r"^(?:after|within|by|in) {how_many} (?:days?|weeks?|nights?|months?|evenings?)\b",
        "After two weeks the legs are quiet",
    ),
    parts={
        "how_many": (
            "a",
            "an",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "ten",
            r"\d+",
            "the first",
            r"about \w+",
        )
    },
    passes=("Take it after two weeks", "In two capsules"),
)
NIGHT = Phrase(
    "Taken before bed, it is taken for sleep; morning, evening and meals only say when.",
    Way("bed(?:time|side)?", "Take two before bed"),
    Way("night(?:s|ly|time|cap)?", "Take two at night"),
    Way("(?:a)?sleep(?:ing)?", "Take two before sleep"),
    Way(r"lights\s+out", "Take two before lights out"),
    Way(r"last\s+thing", "Take two last thing"),
    Way(r"turn(?:ing)?\s+in", "Take two before turning in"),
    Way("pillow", "Keep it by your pillow"),
    Way("midnight", "Take two by midnight"),
    begins=r"\b",
    ends=r"\b",
    passes=("Take one in the evening", "Take the last capsule with a meal"),
)
MORNING_AND_NIGHT = Phrase(
    "Twice a day, which is no time of the night.",
    Way(r"\bmorning\s+(?:and|or|&)\s+(?:at\s+)?night\b", "One in the morning and at night"),
    passes=("Not in the morning, but at night",),
)
DAY_IS_DONE = Phrase(
    "The end of a day, told so that the night after it is meant.",
    Way(r"\bend\s+of\s+(?:a|the|your|each|every)\s+(?:\w+\s+)?day\b", "For the end of a busy day"),
    Way(r"\blong\s+day\b", "After a long day"),
    Way(r"\bday\s+is\s+(?:done|over)\b", "When the day is done"),
    Way(r"\bafter\s+dark\b", "For after dark"),
    Way(r"\b(?:you|we|before)\s+turn(?:ing)?\s+in\b", "Before turning in"),
    Way(r"\blights\s+out\b", "Lights out"),
    Way(r"\b(?:hits?|hitting)\s+the\s+(?:pillow|sack|hay)\b", "Before you hit the hay"),
    passes=("Two a day", "Turn in the lid"),
)
