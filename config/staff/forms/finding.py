"""Every list of the admin finds a row however its words are written: accents, apostrophes, hyphens, blanks, case."""

from django.contrib.admin import ModelAdmin
from django.db.models import Q

from shop.text.findable import compact, plain_query, spelled_out, wanted
from shop.text.typed import one_spelling, typed_code

MAX_READ = 5000  # rows; a longer list is asked by the database alone, in the spellings of a number or code


class Finding(ModelAdmin):
    """Adds to what Django finds. A model with a great many rows brings a search of its own (the order desk)."""

    show_full_result_count = False  # beside a filter it would count all rows of the table once more

    def get_search_results(self, request, queryset, search_term):
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        search_term = plain_query(search_term)
        if not self.search_fields or not wanted(search_term):
            return found, may_repeat
        ways = Q(pk__in=found.order_by().values("pk"))
        for text in {search_term, one_spelling(search_term), typed_code(search_term), compact(search_term)}:
            other, _ = super().get_search_results(request, queryset, text)
            ways |= Q(pk__in=other.order_by().values("pk"))
        rows = queryset.order_by().values_list("pk", *(name.lstrip("^=@") for name in self.search_fields))
        rows = list(rows[: MAX_READ + 1])
        if len(rows) <= MAX_READ:
            ways |= Q(pk__in=_folded(rows, search_term))
        return queryset.filter(ways), False


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


def _spellings(value: str) -> str:
    """“Müller” as “muller” and as “mueller”."""
    return "\n".join({compact(value), compact(spelled_out(value))})


def finding(admin_class):
    """The admin class with that search, unless it has one of its own."""
    if admin_class.get_search_results is not ModelAdmin.get_search_results:
        return admin_class
    return type(admin_class.__name__, (admin_class, Finding), {"__module__": admin_class.__module__})
