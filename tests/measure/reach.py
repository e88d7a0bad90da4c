"""Which test reaches which statement of some modules, and how long each test takes."""

import ast
import contextlib
import importlib
import os
import pickle
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.measure.mutants import module_of, replace_functions

PROBE = "__reached__"


class Reach:
    """`root`: the folder that the files' names begin at."""

    def __init__(self, root: Path, files: list[str]):
        self.root, self.files = root, files
        self.lines: dict[tuple[str, int], set[str]] = defaultdict(set)
        self.seconds: dict[str, float] = defaultdict(float)
        self.now: set[tuple[str, int]] = set()

    def run_in_child(self, run: Callable[[], bool]) -> bool:
        """Run the tests in a forked child, with a probe before each statement; what `run` says, and False if it never does."""
        with tempfile.NamedTemporaryFile() as found:
            child = os.fork()
            if child == 0:
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, 1)
                os.dup2(nowhere, 2)
                try:
                    for file in self.files:
                        self._probe(file)
                    if run():
                        found.write(pickle.dumps((dict(self.lines), dict(self.seconds))))
                        found.flush()
                finally:
                    os._exit(0)
            os.waitpid(child, 0)
            found.seek(0)
            data = found.read()
        if data:
            lines, seconds = pickle.loads(data)
            self.lines.update(lines)
            self.seconds.update(seconds)
        return bool(data)

    def _probe(self, file: str) -> None:
        module = importlib.import_module(module_of(file))
        tree = ast.parse((self.root / file).read_text())
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    for name in ("body", "orelse", "finalbody"):
                        if isinstance(part := getattr(node, name, None), list):
                            setattr(
                                node, name, [new for statement in part for new in _after_probe(statement)]
                            )
        setattr(module, PROBE, lambda line: self.now.add((file, line)))
        replace_functions(module, compile(ast.fix_missing_locations(tree), module.__file__, "exec"))

    @contextlib.contextmanager
    def test(self, name: str) -> Iterator[None]:
        """While this test runs, its fixtures included, note what it reaches."""
        began = time.process_time()
        self.now.clear()
        yield
        self.seconds[name] += time.process_time() - began
        for place in self.now:
            self.lines[place].add(name)

    def tests(self, file: str, spans: Iterable[tuple[int, int]]) -> set[str]:
        """Those that reach a statement which begins between these lines, both included."""
        lines = [line for first, last in spans for line in range(first, last + 1)]
        return set().union(*(self.lines.get((file, line), ()) for line in lines))


def _after_probe(statement: ast.stmt) -> list[ast.stmt]:
    if isinstance(statement, ast.Expr) and getattr(getattr(statement.value, "func", None), "id", "") == PROBE:
        return [statement]
    call = ast.Call(ast.Name(PROBE, ast.Load()), [ast.Constant(statement.lineno)], [])
    return [ast.copy_location(ast.Expr(call), statement), statement]
