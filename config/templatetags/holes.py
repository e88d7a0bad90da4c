from django import template
from django.utils.safestring import mark_safe

from config.middleware import holes

register = template.Library()


@register.simple_tag(takes_context=True)
def hole(context, name: str, **facts) -> str:
    """What is personal at this place of a page. `facts`: plain values of the page that its template reads."""
    plain = tuple(
        (key, value if isinstance(value, int) else str(value or "")) for key, value in facts.items()
    )
    return mark_safe(holes.hole(name, plain, context.get("request")))  # noqa: S308 - drawn by a template
