"""What the reader makes of one sentence, part by part: so that a test may hold one part and leave the others alone."""

from functools import partial

from shop.claims import benefits, frames, promises, said
from shop.claims.context import Neighbours, read_directions, read_in_place
from shop.claims.label import not_on_a_label
from shop.claims.product_surface import read_product
from shop.claims.reading import BENEFITS, Around, Reader, Reading
from shop.claims.sentence import sentence_of
from shop.claims.spoken import conditions, ours_spans
from tests.support.kinds import kinds_of

NAMES = frozenset({"fellbrook"})
STEPS = (
    said.through_skin, said.against_medicine, benefits.claims, said.lack, said.dose, said.plan, said.guarantee,
    said.hint, promises.vouched, promises.promised, said.experience, said.tied,
)  # fmt: skip


KINDS = {
    "on a supplement": ("food_supplement",),
    "on a cosmetic": ("cosmetic_topical",),
    "on a bath salt": ("bath_salt",),
    "on a bath salt or a cosmetic": ("cosmetic_topical", "bath_salt"),
    "on any product": ("food_supplement", "cosmetic_topical", "bath_salt"),
}


def told(found: Reading | None) -> str:
    """A reading as tests write it: “green” alone, “” where there is none."""
    if found is None:
        return ""
    return "green" if found.colour == "green" else f"{found.colour}: {found.rule}: {found.phrase}"


def _red(found: Reading) -> str:
    """What waits for a person hangs on what is recognised, which other tests hold."""
    return told(found) if found.colour == "red" else "not red"


def around_of(row: dict) -> Around:
    """`before`, `after`, `heading`, `paragraph`: texts; what else `Around` knows as true or false."""
    texts = ("before", "after", "heading")
    given = {key: sentence_of(row[key], NAMES) if key in texts else row[key] for key in row}
    return Around(**given)


def parts_of(text: str, around: dict, law: str) -> dict:
    """By what is asked, a function that answers it; a span is named by its words.

    With a `part` in `around` it is what `Neighbours` holds, and how the sentence is read there is all that is asked.
    """
    sentence = sentence_of(text, NAMES)
    if "part" in around:
        return {"in place": lambda: _red(read_in_place(sentence, Neighbours(**around), law, NAMES))}
    near = around_of(around)

    def reader():
        return Reader(sentence, near, law)

    def phrases(spans):
        return list(dict.fromkeys(sentence.phrase(span.start, span.end) for span in spans))

    def read(step):
        one = reader()
        return told(step(one) or one.amber)

    def target(span):
        found, kind = benefits._target(reader(), span)
        return f"{kind}: {sentence.phrase(found.start, found.end)}" if found else kind

    def excuse(span):
        one = reader()
        return f"held by “{one.excused}”" if one.held(span.start, span.end) else ""

    def study(span):
        found = reader().studied(span)
        return found.colour if found else ""

    asked = {
        "ours": lambda: phrases(ours_spans(sentence)),
        "conditions": lambda: phrases(conditions(sentence)),
        "ill": lambda: phrases(reader().ill()),
        "asks": lambda: reader().asks(),
        "nobody acts": lambda: reader().nobody,
        "goes on": lambda: reader().goes_on(),
        "about ours": lambda: reader().about_ours,
        "of itself": lambda: reader().of_itself(),
        "cautions": lambda: reader().cautions(),
        "by moving": lambda: benefits.by_moving(reader()),
        "advises oneself": lambda: benefits.advises_oneself(reader()),
        "reported": lambda: frames.reported(sentence),
        "denounced": lambda: frames.denounced(sentence),
        "rebuts": lambda: frames.rebuts(sentence),
        "refers back": lambda: frames.refers_back(sentence),
        "affirms": lambda: frames.affirms(sentence),
        **kinds_of(sentence, reader),
    }
    for where, kinds in KINDS.items():
        asked[where] = lambda kinds=kinds: told(read_product(sentence, kinds))
    asked["on a label"] = lambda: told(not_on_a_label(sentence, outside=False))
    asked["on the label of a cosmetic"] = lambda: told(not_on_a_label(sentence, outside=True))
    asked["in directions"] = lambda: told(read_directions(sentence))
    asked["clauses"] = lambda: sentence.segment_of
    asked["lemmas"] = lambda: sentence.lemmas
    for step in STEPS:
        asked[step.__name__.replace("_", " ")] = partial(read, step)
    for span in [*sentence.of(*BENEFITS), *conditions(sentence)]:
        words = sentence.phrase(span.start, span.end)
        asked[f"frame of {words}"] = partial(frames.governed, sentence, span.start, span.end)
        asked[f"denied {words}"] = partial(frames.governed_or_denied, sentence, span.start, span.end)
        asked[f"before {words}"] = partial(frames.before, sentence, span.start)
        asked[f"denial of {words}"] = partial(frames._inside, sentence, max(0, span.start - 3), span.end)
        asked[f"quoted {words}"] = partial(frames.mentioned, sentence, span.start, span.end)
        asked[f"another does {words}"] = lambda span=span: reader().by_another(span)
        asked[f"study of {words}"] = partial(study, span)
        asked[f"excuse of {words}"] = partial(excuse, span)
        asked[f"a frame reaches {words}"] = lambda span=span: reader().reached(span)
        asked[f"target of {words}"] = partial(target, span)
    return asked
