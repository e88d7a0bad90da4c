import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.claims.check import ClaimFinding, check, worst
from shop.claims.linked import NoSuchPack, linked
from shop.claims.rules import ALONE, ARTICLE, PRODUCT, RED, SAFETY, version
from shop.regions.models import Region

SURFACES = (ARTICLE, ALONE, PRODUCT, SAFETY)
FOUND_RED, NOT_READ = 1, 2  # what the process ends with
MAX_LINE = 4_000_000  # bytes of a line of a batch


class NotRead(Exception):
    """Why a text, or what it is to be checked for, can't be read; in one line."""


class Command(BaseCommand):
    help = (
        "Check a plain text, in the language of a region, against its claim rules. By default FILE is an article with linked products. "
        "Ends with 0 where nothing is red, 1 where something is, and 2 where something couldn't be read. With --batch, "
        'FILE holds lines of JSON {"text", "region", "surface", "skus"}; each gives a line with "severity" and '
        '"findings", or with "error". It finds problems; it clears nothing legally.'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", help="a text file, or - for standard input")
        parser.add_argument(
            "--batch", metavar="FILE", help="a file with lines of JSON, or - for standard input"
        )
        parser.add_argument("--region", help="code of a region, such as uk")
        parser.add_argument("--surface", choices=SURFACES, default=ARTICLE)
        parser.add_argument(
            "--sku", action="append", default=[], help="a linked product's pack; may be repeated"
        )
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        self.linked = lru_cache(maxsize=256)(linked)
        try:
            if options["batch"] and not options["file"]:
                ended = self._batch(options["batch"])
            elif options["file"] and options["region"] and not options["batch"]:
                ended = self._one(**options)
            else:
                raise NotRead("Give a file and --region, or --batch with a file.")
        except NotRead as error:
            raise CommandError(" ".join(str(error).split()), returncode=NOT_READ)
        if ended:
            sys.exit(ended)

    def _one(
        self, *, file: str, region: str, surface: str, sku: list[str], as_json: bool, **options: Any
    ) -> int:
        with _opened(file) as stream:
            try:
                text = stream.read().decode("utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                raise NotRead(f"{file} can’t be read as text: {error}")
        findings = self._findings(text, region, surface, sku)
        if as_json:
            answer = {"rules": version(), "findings": [finding.as_dict() for finding in findings]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
        else:
            for finding in findings:
                self.stdout.write(
                    f"{finding.severity:5}  {finding.rule}: “{finding.phrase}” in: {finding.sentence}"
                )
                self.stdout.write(f"       {finding.advice} ({finding.source})")
            self.stdout.write(f"{worst(findings)}: {len(findings)} found. Rules {version()}.")
        return FOUND_RED if worst(findings) == RED else 0

    def _batch(self, file: str) -> int:
        """A line out for each line in, as it comes; what can't be read is said in its place, and the rest goes on."""
        ended = 0
        with _opened(file) as stream:
            for number, line in enumerate(_lines(stream, file), 1):
                if line is not None and not line.strip():
                    continue
                try:
                    findings = self._findings(**_asked(line))
                except NotRead as error:
                    answer: dict[str, Any] = {"error": str(error), "line": number}
                    ended = NOT_READ
                else:
                    severity = worst(findings)
                    answer = {"severity": severity, "findings": [finding.as_dict() for finding in findings]}
                    ended = max(ended, FOUND_RED if severity == RED else 0)
                self.stdout.write(json.dumps(answer))
                self.stdout.flush()
        return ended

    def _findings(self, text: str, region: str, surface: str, skus: list[str]) -> list[ClaimFinding]:
        where = next((row for row in Region.all_cached() if row.code == region), None)
        if where is None:
            raise NotRead(f"There is no region “{region}”.")
        if surface not in SURFACES:
            raise NotRead(f"There is no surface “{surface}”; there are {', '.join(SURFACES)}.")
        try:
            kinds, mg_a_day = self.linked(tuple(sorted(set(skus))), where)
        except NoSuchPack as missing:
            raise NotRead(f"There is no pack {missing}.")
        # What is half a character in UTF-16 is none: it could not be written out again.
        clean = text.encode("utf-8", "replace").decode("utf-8")
        return check(clean, where.claims_law, surface, kinds, mg_a_day, where.language)


def _opened(file: str) -> AbstractContextManager[IO[bytes]]:
    if file == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except (OSError, ValueError) as error:
        raise NotRead(f"{file} can’t be read: {error}")


def _lines(stream: IO[bytes], file: str) -> Iterator[bytes | None]:
    """One line at a time; None for one that is too long to be held. Raises NotRead where the file can't be read on."""
    try:
        while line := stream.readline(MAX_LINE):
            if len(line) < MAX_LINE or line.endswith(b"\n"):
                yield line
                continue
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE)
            yield None
    except OSError as error:
        raise NotRead(f"{file} can’t be read: {error}")


def _asked(line: bytes | None) -> dict[str, Any]:
    """What a line of a batch asks. Raises NotRead."""
    if line is None:
        raise NotRead(f"The line is longer than {MAX_LINE} bytes.")
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotRead(f"This is not a line of JSON: {error}")
    if not isinstance(row, dict):
        raise NotRead("This is not a JSON object.")
    asked = {"surface": ARTICLE, "skus": [], **row}
    for name, kind in (("text", str), ("region", str), ("surface", str), ("skus", list)):
        if not isinstance(asked.get(name), kind):
            raise NotRead(f"“{name}” must be a {'list of texts' if kind is list else 'text'}.")
    if not all(isinstance(sku, str) for sku in asked["skus"]):
        raise NotRead("“skus” must be a list of texts.")
    return {name: asked[name] for name in ("text", "region", "surface", "skus")}
