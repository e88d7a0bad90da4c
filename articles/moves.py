"""What a change of an article, of its words or of what they show appears in (shop.content.moves).

A version shows in the regions in which it is or was published, or will be; one that never was shows nowhere.
"""

from collections.abc import Callable, Iterable

from django.db.models import Q, QuerySet

from articles.models import (
    BLOCKS,
    Article,
    EvidenceTable,
    FormTable,
    ProductLink,
    Publication,
    ReferenceBlock,
    VersionTag,
    VersionTopic,
)
from shop.content.moves import Moves, nothing
from shop.content.scopes import article, articles_about, articles_in, tag, topic
from shop.regions.models import Region


def _codes() -> dict[int, str]:
    return {region.pk: region.code for region in Region.all_cached()}


def _published(versions: Iterable[int] | Q) -> set[tuple[str, int, int]]:
    """(region code, article pk, version pk) of versions, by their pks or by what publications are asked for."""
    rows = Publication.objects.filter(versions if isinstance(versions, Q) else Q(version__in=versions))
    codes = _codes()
    keys = rows.order_by().values_list("region_id", "article_id", "version_id").distinct()
    return {(codes[region], pk, version) for region, pk, version in keys if region in codes}


def _pages(published) -> set[str]:
    return {article(code, pk) for code, pk, _ in published}


def _cards(published) -> set[str]:
    """The articles' pages, and the lists of their regions."""
    return _pages(published) | {articles_in(code) for code, _, _ in published}


def _all_of(published) -> set[str]:
    """Also lists of their topics, and pages of the products that they name by hand or by tag."""
    regions: dict[int, set[str]] = {}
    for code, _, version in published:
        regions.setdefault(version, set()).add(code)
    scopes = _cards(published)
    for model, column, scope in (
        (VersionTopic, "topic_id", topic),
        (VersionTag, "tag_id", tag),
        (ProductLink, "product_id", articles_about),
    ):
        rows = model.objects.filter(version__in=regions).order_by().values_list("version_id", column)
        scopes |= {scope(code, pk) for version, pk in rows for code in regions[version]}
    return scopes


def _family(rows: Iterable[tuple[int, str]]) -> set[str]:
    """Of (article pk, region code): what pages of the same article in other languages show, which name each other."""
    rows = set(rows)
    translations = Article.objects.filter(pk__in={pk for pk, _ in rows}).exclude(original=None)
    roots = dict(translations.values_list("pk", "original"))
    return {article(code, roots[pk]) for pk, code in rows if pk in roots}


def _article(rows, changed) -> set[str]:
    published = _published(Q(article__in={row.pk for row in rows}))
    return _all_of(published) | _family((pk, code) for code, pk, _ in published)


def _publication(rows, changed) -> set[str]:
    """With what the article's other versions in that region were filed under: it may take their place, or give it back."""
    codes = _codes()
    here = {(row.region_id, row.article_id) for row in rows}
    own = {(codes[row.region_id], row.article_id, row.version_id) for row in rows if row.region_id in codes}
    beside = Q(pk__in=())
    for region, pk in here:
        beside |= Q(region=region, article=pk)
    return _all_of(own | _published(beside)) | _family((pk, code) for code, pk, _ in own)


def _version(rows, changed) -> set[str]:
    return _all_of(_published({row.pk for row in rows}))


def _linked(column: str, scope: Callable[[str, int], str]) -> Callable:
    """Of rows that link a version to something: its article's page and card, and what is linked."""

    def scopes(rows, changed):
        published = _published({row.version_id for row in rows})
        codes: dict[int, set[str]] = {}
        for code, _, version in published:
            codes.setdefault(version, set()).add(code)
        linked = {scope(code, getattr(row, column)) for row in rows for code in codes.get(row.version_id, ())}
        return _cards(published) | linked

    return scopes


def _block(rows, changed) -> set[str]:
    return _pages(_published({row.parent_id for row in rows}))


def _cited(rows, changed) -> set[str]:
    """Lists of articles can be ordered by the number of their sources."""
    return _cards(_published({row.parent_id for row in rows}))


def _shown_by(blocks: Callable[[set[int]], QuerySet]) -> Callable:
    """Of rows that blocks show: the pages of the articles with these blocks."""
    return lambda rows, changed: _pages(
        _published(blocks({row.pk for row in rows}).values_list("parent", flat=True))
    )


def _form(rows, changed) -> set[str]:
    """Tables without codes show all forms."""
    tables = Q(codes="")
    for row in rows:
        tables |= Q(codes__contains=row.code)
    return _pages(_published(FormTable.objects.filter(tables).values_list("parent", flat=True)))


def _author(rows, changed) -> set[str]:
    """Their own page is a list of articles, which may be empty."""
    lists = {articles_in(code) for code in _codes().values()}
    return lists | _cards(_published(Q(version__author__in={row.pk for row in rows})))


def _topic(rows, changed) -> set[str]:
    pks = {row.pk for row in rows}
    published = _published(Q(version__versiontopic__topic__in=pks))
    return _cards(published) | {topic(code, pk) for code, _, _ in published for pk in pks}


UNSEEN = frozenset(
    {
        "note",
        "is_draft",
        "made_from_id",
        "translates_id",
        "is_taken_back",
        "changed_by",
        "findings_count",
        "handed_in_at",
        "handed_in_by",
        "sent_back_because",
        "sent_back_by",
    }
)

MOVES = {
    "Article": Moves(_article, unseen=frozenset({"changed_at"})),
    "Publication": Moves(_publication, unseen=frozenset({"published_by", "left_out_because", "sources"})),
    "Version": Moves(_version, unseen=UNSEEN),
    "VersionTopic": Moves(_linked("topic_id", topic)),
    "VersionTag": Moves(_linked("tag_id", tag)),
    "ProductLink": Moves(_linked("product_id", articles_about)),
    **{kind.__name__: Moves(_block) for kind in BLOCKS},
    "ReferenceBlock": Moves(_cited),
    "Reference": Moves(
        _shown_by(lambda pks: ReferenceBlock.objects.filter(reference__in=pks)),
        unseen=frozenset({"note", "seen", "checked_on"}),
    ),
    "Question": Moves(_shown_by(lambda pks: EvidenceTable.objects.filter(question__in=pks))),
    "MagnesiumForm": Moves(_form),
    "Author": Moves(_author),
    "Topic": Moves(_topic),
    # Old addresses lead on; what leads on is never kept.
    "OldAddress": Moves(nothing),
    "OldTopic": Moves(nothing),
    "OldAuthor": Moves(nothing),
}
