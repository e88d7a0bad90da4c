"""The words that ship: shop/pages/shipped/<page>.json. They stand wherever staff have published none of their own.

A block names the laws that it is for; “*” is any other law. So a region that is added has all of its pages at once. Those in
another language stand in a folder of its name, for the law of the region that is shown in it; a page without is in English.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from shop.pages.models import BlockKind, PageBlock, PageVersion
from shop.regions.models import Region
from shop.regions.spelling import spelled

FOLDER = Path(__file__).parent / "shipped"
ENGLISH = "en"
NAMED = frozenset({"GB", "EU", "US"})  # laws that blocks are written for by name


@cache
def _file(page: str, language: str = ENGLISH) -> dict[str, Any]:
    path = FOLDER / language / f"{page}.json"
    return json.loads((path if path.is_file() else FOLDER / f"{page}.json").read_text())


def is_translated(page: str, language: str) -> bool:
    """Whether a page ships in a language."""
    return language == ENGLISH or (FOLDER / language / f"{page}.json").is_file()


def _is_for(row: dict[str, Any], law: str) -> bool:
    return "laws" not in row or (law if law in NAMED else "*") in row["laws"]


def shipped(page: str, region: Region) -> tuple[PageVersion, list[PageBlock]]:
    """A region's page as it ships: rows that are not saved."""
    file = _file(page, region.language)
    version = PageVersion(
        page=page,
        region=region,
        edition=0,
        title=_words(file["title"], region),
        lead=_words(file.get("lead", ""), region),
        change=f"As shipped on {file['date']}.",
    )
    found = [
        PageBlock(
            version=version,
            ordering=place,
            kind=row.get("kind", BlockKind.DATA if "drawn" in row else BlockKind.TEXT),
            heading=_words(row.get("heading", ""), region),
            body=_words("\n\n".join(row.get("body", [])), region),
            drawn=row.get("drawn", ""),
            source=row.get("source", ""),
            seen=row.get("seen"),
            to_check=row.get("to_check", False),
        )
        for place, row in enumerate(file["blocks"])
        if _is_for(row, region.market.law)
    ]
    return version, found


def _words(text: str, region: Region) -> str:
    return spelled(text, region) if text else ""


def lines_to_check() -> list[tuple[str, str, str]]:
    """(page, heading, source) of all that ships and is not verified: for the owner's lawyer."""
    pages = sorted(path.stem for path in FOLDER.glob("*.json"))
    return [
        (page, row.get("heading", "") or row.get("drawn", ""), row.get("source", ""))
        for page in pages
        for row in _file(page)["blocks"]
        if row.get("to_check")
    ]
