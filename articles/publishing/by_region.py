"""One screen for all articles by region, and one article in two regions side by side."""

from dataclasses import dataclass, field

from django.utils.html import escape

from articles.evidence.claims import linked_products
from articles.models import Article, Version
from articles.publishing.history import ComparedPart, word_diff
from articles.publishing.language_states import LanguageState, language_states
from articles.publishing.region_states import RegionState, region_states
from shop.catalogue.cards import sold_among
from shop.regions.models import Region


@dataclass
class RegionCell:
    """An article in one region: published or not, how its words differ from most regions', how many products show."""

    state: RegionState
    words: int
    differs: bool
    products: int
    names_condition: bool
    colour: str


@dataclass
class LanguageCell:
    """A region in another language than the original's, with the translation that is for it."""

    region: Region
    of: LanguageState

    @property
    def state(self) -> RegionState | None:
        return next((state for state in self.of.states if state.region == self.region), None)


@dataclass
class MatrixRow:
    article: Article
    version: Version
    findings: int
    cells: list[RegionCell] = field(default_factory=list)
    languages: list[LanguageCell] = field(default_factory=list)

    @property
    def by_region(self) -> list[RegionCell | LanguageCell | None]:
        """In the order of the open regions; None where neither it nor a translation can be read."""
        found: dict[int, RegionCell | LanguageCell] = {cell.state.region.pk: cell for cell in self.cells}
        found |= {cell.region.pk: cell for cell in self.languages}
        return [found.get(region.pk) for region in Region.all_open()]


def matrix_rows(articles: list[Article]) -> list[MatrixRow]:
    """Of originals with `newest_rows` and `publications` loaded; a number of queries that only regions add to."""
    languages = language_states(articles)
    shown = {article.pk: _shown_version(article) for article in articles}
    linked = linked_products([version.pk for version in shown.values() if version])
    sold = {
        region.code: sold_among(
            set().union(*(by_region[region.code] for by_region in linked.values())), region
        )
        for region in Region.all_open()
    }
    rows = []
    for article in articles:
        version = shown[article.pk]
        if version is None:
            continue
        row = MatrixRow(article, version, version.findings_count)
        facts = [version.region_facts.get(state.region.code, {}) for state in region_states(article)]
        digests = [fact.get("digest", "") for fact in facts]
        usual = max(digests, key=digests.count, default="")
        for state, fact in zip(region_states(article), facts, strict=True):
            row.cells.append(
                RegionCell(
                    state=state,
                    words=fact.get("words", 0),
                    differs=fact.get("digest", "") != usual or digests.count(usual) == 1,
                    products=len(linked[version.pk][state.region.code] & sold[state.region.code]),
                    names_condition=state.region.code in version.condition_regions,
                    colour=version.claims_in(state.region).get("colour", ""),
                )
            )
        row.languages = [
            LanguageCell(region, state)
            for state in languages[article.pk]
            for region in Region.all_open()
            if region.language == state.language
        ]
        rows.append(row)
    return rows


def _shown_version(article) -> Version | None:
    return article.newest_rows[0] if article.newest_rows else None


def region_diff(version: Version, one, other) -> list[ComparedPart]:
    """The blocks of a version as two regions read them, with what only one of them has marked.

    Neighbouring blocks that each show in only one of the two stand beside each other.
    """
    rows: list[ComparedPart] = []
    left: list = []
    right: list = []

    def flush():
        for place in range(max(len(left), len(right))):
            before = left[place] if place < len(left) else None
            after = right[place] if place < len(right) else None
            one = (left[place:] or right[place:])[0]
            label = str(one._meta.verbose_name).capitalize()
            rows.append(ComparedPart(label, *word_diff(_words_of(before), _words_of(after))))
        left.clear()
        right.clear()

    for block in version.blocks():
        in_one, in_other = block.shows_in(one), block.shows_in(other)
        if in_one and in_other:
            flush()
            words = escape(_words_of(block))
            rows.append(ComparedPart(str(block._meta.verbose_name).capitalize(), words, words))
        elif in_one:
            left.append(block)
        elif in_other:
            right.append(block)
    flush()
    return rows


def _words_of(block) -> str:
    return "" if block is None else block.plain_text() or str(block)
