"""What a search reads does not grow with what has the word, and what the index reads not with what did not change."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Count, F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Publication
from config.search import index, query
from config.search.index import count_stems, reindex
from config.search.languages import language
from config.search.lexicon import Lexicon
from config.search.models import Document, IndexState, Kind, Posting, StemCount, Word
from config.search.query import rank, understand
from config.search.views import Results
from config.search.words import stem
from shop.catalogue.models import Price, Product, RelatedProductTag
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.clock import freeze
from tests.support.factories import region, set_stock, variant

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def many_documents(count: int, words: dict[str, int]) -> None:
    """Articles (of nobody) in all regions that say these stems, the later the less."""
    first = 10**6 + Document.objects.count()
    rows = Document.objects.bulk_create(
        Document(kind=Kind.ARTICLE, key=str(number), source="many") for number in range(first, first + count)
    )
    through = Document.regions.through
    through.objects.bulk_create(
        through(document_id=row.pk, region_id=where.pk) for row in rows for where in Region.objects.all()
    )
    Posting.objects.bulk_create(
        Posting(document=row, kind=row.kind, stem=one, weight=max(weight - number, 1))
        for number, row in enumerate(rows)
        for one, weight in words.items()
    )
    count_stems()


def article(slug: str) -> str:
    return str(Article.objects.get(slug=slug).pk)


@pytest.fixture
def crowd(monkeypatch):
    monkeypatch.setattr(query, "CROWD", 12)
    monkeypatch.setattr(query, "MOST", 10)


@pytest.mark.parametrize("words", ["magnesium", "magnesium citrate", "citrate magnesium iron"])
def test_a_word_that_many_have_reads_no_more_rows_than_one_that_few_have(words, crowd):
    """By what the database answers to each question about postings."""
    stems = dict.fromkeys(map(stem, words.split()), 9)

    def read():
        found = []
        from_db = (
            Posting.objects.all()._iterable_class
        )  # rows are read as values: counted by the database's answers
        assert from_db
        with CaptureQueriesContext(connection) as captured:
            ranked = rank(understand(words), region("uk"))
        for row in captured:
            assert "COUNT(" not in row["sql"], "what is counted is kept"
            if '"search_posting"' in row["sql"]:
                with connection.cursor() as cursor:
                    cursor.execute(row["sql"])
                    found.append(len(cursor.fetchall()))
        return len(captured), sum(found), ranked

    many_documents(40, stems)
    read()  # the words are read once
    asked, rows, _ = read()
    many_documents(400, stems)
    now_asked, now_rows, ranked = read()
    assert now_asked == asked
    assert now_rows <= 1.2 * rows + 5
    assert len(ranked.keys[Kind.ARTICLE]) == 10
    assert Kind.ARTICLE in ranked.more


def test_what_says_a_common_word_most_stands_first_as_if_all_were_weighed(crowd, monkeypatch):
    many_documents(60, {"magnesium": 60, "citrat": 30})
    few = rank(understand("magnesium citrate"), region("uk")).keys
    monkeypatch.setattr(query, "CROWD", 10_000)
    assert few[Kind.ARTICLE][:3] == rank(understand("magnesium citrate"), region("uk")).keys[Kind.ARTICLE][:3]
    assert few[Kind.HELP] == rank(understand("magnesium citrate"), region("uk")).keys[Kind.HELP]


def test_the_page_says_that_there_is_more_and_a_rare_word_beside_a_common_one_is_found(crowd, monkeypatch):
    many_documents(60, {"magnesium": 60})
    rare = Document.objects.get(
        kind=Kind.ARTICLE, key=article("iron-first-questions-for-your-doctor"), regions=region("uk")
    )
    Posting.objects.filter(document=rare, stem="magnesium").update(weight=1)
    Posting.objects.create(document=rare, kind=rare.kind, stem=stem("zirconium"), weight=1)
    Word.objects.create(text="zirconium", stem=stem("zirconium"))
    IndexState.move()
    assert Results("magnesium", region("uk")).more
    assert rank(understand("magnesium zirconium"), region("uk")).keys[Kind.ARTICLE] == [rare.key]
    monkeypatch.setattr(query, "CROWD", 3)
    monkeypatch.setattr(query, "MOST", 3)
    text = a_shopper().get("/uk/search/", {"q": "magnesium"}).content.decode()
    assert "More than" in text
    assert re.search(r'results__count">\d+\+<', text)


def counted() -> dict[str, int]:
    return dict(StemCount.objects.values_list("stem", "documents"))


def test_how_many_documents_say_a_word_follows_each_of_them():
    """The kept counts, and the kind of each posting, are those of the rows after words came and went."""
    reindex(anew=True)
    product = Product.objects.get(slug="magnesium-citrate-powder")
    worker = index.KeepIndex()
    for words in ("Quixotite and zirconium.", "Magnesium."):
        product.ingredients = words
        product.save()
        while worker():
            pass
        rows = Posting.objects.order_by().values_list("stem").annotate(count=Count("pk"))
        assert counted() == {"": Document.objects.count(), **dict(rows)}
    assert not Posting.objects.exclude(kind=F("document__kind")).exists()


def test_counts_that_an_older_version_did_not_keep_are_mended():
    before = counted()
    StemCount.objects.filter(stem__in=["", "magnesium"]).update(documents=1)
    Posting.objects.filter(stem="magnesium").update(kind="")
    reindex()
    assert counted() == before
    assert not Posting.objects.filter(kind="").exists()


def test_reindexing_takes_out_what_is_not_there():
    many_documents(3, {"magnesium": 3})
    assert reindex() >= 3
    assert not Document.objects.filter(source="many").exists()


def compared_by(worker, monkeypatch) -> list[tuple[str, tuple[str, ...]]]:
    found = []
    look = index.index
    monkeypatch.setattr(index, "index", lambda chunk, most=None: found.append(chunk) or look(chunk, most))
    while worker():
        pass
    monkeypatch.setattr(index, "index", look)
    return found


def rename_a_product():
    product = Product.objects.get(slug="magnesium-citrate-powder")
    product.ingredients = "Quixotite."
    product.save()
    return {(Kind.PRODUCT, (str(product.pk),))}


def rename_a_tag():
    row = RelatedProductTag.objects.get(slug="citrate")
    row.name = "Quixotite"
    row.save()
    pks = Product.objects.filter(tags=row).order_by("pk").values_list("pk", flat=True)
    return {(Kind.PRODUCT, tuple(map(str, pks)))}


def take_an_article_down():
    pk = article("iron-first-questions-for-your-doctor")
    Publication.objects.filter(article=pk).delete()
    return {(Kind.ARTICLE, (pk,))}


def sell_one_of_many():
    set_stock("CIT-CAP-90", "uk", 7)
    return set()


@pytest.mark.parametrize("change", [rename_a_product, rename_a_tag, take_an_article_down, sell_one_of_many])
def test_the_index_looks_only_at_what_changed(change, monkeypatch):
    worker = index.KeepIndex()
    assert len(compared_by(worker, monkeypatch)) == 3, "all, after a start"
    wanted = change()
    assert set(compared_by(worker, monkeypatch)) == wanted
    assert reindex() == 0, "nothing was forgotten"
    assert compared_by(worker, monkeypatch) == []


def test_what_is_new_is_compared_twice_at_most(monkeypatch):
    monkeypatch.setattr(index, "INDEX_BATCH", 4)
    before = sorted(Document.objects.values_list("kind", "key", "source"))
    Document.objects.exclude(kind=Kind.HELP).delete()
    looked_at = compared_by(index.KeepIndex(), monkeypatch)
    times = Counter((kind, key) for kind, keys in looked_at for key in keys)
    assert set(times.values()) == {1, 2}
    assert sorted(Document.objects.values_list("kind", "key", "source")) == before
    assert reindex() == 0


def test_a_price_that_begins_and_an_article_that_ends_by_the_clock_are_looked_at(monkeypatch):
    now, worker = timezone.now(), index.KeepIndex()
    pack = variant("CIT-CAP-90")
    Price.objects.create(variant=pack, region=region("uk"), amount=None, valid_from=now + timedelta(hours=1))
    pk = article("iron-first-questions-for-your-doctor")
    for row in Publication.objects.filter(article=pk):
        row.ends_at = now + timedelta(hours=1)
        row.save()
    compared_by(worker, monkeypatch)
    freeze(monkeypatch, now + timedelta(hours=2))
    looked_at = compared_by(worker, monkeypatch)
    assert looked_at == [(Kind.ARTICLE, (pk,)), (Kind.PRODUCT, (str(pack.product_id),))]


def test_words_that_nothing_has_any_longer_are_forgotten_and_others_kept():
    product = Product.objects.get(slug="magnesium-citrate-powder")
    product.ingredients = "Quixotite."
    product.save()
    reindex()
    assert Word.objects.filter(text="quixotite").exists()
    product.ingredients = "Magnesium."
    product.save()
    reindex()
    assert not Word.objects.filter(text="quixotite").exists()
    assert Word.objects.filter(text="powder").exists()


def test_a_beginning_finds_its_words_without_going_through_all():
    class InOrder(tuple):
        def __iter__(self):
            raise AssertionError("all words were gone through")

    words = sorted({"citrat", "citrate", "citrated", "citrates", "citric", "cit's", "a", "zinc", "citz"})
    known = Lexicon(language("en"), {word: word for word in words}, InOrder(words), frozenset(words), (), {})
    for typed in ("citrate", "cit", "zin", "zzz"):
        term = query.QueryTerm(typed)
        query._add_endings(known, term, typed)
        found = sorted((word for word in words if word.startswith(typed) and word != typed), key=len)
        assert [stems for stems, _ in term.ways] == [(word,) for word in found], typed
