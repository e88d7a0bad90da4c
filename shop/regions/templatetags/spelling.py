from django import template
from django.utils.safestring import SafeString, mark_safe

from shop.regions import spelling

register = template.Library()


@register.filter
def spelled(text, region):
    """A word or sentence of ours as the region spells it: {{ "cancelled"|spelled:region }}."""
    done = spelling.spelled(str(text), region)
    return mark_safe(done) if isinstance(text, SafeString) else done  # noqa: S308 - letters for letters


@register.filter
def lowered(text):
    """A name of ours within a sentence: “waiting for payment”. Its other capitals stay: in German they must."""
    text = str(text)
    return text[:1].lower() + text[1:]
