import json
import sys
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.claims.check import KINDS, check, worst
from shop.claims.rules import ARTICLE, PRODUCT, RED, version
from shop.regions.models import Region


class Command(BaseCommand):
    help = (
        "Check a plain text against the claim rules of a region. By default FILE is an article with linked products. "
        "Ends with 1 if anything is red. It finds problems; it clears nothing legally."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a text file, or - for standard input")
        parser.add_argument("--region", required=True, help="code of a region, such as uk")
        parser.add_argument("--surface", choices=[ARTICLE, PRODUCT], default=ARTICLE)
        parser.add_argument(
            "--sku", action="append", default=[], help="a linked product's pack; may be repeated"
        )
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(
        self, *args: Any, file: str, region: str, surface: str, sku: list[str], as_json: bool, **options: Any
    ) -> None:
        where = apps.get_model("regions", "Region").objects.filter(code=region).first()
        if where is None:
            raise CommandError(f"There is no region “{region}”.")
        kinds, mg_a_day = self._products(sku, where)
        findings = check(self._read(file), where.law, surface, kinds, mg_a_day)
        if as_json:
            told = {"rules": version(), "findings": [finding.as_dict() for finding in findings]}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
        else:
            for finding in findings:
                self.stdout.write(
                    f"{finding.severity:5}  {finding.rule}: “{finding.phrase}” in: {finding.sentence}"
                )
                self.stdout.write(f"       {finding.advice} ({finding.source})")
            self.stdout.write(f"{worst(findings)}: {len(findings)} found. Rules {version()}.")
        if worst(findings) == RED:
            sys.exit(1)

    @staticmethod
    def _read(file: str) -> str:
        try:
            return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} can’t be read as text: {error}")

    @staticmethod
    def _products(skus: list[str], region: Region) -> tuple[tuple[str, ...], float | None]:
        """The kinds of the linked products, and the smallest daily amount of magnesium among the supplements."""
        if not skus:
            return KINDS, None
        packs = list(
            apps.get_model("catalogue", "Variant").objects.filter(sku__in=skus).select_related("product")
        )
        missing = set(skus) - {pack.sku for pack in packs}
        if missing:
            raise CommandError(f"There is no pack {', '.join(sorted(missing))}.")
        amounts = []
        for pack in packs:
            wording = pack.product.wording_in(region)
            if pack.magnesium_mg and wording and wording.units_per_day:
                amounts.append(pack.magnesium_mg * wording.units_per_day)
        return tuple({pack.product.kind for pack in packs}), min(amounts, default=0)
