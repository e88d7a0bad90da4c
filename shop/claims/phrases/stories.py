"""What somebody felt: a buyer's words, a before and an after, money back."""

from shop.claims.phrases.phrase import Phrase, Way

VERIFIED = Phrase(
    "The mark of a buyer's words.",
    Way("^verified (?:buyer|purchase)", "Verified buyer, June"),
    passes=("A verified address",),
)
IN_QUOTES = Phrase(
    "Words in quotes with a name behind them.",
    Way(r"""^["'].{8,}[.!]?["']\s*[–—-]?\s*[A-Z]\w+""", '"I slept all night." – Anna'),
    by_case=True,
    passes=('"Short" – Anna', '"I slept all night." – anna', "I slept all night. Anna"),
)
FIRST_PERSON = Phrase(
    "Somebody speaks of himself or herself.",
    Way("my", "on my legs"),
    Way("i", "Then I slept"),
    Way("i'?ve", "ive slept"),
    Way("me", "it let me sleep"),
    Way("haven't", "we haven't looked back"),
    Way("finally", "finally asleep"),
    begins=r"\b",
    ends=r"\b",
    passes=("on your legs", "in the end"),
)
BEFORE_AND_AFTER = Phrase(
    "A before and an after, or a time within which it changed.",
    Way(r"before\b.*\bafter", "before it be bad , after it good"),
    Way(r"week one\b.*\bweek \w+", "week one bad , week two good"),
    Way(r"day one\b.*\b(?:day|week|night) \w+", "day one bad , day nine good"),
    Way(r"after (?:a|one|two|three|four|six|\d+) (?:day|week|month|night)s?\b", "after two week"),
    Way("within (?:day|week|minute|hour|a |one |two )", "within minute"),
    begins=r"\b",
    of_lemmas=True,
    passes=("after the medical literature", "within the limit", "week one"),
)
MONEY_BACK = Phrase(
    "An offer to pay back where it does not work.",
    Way(r"money[\s-]?back", "Money-back if they kick"),
    Way("satisfaction guaranteed?", "Satisfaction guaranteed"),
    begins=r"\b",
    ends=r"\b",
    passes=("Send it back within 30 days",),
)
