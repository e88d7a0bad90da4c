"""The words by which staff find articles and products: a row each, so that no look reads all names.

Saving an article's words, a product or a pack writes them; the index of the shop's search, which goes through all that
there is, brings along what was written past that.
"""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Max, OuterRef, Subquery
from django.db.models.signals import post_delete, post_save

from articles.models import Article, Version
from config.search.models import Kind, NameWord
from shop.catalogue.models import Product, Variant
from shop.text.findable import PIECES, compact, fold, pieces_of, spelled_out, wanted

MOST = 200  # rows that have a word, beyond which it is a common one
LAST = 2000  # keys among which a word is looked for that more of them have
MOST_WORDS = 6
BATCH = 1000


def _words_of_name(name: str) -> set[str]:
    """Each piece and the whole: tails of a long title, as `pieces_of` makes them, nobody types."""
    pieces = {piece for one in {name, spelled_out(name)} for piece in PIECES.findall(fold(one))}
    return {word[:60] for word in pieces | {compact(name)} if word}


def _articles(keys: Iterable[int]) -> dict[int, set[str]]:
    newest = Version.objects.filter(article=OuterRef("pk")).values("title")[:1]
    rows = Article.objects.filter(pk__in=keys).order_by().annotate(title=Subquery(newest))
    return {
        pk: _words_of_name(title or "") | _words_of_name(slug)
        for pk, slug, title in rows.values_list("pk", "slug", "title")
    }


def _products(keys: Iterable[int]) -> dict[int, set[str]]:
    rows = Product.objects.filter(pk__in=keys).order_by().values_list("pk", "slug", "name")
    found = {pk: _words_of_name(name) | _words_of_name(slug) for pk, slug, name in rows}
    for pk, sku in Variant.objects.filter(product__in=found).order_by().values_list("product", "sku"):
        found[pk] |= pieces_of(sku)
    return found


WORDS = {Kind.ARTICLE: _articles, Kind.PRODUCT: _products}


def write_names(kind: str, keys: Iterable[int]) -> None:
    """Bring the words of these up to date; of what is gone they go. Only what differs is written."""
    keys = list(keys)
    wanted_words = WORDS[Kind(kind)](keys)
    rows = NameWord.objects.filter(kind=kind, key__in=keys)
    known = {(key, word): pk for pk, key, word in rows.values_list("pk", "key", "word")}
    right = {(key, word) for key, words in wanted_words.items() for word in words}
    if old := [pk for name, pk in known.items() if name not in right]:
        NameWord.objects.filter(pk__in=old).delete()
    new = [NameWord(kind=kind, key=key, word=word) for key, word in sorted(right - known.keys())]
    if new:
        NameWord.objects.bulk_create(new, BATCH, ignore_conflicts=True)


def found_by_name(kind: str, text: str, most: int) -> list[int]:
    """At most `most` keys of a kind with words that begin as each of those typed, the newest first.

    The rarer words say which are looked at for the others; words that more than MOST have are looked for among the
    LAST alone.
    """
    few: list[set[int]] = []
    many: list[str] = []
    among: dict[str, object]
    found: set[int] | None
    for _, pieces in wanted(text)[:MOST_WORDS]:
        for piece in {"".join(pieces), *pieces} if len(pieces) == 1 else pieces:
            keys = list(_beginning(kind, piece)[: MOST + 1])
            many.append(piece) if len(keys) > MOST else few.append(set(keys))
    if not few and not many:
        return []
    if few:
        found = set.intersection(*few)
        among = {"key__in": found}
    else:
        last = NameWord.objects.filter(kind=kind).aggregate(last=Max("key"))["last"] or 0
        found, among = None, {"key__gt": last - LAST}
    for piece in many:
        having = set(_beginning(kind, piece).filter(**among))
        found = having if found is None else found & having
        among = {"key__in": found}
    return sorted(found or (), reverse=True)[:most]


def _beginning(kind: str, word: str):
    """Keys with a word that begins so; SQLite uses its index for a range, PostgreSQL for LIKE."""
    rows = NameWord.objects.filter(kind=kind).order_by()
    if connection.vendor == "sqlite":
        rows = rows.filter(word__gte=word, word__lt=word + "\U0010ffff")
    else:
        rows = rows.filter(word__startswith=word)
    return rows.values_list("key", flat=True)


def connect() -> None:
    """Write the words with what they name; called once, when the apps are ready."""
    for model, kind, key in (
        (Article, Kind.ARTICLE, "pk"),
        (Version, Kind.ARTICLE, "article_id"),
        (Product, Kind.PRODUCT, "pk"),
        (Variant, Kind.PRODUCT, "product_id"),
    ):

        def changed(sender, instance, raw=False, kind=kind, key=key, **kwargs):
            if not raw:
                write_names(kind, [getattr(instance, key)])

        for signal in (post_save, post_delete):
            signal.connect(changed, sender=model, weak=False, dispatch_uid=f"names {model.__name__} {signal}")
