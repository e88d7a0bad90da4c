"""A translation beside its original, block by block, with what changed in the original since, sentence by sentence.

Blocks have no number that holds from one version to the next. Of two versions of the original they are paired by their
words; of two languages by what these share: kind, what they show, figures, sources, length, and whom a block was paired
with in the version that the translation was made from.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.safestring import mark_safe

from articles.models import BLOCKS, Callout, EvidenceTable, Faq, Figure, FormTable, RichText, Version
from articles.models.blocks import Block
from articles.publishing.history import word_diff
from articles.text.lines import passages_of

CITED = re.compile(r"\[\[([\w-]+)\]\]")
ENDS = re.compile(r"(?<=[.!?…])([”’\")\]»]*)\s+(?=[“„«\"(\[¿]*[\w])")
SHARED = re.compile(r"\d+(?:[.,]\d+)*|\[[\w-]+\]")
ALIKE = 0.4  # of sentences that are one with other words
TARGETS = ("picture_id", "product_id", "reference_id", "question_id", "codes", "tone")
SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"


@dataclass(frozen=True)
class Sentence:
    """One of the original: as it is now, with <ins> and <del> where it was changed. Safe HTML."""

    state: str
    html: str
    begins: bool = False  # a line


class Words(str):
    """A sentence. Where it stands in its line is no part of what it says."""

    begins: bool


def sentences(text: str) -> list[str]:
    """Of one line; a short form with a full stop may part one, which does no harm: both sides are parted alike."""
    parts = ENDS.sub(lambda end: f"{end[1]}\n", " ".join(text.split())).split("\n")
    found = [Words(part) for part in parts if part]
    for place, words in enumerate(found):
        words.begins = place == 0
    return list(found)


def _begins(sentence: str) -> bool:
    return getattr(sentence, "begins", False)


def _of_html(html: str) -> list[str]:
    lines = passages_of(CITED.sub(r"[\1]", html))
    return [sentence for line in lines for sentence in sentences(line.text.replace("\n", " "))]


def words_of(block: Block | None) -> list[str]:
    """The sentences that a translator writes: none of what a block only shows, such as a product."""
    match block:
        case RichText():
            return _of_html(block.body)
        case Callout():
            return [*sentences(block.heading), *_of_html(block.body)]
        case Faq():
            return [*sentences(block.question), *_of_html(block.answer)]
        case Figure():
            return sentences(block.caption)
        case EvidenceTable() | FormTable():
            return sentences(block.heading)
    return []


def shows(block: Block) -> tuple:
    """What it points at, which is the same in every language."""
    return (type(block).__name__, *(str(getattr(block, name, "")) for name in TARGETS))


def changes(before: Sequence[str], after: Sequence[str]) -> list[Sentence]:
    """Every sentence of `after`, and those of `before` that are gone, in their order."""
    found: list[Sentence] = []
    matcher = difflib.SequenceMatcher(None, list(before), list(after), autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            found += [Sentence(SAME, word_diff(text, text)[1], _begins(text)) for text in after[c:d]]
            continue
        gone, come = list(before[a:b]), list(after[c:d])
        for left, right in _pairs(gone, come, _likeness):
            if left is None:
                words = come[right or 0]
                found.append(Sentence(ADDED, word_diff("", words)[1], _begins(words)))
            elif right is None:
                found.append(Sentence(REMOVED, word_diff(gone[left], "")[0], _begins(gone[left])))
            else:
                found.append(Sentence(CHANGED, _marked(gone[left], come[right]), _begins(come[right])))
    return found


def _marked(before: str, after: str) -> str:
    """Both in one line: what is gone, then what came in its place."""
    old, new = re.findall(r"\S+", before), re.findall(r"\S+", after)
    parts = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            parts.append(word_diff(" ".join(new[c:d]), " ".join(new[c:d]))[1])
        else:
            parts += [word_diff(" ".join(old[a:b]), "")[0]] if b > a else []
            parts += [word_diff("", " ".join(new[c:d]))[1]] if d > c else []
    return mark_safe(" ".join(parts))  # noqa: S308 - each piece is escaped by word_diff


def _likeness(left: str, right: str) -> float:
    ratio = difflib.SequenceMatcher(None, left.split(), right.split(), autojunk=False).ratio()
    return ratio if ratio >= ALIKE else 0


Pair = tuple[int | None, int | None]


def _pairs(left: Sequence, right: Sequence, score: Callable[..., float]) -> list[Pair]:
    """The best pairing that keeps both orders; 0 is no pair. What stays alone stands where its side has it."""
    rows, columns = len(left), len(right)
    scores = [[score(one, other) for other in right] for one in left]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            paired = best[i + 1][j + 1] + scores[i][j] if scores[i][j] else -1
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    found: list[Pair] = []
    i = j = 0
    while i < rows and j < columns:
        if scores[i][j] and best[i][j] == best[i + 1][j + 1] + scores[i][j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            found.append((i, None))
            i += 1
        else:
            found.append((None, j))
            j += 1
    return [
        *found,
        *((place, None) for place in range(i, rows)),
        *((None, place) for place in range(j, columns)),
    ]


def _of_one_language(before: list[Block], after: list[Block]) -> list[Pair]:
    """Equal blocks first, the others between them by their likeness."""
    old, new = ([(shows(block), tuple(words_of(block))) for block in blocks] for blocks in (before, after))
    found: list[Pair] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found += zip(range(a, b), range(c, d), strict=True)
            continue
        for left, right in _pairs(old[a:b], new[c:d], _like_block):
            found.append((None if left is None else a + left, None if right is None else c + right))
    return found


def _like_block(one: tuple, other: tuple) -> float:
    (shown, words), (shown_there, words_there) = one, other
    if shown[0] != shown_there[0] or (not words and shown != shown_there):
        return 0
    ratio = difflib.SequenceMatcher(None, " ".join(words).split(), " ".join(words_there).split()).ratio()
    return ratio + (shown == shown_there) * 0.1 if ratio >= ALIKE else 0


@dataclass
class _Traits:
    """What a block has in every language."""

    kind: str
    shown: tuple
    marks: frozenset[str]
    length: int
    words: tuple[str, ...]

    @classmethod
    def of(cls, block: Block) -> "_Traits":
        words = tuple(words_of(block))
        text = " ".join(words)
        marks = frozenset(found.replace(",", ".") for found in SHARED.findall(text))
        return cls(type(block).__name__, shows(block), marks, len(text), words)


def _across(one: _Traits, other: _Traits) -> float:
    if one.kind != other.kind or (not one.words and not other.words and one.shown != other.shown):
        return 0
    score = 1.0 + 2 * (one.shown == other.shown) + 3 * (one.words == other.words)
    marks = one.marks | other.marks
    score += 2 * len(one.marks & other.marks) / len(marks) if marks else 0
    return score + min(one.length, other.length) / max(one.length, other.length, 1)


def _of_two_languages(own: list[Block], original: list[Block]) -> list[Pair]:
    return _pairs([_Traits.of(block) for block in own], [_Traits.of(block) for block in original], _across)


@dataclass
class Row:
    """A block of the original beside that of the translation. Either may be missing."""

    label: str
    original: Block | None
    own: Block | None
    sentences: list[Sentence] = field(default_factory=list)
    is_new: bool = False  # in the original, since
    is_gone: bool = False  # from it, since
    is_written: bool = True  # in the words of its language
    after: str = ""  # the first words of what stands before it in the translation

    @property
    def changed(self) -> int:
        """How many sentences; of a block that only shows something, one where it came or went."""
        count = sum(sentence.state != SAME for sentence in self.sentences)
        return count or int(self.is_new or self.is_gone)

    @property
    def is_missing(self) -> bool:
        return self.own is None and self.original is not None

    @property
    def own_sentences(self) -> list[str]:
        return words_of(self.own)

    @property
    def shown(self) -> str:
        """Of a block without words of its own, what it shows."""
        block = self.original or self.own
        return "" if block is None or words_of(block) else str(block)


@dataclass
class Beside:
    """`rows` in the order of the original; `was`: what the translation was made from, if that is known."""

    was: Version | None
    now: Version
    own: Version
    head: list[Row]
    rows: list[Row]

    @property
    def changed(self) -> int:
        return sum(row.changed for row in [*self.head, *self.rows])

    @property
    def missing(self) -> int:
        return sum(row.is_missing for row in self.rows)

    @property
    def unwritten(self) -> int:
        return sum(not row.is_written for row in [*self.head, *self.rows])

    @property
    def by_key(self) -> dict[str, Row]:
        """The rows by the stored block of the translation."""
        return {row.own.key: row for row in self.rows if row.own is not None}

    @property
    def to_add(self) -> list[Row]:
        return [row for row in self.rows if row.is_missing]


def beside(was: Version | None, now: Version, own: Version, read_in: Callable[[Block], bool]) -> Beside:
    """`read_in`: whether a reader of the translation's language would see a block of the original."""
    is_now = [block for block in now.blocks() if read_in(block)]
    before = is_now if was is None else [block for block in was.blocks() if read_in(block)]
    blocks = own.blocks()
    head = [_head(label, name, was, now, own) for label, name in (("Title", "title"), ("Summary", "summary"))]
    return Beside(was, now, own, head, _rows(before, is_now, blocks))


def _head(label: str, name: str, was: Version | None, now: Version, own: Version) -> Row:
    text = getattr(now, name)
    before = text if was is None else getattr(was, name)
    row = Row(label, None, None, changes(sentences(before), sentences(text)))
    row.is_written = getattr(own, name) not in {text, before}
    return row


def _rows(before: list[Block], now: list[Block], own: list[Block]) -> list[Row]:
    since = _of_one_language(before, now)
    old_of_new = {new: old for old, new in since if new is not None}
    new_of_old = {old: new for old, new in since if old is not None}
    made_of = {
        mine: old for mine, old in _of_two_languages(own, before) if mine is not None and old is not None
    }
    own_of_new = {new: mine for mine, old in made_of.items() if (new := new_of_old.get(old)) is not None}
    # What came to the original since may stand in the translation already.
    alone = [place for place in range(len(own)) if place not in made_of]
    fresh = [place for place in range(len(now)) if place not in own_of_new and old_of_new.get(place) is None]
    for left, right in _of_two_languages([own[place] for place in alone], [now[place] for place in fresh]):
        if left is not None and right is not None:
            own_of_new[fresh[right]] = alone[left]
    own_of_old = {old: mine for mine, old in made_of.items()}
    rows: list[Row] = []
    placed = set(own_of_new.values())
    for old, new in since:
        if new is not None:
            mine = own_of_new.get(new)
            rows.append(
                _row(None if old is None else before[old], now[new], None if mine is None else own[mine])
            )
        else:
            mine = None if old is None else own_of_old.get(old)
            rows.append(_row(before[old or 0], None, None if mine is None else own[mine]))
            placed |= set() if mine is None else {mine}
    for place in range(len(own)):  # what only the translation has, after what it stands after
        if place not in placed:
            after = own[place - 1] if place else None
            at = next((number for number, row in enumerate(rows, 1) if row.own is after), 0) if after else 0
            rows.insert(at, Row(_label(own[place]), None, own[place]))
    before_it = ""
    for row in rows:
        row.after = before_it
        before_it = next(iter(row.own_sentences), before_it)
    return rows


def _row(before: Block | None, now: Block | None, own: Block | None) -> Row:
    said = changes(words_of(before), words_of(now))
    is_new, is_gone = before is None, now is None
    row = Row(_label(now or before or own), now, own, said, is_new, is_gone)
    written = words_of(own)
    if own is not None and written:
        row.is_written = written not in (words_of(now), words_of(before))
    return row


def _label(block: Block | None) -> str:
    return "" if block is None else str(block._meta.verbose_name).capitalize()


def blocks_of(versions: Iterable[int]) -> dict[int, list[Block]]:
    """The blocks of many versions by pk, in their order; a query for each kind. What they point at is not loaded."""
    found: dict[int, list[Block]] = {pk: [] for pk in versions}
    for kind in BLOCKS:
        for block in kind._base_manager.filter(parent__in=found) if found else ():
            found[block.parent_id].append(block)
    return {pk: sorted(blocks, key=lambda block: block.place) for pk, blocks in found.items()}


def count_changes(
    was: Version, now: Version, blocks: dict[int, list[Block]], read_in: Callable[[Block], bool]
) -> int:
    """How many sentences of the original changed from one version to another, for readers of a translation."""
    count = sum(
        sentence.state != SAME
        for name in ("title", "summary")
        for sentence in changes(sentences(getattr(was, name)), sentences(getattr(now, name)))
    )
    before, after = ([block for block in blocks[version.pk] if read_in(block)] for version in (was, now))
    for old, new in _of_one_language(before, after):
        left, right = None if old is None else before[old], None if new is None else after[new]
        if left is None or right is None or words_of(left) != words_of(right):
            count += _row(left, right, None).changed
    return count
