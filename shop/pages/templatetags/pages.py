from django import template
from django.urls import reverse

from shop.pages.names import PAGES
from shop.regions.spelling import spelled

register = template.Library()


@register.simple_tag
def help_links(region) -> list[tuple[str, str, str]]:
    """All pages of a region in the order of their menu: (last part of the address, name, address)."""
    return [
        (page, spelled(name, region), reverse("help", kwargs={"region": region.code, "page": page}))
        for page, name in PAGES.items()
    ]
