"""Files one after the other, as a ZIP that is never held as a whole, or as a folder."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

Entry = tuple[str, Iterable[bytes]]  # the name of a file, what is in it


class _Outgoing(io.RawIOBase):
    """What a ZIP is written to: it keeps what came since it was last asked."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def zipped(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The archive in parts, as its files are made. A part is some 64 kB; a file may be of any length."""
    out = _Outgoing()
    with zipfile.ZipFile(
        out, "w", zipfile.ZIP_DEFLATED, compresslevel=3
    ) as archive:  # it asks for no more than `write`
        for name, data in entries:
            with archive.open(name, "w", force_zip64=True) as file:
                for part in data:
                    file.write(part)
                    if chunk := out.take():
                        yield chunk
            yield out.take()
    yield out.take()


def write_folder(folder: Path, entries: Iterable[Entry]) -> None:
    for name, data in entries:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(data)


def packed(lines: Iterable[str], most: int = 64_000) -> Iterator[bytes]:
    """Lines as bytes, some at a time."""
    waiting: list[str] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= most:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    if waiting:
        yield "".join(waiting).encode()
