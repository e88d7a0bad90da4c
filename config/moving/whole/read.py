"""What was taken out, as files to read again: from a folder or an archive, a line at a time."""

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

LONGEST = 5_000_000  # bytes of a row, or of a picture ten times as many
Line = tuple[int, dict[str, Any] | None]
# What Python says of a damaged archive, of one with a password and of one that is packed in a way it does not know.
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, RuntimeError, ValueError)


class Unreadable(Exception):
    """What was given is no export of a shop; the words say why."""


class Files(Protocol):
    def has(self, name: str) -> bool: ...

    def open(self, name: str) -> Any: ...


class Folder:
    def __init__(self, root: Path):
        self.root = root.resolve()

    def _path(self, name: str) -> Path:
        return self.root / name

    def has(self, name: str) -> bool:
        path = self._path(name)
        return path.is_file() and path.resolve().is_relative_to(self.root)

    def open(self, name: str) -> Any:
        return self._path(name).open("rb")


class Archive:
    """Files of a ZIP by their own names: none is ever written under one."""

    def __init__(self, file: Path):
        try:
            self.archive = zipfile.ZipFile(file)
        except DAMAGED as error:
            raise Unreadable(f"{file} can’t be read as a ZIP: {error}.") from error
        self.names = set(self.archive.namelist())

    def has(self, name: str) -> bool:
        return name in self.names

    def open(self, name: str) -> Any:
        return self.archive.open(name)


def files_of(place: Path) -> Files:
    """Raises Unreadable."""
    found: Files = Folder(place) if place.is_dir() else Archive(place)
    if not found.has("rows/catalogue.product.jsonl"):
        raise Unreadable(f"{place} is no export of a shop: rows/catalogue.product.jsonl is missing.")
    return found


def rows_in(files: Files, name: str) -> Iterator[Line]:
    """(number of the line, its row), or None where it is no row; nothing where there is no such file."""
    if not files.has(name):
        return
    try:
        with files.open(name) as raw:
            for number, line in enumerate(_lines(raw), 1):
                if line.strip():
                    yield number, _row(line)
    except DAMAGED as error:
        raise Unreadable(f"{name} is damaged: {error}.") from error


def _lines(file: Any) -> Iterator[bytes]:
    """Line by line; of one that is too long its beginning, with more than LONGEST: a small archive may hold a huge one."""
    while line := file.readline(LONGEST + 1):
        yield line
        while len(line) > LONGEST and not line.endswith(b"\n"):
            line = file.readline(LONGEST + 1)


def _row(line: bytes) -> dict[str, Any] | None:
    if len(line) > LONGEST:
        return None
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("id"), int) else None


def bytes_of(files: Files, name: str, most: int = 10 * LONGEST) -> bytes | None:
    if not files.has(name):
        return None
    try:
        with files.open(name) as file:
            data = file.read(most + 1)
    except DAMAGED:
        return None
    return data if len(data) <= most else None
