import re
from html import unescape

from django import template
from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import mark_safe

register = template.Library()
MAX_LENGTH = 60  # what search engines show of a title
CUT = re.compile(r"[,:;–?.]\s|\s")


@register.filter
def titled(text, region):
    """A page's title with the shop and region behind it, at most 60 characters: the whole, a shorter end, or cut at a word.

    Takes and gives escaped HTML, as `{% filter titled:region %}{% block title %}` does.
    """
    words = " ".join(unescape(str(text)).split())
    place = getattr(region, "short_name", "")
    ends = [f" – {settings.BRAND} {place}", f" – {place}"] if place else [f" – {settings.BRAND}", ""]
    if not words:
        return settings.BRAND
    for end in ends:
        if len(words) + len(end) <= MAX_LENGTH:
            return mark_safe(escape(words + end))  # noqa: S308 - escaped
    room = MAX_LENGTH - len(ends[-1]) - 1
    cuts = [match.start() for match in CUT.finditer(words) if match.start() <= room]
    short = words[: max(cuts, default=room)].rstrip(" ,:;–")
    return mark_safe(escape(f"{short}…{ends[-1]}"))  # noqa: S308 - escaped


@register.filter(is_safe=True)
def one_line(text):
    """Without line breaks and double blanks, for an attribute whose template stands on several lines."""
    return " ".join(str(text).split())
