"""How far each translation of an article is: not begun, a draft, live, and how many sentences of its original changed since."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, OuterRef, Prefetch, Subquery
from django.utils import timezone

from articles.models import Article, Publication, Version
from articles.models.blocks import Block
from articles.publishing.beside import Beside, beside, blocks_of, count_changes
from articles.publishing.region_states import RegionState, region_states
from articles.publishing.translations import editions_in, language_name, languages, now_of


@dataclass
class LanguageState:
    """Of one article in one language that is not its own; `article`: the translation, if it was begun."""

    language: str
    article: Article | None = None
    newest: Version | None = None
    behind: int = 0  # sentences
    is_known: bool = True  # from which version of the original it was made

    @property
    def name(self) -> str:
        return language_name(self.language)

    @property
    def states(self) -> list[RegionState]:
        return region_states(self.article) if self.article else []

    @property
    def words(self) -> str:
        """In a word: none, draft, scheduled, published."""
        if self.article is None or self.newest is None:
            return "none"
        if self.article.binned_at is not None:
            return "in the bin"
        if any(state.current for state in self.states):
            return "published, with a draft" if self.newest.is_draft else "published"
        if any(state.scheduled for state in self.states):
            return "scheduled"
        return "draft" if self.newest.is_draft else "not live"

    @property
    def behind_words(self) -> str:
        if self.article is None or (self.is_known and not self.behind):
            return ""
        if not self.is_known:
            return "never compared with its original"
        return f"behind the original: {self.behind} sentence{'' if self.behind == 1 else 's'}"


def newest_versions() -> Prefetch:
    """Of each article the version that was saved last, as `newest_rows`."""
    newest = Version.objects.filter(article=OuterRef("article")).values("pk")[:1]
    rows = Version.objects.annotate(newest=Subquery(newest)).filter(pk=F("newest"))
    return Prefetch("versions", rows.select_related("picture", "author"), to_attr="newest_rows")


def read_by(language: str):
    """Whether some reader of the language would see a block."""
    editions = editions_in(language)

    def reads(block: Block) -> bool:
        return any(block.shows_in(edition) for edition in editions)

    return reads


def language_states(originals: Iterable[Article]) -> dict[int, list[LanguageState]]:
    """By pk of each original one for each other language that is read somewhere; as many queries however many there are."""
    rows = {row.pk: row for row in originals}
    translations = (
        Article.objects.filter(original__in=rows)
        .prefetch_related(newest_versions(), "publications")
        .order_by("pk")
    )
    made = {(row.original_id, row.language): row for row in translations}
    read = languages()
    found = {
        pk: [
            _state(language, made.get((pk, language)))
            for language in dict.fromkeys([*read, *(code for of, code in made if of == pk)])
            if language != row.language
        ]
        for pk, row in rows.items()
    }
    _compare(found)
    return found


def _state(language: str, article: Article | None) -> LanguageState:
    rows: list[Version] = getattr(article, "newest_rows", [])
    newest = rows[0] if rows else None
    return LanguageState(language, article, newest)


def _compare(found: dict[int, list[LanguageState]]) -> None:
    """Fill in how many sentences changed."""
    begun = [(pk, state) for pk, states in found.items() for state in states if state.newest is not None]
    if not begun:
        return
    now = _said_now({(pk, state.language) for pk, state in begun})
    pairs = []
    for pk, state in begun:
        was = state.newest.translates_id if state.newest is not None else None
        is_now = now.get((pk, state.language))
        state.is_known = was is not None
        if was is not None and is_now is not None and was != is_now:
            pairs.append((state, was, is_now))
    pks = {version for _, *both in pairs for version in both}
    versions = Version.objects.only("title", "summary").in_bulk(pks)
    blocks = blocks_of(pks)
    reads = {language: read_by(language) for language in {state.language for state, _, _ in pairs}}
    for state, was, is_now in pairs:
        state.behind = count_changes(versions[was], versions[is_now], blocks, reads[state.language])


def _said_now(wanted: set[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """By (original, language) the pk of the version that `now_of` finds; two queries."""
    pks = {pk for pk, _ in wanted}
    live: dict[int, dict[int, int]] = {}
    rows = Publication.objects.current(timezone.now()).filter(article__in=pks).order_by("starts_at", "pk")
    for article, region, version in rows.values_list("article_id", "region_id", "version_id"):
        live.setdefault(article, {})[region] = version
    newest = Version.objects.filter(article=OuterRef("pk")).values("pk")[:1]
    last = dict(Article.objects.filter(pk__in=pks).values_list("pk", Subquery(newest)))
    markets = {language: {region.market_id for region in editions_in(language)} for _, language in wanted}
    found = {}
    for pk, language in wanted:
        by_region = live.get(pk, {})
        there = [version for region, version in by_region.items() if region in markets[language]]
        found[pk, language] = next(iter([*there, *by_region.values()]), last.get(pk))
    return {key: version for key, version in found.items() if version is not None}


def beside_original(version: Version, original_version: Version | None = None) -> Beside | None:
    """A version of a translation beside what its original says now, or another version of it; None of an original."""
    article = version.article
    if article.original is None:
        return None
    now = original_version or now_of(article.original, article.language)
    return None if now is None else beside(version.translates, now, version, read_by(article.language))
