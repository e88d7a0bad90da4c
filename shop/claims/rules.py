"""The claim rules: data with a version and a date (rules.json), by law and surface."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RULES = Path(__file__).with_name("rules.json")
RED, AMBER, GREEN = "red", "amber", "green"
PRODUCT, ARTICLE, ALONE, SAFETY = "product", "article", "alone", "safety"
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
    return json.loads(RULES.read_text())


def version() -> str:
    return f"{data()['version']} of {data()['date']}"


def expand(pattern: str) -> str:
    for name, words in data()["macros"].items():
        pattern = pattern.replace("{" + name + "}", words)
    return pattern


@cache
def rules(law: str) -> tuple[Rule, ...]:
    """The rules of a law (GB, EU or US), compiled."""
    found = []
    for row in data()["rules"]:
        here = row["laws"].get(law)
        if here:
            found.append(
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
    return tuple(found)


@cache
def authorised(law: str) -> tuple[Authorised, ...]:
    return tuple(
        Authorised(row["text"], tuple(row["applies_to"]), row["least_mg_a_day"] or 0, row["source"])
        for row in data()["authorised"]
        if row["law"] == law
    )


@cache
def fixed_texts() -> tuple[str, ...]:
    """Statutory and house texts that are no claims wherever they stand."""
    return tuple(sorted(data()["fixed_texts"], key=len, reverse=True))
