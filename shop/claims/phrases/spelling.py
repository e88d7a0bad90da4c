"""How English is written: short forms in full, and where a sentence ends."""

from shop.claims.phrases.phrase import Phrase, Way

# A short form, and what is put in its place.
CONTRACTIONS = (
    (Phrase("can’t", Way(r"\b(ca)n't\b", "can't"), passes=("cannot", "cant")), r"\1n not"),
    (
        Phrase(
            "won’t", Way("won't", "won't"), Way("wont", "wont"), begins=r"\b", ends=r"\b", passes=("want",)
        ),
        "will not",
    ),
    (Phrase("shan’t", Way(r"\bshan't\b", "shan't"), passes=("shall",)), "shall not"),
    (Phrase("cannot", Way(r"\bcannot\b", "cannot"), passes=("can not",)), "can not"),
    (
        Phrase(
            "A verb with “n’t”, or with “t” alone as people write it.",
            Way("do", "don't"),
            Way("does", "doesnt"),
            Way("did", "didn't"),
            Way("is", "isnt"),
            Way("are", "aren't"),
            Way("was", "wasn't"),
            Way("were", "weren't"),
            Way("has", "hasn't"),
            Way("have", "haven't"),
            Way("had", "hadn't"),
            Way("would", "wouldn't"),
            Way("could", "couldn't"),
            Way("should", "shouldn't"),
            Way("must", "mustn't"),
            Way("need", "needn't"),
            Way("might", "mightn't"),
            begins=r"\b(",
            ends=r")n'?t\b",
            passes=("dot", "do not"),
        ),
        r"\1 not",
    ),
    (
        Phrase(
            "“’s” for “is”.",
            Way("it", "it's"),
            Way("that", "that's"),
            Way("there", "there's"),
            Way("here", "here's"),
            Way("what", "what's"),
            Way("who", "who's"),
            Way("how", "how's"),
            Way("he", "he's"),
            Way("she", "she's"),
            Way("nobody", "nobody's"),
            Way("where", "where's"),
            begins=r"\b(",
            ends=r")'s\b",
            passes=("its", "Anna's"),
        ),
        r"\1 is",
    ),
    (Phrase("“’m” for “am”.", Way(r"\b(i)'m\b", "I'm"), passes=("him",)), r"\1 am"),
    (
        Phrase(
            "“’re” for “are”.",
            Way("you", "you're"),
            Way("we", "we're"),
            Way("they", "they're"),
            begins=r"\b(",
            ends=r")'re\b",
            passes=("were",),
        ),
        r"\1 are",
    ),
    (
        Phrase(
            "“’ve” for “have”.",
            Way("i", "I've"),
            Way("you", "you've"),
            Way("we", "we've"),
            Way("they", "they've"),
            begins=r"\b(",
            ends=r")'ve\b",
            passes=("ive",),
        ),
        r"\1 have",
    ),
    (
        Phrase(
            "“’ll” for “will”.",
            Way("i", "I'll"),
            Way("you", "you'll"),
            Way("we", "we'll"),
            Way("they", "they'll"),
            Way("it", "it'll"),
            Way("he", "he'll"),
            Way("she", "she'll"),
            Way("that", "that'll"),
            begins=r"\b(",
            ends=r")'ll\b",
            passes=("ill",),
        ),
        r"\1 will",
    ),
    (
        Phrase(
            "“’d” for “would”.",
            Way("i", "I'd"),
            Way("you", "you'd"),
            Way("we", "we'd"),
            Way("they", "they'd"),
            Way("he", "he'd"),
            Way("she", "she'd"),
            begins=r"\b(",
            ends=r")'d\b",
            passes=("id",),
        ),
        r"\1 would",
    ),
)
SENTENCE_ENDS = Phrase(
    "The end of a sentence; not the point in “2.5 mg”, nor that of a short form before a small letter.",
    Way(
        r"(?!{short}\s+[a-z])(?<=[.!?…])[\"'”’)\]*]*(?=\s+[\"'“‘(\[]?[^\s])",
        "It is white. It dissolves",
    ),
    Way(r"\n", "It is white\nIt dissolves"),
    by_case=True,
    parts={
        # The letter before the point: U.S. limit, 2 p.m. go, e.g. oxide.
        "short": (r"(?<=\b[A-Za-z]\.)", r"(?<=\bvs\.)", r"(?<=\bca\.)", r"(?<=\bapprox\.)"),
    },
    passes=("2.5 mg", "the U.S. limit", "oxide vs. citrate", "ca. half", "approx. half"),
)
