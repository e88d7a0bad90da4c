"""Which test reaches which line of some files, and how long each test takes."""

import contextlib
import os
import pickle
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from types import FrameType


class Reach:
    def __init__(self, files: list[str]):
        self.files = set(files)
        self.lines: dict[tuple[str, int], set[str]] = defaultdict(set)
        self.seconds: dict[str, float] = defaultdict(float)

    @classmethod
    def of_child(cls, files: list[str], run: Callable[["Reach"], bool]) -> "Reach | None":
        """What `run` found in a forked child; None where it says no or does not come back."""
        with tempfile.NamedTemporaryFile() as found:
            child = os.fork()
            if child == 0:
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, 1)
                os.dup2(nowhere, 2)
                try:
                    reach = cls(files)
                    if run(reach):
                        found.write(pickle.dumps((dict(reach.lines), dict(reach.seconds))))
                        found.flush()
                finally:
                    os._exit(0)
            os.waitpid(child, 0)
            found.seek(0)
            data = found.read()
        if not data:
            return None
        reach = cls(files)
        lines, seconds = pickle.loads(data)
        reach.lines.update(lines)
        reach.seconds.update(seconds)
        return reach

    @contextlib.contextmanager
    def test(self, name: str) -> Iterator[None]:
        """While this test runs, its fixtures included, note what it reaches."""
        lines, files = self.lines, self.files

        def within(frame: FrameType, event: str, _):
            lines[frame.f_code.co_filename, frame.f_lineno].add(name)
            return within

        def call(frame: FrameType, event: str, _):
            return within(frame, event, _) if frame.f_code.co_filename in files else None

        began = time.monotonic()
        threading.settrace(call)
        sys.settrace(call)
        try:
            yield
        finally:
            sys.settrace(None)
            threading.settrace(None)
            self.seconds[name] += time.monotonic() - began

    def tests(self, file: str, first: int, last: int) -> set[str]:
        """Those that reach one of these lines."""
        return set().union(*(self.lines.get((file, line), ()) for line in range(first, last + 1)))
