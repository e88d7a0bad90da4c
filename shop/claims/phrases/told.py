"""Plain words by which somebody does with it what no shop tells, and those that only tell of a condition."""

from shop.claims.phrases.phrase import Phrase, Way

THE_ONLY = Phrase(
    "It, this or what is sold here is “the one”, “the last thing you will order”, “the first”.",
    Way(r"(?:the (?:one|only|last|first|thing)|where the)", "This is the one I reorder"),
    begins=r"\b(?:is|are|was|were|becomes?|became|remains?)(?: \w+ly| still| now| always)? ",
    ends=r"\b(?! (?:of|in|to be)\b)",
    passes=("Citrate is the one of two forms", "It is the same powder"),
)
SET_APART = Phrase(
    "Set apart from everything else, or ordered again and again.",
    Way(r"^(?:no|none of (?:the|our)) other\b", "None of our other jars goes so fast"),
    Way(
        r"\bthan (?:of )?any(?:thing)? (?:of )?(?:our |the )?(?:else|other)\b",
        "We sell more of it than of any other",
    ),
    Way(
        r"\b(?:first|second|third|last|next|spare) (?:bag|jar|tub|bottle|pouch|packet|box|order)\b",
        "On to my third jar",
    ),
    passes=("The other jar is larger", "More than any label says", "The first study was small"),
)
NOT_SAID = Phrase(
    "Says that more could be said, or leaves the conclusion to the reader.",
    Way(r"\bmore than (?:we|i|the law|anyone|anybody)\b", "They know more than we may write"),
    Way(r"\b(?:keeps?|stops?|prevents?|forbids?) us (?:from|to)\b", "The law stops us from saying why"),
    Way(r"\bif only (?:we|you|they|i|the law|it)\b", "If only we could print the letters"),
    Way(r"\bwhether or not\b", "They reorder whether or not we write"),
    Way(r"\bwhatever (?:the|they|anyone|anybody|people)\b", "Whatever the trials say"),
    Way(r"\bif it (?:did|does)(?: not|n't| nothing)\b", "Would they reorder if it did nothing?"),
    Way(r"\bwith us (?:since|for)\b", "She has been with us since 2019"),
    Way(r"\btrust (?:us|them|our|the people)\b", "Trust the people who reorder"),
    Way(r"\bour word for\b", "Do not take our word for it"),
    Way(r"\b(?:their|his|her) money back\b", "Nobody has asked for their money back"),
    Way(
        r"\b(?:and|then) (?:just )?(?:see|decide)(?: for yourself)?\s*[.!]?$",
        "Try a jar and see.",
        "at the end of a sentence",
    ),
    passes=(
        "More than 300 mg",
        "Try it and see a doctor if it goes on",
        "You can have your money back",
        "Whether it works is not known",
    ),
)
OF_A_CONDITION = Phrase(
    "What only a condition is said to do, so that the sentence is about one.",
    Way(r"\bruns? in (?:the |some |many )?famil", "It runs in families"),
    Way(r"\bas often as\b", "Women have it twice as often as men"),
    Way(r"\bno (?:single |clear |obvious )?cause\b", "Often there is no clear cause"),
    Way(r"\bit depends on how\b", "It depends on how often it comes"),
    Way(r"^what is (?:not )?known\b", "What is known so far"),
    Way(r"\bnobody knows\b", "Nobody knows why"),
    passes=("A family business", "It depends on the dose", "Somebody knows"),
)
NOTHING_TO_DO_WITH = Phrase(
    "Keeps two things apart.",
    Way(r"\bnothing to do with\b", "The name has nothing to do with sleep"),
    passes=("There is nothing to do",),
)
SAID_BY_OTHERS = Phrase(
    "What is only called so, by others.",
    Way("called", "The so-called sleep mineral"),
    Way("said to", "It is said to help"),
    Way("sold as", "Oxide is sold as a remedy"),
    Way("known as", "Glycinate, known as the gentle form"),
    begins=r"\b",
    ends=r"\b",
    by_case=True,
    passes=("We say it helps", "It is sold in jars", "A recalled batch"),
)
AGREED = Phrase(
    "What others say, and the seller joins in: “… and we hear that a lot”.",
    Way(
        r"we (?:hear|see|read|get|agree|believe|know) (?:that|this|it|them|so|the same)",
        "They say it works, and we hear that a lot",
    ),
    Way("so do we", "Customers swear by it, and so do we"),
    Way("so say", "It calms, and so say our readers"),
    Way("they are right", "People call it a miracle, and they are right"),
    Way("she is right", "She says it helps, and she is right"),
    Way("he is right", "He says it helps, and he is right"),
    Way("it is true", "They say it calms, and it is true"),
    Way("rightly", "They praise it, and rightly"),
    begins=r"\b(?:and|,) ",
    ends=r"\b",
    passes=(
        "They say it works, and we sell it",
        "They say it works. Rightly or wrongly",
        "and therapy is right",
    ),
)
