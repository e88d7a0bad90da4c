"""Where a link leads behind the redirects that mail programs put before it."""

import re
from urllib.parse import parse_qs, urlsplit

from articles.text.pastes.signs import (
    DEFENDED,
    REDIRECTS,
)


def real_address(href: str) -> str:
    """Where a link leads without the redirect that counts the click; "" for one that leads nowhere outside its file."""
    href = re.sub(r"#?:~:[^#]*$", "", href.strip())
    for _ in range(3):
        try:
            parts = urlsplit(href)
        except ValueError:
            return ""
        if parts.scheme.lower() not in {"", "http", "https", "mailto"} or href.startswith("#"):
            return ""
        if defended := DEFENDED.match(href):
            href = re.sub(r"^(https?:/)(?!/)", r"\1/", defended[1])
            continue
        for host, path, keys in REDIRECTS:
            if host.search(parts.netloc.lower()) and parts.path.startswith(path):
                given = parse_qs(parts.query)
                target = next((given[key][0] for key in keys if key in given), "")
                if target.startswith(("http://", "https://")):
                    href = target
                    break
        else:
            return href
    return href
