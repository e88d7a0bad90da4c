"""Moments in templates, always with the region on whose clock they are read: {{ order.placed_at|day:region }}."""

from django import template

from shop.regions import local
from shop.regions.local import date_words, day_words, hour_words

register = template.Library()


@register.filter
def day(moment, region) -> str:
    return day_words(moment, region) if moment else ""


@register.filter
def long_date(day, region) -> str:
    return date_words(day, region) if day else ""


@register.filter
def hour(moment, region) -> str:
    return hour_words(moment, region) if moment else ""


@register.filter
def day_and_hour(moment, region) -> str:
    return f"{day_words(moment, region)}, {hour_words(moment, region)}" if moment else ""


@register.filter
def iso_day(moment, region) -> str:
    """For `<time datetime>`: the same day that `day` names."""
    return moment.astimezone(region.zone).date().isoformat() if moment else ""


@register.filter
def listed(names, region) -> str:
    """Of names, or of rows by the names that they have in the page's language."""
    return local.listed([one.translated.name if hasattr(one, "translated") else one for one in names], region)
