"""Where packs came from stands beside a name and a mail until an order is paid or ends; so it stands there sealed.

An article can be about an illness. Whoever reads the database alone, or a backup, finds letters that only SECRET_KEY
opens, and no row that joins a person to an article. After another key (without the old one in OLD_SECRET_KEYS) the
origin is forgotten, and the sale counts for nowhere.
"""

import json
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from shop.content.link_tokens import both_serve_since

MIGRATION = (
    "orders",
    "0026_origins_are_sealed",
)  # while the release before may serve, which reads plain rows


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    digests = [sha256(b"origins:" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(urlsafe_b64encode(digest)) for digest in digests])


def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


class SealedOrigins(models.JSONField):
    """The rows of `with_origin`, as a list for whoever reads the model and as one sealed text in the database."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, list) and value and not both_serve_since(MIGRATION):
            value = _box(_keys()).encrypt(json.dumps(value).encode()).decode()
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        read = super().from_db_value(value, expression, connection)
        if not isinstance(read, str):
            return read
        try:
            return json.loads(_box(_keys()).decrypt(read.encode()))
        except InvalidToken:
            return []
