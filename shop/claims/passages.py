"""A text as its readers meet it: passages in their order, each with its part on the page and its place."""

import re
from dataclasses import dataclass

TITLE, HEADING, TEXT, ITEM, QUESTION, ANSWER, HEAD, CELL, ALT, SOURCE = (
    "title", "heading", "text", "item", "question", "answer", "head", "cell", "alt", "source",
)  # fmt: skip
# SOURCE: what a list of sources says of a study, such as its title.
GOVERN = (TITLE, HEADING, QUESTION, HEAD)  # what follows is read with them


@dataclass(frozen=True)
class Passage:
    """One line of a text. `place`: what staff call where it stands, such as “Title” or “Text 3”; `key`: of its block."""

    text: str
    part: str = TEXT
    place: str = ""
    key: str = ""


FEWEST_FOR_TITLE = 6  # lines from which the first of a text is its title
ITEM_MARK = re.compile(r"^\s*(?:[-–—*•·▪◦‣✓✔]|\d{1,2}[.)])\s+")

# Markdown, as texts are written elsewhere and pasted.
HEADING_MARK = re.compile(r"^\s*#{1,6}\s+")
ROW = re.compile(r"^\s*\|.*\|\s*$")
EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3})(?=\S)(.+?)(?<=\S)\1(?![\w*])")


def _unmarked(line: str) -> str:
    return EMPHASIS.sub(r"\2", line).removeprefix("> ").rstrip()


def from_plain(text: str) -> list[Passage]:
    """The passages of plain text: a line that ends in a question mark is a question, what follows it an answer;
    a line with a mark before it is an item; a short line without a stop before items is their heading."""
    lines = [_unmarked(line) for line in text.split("\n") if re.search(r"\w", line)]
    found: list[Passage] = []
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if HEADING_MARK.match(line):
            line = HEADING_MARK.sub("", line)
            part = QUESTION if line.endswith("?") else HEADING if found else TITLE
        elif ITEM_MARK.match(line):
            part = ITEM
        elif ROW.match(line):
            line, part = line.strip("| ").replace(" | ", ", "), CELL
        elif line.rstrip().endswith("?") and following:
            part = QUESTION
        elif found and found[-1].part == QUESTION:
            part = ANSWER
        elif following and not re.search(r"[.!…]['”\"’)]*\s*$", line) and len(line.split()) <= 14:
            part = TITLE if not found and len(lines) > FEWEST_FOR_TITLE else HEADING
        else:
            part = TEXT
        found.append(Passage(ITEM_MARK.sub("", line) if part == ITEM else line, part))
    return found
