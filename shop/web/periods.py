"""Years, months and days in which there are rows, from an index instead of from all rows."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Min, Model, QuerySet
from django.utils import timezone

PERIODS = ("year", "month", "day")
Row = TypeVar("Row", bound=Model)


class ByPeriods(QuerySet[Row]):
    """For a table with an index on its moments: the list of dates above its list in the admin asks for them.

    Django would cut the moment of each row short and sort them. Here the first row after the end of each period is asked
    for: as many queries as there are periods, a few rows each.
    """

    def datetimes(self, field_name: str, kind: Any, order: Any = "ASC", tzinfo: Any = None) -> Any:
        if kind not in PERIODS or order != "ASC":
            return super().datetimes(field_name, kind, order, tzinfo)
        found: list[datetime] = []
        rows = self.order_by()
        while True:
            later = rows.filter(**{f"{field_name}__gte": _end(found[-1], kind)}) if found else rows
            first = later.aggregate(first=Min(field_name))["first"]
            if first is None:
                return found
            found.append(_begin(timezone.localtime(first, tzinfo), kind))


def _begin(moment: datetime, kind: str) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if kind == "day":
        return day
    return day.replace(day=1) if kind == "month" else day.replace(month=1, day=1)


def _end(begin: datetime, kind: str) -> datetime:
    """Where the next period begins, on the same clock."""
    if kind == "year":
        return begin.replace(year=begin.year + 1)
    return _begin(begin.replace(tzinfo=None) + timedelta(days=1 if kind == "day" else 31), kind).replace(
        tzinfo=begin.tzinfo
    )
