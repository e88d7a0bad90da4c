from django import template

register = template.Library()


@register.inclusion_tag("components/picture.html")
def picture(picture, sizes="100vw", eager=False, alt=None):
    """A responsive picture. `alt` overrides its own text; pass "" where the words beside it say the same."""
    if alt is None:
        alt = "" if picture is None or picture.is_decorative else picture.alt
    return {"picture": picture, "sizes": sizes, "eager": eager, "alt": alt}
