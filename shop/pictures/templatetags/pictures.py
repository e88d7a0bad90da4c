from django import template

from shop.web.components import draw

register = template.Library()


@register.simple_tag
def picture(picture, sizes="100vw", eager=False, alt=None):
    """A responsive picture. `alt` overrides its own text; pass "" where the words beside it say the same."""
    if alt is None:
        alt = "" if picture is None or picture.is_decorative else picture.translated.alt
    return draw("picture", picture=picture, sizes=sizes, eager=eager, alt=alt)
