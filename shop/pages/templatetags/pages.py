from django import template
from django.conf import settings

from shop.pages.names import PAGES
from shop.pictures.models import Picture, guarantee_picture
from shop.regions.spelling import spelled
from shop.web.reversing import address

register = template.Library()
YOUR_EUROPE = (
    "https://europa.eu/youreurope/guarantees"  # what the QR code of the official notice in English leads to
)


@register.simple_tag
def help_links(region) -> list[tuple[str, str, str]]:
    """All pages of a region in the order of their menu: (last part of the address, name, address)."""
    return [
        (page, spelled(name, region), address("help", region=region.code, page=page))
        for page, name in PAGES.items()
    ]


@register.simple_tag
def guarantee_notice() -> Picture | None:
    """The notice on the legal guarantee that staff have put among the pictures, instead of the one that ships."""
    return guarantee_picture()


@register.simple_tag
def official_notice() -> str:
    """The address of the Commission's own file.

    It never changes under this name, so it needs no hash in it, and pages are read before static files are collected.
    """
    return f"{settings.STATIC_URL}legal/eu-legal-guarantee-en.svg"


@register.simple_tag
def your_europe() -> str:
    return YOUR_EUROPE
