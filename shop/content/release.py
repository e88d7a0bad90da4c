"""All that decides what is drawn besides content: the code, the templates and a few settings."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings


@cache
def release() -> str:
    """A digest of it, so that two releases can run beside each other and neither shows what the other one drew."""
    said = (settings.STAGING, settings.SITE_URL, settings.PAYMENT_MODE, settings.BRAND, settings.MEDIA_URL)
    parts = hashlib.blake2b(repr(said).encode())
    for folder in ("config", "shop", "articles", "templates", "static"):
        for path in sorted(Path(settings.BASE_DIR, folder).rglob("*")):
            if path.suffix in {".py", ".html", ".css", ".js", ".svg", ".json", ".toml"}:
                parts.update(path.read_bytes())
    return parts.hexdigest()
