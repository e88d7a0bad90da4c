"""What sets one thing against another: a thing that is not meant, another product, many people as proof."""

from shop.claims.phrases.phrase import Phrase, Way
from shop.claims.words import lemmas_of

SET_AGAINST = Phrase(
    "What stands before a thing that is only set against what is meant. What is before it is asked.",
    Way(r"(?:,|\(|\band) not", "iron , not"),
    Way(r"\b(?:unlike|nor|versus|vs|rather than|other than|instead of|place of)", "rather than"),
    ends=r"(?: {link})*$",
    of_lemmas=True,
    parts={"link": sorted(lemmas_of("contrast_links"))},
    passes=("it do not", "rather than iron , we sell"),
)
COMPARISON = Phrase(
    "A comparison with other products; one of an amount is none.",
    Way(r"(?<!other )\bthan\b(?!\s+(?:about\s+|around\s+)?{amount})", "Dissolves faster than tablets"),
    Way(r"\bunlike\b", "Unlike tablets"),
    Way(r"\b(?:compared?\s+(?:with|to)|versus|vs)\b", "Glycinate versus oxide"),
    Way(
        r"\b(?:\d+|two|three|four|five|six|ten)\s*(?:x|times)\s+(?:more|better|faster|stronger|higher|as)\b",
        "Three times stronger",
    ),
    Way(r"\btwice\s+as\b", "Twice as strong"),
    Way(r"\b(?:no|any)\s+other\s+{rival}s?\b", "No other brand"),
    Way(
        r"\bnothing\s+(?:else\s+(?:works|helps|comes|compares)|like|beats|compares|comes)\b",
        "Nothing beats it",
    ),
    Way(r"\bsecond\s+to\s+none\b", "Second to none"),
    Way(r"\bnumber\s+one\b", "Our number one"),
    Way(r"\bno\.?\s?1\b", "The No. 1"),
    Way(r"\b(?:better|superior)\b", "A superior powder"),
    Way(
        r"(?<!dissolves )(?<!dissolve )(?<!mixes )(?<!mix )(?<!keeps )(?<!stored )(?<!served )(?<!tastes )"
        r"\bbest\b(?!\s+(?:before|by|if\s+(?:used|stored|eaten)|stored|kept|wishes|regards))",
        "The best powder",
    ),
    Way(
        r"\bthe\s+(?:most|only)\s+(?!of\b|magnesium\b|elemental\b|mg\b|ingredient|other\b)\w+",
        "The most bioavailable form",
    ),
    Way(r"\bsettle\s+for\b", "Never settle for oxide"),
    parts={
        "amount": (
            r"[£$€]?\d",
            r"an?\s",
            r"one\b",
            r"two\b",
            r"three\b",
            r"four\b",
            r"five\b",
            r"six\b",
            r"seven\b",
            r"eight\b",
            r"nine\b",
            r"ten\b",
            r"half\b",
            r"the\s+(?:stated|recommended|daily|directed|amount|dose)\b",
        ),
        "rival": (
            "brand",
            "form",
            "magnesium",
            "product",
            "maker",
            "supplement",
            "tablet",
            "capsule",
            "powder",
        ),
    },
    passes=("No more than 2 capsules", "Best before", "Dissolves best in warm water", "The only ingredient"),
)
OF_SIZE = Phrase(
    "A comparison of size or price, or a choice, which ranks nothing.",
    Way(r"\b(?:{size}er|more\s+expensive|less\s+expensive)\s+than\b", "Larger than a tablet"),
    Way(r"\brather\b(?:\s+\w+){0,4}\s+than\b", "Rather a powder than a tablet"),
    parts={
        "size": (
            "larg",
            "small",
            "bigg",
            "light",
            "heavi",
            "cheap",
            "thick",
            "thinn",
            "coars",
            "fin",
            "long",
            "short",
            "sweet",
            "wid",
            "narrow",
            "tall",
            "lat",
            "earli",
            "dark",
            "low",
        )
    },
    passes=("Stronger than a tablet", "Larger packs"),
)
PROOF = Phrase(
    "Many people, or that it works, as proof.",
    Way(r"\bfor\s+a\s+reason\b", "A classic for a reason"),
    Way(r"\bcan\s?(?:no|')t\s+(?:all\s+)?be\s+wrong\b", "They can't all be wrong"),
    Way(r"\bknows?\s+why\b", "You'll know why"),
    Way(r"\b(?:prove[ns]?|proof)\b", "A proven formula"),
    Way(r"\b(?:thousands|millions|hundreds)\s+of\s+{people}\b", "Thousands of families"),
    Way(r"\b(?:happy|satisfied|loyal)\s+(?:customers?|users?|buyers?)\b", "With 9,000 happy customers"),
    Way(r"\bback(?:ed)?\s+by\b", "Backed by research"),
    Way(r"\b(?:trusted|loved|used|chosen|recommended|approved|endorsed)\s+by\b", "Trusted by runners"),
    Way(
        r"\b(?:it|they|this|that|which|magnesium|formula|product)\s+"
        r"(?:simply\s+|just\s+|really\s+|actually\s+)?works?\b(?!\s+out\b)",
        "It simply works",
    ),
    parts={
        "people": (
            "people",
            "customers",
            "users",
            "athletes",
            "families",
            "women",
            "men",
            "adults",
            "happy",
        )
    },
    passes=("It works out at 10p a day", "The reason for the lid", "Used for years"),
)
