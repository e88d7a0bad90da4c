"""Which database and which caches there are, as Django's settings name them."""

from pathlib import Path
from typing import Any

import environ


def database(url: str, pooled: bool, folder: Path) -> dict[str, Any]:
    """Of a URL, or SQLite in this folder."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "shop.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    found: dict[str, Any] = environ.Env.db_url_config(url)
    if "postgresql" in found["ENGINE"]:
        from config.connections.database import with_pool  # needs psycopg's C library, which SQLite does not

        with_pool(found, pooled)
    return found


def caches(redis: str) -> dict[str, dict[str, Any]]:
    """Counts of who asks too often have a room of their own, so that no wash of pages pushes them out. On Redis they share
    the memory, where those in use are the last to go.
    """
    rooms = [("default", "", 1000), ("limits", "limits", 50_000)]
    if redis:
        backend = "config.connections.cache.ForgivingRedis"
        return {
            name: {"BACKEND": backend, "LOCATION": redis, "KEY_PREFIX": prefix} for name, prefix, _ in rooms
        }
    return {
        name: {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": name,
            "OPTIONS": {"MAX_ENTRIES": entries},
        }
        for name, _, entries in rooms
    }
