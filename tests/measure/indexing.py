"""Brings the search's index of a shop of copies up to date: words that were weighed once are copied in the database."""

from itertools import islice

from django.db import connection, transaction

AT_ONCE = 2000


def index_copies() -> int:
    """How many documents were missing. An article's words are in the index as soon as one copy's are."""
    from config.search.index import chunks_of_all, count_stems, index
    from config.search.models import Kind

    for kind, keys in chunks_of_all():
        if kind == Kind.HELP:
            index((kind, keys))
    found = _articles() + _products()
    count_stems()
    return found


def _missing(kind: str, model) -> dict:
    """By name of a document that is wanted and not there: (what is found, the pks of its regions)."""
    from config.search.documents import documents_of
    from config.search.models import Document

    pks = map(str, model.objects.order_by("pk").values_list("pk", flat=True))
    known = set(Document.objects.filter(kind=kind).values_list("key", "source"))
    wanted: dict = {}
    while keys := list(islice(pks, AT_ONCE)):
        for region, found in documents_of(kind, keys):
            if (found.key, found.source) not in known:
                wanted.setdefault(found.name, (found, set()))[1].add(region.pk)
    return wanted


def _articles() -> int:
    from articles.models import Article
    from config.search.index import index
    from config.search.models import Document, Kind

    def words(source: str) -> str:
        return source.split(":", 1)[1]  # without the version

    wanted = _missing(Kind.ARTICLE, Article)
    first = {words(source): key for _, key, source in reversed(wanted)}
    there = {words(source) for source in _sources(Kind.ARTICLE)}
    index((Kind.ARTICLE, tuple({key for said, key in first.items() if said not in there})))
    alike = {words(source): pk for source, pk in _sources(Kind.ARTICLE).items()}
    have = set(Document.objects.filter(kind=Kind.ARTICLE).values_list("kind", "key", "source"))
    new = {name: value for name, value in wanted.items() if name not in have}
    rows = _documents(new)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE alike (document bigint, twin bigint)")
        pairs = [(row.pk, alike[words(row.source)]) for row in rows]
        cursor.executemany("INSERT INTO alike VALUES (%s, %s)", pairs)
        cursor.execute(
            "INSERT INTO search_posting (document_id, kind, stem, weight) SELECT alike.document, kind, stem, weight "
            "FROM alike JOIN search_posting ON document_id = twin ORDER BY 1, 2"
        )
        cursor.execute("DROP TABLE alike")
    return len(wanted)


def _sources(kind: str) -> dict[str, int]:
    from config.search.models import Document

    return dict(Document.objects.filter(kind=kind).values_list("source", "pk"))


def _products() -> int:
    from config.search.documents import weigh
    from config.search.models import IndexState, Kind, Posting, Word
    from shop.catalogue.models import Product

    wanted = _missing(Kind.PRODUCT, Product)
    said: dict[str, str] = {}
    documents = _documents(wanted)
    for start in range(0, len(documents), AT_ONCE):
        rows = documents[start : start + AT_ONCE]
        postings = []
        for row in rows:
            weights, stems = weigh(wanted[row.kind, row.key, row.source][0].fields())
            said.update(stems)
            postings += [
                Posting(document=row, kind=row.kind, stem=one, weight=weight)
                for one, weight in weights.items()
            ]
        Posting.objects.bulk_create(postings, AT_ONCE)
    Word.objects.bulk_create(
        [Word(text=text, stem=one) for text, one in said.items()], AT_ONCE, ignore_conflicts=True
    )
    IndexState.move()
    return len(wanted)


def _documents(wanted: dict) -> list:
    from config.search.models import Document

    rows = Document.objects.bulk_create(
        [Document(kind=kind, key=key, source=source) for kind, key, source in wanted], AT_ONCE
    )
    through = Document.regions.through
    through.objects.bulk_create(
        [
            through(document_id=row.pk, region_id=pk)
            for row in rows
            for pk in wanted[row.kind, row.key, row.source][1]
        ],
        AT_ONCE,
    )
    return rows
