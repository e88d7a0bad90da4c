"""What was looked at waits in a file until all of it has been, so that saving is short and memory stays flat."""

import pickle
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, TypeVar

T = TypeVar("T")


def set_aside(rows: Iterable[T]) -> Iterator[T]:
    """All of them are made before this returns; they are given back one by one, and forgotten.

    Call it before the transaction that saves them: looking takes nearly all of the time, and nobody waits for a lock
    meanwhile. The file has no name, so nothing but this process reads it or is left with it.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115  closed by what gives the rows back
    for row in rows:
        pickle.dump(row, file, pickle.HIGHEST_PROTOCOL)
    file.seek(0)
    return _given_back(file)


def _given_back(file: IO[bytes]) -> Iterator:
    with file:
        while True:
            try:
                yield pickle.load(file)  # noqa: S301  written above, by this process
            except EOFError:
                return
