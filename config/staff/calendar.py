"""What begins and ends in a month, day by day: articles, letters, pages, prices, discounts. A page in the admin."""

import calendar
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from articles.models import Publication
from config.newsletter.models import Letter
from shop.catalogue.offers import price_beginnings
from shop.codes.models import AutomaticDiscount, Code
from shop.pages.models import PageVersion
from shop.regions.models import Region

MOST = 400  # of a kind in a month, the earliest first
SHOWN = 12  # of a kind on a day
YEARS = range(2000, 2101)


@dataclass(frozen=True)
class Event:
    """`kind`: as staff call it; `where`: the regions, each with the hour of its own clock."""

    day: date
    kind: str
    name: str
    where: str
    url: str = ""


@dataclass(frozen=True)
class Month:
    first: date

    @property
    def last(self) -> date:
        return self.first.replace(day=calendar.monthrange(self.first.year, self.first.month)[1])

    @property
    def before(self) -> date | None:
        found = (self.first - timedelta(days=1)).replace(day=1)
        return found if found.year in YEARS else None

    @property
    def after(self) -> date | None:
        found = self.last + timedelta(days=1)
        return found if found.year in YEARS else None

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Wide enough for the clock of any region."""
        begin, end = self.first - timedelta(days=1), self.last + timedelta(days=2)
        return datetime.combine(begin, time(), UTC), datetime.combine(end, time(), UTC)

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def month_of(text: str) -> Month:
    """Of “2026-11”, else the current one by UTC."""
    found = None
    if text.isascii() and len(text) == 7:
        try:
            found = parse_date(f"{text}-01")
        except ValueError:
            found = None
    if found is None or found.year not in YEARS:
        found = timezone.now().astimezone(UTC).date()
    return Month(found.replace(day=1))


def events_of(month: Month, user) -> list[Event]:
    """Of what this person may see. As many queries in a full month as in an empty one."""
    found: list[Event] = []
    for right, read in READ.items():
        if user.has_perm(right):
            found += read(month)
    return sorted(
        (one for one in found if month.holds(one.day)),
        key=lambda one: (one.day, one.kind, one.name, one.where),
    )


def _publications(month: Month) -> Iterator[Event]:
    """An article that begins in several regions on one day is one line."""
    rows = (
        Publication.objects.filter(starts_at__range=month.span, version__isnull=False)
        .select_related("region", "version")
        .only("article", "region", "version__title", "starts_at")
        .order_by("region__position", "region", "starts_at")[:MOST]
    )
    lines: dict[tuple, list[str]] = defaultdict(list)
    for row in rows:
        day, where = _local(row.starts_at, row.region)
        lines[day, row.article_id, row.version.title].append(where)
    for (day, article, title), places in lines.items():
        url = reverse("admin:articles_article_change", args=[article])
        yield Event(day, "Article", title, ", ".join(places), url)


def _local(moment: Any, region: Region | None) -> tuple[date, str]:
    """(the day of an aware time, “UK 09:00”) by the clock of a region; by UTC without one."""
    local = moment.astimezone(region.zone if region else UTC)
    return local.date(), f"{region.short_name if region else 'UTC'} {local:%H:%M}"


def _letters(month: Month) -> Iterator[Event]:
    rows = Letter.objects.filter(send_from__range=month.span).select_related("region").order_by("send_from")
    for row in rows[:MOST]:
        day, where = _local(row.send_from, row.region)
        yield Event(day, "Letter", row.subject, where, reverse("admin:letters_letter_change", args=[row.pk]))


def _discounts(month: Month) -> Iterator[Event]:
    """Codes by UTC, since one may hold in several regions; automatic ones by the clock of theirs."""
    for name, words in (("starts_at", "Discount begins"), ("ends_at", "Discount ends")):
        for code in Code.objects.filter(**{f"{name}__range": month.span}).order_by(name)[:MOST]:
            day, where = _local(getattr(code, name), None)
            called = f"{code.code}, {code.belongs_name}" if code.belongs_name else code.code
            yield Event(day, words, called, where, reverse("admin:codes_code_change", args=[code.pk]))
        rows = AutomaticDiscount.objects.filter(**{f"{name}__range": month.span})
        for row in rows.select_related("region").order_by(name)[:MOST]:
            day, where = _local(getattr(row, name), row.region)
            url = reverse("admin:codes_automaticdiscount_change", args=[row.pk])
            yield Event(day, words, row.name, where, url)


def _prices(month: Month) -> Iterator[Event]:
    """In one line a day and region, however many packs change."""
    url = reverse("admin:catalogue_pricelog_changelist")
    for region in Region.markets():
        for day, count in price_beginnings(region, month.first, month.last).items():
            words = f"{count} price{'s begin' if count > 1 else ' begins'}"
            yield Event(day, "Prices", words, region.short_name, f"{url}?region__id__exact={region.pk}")


def _pages(month: Month) -> Iterator[Event]:
    rows = PageVersion.objects.filter(starts_at__range=month.span).select_related("region")
    for row in rows.order_by("starts_at")[:MOST]:
        day, where = _local(row.starts_at, row.region)
        yield Event(day, "Page", row.title, where, reverse("admin:pages_pageversion_change", args=[row.pk]))


READ: dict[str, Callable[[Month], Iterable[Event]]] = {
    "articles.view_version": _publications,
    "letters.view_letter": _letters,
    "codes.view_code": _discounts,
    "catalogue.view_price": _prices,
    "pages.view_pageversion": _pages,
}


def days_of(events: list[Event]) -> list[tuple[date, list[Event], int]]:
    """(day, what is shown of it, how many more), the days with something in their order."""
    by_day: dict[date, list[Event]] = defaultdict(list)
    for one in events:
        by_day[one.day].append(one)
    found = []
    for day, all_of_it in by_day.items():
        counts: dict[str, int] = defaultdict(int)
        shown = []
        for one in all_of_it:
            counts[one.kind] += 1
            if counts[one.kind] <= SHOWN:
                shown.append(one)
        found.append((day, shown, len(all_of_it) - len(shown)))
    return found


def calendar_page(request, site):
    """`?month=2026-11`. What is to come and what was; each sees what they may see in its list."""
    month = month_of(request.GET.get("month", ""))
    today = timezone.now().astimezone(UTC).date()
    context = {
        **site.each_context(request),
        "title": f"{month.first:%B %Y}",
        "month": month,
        "today": today,
        "is_now": month.holds(today),
        "days": days_of(events_of(month, request.user)),
    }
    return render(request, "admin/calendar.html", context)
