"""The public views of the site, as its addresses name them."""

from django.urls import URLPattern, get_resolver

from shop.web.public import HOW_THEY_CAME, is_public


def public_views(patterns=None) -> list:
    found = []
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if not isinstance(one, URLPattern):
            found += public_views(one.url_patterns)
        elif is_public(one.callback):
            found.append(one.callback)
    return found


def known_keys() -> list[str]:
    """Every key that some public page knows."""
    return sorted(
        {*HOW_THEY_CAME, *(key for view in public_views() for key in (*view.query_keys, *view.several_keys))}
    )
