"""The test bench: how each sentence of a text is read in each region, and why. Nothing is written by it."""

from collections.abc import Iterable
from dataclasses import dataclass

from shop.claims.check import ClaimFinding, check_passages, sentences, worst
from shop.claims.linked import linked
from shop.claims.passages import Passage, from_plain
from shop.claims.rules import GREEN
from shop.regions.models import Region


@dataclass(frozen=True)
class Verdict:
    """A sentence with its colour, why it has it, and what was found in it, if anything."""

    passage: Passage
    sentence: str
    colour: str
    reason: str
    finding: ClaimFinding | None = None


@dataclass(frozen=True)
class Bench:
    """A text in one region."""

    region: Region
    verdicts: list[Verdict]

    @property
    def colour(self) -> str:
        return worst(verdict.finding for verdict in self.verdicts if verdict.finding is not None)


def on_bench(text: str, regions: Iterable[Region], surface: str, skus: Iterable[str] = ()) -> list[Bench]:
    """A plain text as it would be read on a surface beside these packs. Raises NoSuchPack."""
    skus = list(skus)
    return [Bench(region, _explained(text, region, surface, skus)) for region in regions]


def _explained(text: str, region: Region, surface: str, skus: list[str]) -> list[Verdict]:
    kinds, mg_a_day = linked(skus, region)
    verdicts = []
    for passage in from_plain(text):
        found: dict[str, ClaimFinding] = {}
        for finding in check_passages([passage], region.law, surface, kinds, mg_a_day):
            found.setdefault(finding.sentence, finding)
        for sentence in sentences(passage.text):
            verdicts.append(_verdict(passage, sentence, found.get(sentence)))
            found.pop(sentence, None)
        verdicts += [_verdict(passage, sentence, finding) for sentence, finding in found.items()]
    return verdicts


def _verdict(passage: Passage, sentence: str, finding: ClaimFinding | None) -> Verdict:
    if finding is None:
        return Verdict(passage, sentence, GREEN, "Nothing was found.")
    return Verdict(passage, sentence, finding.severity, finding.why, finding)
