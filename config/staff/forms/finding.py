"""Every list of the admin finds a row however its words are written: accents, apostrophes, hyphens, blanks, case."""

from collections.abc import Iterator
from functools import lru_cache

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import lookup_spawns_duplicates
from django.db.models import Q

from shop.text.findable import compact, plain_query, spelled_out, wanted
from shop.text.typed import one_spelling, typed_code

MAX_READ = 2000  # rows; a longer list is asked by the database alone, in the spellings of a number or code
MOST = 500  # rows of a longer list that a search finds
MOST_WORDS = 6
LAST = 1000  # rows of a longer list that are read for parts of words
NEWEST = 5000  # rows of a longer list that are looked at first for words which very many have,
AT_ONCE = 1000  # and of these no more than are needed, so many at a time
REMEMBERED = 20_000  # values, as they are compared


class Finding(ModelAdmin):
    """Adds to what Django finds. Beyond MAX_READ rows a search finds MOST of them, the newest, and says so where there are more.

    A model with a great many rows brings a search of its own (the order desk), or names the columns by which each of its
    rows is found whole, from an index: beyond MAX_READ rows nothing else is asked of all but the LAST.
    """

    list_per_page = 50
    found_by: tuple[str, ...] = ()

    def get_search_results(self, request, queryset, search_term):
        if self.found_by and (oldest := self._oldest_read()) is not None:
            return self._found_by_keys(request, queryset, search_term, oldest), False
        if self.search_fields and wanted(search_term) and self._oldest_read() is not None:
            return self._found_in_parts(request, queryset, search_term), False
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        search_term = plain_query(search_term)
        if not self.search_fields or not wanted(search_term):
            return found, may_repeat
        ways = Q(pk__in=found.order_by().values("pk"))
        for text in _texts(search_term):
            other, _ = super().get_search_results(request, queryset, text)
            ways |= Q(pk__in=other.order_by().values("pk"))
        rows = queryset.order_by().values_list("pk", *(name.lstrip("^=@") for name in self.search_fields))
        rows = list(rows[: MAX_READ + 1])
        if len(rows) <= MAX_READ:
            ways |= Q(pk__in=_folded(rows, search_term))
        return queryset.filter(ways), False

    def _oldest_read(self):
        """The primary key of the row after which a long list is read; None if the list is not long."""
        newest = self.model._base_manager.order_by("-pk").values_list("pk", flat=True)
        if not newest[MAX_READ : MAX_READ + 1]:
            return None
        return newest[LAST : LAST + 1][0]

    def _found_by_keys(self, request, queryset, search_term, oldest):
        texts = {text.strip() for text in (search_term, plain_query(search_term))}
        texts |= set().union(*map(_texts, texts)) - {""}
        if not texts or not wanted(search_term):
            return super().get_search_results(request, queryset, search_term)[0]
        pks = set()
        rows = self.model._base_manager.order_by()
        for column in self.found_by:
            keys = texts | {text.lower() for text in texts} | {text.upper() for text in texts}
            pks.update(rows.filter(**{f"{column}__in": keys}).values_list("pk", flat=True)[:MAX_READ])
        for text in texts:
            last = queryset.order_by().filter(pk__gt=oldest)
            last, _ = super().get_search_results(request, last, text)
            pks.update(last.values_list("pk", flat=True))
        return queryset.filter(pk__in=pks)

    def _found_in_parts(self, request, queryset, search_term):
        """Rows with every word somewhere, among the newest; of a long list no more is read than finds so many."""
        pks: set = set()
        for text in sorted(_texts(plain_query(search_term)) or {search_term}, key=len, reverse=True):
            pks |= self._with_words(queryset, text.split()[:MOST_WORDS])
            if len(pks) > MOST:
                break
        asked = request and request.resolver_match
        if len(pks) > MOST and asked and asked.url_name.endswith("_changelist"):
            messages.info(
                request, "Very many rows have these words: you see the newest. Add a word to find others."
            )
        return queryset.filter(pk__in=sorted(pks, reverse=True)[:MOST])

    def _with_words(self, queryset, words: list[str]) -> set:
        """Pks of at most MOST + 1 rows: of the NEWEST if they are enough. Else the rarer words say which are looked at for
        the others.
        """
        rows = queryset.order_by("-pk").values_list("pk", flat=True)
        found: set = set()
        for having in self._among_the_newest(words) if words else ():
            found.update(rows.filter(pk__in=having)[: MOST + 1])
            if len(found) > MOST:
                return found
        few, many = [], []
        for word in words:
            having = self._having(word)
            many.append(word) if len(having) > MOST else few.append(having)
        if few:
            rows = rows.filter(pk__in=set.intersection(*few))
        elif not many:
            return set()
        for word in many:
            rows = rows.filter(self._says(word))
        return set(rows[: MOST + 1])

    def _among_the_newest(self, words: list[str]) -> Iterator[set]:
        """Pks of the NEWEST rows that have every word, from the newest on, while so many have them that MOST may be found.

        The words are compared here: PostgreSQL guesses that few rows have a word, and would begin with all rows of
        another table that have it.
        """
        newest = self.model._base_manager.order_by("-pk").values_list("pk", flat=True)
        words = [word.upper() for word in words]
        for start in range(0, NEWEST, AT_ONCE):
            pks = newest[start : start + AT_ONCE]
            if not pks:
                return
            rows = self.model._base_manager.order_by().filter(pk__gte=pks[len(pks) - 1], pk__lte=pks[0])
            missing: dict = {}
            for names in self._columns_at_once():
                for pk, *values in rows.values_list("pk", *(name.lstrip("^=@") for name in names)):
                    left = missing.setdefault(pk, set(words))
                    for name, value in zip(names, values, strict=True):
                        if value and left:
                            text = str(value).upper()
                            left.difference_update([word for word in left if _agrees(name, text, word)])
            found = {pk for pk, left in missing.items() if not left}
            yield found
            if len(found) * NEWEST < MOST * AT_ONCE:
                return

    def _columns_at_once(self) -> list[list[str]]:
        """`search_fields`; of rows of which one has several, each column by itself."""
        alone = [name for name in self.search_fields if lookup_spawns_duplicates(self.opts, _contains(name))]
        rest = [name for name in self.search_fields if name not in alone]
        return [rest, *([name] for name in alone)] if rest else [[name] for name in alone]

    def _having(self, word: str) -> set:
        """Pks of the rows with a word in any column; it stops beyond MOST."""
        found: set = set()
        for name in self.search_fields:
            if len(found) > MOST:
                break
            rows = self.model._base_manager.filter(**{_contains(name): word}).order_by()
            rows = rows.distinct() if lookup_spawns_duplicates(self.opts, _contains(name)) else rows
            found.update(rows.values_list("pk", flat=True)[: MOST + 1])
        return found

    def _says(self, word: str) -> Q:
        """The same as a condition; of several rows that belong to one, each column is asked by itself."""
        says = Q()
        for name in self.search_fields:
            if "__" in name:
                rows = self.model._base_manager.filter(**{_contains(name): word})
                says |= Q(pk__in=rows.order_by().values("pk"))
            else:
                says |= Q(**{_contains(name): word})
        return says


def _agrees(name: str, text: str, word: str) -> bool:
    """`_contains` for texts that are in capitals."""
    sign = name[:1]
    return text == word if sign == "=" else text.startswith(word) if sign == "^" else word in text


def _contains(name: str) -> str:
    """As Django's admin reads a name in `search_fields`."""
    sign, column = name[:1], name.lstrip("^=@")
    return f"{column}__{ {'^': 'istartswith', '=': 'iexact'}.get(sign, 'icontains') }"


def _texts(search_term: str) -> set[str]:
    """What else may stand for what was typed; Django compares without case."""
    spellings = (search_term, one_spelling(search_term), typed_code(search_term), compact(search_term))
    return set({text.casefold(): text for text in reversed(spellings)}.values())


def _folded(rows, text) -> set:
    """Pks of the rows with every word of `text`. A row that a join repeats may have its words in several."""
    texts: dict[object, str] = {}
    for pk, *values in rows:
        texts[pk] = "\n".join([texts.get(pk, ""), *(_spellings(str(value)) for value in values if value)])
    words = ["".join(pieces) for _, pieces in wanted(text)]
    words, whole = [compact(word) for word in words], compact(text)
    return {
        pk for pk, row_text in texts.items() if whole in row_text or all(word in row_text for word in words)
    }


@lru_cache(maxsize=REMEMBERED)
def _spellings(value: str) -> str:
    """“Müller” as “muller” and as “mueller”."""
    return "\n".join({compact(value), compact(spelled_out(value))})


def finding(admin_class):
    """The admin class with that search, unless it has one of its own."""
    if admin_class.get_search_results is not ModelAdmin.get_search_results:
        return admin_class
    return type(admin_class.__name__, (admin_class, Finding), {"__module__": admin_class.__module__})
