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


def by_state(version: Version) -> dict[str, list[FoundSentence]]:
    """By "red", "waiting" and "amber"; a red sentence that waits besides stands under red alone."""
    found: dict[str, list[FoundSentence]] = {"red": [], "waiting": [], "amber": []}
    for row in found_sentences(version):
        found["red" if row.is_red else "waiting" if row.waits else "amber"].append(row)
    return found
