"""The claim rules: data with a version and a date (rules.json, and the Owner's changes), by law and surface."""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps

from shop.claims.languages import ENGLISH, FOLDER, known
from shop.content.memo import memoised
from shop.content.scopes import SITE

RULES = Path(__file__).with_name("rules.json")
RED, AMBER, GREEN = "red", "amber", "green"
PRODUCT, ARTICLE, ALONE, SAFETY = "product", "article", "alone", "safety"
LAWS = ("GB", "EU", "US")
CONDITION_RULES = ("disease-term", "disease-implied-symptom")


@dataclass(frozen=True)
class Rule:
    """A pattern and the colour it gives on each surface under one law. `applies_to`: kinds of product."""

    id: str
    pattern: re.Pattern
    colours: dict[str, str]
    applies_to: tuple[str, ...]
    why: str
    source: str
    advice: str
    negation_ok: bool


@dataclass(frozen=True)
class Authorised:
    """A sentence that the register allows word for word, from so many mg of magnesium a day on."""

    text: str
    applies_to: tuple[str, ...]
    least_mg_a_day: float
    source: str


@cache
def data() -> dict:
    rules: dict = json.loads(RULES.read_text())
    return rules


def version() -> str:
    """Such as “1.1 of 2026-11-24”; with the Owner's own rules “1.1+5f3a90 of 2026-12-01”. The same rules, the same name."""
    return book().version


def expand(pattern: str) -> str:
    for name, words in data()["macros"].items():
        pattern = pattern.replace("{" + name + "}", words)
    return pattern


@dataclass(frozen=True)
class Book:
    """All rules in force, by law, and their common name."""

    version: str
    by_law: dict[str, tuple[Rule, ...]]


def shipped() -> dict[str, dict]:
    """The rules that come with the shop, by id, as they stand in rules.json."""
    return {row["id"]: row for row in data()["rules"]}


def book() -> Book:
    """The shipped rules with the Owner's changes (shop/claims/models.py), memoised."""
    return memoised("claim rules", lambda: _book(_own_rows()), scope=SITE)


def _own_rows() -> list[dict]:
    model = apps.get_model("claims", "OwnRule")
    return [row.as_dict() for row in model.objects.order_by("code")]


def _book(own: list[dict]) -> Book:
    rows = shipped() | {row["id"]: row for row in own}
    compiled: dict[str, list[Rule]] = {law: [] for law in LAWS}
    for row in rows.values():
        for law, here in row["laws"].items():
            if row.get("is_off"):
                continue
            compiled[law].append(
                Rule(
                    id=row["id"],
                    pattern=re.compile(expand(row["pattern"]), re.IGNORECASE),
                    colours={surface: here[surface] for surface in (PRODUCT, ARTICLE, ALONE)},
                    applies_to=tuple(row["applies_to"]),
                    why=row["why"],
                    source=here["source"],
                    advice=row["advice"],
                    negation_ok=row["negation_ok"],
                )
            )
    name = f"{data()['version']} of {data()['date']}"
    if own:
        changes = json.dumps(
            [{k: v for k, v in row.items() if k != "changed_on"} for row in own], sort_keys=True
        )
        digest = hashlib.blake2b(changes.encode(), digest_size=3).hexdigest()
        name = f"{data()['version']}+{digest} of {max(row['changed_on'] for row in own)}"
    return Book(name, {law: tuple(found) for law, found in compiled.items()})


def rules(law: str) -> tuple[Rule, ...]:
    """The rules of a law (GB, EU or US), compiled. Callers in a loop ask once."""
    return book().by_law[law]


def listed(name: str, law: str, language: str = ENGLISH) -> list[dict]:
    """The rows of a list (“authorised” or “nutrient_contents”) under a law in a language; none where it has no words."""
    if language == ENGLISH:
        rows = data()[name]
    else:
        rows = in_language(language)[name] if language in known() else []
    return [row for row in rows if row["law"] == law]


@cache
def in_language(language: str) -> dict:
    """The sentences of the registers in a language of `known()`, with fixed texts and advice (authorised.json)."""
    found: dict = json.loads((FOLDER / language / "authorised.json").read_text())
    return found


@cache
def authorised(law: str, language: str = ENGLISH) -> tuple[Authorised, ...]:
    return tuple(
        Authorised(row["text"], tuple(row["applies_to"]), row["least_mg_a_day"] or 0, row["source"])
        for row in listed("authorised", law, language)
    )


@cache
def fixed_texts() -> tuple[str, ...]:
    """Statutory and house texts that are no claims wherever they stand."""
    return tuple(sorted(data()["fixed_texts"], key=len, reverse=True))
