"""A shop that was taken out comes in again: its rows find their place by what they are called, never by their number.

Into an empty shop all of it comes, with its numbers, and what that shop shipped with takes the words it had. Into one
with products, articles or orders only what is missing comes: what is there stays as it is, and is told. Nothing passes
unchecked: a row that no form would take is left out with all that hangs on it, and told with its file and line.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import IntegrityError, connection, models, transaction

from articles.evidence import facts
from articles.models import Article, ClaimSignOff, Version
from config.moving.whole.kept import BY_LABEL, KEPT, Kept, file_of
from config.moving.whole.pictures import keep, picture_in
from config.moving.whole.read import Files, Line, rows_in
from shop.catalogue import price_triggers
from shop.catalogue.models import Price, PriceLog, Product, Stock, StockCause, Told
from shop.catalogue.models.shelved import products_changed
from shop.catalogue.shelving import shelving_once
from shop.content.models import content_changed
from shop.orders.models import Order
from shop.pages.models import PageBlock, PageVersion
from shop.pictures.models import Picture
from shop.regions.models import Seller
from shop.reviews.sums import count_anew

AT_ONCE = 500
MOST_TOLD = 500
NUMBERS = range(1, 2**53)
NOT_WRITTEN = {PageBlock._meta.label}  # with their versions


@dataclass
class Count:
    new: int = 0
    same: int = 0
    changed: int = 0  # in an empty shop: what it shipped with took the words of the other
    stays: int = 0  # it says something else, and stays as it is
    left_out: int = 0

    def __str__(self) -> str:
        said = {"new": self.new, "the same": self.same, "changed": self.changed, "differ and stay": self.stays,
                "left out": self.left_out}  # fmt: skip
        return ", ".join(f"{count} {words}" for words, count in said.items() if count)


def come_in(
    files: Files, *, save: bool, tell: Callable[[str], object], step: Callable[[str, Count], object]
) -> dict[str, Count]:
    """What becomes of each table, in one transaction; without `save` it is done and taken back, so that what is told is so.

    `tell`: takes what is left out or stays; `step`: each table as it is done. Raises Unreadable.
    """
    coming = Coming(files, save, tell)
    try:
        with transaction.atomic():
            with shelving_once():
                for kept in KEPT:
                    if kept.label not in NOT_WRITTEN:
                        coming.table(kept)
                        step(kept.label, coming.counts[kept.label])
                coming.end()
            if not save:
                transaction.set_rollback(True)
    except BaseException:
        coming.forget_files()
        raise
    return coming.counts


class Coming:
    def __init__(self, files: Files, save: bool, tell: Callable[[str], object]):
        self.files, self.save, self._tell = files, save, tell
        self.counts: dict[str, Count] = defaultdict(Count)
        self.ids: dict[str, dict[int, int]] = defaultdict(dict)  # by table: their number to ours
        self.to_itself: list[tuple[Kept, int, str, int]] = []
        self.states: dict[
            int, dict[str, str]
        ] = {}  # of versions, by their number there and region: what was signed off
        self.new_versions: list[int] = []
        self.written: list[str] = []
        self.told = 0
        self.is_empty = not any(model._base_manager.exists() for model in (Product, Article, Order))
        self.keeps_numbers = False  # of the table that comes in: feeds and addresses name some of them

    def tell(self, words: str) -> None:
        self.told += 1
        if self.told <= MOST_TOLD:
            self._tell(words)
        elif self.told == MOST_TOLD + 1:
            self._tell(f"More than {MOST_TOLD}: the rest is counted.")

    def table(self, kept: Kept) -> None:
        self.keeps_numbers = self.is_empty
        if kept.model is Price and self.is_empty:
            price_triggers.drop()  # the history comes along, and is not written a second time
        if kept.model is PriceLog:
            self._price_history(kept)
        elif kept.model is PageVersion:
            self._pages(kept)
        else:
            lines = rows_in(self.files, file_of(kept.label))
            while some := list(islice(lines, AT_ONCE)):
                self._some(kept, some)
        self._point_to_itself()
        if kept.label == "articles.NoClaimEnd":  # all that a text is judged by is there
            for pk in self.new_versions:
                facts.refresh(Version.objects.get(pk=pk))

    # --- rows ----------------------------------------------------------------------------------------------------

    def _some(self, kept: Kept, lines: Iterable[Line]) -> None:
        built = [(data, row) for number, data in lines if (row := self._built(kept, number, data)) and data]
        there = self._there(kept, [row for _, row in built])
        new: list[tuple[dict, Any]] = []
        for data, row in built:
            match = there.get(self._key(kept, row))
            if match is None:
                new.append((data, row))
                continue
            self.ids[kept.label][data["id"]] = match.pk
            self._compare(kept, match, row, data)
        self._create(kept, new)

    def _built(self, kept: Kept, number: int, data: dict[str, Any] | None) -> Any:
        """The row, not saved and checked; None if it is left out, which is told."""
        where = f"{file_of(kept.label)}, line {number}"
        try:
            if data is None:
                raise ValidationError("it is no row of JSON with an id")
            row = kept.model(**self._values(kept, data))
            self._check(kept, row)
            if self.keeps_numbers and data["id"] in NUMBERS:
                row.pk = data["id"]
        except (ValidationError, ValueError, TypeError, ArithmeticError) as error:
            self.counts[kept.label].left_out += 1
            words = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            self.tell(f"{where}: left out: {' '.join(words.split())[:300]}")
            return None
        if kept.model is Version:
            claims = data.get("claims") if isinstance(data, dict) else None
            self.states[data["id"]] = {
                code: str(found.get("state", ""))
                for code, found in (claims if isinstance(claims, dict) else {}).items()
                if isinstance(found, dict) and found.get("signed_off")
            }
        return row

    def _values(self, kept: Kept, data: dict[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column in kept.columns:
            if column.name not in data or column.name in kept.worked_out or column in kept.to_itself:
                continue
            value = data[column.name]
            if column.is_relation and value is not None:
                of = column.related_model._meta.label  # type: ignore[union-attr]
                ours = self.ids[of].get(value) if isinstance(value, int) else None
                if ours is None:
                    raise ValidationError(f"its {column.verbose_name} was left out or is not in the export")
                value = ours
            elif value is not None and not isinstance(column, models.FileField | models.JSONField):
                value = column.to_python(value)
            values[column.attname] = value
        return values

    def _check(self, kept: Kept, row: Any) -> None:
        apart = [
            column.name
            for column in kept.columns
            if column.is_relation or (column.null and getattr(row, column.attname) is None)
        ]
        row.clean_fields(exclude=[*apart, "file"])
        if kept.model is not Picture:
            row.clean()

    def _key(self, kept: Kept, row: Any) -> tuple:
        return tuple(getattr(row, kept.model._meta.get_field(name).attname) for name in kept.key)

    def _there(self, kept: Kept, rows: list[Any]) -> dict[tuple, Any]:
        first = kept.model._meta.get_field(kept.key[0]).attname
        wanted = {getattr(row, first) for row in rows}
        have = kept.model._base_manager.filter(**{f"{first}__in": wanted}) if wanted else ()
        return {self._key(kept, row): row for row in have}

    def _compare(self, kept: Kept, match: Any, row: Any, data: dict[str, Any]) -> None:
        """What is there stays, but what an empty shop shipped with."""
        count = self.counts[kept.label]
        differ = [
            column
            for column in kept.columns
            if column.name in data
            and column.name not in kept.worked_out
            and column not in kept.to_itself
            and not isinstance(column, models.FileField)
            and getattr(match, column.attname) != getattr(row, column.attname)
        ]
        if not differ:
            count.same += 1
        elif self.is_empty:
            for column in differ:
                setattr(match, column.attname, getattr(row, column.attname))
            match.save(update_fields=[column.name for column in differ])
            count.changed += 1
        else:
            count.stays += 1
            names = ", ".join(str(column.verbose_name) for column in differ)
            self.tell(f"{kept.model._meta.verbose_name} “{match}” stays as it is; other there: {names}")

    def _create(self, kept: Kept, new: list[tuple[dict, Any]]) -> None:
        if not new:
            return
        if self.keeps_numbers:
            wanted = [row.pk for _, row in new]
            taken = set(kept.model._base_manager.filter(pk__in=wanted).values_list("pk", flat=True))
            for _, row in new:
                row.pk = None if row.pk in taken else row.pk
        if kept.model is Picture:
            new = [pair for pair in new if self._has_picture(pair[1])]
        if kept.model is ClaimSignOff:
            for data, row in new:
                self._sign(data, row)
        try:
            with transaction.atomic():
                self._insert(kept, [row for _, row in new])
        except (IntegrityError, ValidationError):
            new = [pair for pair in new if self._alone(kept, pair[1])]
        for data, row in new:
            self.ids[kept.label][data["id"]] = row.pk
            self.counts[kept.label].new += 1
            for column in kept.to_itself:
                if data.get(column.name) is not None:
                    self.to_itself.append((kept, row.pk, column.attname, data[column.name]))
        if kept.model is Version:
            self.new_versions += [row.pk for _, row in new]
        if kept.model is Product and new:
            products_changed.send(Product, products={row.pk for _, row in new})
        if kept.model is ClaimSignOff:
            for pk in {row.version_id for _, row in new}:
                facts.refresh(Version.objects.get(pk=pk))

    def _insert(self, kept: Kept, rows: list[Any]) -> None:
        if kept.model is Stock:
            for row in rows:
                row.save(told=Told(StockCause.FIRST, why="brought in"))
        else:
            if kept.model is Seller:  # there is one, which is the first
                for row in rows:
                    row.pk = 1
            kept.model._default_manager.bulk_create(rows)
        self._count_on(kept)

    def _count_on(self, kept: Kept) -> None:
        """The next number is one that nobody has."""
        if self.keeps_numbers:
            with connection.cursor() as cursor:
                for sql in connection.ops.sequence_reset_sql(no_style(), [kept.model]):
                    cursor.execute(sql)

    def _alone(self, kept: Kept, row: Any) -> bool:
        try:
            with transaction.atomic():
                row.pk, row._state.adding = None, True
                self._insert(kept, [row])
        except (IntegrityError, ValidationError) as error:
            self.counts[kept.label].left_out += 1
            self.tell(
                f"{kept.model._meta.verbose_name} “{row}” is left out: {' '.join(str(error).split())[:300]}"
            )
            return False
        return True

    # --- what needs more than its row ----------------------------------------------------------------------------

    def _has_picture(self, picture: Picture) -> bool:
        try:
            made = picture_in(self.files, str(picture.file.name))
            if self.save and (name := keep(picture, made)):
                self.written.append(name)
        except (ValidationError, OSError) as error:
            words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            self.counts[Picture._meta.label].left_out += 1
            self.tell(f"Picture “{picture.title}” is left out: {words}")
            return False
        return True

    def _sign(self, data: dict[str, Any], row: ClaimSignOff) -> None:
        """A sign-off that held there holds here for the same words: its digest names numbers of products."""
        code = row.region.code
        now = row.version.claims.get(code, {})
        held = self.states.get(data.get("version", 0), {}).get(code) == data.get("state")
        row.state = (
            now.get("state", "") if held and now.get("rules") == row.rules else str(data.get("state", ""))
        )

    def _price_history(self, kept: Kept) -> None:
        """As it was told there. A shop that has prices of its own writes its history itself, from today on."""
        if not self.is_empty:
            return
        prices = self.ids[Price._meta.label]
        lines = rows_in(self.files, file_of(kept.label))
        while some := list(islice(lines, AT_ONCE)):
            rows = [row for number, data in some if (row := self._built(kept, number, data))]
            for row in rows:
                row.price = prices.get(
                    row.price, -row.price
                )  # one that is gone had a number that nobody has here
            PriceLog.objects.bulk_create(rows)
            self._count_on(kept)
            self.counts[kept.label].new += len(rows)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:  # a table with checks still to come takes no trigger
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        price_triggers.install()

    def _pages(self, kept: Kept) -> None:
        """What is published stays as it is, so each version is a draft until its blocks are there; drafts come last."""
        blocks: dict[int, list[Line]] = defaultdict(list)
        for number, data in rows_in(self.files, file_of(PageBlock._meta.label)):
            if data is not None:
                blocks[data.get("version", 0)].append((number, data))
        lines = list(rows_in(self.files, file_of(kept.label)))
        for number, data in sorted(lines, key=lambda line: (line[1] or {}).get("starts_at") is None):
            row = self._built(kept, number, data)
            if row is None or data is None:
                continue
            match = self._there(kept, [row]).get(self._key(kept, row))
            if match is not None:
                self.ids[kept.label][data["id"]] = match.pk
                self._compare(kept, match, row, data)
                continue
            published = {"starts_at": row.starts_at, "published_at": row.published_at}
            row.starts_at = row.published_at = None
            self._create(kept, [(data, row)])
            if row.pk:
                self._some(BY_LABEL[PageBlock._meta.label], blocks[data["id"]])
                if published["starts_at"]:
                    PageVersion.objects.filter(pk=row.pk).update(**published)

    def _point_to_itself(self) -> None:
        """Rows that name another of their own table, now that all of it is there: what follows is judged by it."""
        for kept, pk, column, theirs in self.to_itself:
            ours = self.ids[kept.label].get(theirs)
            if ours is not None:
                kept.model._default_manager.filter(pk=pk).update(**{column: ours})
        self.to_itself.clear()

    def end(self) -> None:
        if any(count.new or count.changed for count in self.counts.values()):
            count_anew()
            content_changed()

    def forget_files(self) -> None:
        """What was written for rows that never were."""
        storage = Picture._meta.get_field("file").storage
        for name in self.written:
            storage.delete(name)
