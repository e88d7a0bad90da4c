"""The words by which an order is found: a row each, written with the order, so that no search reads all orders."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Q, QuerySet

from shop.text.findable import compact, pieces_of, pieces_of_mail, plain_query, wanted

if TYPE_CHECKING:
    from shop.orders.models.orders import Order

BATCH = 1000
MOST = 200  # orders that a search finds
LAST = 2000  # orders among which a word is looked for that more of them have
FOUND_BY = ("number", "name", "email", "postcode")  # columns of an order

Pks = QuerySet[Any, Any]  # a queryset of values: pks of orders
Elsewhere = Callable[[str], Iterable[Pks]]


class OrderWord(models.Model):
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=60, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "word"], name="orderword_once")]

    def __str__(self) -> str:
        return self.word


def words_of_order(number: str, name: str, email: str, postcode: str) -> set[str]:
    """Number with and without its letter, name, e-mail, postcode whole, in pieces and by its last three signs."""
    short, number = compact(postcode), number or ""
    found = pieces_of(number) | pieces_of(name) | pieces_of_mail(email) | pieces_of(postcode) | {short[-3:]}
    return {word for word in found | {number.lstrip("STF")} if word}


def write_words(orders: "QuerySet[Order]") -> None:
    """Bring the words of a queryset of orders up to date. Call it in the transaction that changes the orders."""
    rows = list(orders.order_by().values_list("pk", *FOUND_BY))
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        OrderWord.objects.filter(order__in=[pk for pk, *_ in part]).delete()
        words = [
            OrderWord(order_id=pk, word=word) for pk, *columns in part for word in words_of_order(*columns)
        ]
        OrderWord.objects.bulk_create(words, BATCH, ignore_conflicts=True)


def found_by_words(text: str, elsewhere: Elsewhere = lambda typed: ()) -> tuple[set[int], bool]:
    """(pks of the orders that `with_words` finds, at most MOST of the newest; whether there may be more).

    Reads as much of a word that all orders have as of one that few have: the rarer words say which orders are looked at.
    Words that more than MOST have are looked for among the LAST orders, and several of them among all orders only where
    those are fewer than MOST.
    """
    text = plain_query(text)
    words = wanted(text)[:6]
    few, many = [], []
    for typed, pieces in words:
        found = _having_word(typed, pieces, elsewhere)
        if found is None:
            many.append((typed, pieces))
        else:
            few.append(found)
    newest = None if few else _newest()
    pks = set.intersection(*few) if newest is None else newest
    for typed, pieces in many:
        pks &= _having_word(typed, pieces, elsewhere, pks) or set()
    if len(words) > 1:
        pks |= (_having(compact(text)[:60], newest) or set()) | _listed(elsewhere(text))
    if len(many) > 1 and not few and len(pks) < MOST:
        pks = set(with_words(_newest_first(), text, elsewhere).values_list("pk", flat=True)[: MOST + 1])
    return set(sorted(pks, reverse=True)[:MOST]), len(pks) > MOST or not few


def _newest_first() -> "QuerySet[Order]":
    orders: Any = apps.get_model("orders", "Order")
    return orders.objects.order_by("-pk")  # type: ignore[no-any-return]


def _newest() -> set[int]:
    return set(_newest_first().values_list("pk", flat=True)[:LAST])


def _having_word(
    typed: str, pieces: list[str], elsewhere: Elsewhere, among: set[int] | None = None
) -> set[int] | None:
    """Pks of orders, `among` these if given, in which a word is found; None if more than MOST may be."""
    whole = _having("".join(pieces), among)
    if whole is None:
        return None
    found = whole | _listed(elsewhere(typed))
    if len(pieces) > 1:
        parts = [_having(piece, among) for piece in pieces]
        known = [part for part in parts if part is not None]
        if not known:
            return None
        apart = set.intersection(*known)
        for piece, part in zip(pieces, parts, strict=True):
            if part is None:
                apart &= _having(piece, apart) or set()
        found |= apart
    return found if among is None else found & among


def _having(word: str, among: set[int] | None = None) -> set[int] | None:
    rows = _beginning(word).values_list("order", flat=True)
    if among is not None:
        return set(rows.filter(order__in=among)) if among else set()
    pks = list(rows[: MOST + 1])
    return set(pks) if len(pks) <= MOST else None


def _listed(rows: Iterable[Pks]) -> set[int]:
    return {pk for part in rows for (pk,) in part.values_list("order")[:MOST]}


def with_words(
    orders: "QuerySet[Order]", text: str, elsewhere: Elsewhere = lambda typed: ()
) -> "QuerySet[Order]":
    """Of `orders` those in which every word of `text` begins a word, or all of it written as one does.

    `elsewhere(typed)`: further querysets of orders' pks in which a word, or all of the text, is found as it was typed.
    Each word is one look into an index.
    """
    text = plain_query(text)
    words = wanted(text)[:6]
    if not words:
        return orders
    every = Q()
    for typed, pieces in words:
        way = Q(pk__in=_beginning("".join(pieces)).union(*elsewhere(typed)))
        if len(pieces) > 1:
            apart = Q()
            for piece in pieces:
                apart &= Q(pk__in=_beginning(piece))
            way |= apart
        every &= way
    if len(words) > 1:
        every |= Q(pk__in=_beginning(compact(text)[:60]).union(*elsewhere(text)))
    return orders.filter(every)


def _beginning(word: str) -> Pks:
    """Pks of orders with a word that begins so; SQLite uses its index for a range, PostgreSQL for LIKE."""
    if connection.vendor == "sqlite":
        rows = OrderWord.objects.filter(word__gte=word, word__lt=word + "\U0010ffff")
    else:
        rows = OrderWord.objects.filter(word__startswith=word)
    return rows.values("order")
