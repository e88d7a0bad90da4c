"""Moments as the people of a region read them: on the region's clock, in its order of day and month."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo

from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list


def day_words(moment: datetime, region) -> str:
    """24 November 2026; November 24, 2026 in the US."""
    return date_words(moment.astimezone(region.zone).date(), region)


def date_words(day: date, region) -> str:
    """A day that is known as such, on whichever clock."""
    return format_date(day, "long", locale=region.locale)


def listed(names: Iterable[str], region) -> str:
    """Austria, Belgium and Bulgaria."""
    return format_list([str(name) for name in names], locale=region.locale)


def hour_words(moment: datetime, region, zone: tzinfo | None = None) -> str:
    """14:05 GMT; 2:05 PM EST. `zone`: another clock than the region's own."""
    local = moment.astimezone(zone or region.zone)
    clock = format_time(local, "short", locale=region.locale, tzinfo=local.tzinfo).replace("\u202f", " ")
    return f"{clock} {local.tzname()}"


def moment_words(moment: datetime, region, zone: tzinfo | None = None) -> str:
    """Mon 23 Nov, 14:00 GMT; Mon, Nov 23, 2:00 PM EST: soon enough to need no year."""
    local = moment.astimezone(zone or region.zone)
    return f"{weekday_words(local.date(), region)}, {hour_words(moment, region, zone)}"


def weekday_words(day: date, region) -> str:
    """Mon 23 Nov; Mon, Nov 23 in the US; in other languages as they write it: Mo., 23. November."""
    if region.language != "en":
        return format_skeleton("MMMMEd", day, locale=region.locale)
    return format_date(day, "EEE, MMM d" if region.locale == "en_US" else "EEE d MMM", locale=region.locale)


def typed_moment(typed: datetime, region) -> datetime:
    """What staff typed without a zone, by the region's clock, as an aware time.

    Of an hour that comes twice the first counts. Raises ValueError for one that a clock change leaves out.
    """
    moment = typed.replace(tzinfo=region.zone)
    try:
        back = moment.astimezone(UTC).astimezone(region.zone)
    except OverflowError:
        raise ValueError(f"{region.short_name}: the year {typed.year} is out of reach.")
    if back.replace(tzinfo=None) != typed:
        raise ValueError(
            f"{region.short_name}: {typed:%-d %B %Y, %H:%M} does not exist there: the clocks go forward that night."
        )
    return moment.astimezone(UTC)
