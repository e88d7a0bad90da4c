"""Where an address of this shop leads: the same page as it is spelled now, or none."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import Resolver404, resolve, reverse

from articles.models import Article, Author, Topic
from config.pages.help import PAGES
from shop.catalogue.models import Collection, Product
from shop.regions.models import Region

# By the name of a page, whose slug stands in its address.
OWNERS = {
    "catalogue:product": Product,
    "collection": Collection,
    "articles:article": Article,
    "articles:author": Author,
}
# By the name of a page, the keys of its query that hold a slug.
FILTERS = {
    "articles:list": {"topic": Topic, "product": Product},
    "articles:feed": {"topic": Topic},
}


def right_address(path: str, query) -> tuple[str, list] | None:
    """(where a path with its query leads, the old slugs that led there), or None where there is nothing better."""
    for match in _pages(path):
        found = _present(match, query)
        if found is not None and (found[0] != path or found[2]):
            address, query, passed = found
            return address + (f"?{query.urlencode()}" if query else ""), passed
    return None


def _present(match, query) -> tuple | None:
    """(the path of a page, its query, the old slugs that led there), with the slugs of now; None if there is none."""
    kwargs, query, passed = dict(match.kwargs), query.copy(), []
    owner = OWNERS.get(match.view_name)
    if owner is not None:
        row, old = owner.found_by_readers(kwargs["slug"])
        if row is None:
            return None
        kwargs["slug"] = row.slug
        passed += [old] if old else []
    for key, model in FILTERS.get(match.view_name, {}).items():
        row, old = model.found_by_readers(query[key]) if query.get(key) else (None, None)
        if row is not None and row.slug != query[key]:
            query[key] = row.slug
            passed.append(old)
    return reverse(match.view_name, kwargs=kwargs), query, passed


def _pages(path: str):
    """The pages of a region that a path may mean: as it is written and in small letters, with or without its slash."""
    code, _, rest = path.removeprefix("/").partition("/")
    region = Region.by_code(code.lower())
    ends = "" if path.endswith(("/", ".xml", ".csv", ".jpg")) else "/"
    for tail in dict.fromkeys([rest, rest.lower()]) if region else ():
        try:
            match = resolve(f"/{region.code}/{tail}{ends if tail else ''}")
        except Resolver404:
            continue
        is_spelled_right = match.view_name in OWNERS or tail == rest.lower()
        if "region" in match.kwargs and match.view_name and (is_spelled_right or not _has_capitals(match)):
            yield match


def _has_capitals(match) -> bool:
    return any(value != value.lower() for value in match.kwargs.values())


@dataclass(frozen=True)
class Page:
    """What stands at an address. `trouble`: why there is no page; `waits`: why there is none yet."""

    address: str  # as it is spelled now, with query and fragment
    trouble: str = ""
    waits: str = ""

    @property
    def answers(self) -> bool:
        return not self.trouble and not self.waits


def page_at(address: str) -> Page:
    """The page of this shop at an address, in words for staff where there is none."""
    bare, _, fragment = address.partition("#")
    path, _, query = bare.partition("?")
    better = right_address(path, QueryDict(query))
    if better:
        bare, path = better[0], better[0].partition("?")[0]
    try:
        match = resolve(path)
    except Resolver404:
        return Page(address, f"There is no page at “{path}”.")
    return Page(bare + (f"#{fragment}" if fragment else ""), *_why_none(match, path))


def _why_none(match, path: str) -> tuple[str, str]:
    none = f"There is no page at “{path}”."
    code = match.kwargs.get("region")
    region = Region.by_code(code) if code else None
    if code and region is None:
        return (none if match.view_name == "home" else f"There is no open region “{code}”."), ""
    owner: Any = OWNERS.get(match.view_name)
    if owner is not None:
        row = owner._base_manager.filter(slug=match.kwargs.get("slug", "")).first()
        if row is None:
            return none, ""
        if (
            isinstance(row, Article)
            and region
            and not row.publications.current().filter(region=region).exists()
        ):
            return "", f"The article “{row.slug}” is not published in {region.the_name} yet."
    if match.view_name == "help" and match.kwargs["page"] not in PAGES:
        return none, ""
    return "", ""
