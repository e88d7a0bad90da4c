"""What the claims check found in a version, as staff read it: each sentence once, where it stands."""

from dataclasses import dataclass, field

from articles.models import Version
from shop.claims.check import ORDER, UNRECOGNISED, ClaimFinding
from shop.claims.rules import RED
from shop.regions.models import Region


@dataclass
class Objection:
    """A rule that a sentence breaks: why, what could be said there instead, and its source in each law."""

    rule: str
    why: str
    advice: str
    regions: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    @property
    def region_names(self) -> str:
        return ", ".join(self.regions)

    @property
    def name(self) -> str:
        return name_of(self.rule)


def name_of(rule: str) -> str:
    """A rule as people read it: “read: dose-for-a-condition” is “dose for a condition”; a pattern has its code."""
    read = rule.removeprefix("read: ")
    return rule if read == rule else read.replace("-", " ")


@dataclass
class FoundSentence:
    """A sentence with what was found in it in all open regions. `key`: the id of its block in the editor."""

    place: str
    key: str
    sentence: str
    phrase: str
    severity: str
    digest: str = ""
    objections: list[Objection] = field(default_factory=list)

    @property
    def region_names(self) -> str:
        return ", ".join(dict.fromkeys(name for row in self.objections for name in row.regions))

    @property
    def is_red(self) -> bool:
        return self.severity == RED

    @property
    def waits(self) -> bool:
        """Whether it waits for a person who says that it makes no claim."""
        return any(row.rule == UNRECOGNISED for row in self.objections)

    @property
    def others(self) -> list[Objection]:
        """What is to be said of it besides that it waits, which the page says once for all that do."""
        return [row for row in self.objections if row.rule != UNRECOGNISED]

    @property
    def more(self) -> list[Objection]:
        return self.objections[1:]

    @property
    def because(self) -> str:
        """What makes it one that must be looked at, where that is no phrase of its own, such as “a story”."""
        return "" if self.phrase in self.sentence else self.phrase

    @property
    def marked(self) -> tuple[str, str, str]:
        """(before the phrase, the phrase, after it); the whole sentence first where the phrase is not in it as such."""
        if self.phrase == self.sentence or self.phrase not in self.sentence:
            return self.sentence, "", ""
        before, phrase, after = self.sentence.partition(self.phrase)
        return before, phrase, after


def found_sentences(version: Version) -> list[FoundSentence]:
    """Red sentences first, then those that wait for a person, then the others; each group in the order of the text."""
    found: dict[tuple[str, str, str], FoundSentence] = {}
    for region in Region.all_open():
        for row in version.claims_in(region).get("findings", []):
            finding = ClaimFinding(**row)
            where = (finding.key, finding.place, finding.sentence)
            sentence = found.setdefault(
                where,
                FoundSentence(finding.place, finding.key, finding.sentence, finding.phrase, finding.severity),
            )
            _add(sentence, finding, region)
    return sorted(found.values(), key=lambda row: (ORDER[row.severity], not row.waits))


def _add(sentence: FoundSentence, finding: ClaimFinding, region) -> None:
    if ORDER[finding.severity] < ORDER[sentence.severity]:
        sentence.severity, sentence.phrase = finding.severity, finding.phrase
    sentence.digest = sentence.digest or finding.digest
    same = (finding.rule, finding.why, finding.advice)
    objection = next((row for row in sentence.objections if (row.rule, row.why, row.advice) == same), None)
    if objection is None:
        objection = Objection(*same)
        sentence.objections.append(objection)
    if region.short_name not in objection.regions:
        objection.regions.append(region.short_name)
    if finding.source and finding.source not in objection.sources:
        objection.sources.append(finding.source)


@dataclass
class Alike:
    """Sentences of which the same is to be said, in the order of the text."""

    why: str
    advice: str
    sources: list[str] = field(default_factory=list)
    rows: list[FoundSentence] = field(default_factory=list)


def alike(rows: list[FoundSentence]) -> list[Alike]:
    """Each thing that is to be said, once with its sources; a sentence stands under the first that is said of it."""
    found: dict[tuple[str, str], Alike] = {}
    for row in rows:
        first = row.objections[0]
        group = found.setdefault((first.why, first.advice), Alike(first.why, first.advice))
        group.rows.append(row)
        group.sources += [source for source in first.sources if source not in group.sources]
    return list(found.values())


@dataclass
class ByState:
    """What was found in a version; a red sentence that waits besides stands under red alone."""

    red: list[FoundSentence] = field(default_factory=list)
    waiting: list[FoundSentence] = field(default_factory=list)
    amber: list[FoundSentence] = field(default_factory=list)

    @property
    def amber_alike(self) -> list[Alike]:
        return alike(self.amber)


def by_state(version: Version) -> ByState:
    found = ByState()
    for row in found_sentences(version):
        (found.red if row.is_red else found.waiting if row.waits else found.amber).append(row)
    return found
