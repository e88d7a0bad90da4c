"""The shop's own words in other languages: gathered from templates and code, kept by room, compiled for gettext.

`locale/<language>/<room>.po` holds what a room says: that of a message is the folder of the first place it stands in. All of
a language are compiled into one file that Django reads. Another language is another folder. Staff's pages are in English.
"""

import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize
from jinja2.ext import babel_extract

CALLS: dict[str, Any] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
STAFF = ("templates/admin/", "templates/account/", "templates/mfa/", "templates/entry/", "templates/auth/")
NO_DAY = datetime(2026, 11, 2, tzinfo=UTC)  # what is compiled says no moment, or it would differ each time
Key = tuple[str | None, str]  # context and message


def folder() -> Path:
    return settings.BASE_DIR / "locale"


def languages() -> list[str]:
    """Those that there are words in, other than English."""
    return sorted(path.name for path in folder().iterdir() if path.is_dir()) if folder().is_dir() else []


def sources() -> Iterator[Path]:
    """What shoppers read: templates that are not staff's, and code."""
    root = settings.BASE_DIR
    for path in sorted((root / "templates").rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix in {".html", ".txt", ".jinja", ".xml"} and not name.startswith(STAFF):
            yield path
    for package in ("articles", "config", "shop"):
        yield from (path for path in sorted((root / package).rglob("*.py")) if "migrations" not in path.parts)


def room_of(path: Path) -> str:
    """Which file holds the words of a place: “checkout” for templates/checkout/ and shop/checkout/."""
    first, *rest = path.relative_to(settings.BASE_DIR).parts
    if first in ("templates", "shop", "config") and len(rest) > 1:
        return rest[0]
    return "site" if first in ("templates", "shop", "config") else first


def messages_in(path: Path) -> list[tuple[str | tuple[str, ...], str | None]]:
    """(message, context) of a file; a message with a plural is a pair."""
    text = path.read_text()
    if path.suffix == ".jinja":
        parts = babel_extract(io.BytesIO(text.encode()), list(CALLS), [], {})
        return [
            (str(message[1]), message[0]) if name == "pgettext" else (_without_numbers(message), None)
            for _, name, message, _ in parts
            if message
        ]
    if path.suffix != ".py":
        text = f"(\n{templatize(text, origin=str(path))}\n)"  # brackets, or Python would ask about the indentation
    found = extract("python", io.BytesIO(text.encode()), CALLS)
    return [(message, context) for _, message, _, context in found]


def _without_numbers(message: Any) -> str | tuple[str, ...]:
    return tuple(part for part in message if part) if isinstance(message, tuple) else message


@cache
def gathered() -> dict[str, dict[Key, Message]]:
    """All messages, by room."""
    ids: dict[Key, Any] = {}
    places: dict[Key, list[Path]] = {}
    for path in sources():
        for said, context in messages_in(path):
            key = (context, said if isinstance(said, str) else said[0])
            ids[key] = said if not isinstance(said, str) else ids.get(key, said)
            places.setdefault(key, []).append(path)
    rooms: dict[str, dict[Key, Message]] = {}
    for key, paths in places.items():
        seen = sorted({(path.relative_to(settings.BASE_DIR).as_posix(), 0) for path in paths})
        rooms.setdefault(room_of(paths[0]), {})[key] = Message(ids[key], locations=seen, context=key[0])
    return rooms


def read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def known(language: str) -> Catalog:
    """All that is translated into a language, in whichever room."""
    whole = Catalog(locale=language, fuzzy=False, creation_date=NO_DAY, revision_date=NO_DAY)
    for path in sorted((folder() / language).glob("*.po")):
        for message in read(path, language):
            if message.id and any(_strings(message)):
                whole.add(message.id, message.string, context=message.context, locations=message.locations)
    return whole


def _strings(message: Message) -> Iterable[str]:
    return message.string if isinstance(message.string, list | tuple) else [message.string or ""]


def write_missing(language: str) -> int:
    """Bring the files of a language up to what the shop says, each message in its room; how many wait to be translated."""
    have, waiting = known(language), 0
    place = folder() / language
    place.mkdir(parents=True, exist_ok=True)
    for room, messages in gathered().items():
        catalog = Catalog(locale=language, fuzzy=False)
        for (context, first), message in sorted(
            messages.items(), key=lambda pair: (pair[0][1], pair[0][0] or "")
        ):
            before = have.get(first, context)
            string = (
                before.string
                if before is not None and isinstance(before.id, str) == isinstance(message.id, str)
                else None
            )
            waiting += string is None
            catalog.add(message.id, string, context=context, locations=message.locations)
        with (place / f"{room}.po").open("wb") as file:
            write_po(file, catalog, width=110, omit_header=True, include_lineno=False, sort_output=False)
    for path in place.glob("*.po"):
        if path.stem not in gathered():
            path.unlink()
    return waiting


def compiled(language: str) -> bytes:
    out = io.BytesIO()
    write_mo(out, known(language))
    return out.getvalue()


def compile_words() -> None:
    """Write what Django reads, where it is not so already."""
    for language in languages():
        path = folder() / language / "LC_MESSAGES" / "django.mo"
        wanted = compiled(language)
        if not path.is_file() or path.read_bytes() != wanted:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(wanted)
