"""Where the environment enters the project: one reader, which remembers what was asked for.

`declared` holds every variable the settings read, with its help text. README's table is tested against it.
"""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

REQUIRED = object()
BASE_DIR = Path(__file__).resolve().parent.parent
declared: dict[str, str] = {}


def load_env_file() -> None:
    """Read the file named by ENV_FILE (default `.env`); what the environment already says wins."""
    declared["ENV_FILE"] = "file with settings, read at start; empty reads none"
    name = os.environ.get("ENV_FILE", ".env")
    if name and (BASE_DIR / name).is_file():
        environ.Env.read_env(BASE_DIR / name)


def env(name: str, cast=str, default=REQUIRED, help: str = ""):
    """The variable `name`, cast by `cast` (str, bool, int or list).

    Raises ImproperlyConfigured with the name and its help when it is required and missing, or malformed.
    """
    declared[name] = help
    raw = os.environ.get(name, "").strip()
    if raw == "":
        if default is REQUIRED:
            raise ImproperlyConfigured(f"{name} is not set ({help}). Set it in the environment or in .env.")
        return default
    if cast is bool:
        if raw.lower() not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
            raise ImproperlyConfigured(f"{name} is {raw!r}, but must be 1 or 0 ({help}).")
        return raw.lower() in {"1", "true", "yes", "on"}
    if cast is list:
        return [part.strip() for part in raw.split(",") if part.strip()]
    try:
        return cast(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {raw!r}, which is not {cast.__name__} ({help}).")
