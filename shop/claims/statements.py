"""The sentences that a product may state: authorised ones, in the US reviewed structure/function ones, and contents."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from shop.claims.languages import ENGLISH
from shop.claims.rules import listed
from shop.regions.models import Region


@dataclass(frozen=True)
class Statement:
    """`written`: as it stands on a page; `least_mg_a_day`: of elemental magnesium; `is_marked`: with the US asterisk."""

    written: str
    applies_to: tuple[str, ...]
    least_mg_a_day: float
    source: str
    is_marked: bool
    is_choice: bool

    def why_not(self, kind: str, mg_a_day: float | None) -> str:
        """What a product of this kind and amount lacks; "" where it may state it. `mg_a_day`: None if not known."""
        if kind not in self.applies_to:
            return "only food supplements may state it"
        if not mg_a_day:
            return "needs a pack and a daily amount of magnesium, saved before"
        if mg_a_day < self.least_mg_a_day:
            return f"needs {self.least_mg_a_day:g} mg a day; this one gives {mg_a_day:g}"
        return ""


@cache
def statements(law: str, language: str = ENGLISH) -> tuple[Statement, ...]:
    """All that staff may choose for a product under a law in a language, in the order of the list."""
    return tuple(row for row in allowed_in_texts(law, language) if row.is_choice)


@cache
def allowed_in_texts(law: str, language: str = ENGLISH) -> tuple[Statement, ...]:
    """All that any product may say under a law; what is no choice may stand in a summary or a description."""
    return tuple(
        Statement(
            written=f"{row['text']}.*" if law == "US" and name == "authorised" else row["text"],
            applies_to=tuple(row["applies_to"]),
            least_mg_a_day=row["least_mg_a_day"] or 0,
            source=row["source"],
            is_marked=law == "US" and name == "authorised",
            is_choice=not row.get("is_no_choice"),
        )
        for name in ("authorised", "nutrient_contents")
        for row in listed(name, law, language)
    )


def bare(text: str) -> str:
    """To compare by: small letters, single blanks, without the stop and the asterisk at the end."""
    return " ".join(text.split()).casefold().rstrip(".* ")


def as_listed(lines: Iterable[str], law: str, language: str = ENGLISH) -> list[str]:
    """Each line as the list has it, in the order of the list, each once; after them what is on no list, as it is."""
    on_list = {bare(row.written): row.written for row in statements(law, language)}
    given = {bare(line): line.strip() for line in lines if line.strip()}
    return [on_list[key] for key in on_list if key in given] + [
        line for key, line in given.items() if key not in on_list
    ]


def problems(
    lines: Iterable[str], law: str, kind: str, mg_a_day: float | None, language: str = ENGLISH
) -> list[str]:
    """What is wrong with a product's statements, a sentence for each that it must not make."""
    on_list = {row.written: row for row in statements(law, language)}
    wrong = []
    for line in lines:
        if line not in on_list:
            wrong.append(
                f"“{line}” is not on the list of what may be stated there. Tick sentences of the list."
            )
        elif lacking := on_list[line].why_not(kind, mg_a_day):
            wrong.append(f"“{line}”: {lacking}.")
    return wrong


@cache
def _marked(law: str) -> re.Pattern | None:
    """A marked statement in HTML, or a tag (which is left alone); tags and entities may stand between its words."""
    gap = r"(?:\s|&nbsp;|<[^<>]*>)+"
    sentences = [
        gap.join(map(re.escape, row.written.rstrip(".*").split()))
        for row in allowed_in_texts(law)
        if row.is_marked
    ]
    if not sentences:
        return None
    return re.compile(rf"(?P<said>\b(?:{'|'.join(sentences)})\b\.?)(?P<mark>\*?)|<[^<>]*>", re.IGNORECASE)


def with_marks(html: str, law: str) -> tuple[str, bool]:
    """(the HTML with an asterisk after each statement that needs one, whether it has any). Only between tags."""
    pattern = _marked(law)
    if pattern is None:
        return html, False
    found = False

    def marked(match: re.Match[str]) -> str:
        nonlocal found
        if match["said"] is None:
            return match[0]
        found = True
        return f"{match['said']}*"

    return pattern.sub(marked, html), found


def on_its_own(text: str, region: Region, end: str = " *{}") -> str:
    """A text for a place without a page around it (feeds, mails, structured data): with marks, and where there are any
    the sentence of the FDA at its end, once.
    """
    text, found = with_marks(text, region.claims_law)
    disclaimer: str = region.legal.disclaimer
    return text + end.format(disclaimer) if found and disclaimer not in text else text
