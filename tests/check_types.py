"""Types, in `make check`: mypy finds nothing in the strict rooms, and elsewhere no more than was agreed.

The strict rooms are those that pyproject.toml names. `tests/types_allowed.txt` lists how many errors each other module
may still have: those numbers only go down. A module that is not listed may have none.

    .venv/bin/python tests/check_types.py           # 1 where a module has more than it may
    .venv/bin/python tests/check_types.py --lower   # lowers the list to what is found; it never raises it
"""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = ROOT / "tests" / "types_allowed.txt"
ERROR = re.compile(r"^(?P<file>[^:\n]+\.py):\d+: error: .*$", re.MULTILINE)
SETTINGS = {
    "ENV_FILE": "",
    "PAYMENTS": "sandbox",
    "SECRET_KEY": "only-for-checks-" * 4,
}  # the plugin reads settings


def module_of(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def read_allowed(text: str) -> dict[str, int]:
    """Lines of "module number"; what follows # is a remark."""
    lines = [line.partition("#")[0].split() for line in text.splitlines()]
    return {words[0]: int(words[1]) for words in lines if words}


def write_allowed(allowed: dict[str, int]) -> str:
    return "".join(f"{module} {number}\n" for module, number in sorted(allowed.items()) if number)


def lowered(allowed: dict[str, int], found: dict[str, int]) -> dict[str, int]:
    """The list as low as what was found, and nowhere higher than before."""
    return {module: min(number, found.get(module, 0)) for module, number in allowed.items()}


def judge(allowed: dict[str, int], found: dict[str, int]) -> tuple[list[str], list[str]]:
    """(modules with more errors than they may have, modules whose number can be lowered), each as a sentence."""
    worse = [
        f"{module}: {number} errors, {allowed.get(module, 0)} allowed"
        for module, number in sorted(found.items())
        if number > allowed.get(module, 0)
    ]
    better = [
        f"{module}: {found.get(module, 0)} errors, {number} allowed"
        for module, number in sorted(allowed.items())
        if found.get(module, 0) < number
    ]
    return worse, better


def run_mypy() -> tuple[list[tuple[str, str]], int, str]:
    """([(module, its line)], exit code, what mypy could not say of a file). It ends with 2 where it could not check."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--no-incremental",
            "--no-error-summary",
            "--hide-error-context",
            "--no-pretty",
        ],
        cwd=ROOT,
        env={**os.environ, **SETTINGS},
        capture_output=True,
        text=True,
    )
    errors = [(module_of(match["file"]), match[0]) for match in ERROR.finditer(done.stdout)]
    return errors, done.returncode, done.stderr


def main() -> int:
    errors, code, complaint = run_mypy()
    if code not in {0, 1} or (code == 1 and not errors):
        print("\n".join(line for _, line in errors), complaint, sep="\n")
        return 2
    found = Counter(module for module, _ in errors)
    allowed = read_allowed(ALLOWED.read_text())
    worse, better = judge(allowed, found)
    too_many = {sentence.partition(":")[0] for sentence in worse}
    print(*(line for module, line in errors if module in too_many), *worse, sep="\n")
    if better and "--lower" in sys.argv:
        ALLOWED.write_text(write_allowed(lowered(allowed, found)))
        print(*better, "Lowered.", sep="\n")
    elif better:
        print(*better, "Fewer than allowed: lower the list with tests/check_types.py --lower.", sep="\n")
    print(
        f"{sum(found.values())} errors left in {len(found)} modules, none in the strict rooms." * (not worse)
    )
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
