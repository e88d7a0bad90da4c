"""Which article a discount code was made for, as its form and the report on codes ask."""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.urls import reverse

from articles.models import Article, Version
from shop.codes.belonging import Answers, Named, articles_answer


def find(text: str) -> Named | None:
    """By an address as the browser shows it, on the shop's pages or in the admin, or by its last part."""
    parts = [part for part in unquote(urlsplit(text.strip()).path).split("/") if part]
    if parts[-1:] == ["change"] and len(parts) > 1 and parts[-2].isascii() and parts[-2].isdecimal():
        row = Article.objects.filter(pk=int(parts[-2][:18])).first()
    else:
        row = Article.found_by_readers(parts[-1])[0] if parts and "\0" not in parts[-1] else None
    return named([row.uid]).get(row.uid) if row else None


def named(uids: Iterable[UUID]) -> dict[UUID, Named]:
    """Two queries however many. One that was never written is called by its address."""
    rows = list(Article.objects.filter(uid__in=list(uids)))
    titles: dict[int, str] = {}
    on_conditions: set[int] = set()
    versions = Version.objects.filter(article__in=rows).order_by("pk")
    for article, title, regions in versions.values_list("article", "title", "condition_regions"):
        titles[article] = title
        if regions:
            on_conditions.add(article)
    return {
        row.uid: Named(
            uid=row.uid,
            title=titles.get(row.pk, row.slug),
            url=reverse("admin:articles_article_change", args=[row.pk]),
            path=row.slug,
            names_condition=row.pk in on_conditions,
        )
        for row in rows
    }


def answer() -> None:
    articles_answer(Answers(find, named))
