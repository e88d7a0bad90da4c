"""What suggests that something works, in no word of its own: a turn of the sentence, a clock, a way out."""

from shop.claims.phrases.phrase import Phrase, Way

SUGGESTIVE = Phrase(
    "Suggests a benefit, whoever is spoken of.",
    Way(r"^(?:before|after)\s*:", "Before: two hours of pacing."),
    Way(r"[,;] (?:it|they|this|that)(?: is| are|'s)? (?:just|simply|merely)\b", "No fuss, it just works"),
    Way(r"\bno (?:more )?\w+, no \w+", "No pacing, no kicking", "what is gone, in a row"),
    Way(r"(?:, |– )(?:this|these) (?:is|are) ", "If nights are long, this is for you"),
    Way(r"\b(?:days|weeks?|month) from now\b", "Where will you be two weeks from now?"),
    Way(
        r"[,;] (?:yet|but) .*\b(?:customers?|users?|regulars|buyers|owners)\b",
        "Trials are small, but our regulars keep coming back",
        "what buyers are set against what is known",
    ),
    Way(r"\bpiling up\b", "The letters are piling up"),
    Way(r"\bmounting\b", "Mounting interest in magnesium"),
    Way(r"^(?:more \w+|\w+er) than\b.*\band\b", "Cheaper than a new mattress and twice as useful"),
    Way(
        r"\bgive (?:it|them|this|that) (?:\w+ ){0,3}(?:weeks?|nights?|months?|days?|evenings?|fortnight)\b",
        "Give it two weeks",
        "a time after which it is to show",
    ),
    Way(r"\byou (?:don't|do not) need\b.*\byou need\b", "You don't need a cure, you need a good spray"),
    Way(r"\bcall it\b.*\bif you (?:like|will|want)\b", "Call it placebo if you like"),
    Way(r"^unlike\b.*\b(?:ours?|we|it|this|magnesium)\b", "Unlike stretching, magnesium goes on in seconds"),
    Way(
        r"\band (?:the|your) (?:\w+ ){1,4}{ceases}\b",
        "One spray and the long night fades",
        "what goes, said as what follows",
    ),
    Way(r"^there(?: is|'s) a reason (?!for|to)", "There is a reason people reorder"),
    Way(r"\bjust say(?:ing)?\b", "Just saying"),
    Way(r"\bbut we (?:can|will)\b", "Nobody may promise that, but we can hope"),
    Way(r"\b(?:with|for) good reason\b", "It sells out, and with good reason"),
    Way(r"\b(?:needn't|need not) (?:be|have|feel|mean|end|come)\b", "Evenings need not end on the stairs"),
    parts={
        "ceases": (
            "stops?",
            "dies?",
            "fades?",
            "quietens?",
            "goes",
            "go",
            "settles?",
            "melts?",
            "lifts?",
            "eases?",
            "disappears?",
            "breathes?",
            "relaxes",
            "vanish(?:es)?",
        )
    },
    passes=(
        "Before you order, read this",
        "You don't need a prescription for it",
        "There is a reason for the limit",
        "Give it to a friend",
    ),
)
CLOCK = Phrase(
    "A time of the evening, by the clock.",
    Way(r"\b\d{1,2} ?(?:am|pm|o'clock)\b", "Kicking at 3am"),
    Way(r"\bhalf (?:past )?(?:six|seven|eight|nine|ten|eleven)\b", "On the sofa by half past nine"),
    passes=("Half of it is magnesium", "300 mg a day", "A packet of 3 amber bottles"),
)
YOU_COULD = Phrase(
    "What the reader could do instead, said as if nothing were advised.",
    Way(
        r"\byou (?:could|can|might|may) (?:just |simply |also |always )?"
        r"(?:keep|start|try|go|skip|spare|leave|put|do|begin|stay)\b",
        "Or you could just skip the tablets",
    ),
    passes=("You could read the label", "You should try to stretch"),
)
IN_BRACKETS = Phrase(
    "A hint that calls itself one.",
    Way(r"\(hint\b", "What helps (hint, it is a mineral)"),
    Way(r"\bhint:", "Hint: it comes in a jar"),
    passes=("A hint of lemon",),
)
