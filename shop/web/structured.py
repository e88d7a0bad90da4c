"""Structured data that any page may carry: the way to it, and who runs the shop."""

from django.conf import settings
from django.templatetags.static import static


def breadcrumbs(pairs) -> dict:
    """`pairs`: (name, path) from the top down."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": settings.SITE_URL + path}
            for place, (name, path) in enumerate(pairs, 1)
        ],
    }


def organisation(seller) -> dict:
    """The seller as the imprint names it."""
    site = settings.SITE_URL
    return {
        "@context": "https://schema.org",
        "@type": "OnlineStore",
        "@id": site + "/#organisation",
        "name": seller.trading_name,
        "legalName": seller.legal_name,
        "url": site + "/",
        "logo": site + static("brand/mark.svg"),
        "email": seller.email,
        "telephone": seller.phone,
        "address": seller.address_line,
    }


def website(search_path: str) -> dict:
    """The site with its search box."""
    site = settings.SITE_URL
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "@id": site + "/#website",
        "name": settings.BRAND,
        "url": site + "/",
        "publisher": {"@id": site + "/#organisation"},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{site}{search_path}?q={{words}}"},
            "query-input": "required name=words",
        },
    }
