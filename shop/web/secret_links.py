"""Words that are kept after they were sent open nothing: who got them has their links, and nobody else should."""

import re
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve

from shop.web.tokens import SECRETS

CUT = "/#this-link-is-not-kept"
PATH = re.compile(r"/[\w/.%+-]*")


def without_secret_links(text: str) -> str:
    """Each address of the site that opens something for whoever has it leads to the site’s first page instead."""
    site = settings.SITE_URL
    parts = text.split(site)
    return parts[0] + "".join(site + _cut(part) for part in parts[1:])


def without_secret_links_inside(value: Any) -> Any:
    """The same JSON with the same done to each of its texts."""
    if isinstance(value, dict):
        return {key: without_secret_links_inside(one) for key, one in value.items()}
    if isinstance(value, list):
        return [without_secret_links_inside(one) for one in value]
    return without_secret_links(value) if isinstance(value, str) else value


def _cut(rest: str) -> str:
    path = PATH.match(rest)
    return CUT + rest[path.end() :] if path and _opens_something(path[0]) else rest


def _opens_something(path: str) -> bool:
    try:
        return bool(SECRETS & resolve(path.rstrip(".")).kwargs.keys())
    except Resolver404:
        return False
