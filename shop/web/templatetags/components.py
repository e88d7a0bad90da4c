from django import template

from shop.web.components import draw

register = template.Library()


@register.simple_tag
def component(name: str, **facts):
    """A part of templates/components/NAME.jinja: `{% component "price" offer=offer %}`."""
    return draw(name, **facts)
