"""Articles by rows of which each may have several, such as regions in trouble: each article once, at its first row."""

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from articles.models import Article, Version

MAX_COUNTED = 1008
ROWS_EACH = 6  # of an article: a guess


class Once:
    """The articles that `rows` are of, each once at its first row, with its rows as `of_these` and its `title`. Of the
    rows, which an index has in the order of their `moment`, no more are read than are asked for. `name`: what Article
    calls them.
    """

    def __init__(self, rows: QuerySet, moment: str, name: str):
        self.rows, self.moment, self.name = rows, moment, name

    def _pks(self, most: int) -> list[int]:
        found: dict[int, None] = {}
        last_first = "-article" if self.moment.startswith("-") else "article"
        articles = self.rows.order_by(self.moment, last_first).values_list("article", flat=True)
        start, size = 0, ROWS_EACH * most
        while len(found) < most:
            rows = list(articles[start : start + size])
            found |= dict.fromkeys(rows)
            if len(rows) < size:
                break
            start += size
        return list(found)[:most]

    def __getitem__(self, part: slice) -> list[Article]:
        also = "product" if self.name == "troubles" else "version"
        these = self.rows.select_related("region", also).order_by("region", self.moment)
        title = Version.objects.filter(article=OuterRef("pk")).order_by("-is_draft", "-changed_at")
        found = Article.objects.annotate(title=Subquery(title.values("title")[:1]))
        pks = self._pks(part.stop)
        by_pk = found.prefetch_related(Prefetch(self.name, these, "of_these")).in_bulk(pks)
        return [by_pk[pk] for pk in pks if pk in by_pk]

    def __len__(self) -> int:
        """No further than one more than MAX_COUNTED."""
        return len(self._pks(MAX_COUNTED + 1))
