"""A language’s quotes and numbers, its words of the law, and what must be alike in two languages."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from shop.pages.words import FACTS


@dataclass(frozen=True)
class Typography:
    """How a language writes quotes and numbers, and the claims of the EU's register in its own edition of it."""

    quotes: tuple[str, str]
    decimal: str
    thousands: str
    authorised: dict[str, str] = field(default_factory=dict)  # by the English sentence
    of_the_law: tuple[str, ...] = ()  # a supplement's warnings have them, word for word


LANGUAGES = {
    "de": Typography(
        ("„", "“"), ",", ".",
        {
            "Magnesium contributes to a reduction of tiredness and fatigue": "Magnesium trägt zur Verringerung von Müdigkeit und Ermüdung bei",
            "Magnesium contributes to electrolyte balance": "Magnesium trägt zum Elektrolytgleichgewicht bei",
            "Magnesium contributes to normal energy-yielding metabolism": "Magnesium trägt zu einem normalen Energiestoffwechsel bei",
            "Magnesium contributes to normal functioning of the nervous system": "Magnesium trägt zu einer normalen Funktion des Nervensystems bei",
            "Magnesium contributes to normal muscle function": "Magnesium trägt zu einer normalen Muskelfunktion bei",
            "Magnesium contributes to normal protein synthesis": "Magnesium trägt zu einer normalen Eiweißsynthese bei",
            "Magnesium contributes to normal psychological function": "Magnesium trägt zur normalen psychischen Funktion bei",
            "Magnesium contributes to the maintenance of normal bones": "Magnesium trägt zur Erhaltung normaler Knochen bei",
            "Magnesium contributes to the maintenance of normal teeth": "Magnesium trägt zur Erhaltung normaler Zähne bei",
            "Magnesium has a role in the process of cell division": "Magnesium hat eine Funktion bei der Zellteilung",
            "High in magnesium": "Hoher Magnesiumgehalt",
        },
        (
            "Die angegebene empfohlene tägliche Verzehrsmenge darf nicht überschritten werden.",
            "Nahrungsergänzungsmittel sollten nicht als Ersatz für eine ausgewogene und abwechslungsreiche Ernährung verwendet werden.",
            "Außerhalb der Reichweite von kleinen Kindern aufbewahren.",
        ),
    ),
    "fr": Typography(
        ("«", "»"), ",", "\u202f",
        {
            "Magnesium contributes to a reduction of tiredness and fatigue": "Le magnésium contribue à réduire la fatigue",
            "Magnesium contributes to electrolyte balance": "Le magnésium contribue à l’équilibre électrolytique",
            "Magnesium contributes to normal energy-yielding metabolism": "Le magnésium contribue à un métabolisme énergétique normal",
            "Magnesium contributes to normal functioning of the nervous system": "Le magnésium contribue au fonctionnement normal du système nerveux",
            "Magnesium contributes to normal muscle function": "Le magnésium contribue à une fonction musculaire normale",
            "Magnesium contributes to normal protein synthesis": "Le magnésium contribue à une synthèse protéique normale",
            "Magnesium contributes to normal psychological function": "Le magnésium contribue à des fonctions psychologiques normales",
            "Magnesium contributes to the maintenance of normal bones": "Le magnésium contribue au maintien d’une ossature normale",
            "Magnesium contributes to the maintenance of normal teeth": "Le magnésium contribue au maintien d’une dentition normale",
            "Magnesium has a role in the process of cell division": "Le magnésium joue un rôle dans le processus de division cellulaire",
            "High in magnesium": "Riche en magnésium",
        },
        (
            "Ne pas dépasser la dose journalière recommandée.",
            "Les compléments alimentaires ne doivent pas être utilisés comme substituts d’un régime alimentaire varié.",
            "Tenir hors de la portée des jeunes enfants.",
        ),
    ),
}  # fmt: skip

KEY = re.compile(r" ?\[\[(\w+)\]\]")
TAG = re.compile(r"</?([a-z0-9]+)[^>]*>")
BRACES = re.compile(r"\{(\w+)\}")
NUMBER = re.compile(r"\d+(?:[.,\u202f\u00a0 ]\d{3})*(?:[.,]\d+)?(?!\w)")
ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "with",
        "that",
        "are",
        "this",
        "you",
        "your",
        "from",
        "which",
        "by",
        "for",
        "not",
        "have",
        "has",
        "it",
        "they",
    ]
)
CODES = re.compile(r"https?:\S+|\b[\w.-]+@[\w.-]+|\{\w+\}")


def reads_wrong(text: str, language: str) -> Iterator[str]:
    """Quotes of another language, and sentences that were left in English."""
    opens, closes = LANGUAGES[language].quotes
    words = CODES.sub(" ", TAG.sub(" ", KEY.sub("", text)))
    if '"' in words or "'" in words or "’’" in words:
        yield f"straight quotes: {words.strip()[:80]}"
    marks = re.findall("[„“”«»]", words)
    if marks != [opens, closes] * (len(marks) // 2):
        yield f"quotes {''.join(marks)}: {words.strip()[:80]}"
    for sentence in re.split(r"(?<=[.!?])\s|\n", words):
        left = ENGLISH.intersection(re.findall(r"[a-zà-ÿ]+", sentence.lower()))
        if len(left) > 1:
            yield f"English ({', '.join(sorted(left))}): {sentence.strip()[:80]}"


def numbers(text: str, decimal: str = ".", thousands: str = ",") -> set[str]:
    """The numbers of a text as plain figures, whatever the language they are written in."""
    found = set()
    for number in NUMBER.findall(CODES.sub(" ", KEY.sub("", text))):
        plain = re.sub(rf"[{re.escape(thousands)}\u00a0\u202f](?=\d{{3}}(?!\d))", "", number)
        found.update(plain.replace(decimal, ".").split())
    return found


def differs(original: str, translated: str, language: str) -> Iterator[str]:
    """What must stand in both: keys of references, names in braces, numbers, paragraphs."""
    typography = LANGUAGES[language]
    if not translated.strip() and original.strip():
        yield "has no words"
        return
    if Counter(KEY.findall(original)) != Counter(KEY.findall(translated)):
        yield f"references {sorted(KEY.findall(original))}, but {sorted(KEY.findall(translated))}"
    if lost := Counter(BRACES.findall(original)) - Counter(BRACES.findall(translated)):
        yield f"names in braces {sorted(lost)} are lost"
    if unknown := set(BRACES.findall(translated)) - FACTS.keys():
        yield f"names in braces {sorted(unknown)} mean nothing"
    if TAG.findall(original) != TAG.findall(translated):
        yield f"other paragraphs: {translated[:60]}"
    lost = numbers(original) - numbers(translated, typography.decimal, typography.thousands)
    if lost:
        yield f"numbers {sorted(lost)} are lost: {translated[:60]}"
    yield from reads_wrong(translated, language)
