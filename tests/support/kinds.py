"""What the reader makes of a sentence where nothing forbids it: whom it is about, what it leaves over, which kind it is of."""

from collections.abc import Callable

from shop.claims import acting, beside, hinted, leftover, recognised, topic, verdict
from shop.claims.reading import Reader
from shop.claims.sentence import Sentence

# Of a sentence, and whether each holds for it.
OF_A_SENTENCE = {
    "practises": topic.practises,
    "points": topic.points,
    "asks openly": topic.asks_openly,
    "advises": leftover._advises,
    "vouches": hinted._vouches,
    "hints at a lack": hinted._lacks,
    "spins": hinted._spins,
    "customers say": hinted._customers_say,
    "at the clock": hinted._at_the_clock,
    "beside a medicine": hinted.beside_a_medicine,
}
# Of a sentence where it stands.
OF_A_READER = {
    "it stands for another": topic.antecedent,
    "told as evidence": leftover.is_reported,
    "describes": leftover._describes,
    "leaves over": leftover.leftover,
    "leaves over of ours": leftover._of_ours,
    "leaves over of nobody": leftover._of_nobody,
    "hinted": hinted.hinted,
    "it works": hinted._works,
    "outdoes a medicine": hinted._outdoes_a_medicine,
    "pushes": beside.pushes,
    "a lack felt": beside.lack_felt,
    "a body beside": beside.body_beside,
    "legs beside": beside.legs_beside,
    "alarming": beside.alarming,
    "told of others": recognised._told_of_others,
    "waits for a kind": recognised._waits_for_a_kind,
    "denies": recognised._denies,
    "a story": recognised._story,
    "a hint": recognised._hint,
    "promised beside": recognised._promised_beside,
    "ties": recognised._ties,
    "a result without size": recognised._result_without_size,
    "asked to suggest": recognised._asked_to_suggest,
    "strongly allowed": recognised._strongly_allowed,
}
# Of a word of a sentence.
OF_A_WORD = {
    "verbs": acting.is_verb,
    "acts for ours": acting.acts_for_ours,
    "promise": leftover._promises,
    "felt": leftover._is_felt,
    "less felt": leftover._less_felt,
    "turns": leftover._turns,
    "compared": leftover._is_compared,
    "your body": leftover._your_body,
    "done to somebody": leftover._done_to_somebody,
    "idiom on somebody": leftover._idiom_on_somebody,
    "result": leftover._result,
    "on the body": leftover._on_the_body,
}


def kinds_of(sentence: Sentence, reader: Callable[[], Reader]) -> dict:
    """By what is asked, a function that answers it: whether it holds, or of which words."""

    def at(holds):
        return lambda: [sentence.lemmas[place] for place in leftover._words(sentence) if holds(place)]

    def read():
        one = reader()
        found = verdict.read(sentence, one.around, one.law)
        return f"{found.colour}: {found.why or found.rule}"

    asked = {
        "topic": lambda: topic.topic_of(reader()),
        "main clause": lambda: sentence.lemmas[topic.first_part(sentence)],
        "left over": lambda: leftover.leftover(reader()),
        "kinds": lambda: [name for name, _, _ in recognised.ALLOWED if recognised._is_of(reader(), name)],
        "read as": read,
    }
    for name, of_sentence in OF_A_SENTENCE.items():
        asked[name] = lambda holds=of_sentence: bool(holds(sentence))
    for name, of_reader in OF_A_READER.items():
        asked[name] = lambda holds=of_reader: bool(holds(reader()))
    for name, of_word in OF_A_WORD.items():
        asked[name] = at(lambda place, holds=of_word: holds(sentence, place))
    asked["acts"] = at(lambda place: leftover._acts(reader(), place))
    asked["unknown verbs"] = at(lambda place: leftover._unknown_verb(sentence, place, set()))
    felt = {place for place in leftover._words(sentence) if leftover._is_felt(sentence, place)}
    asked["turns what is felt"] = at(lambda place: leftover._turns_felt(reader(), place, felt))
    return asked
