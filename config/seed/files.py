"""Reads the content that ships with the project: config/seed/data/.

An article file is TOML between two lines of +++, then blocks. A line `::: kind key="value"` begins a block of
that kind; text before the first such line, and after `::: text`, is rich text. `only="uk eu"` or `not="us"`
says where a block shows. Tables `[[no_claim]]` at the end of the TOML, each with a `sentence` as it is read, a `reason`
and, where it is for one law alone, a `law`, say which sentences make no claim though no rule recognises them.
"""

import json
import shlex
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

CONTENT = Path(__file__).with_name("data")
PICTURES = CONTENT / "pictures"


@dataclass
class FileBlock:
    kind: str
    values: dict = field(default_factory=dict)
    body: str = ""


@dataclass
class ArticleFile:
    head: dict
    blocks: list[FileBlock]


def shop_content() -> dict:
    return json.loads((CONTENT / "shop.json").read_text())


def words_in(language: str) -> dict:
    """What ships in another language than English, but for articles and pages."""
    return json.loads((CONTENT / "words" / f"{language}.json").read_text())


def zones() -> list[dict]:
    """Places in a country's post with a rule of their own.

    Sources: Directive 2006/112/EC, articles 5 to 7 (what lies outside the VAT area, and what counts as inside);
    postcodes from Google's address data and the posts of the countries. `was`: the pattern that shipped before.
    """
    return json.loads((CONTENT / "zones.json").read_text())


def supplement_rates() -> dict:
    """Reduced VAT rates that one table names for food supplements. Unverified: they wait for an adviser, country by country.

    `standard_by_the_same_table`: where it names the standard rate, so that nothing is proposed.
    """
    return json.loads((CONTENT / "vat_supplements.json").read_text())


def references() -> list[dict]:
    return json.loads((CONTENT / "references.json").read_text())


def article_files() -> list[ArticleFile]:
    return [read_article(path) for path in sorted((CONTENT / "articles").glob("*.html"))]


def translation_files(language: str) -> list[tuple[str, ArticleFile]]:
    """(the address that ships of the original, the article in this language): the original is the file of the same name.

    Their heads have an address, a title, a summary and what makes no claim; all else is the original's.
    """
    found = []
    for path in sorted((CONTENT / "articles" / language).glob("*.html")):
        original = CONTENT / "articles" / path.name
        if original.exists():
            found.append((read_article(original).head["slug"], read_article(path)))
    return found


def read_article(path: Path) -> ArticleFile:
    _, head, text = path.read_text().split("+++\n", 2)
    blocks = [FileBlock("text")]
    for line in text.splitlines():
        if line.startswith("::: "):
            kind, *pairs = shlex.split(line[4:])
            blocks.append(FileBlock(kind, dict(pair.split("=", 1) for pair in pairs)))
        else:
            blocks[-1].body += line.strip() + "\n"
    for block in blocks:
        block.body = block.body.strip()
    return ArticleFile(tomllib.loads(head), [b for b in blocks if b.body or b.kind != "text"])
