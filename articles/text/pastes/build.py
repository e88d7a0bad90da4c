"""Runs of words with their marks, blocks and lists, written as HTML of our editor."""

import re
from dataclasses import dataclass, field, replace
from html import escape


@dataclass(frozen=True)
class Marks:
    """How a piece of text stands."""

    bold: bool = False
    italic: bool = False
    strike: bool = False
    script: str = ""  # "sup" or "sub"
    href: str = ""
    title: str = ""  # of the link
    font: str = ""  # "symbol" or "wingdings": its letters mean something else


@dataclass
class Block:
    """A paragraph, heading, item of a list or table, in the order of the text."""

    kind: str  # "p", "h2", "h3", "item", "more" (a further paragraph of the item before) or "html"
    runs: list = field(default_factory=list)
    quoted: bool = False
    level: int = 0
    number: int | None = None  # of an item in an ordered list
    style: str = ""  # of the numbers: "a", "A", "i", "I" or none
    html: str = ""


def tidy(runs) -> list:
    """Runs with single blanks, none at either end, and those that stand alike in one."""
    found: list[tuple[str, Marks]] = []
    text = "".join(words for words, _ in runs)
    place = 0
    blank = True  # a blank would be doubled or stand at the start
    for words, marks in runs:
        signs = []
        for sign in words:
            before, after = text[place - 1 : place], text[place + 1 : place + 2]
            place += 1
            if sign in "\u00ad\u200b\ufeff":
                continue
            if sign == "\xa0" and not (before.isdigit() and re.match(r"[\w%°µ]", after)):
                sign = " "
            if sign in " \t":
                if not blank:
                    signs.append(" ")
                blank = True
            else:
                signs.append(sign)
                blank = sign == "\n"
        if signs:
            found.append(("".join(signs), replace(marks, font="")))
    while found and not found[-1][0].rstrip(" \n"):
        found.pop()
    if found:
        found[-1] = (found[-1][0].rstrip(" \n"), found[-1][1])
    while found and not found[0][0].lstrip(" \n"):
        found.pop(0)
    if found:
        found[0] = (found[0][0].lstrip(" \n"), found[0][1])
    joined: list[tuple[str, Marks]] = []
    for words, marks in found:
        if joined and joined[-1][1] == marks:
            joined[-1] = (joined[-1][0] + words, marks)
        else:
            joined.append((words, marks))
    return joined


def inline(runs) -> str:
    out = []
    for words, marks in runs:
        html = "<br>".join(escape(part, quote=False) for part in re.split(r" ?\n ?", words))
        if not words.strip(" "):
            out.append(html)  # a blank shows no mark
            continue
        for name, wanted in ((marks.script, bool(marks.script)), ("s", marks.strike), ("em", marks.italic), ("strong", marks.bold)):  # fmt: skip
            if wanted:
                html = f"<{name}>{html}</{name}>"
        if marks.href:
            title = f' title="{escape(marks.title)}"' if marks.title else ""
            html = f'<a href="{escape(marks.href)}"{title}>{html}</a>'
        out.append(html)
    return "".join(out)


def build(blocks) -> str:
    """The markup of blocks; items that follow each other become lists."""
    out, place = [], 0
    while place < len(blocks):
        block = blocks[place]
        if block.quoted:
            end = place
            while end < len(blocks) and blocks[end].quoted:
                end += 1
            inner = build([replace(one, quoted=False) for one in blocks[place:end]])
            out.append(f"<blockquote>{inner}</blockquote>")
            place = end
        elif block.kind in {"item", "more"}:
            end = place
            while end < len(blocks) and blocks[end].kind in {"item", "more"} and not blocks[end].quoted:
                end += 1
            out.append(build_lists(blocks[place:end]))
            place = end
        else:
            out.append(block.html or f"<{block.kind}>{inline(block.runs)}</{block.kind}>")
            place += 1
    return "".join(out)


def build_lists(items) -> str:
    out, place = "", 0
    while place < len(items):
        if items[place].kind == "more":
            out += f"<p>{inline(items[place].runs)}</p>"
            place += 1
        else:
            made, place = build_list(items, place)
            out += made
    return out


def build_list(items, place) -> tuple[str, int]:
    """(one list that begins at `place` with all that stands deeper in it, where it ends)."""
    first = items[place]
    points: list[str] = []
    expected = first.number
    while place < len(items):
        item = items[place]
        if item.kind == "more" and item.level >= first.level:
            points[-1] += f"<p>{inline(item.runs)}</p>"
            place += 1
        elif item.level > first.level:
            made, place = build_list(items, place)
            points[-1] += made
        elif (
            item.kind == "more"
            or item.level < first.level
            or item.number != expected
            or item.style != first.style
        ):
            break
        else:
            points.append(f"<p>{inline(item.runs)}</p>")
            expected = None if expected is None else expected + 1
            place += 1
    body = "".join(f"<li>{point}</li>" for point in points)
    if first.number is None:
        return f"<ul>{body}</ul>", place
    start = f' start="{first.number}"' if first.number != 1 else ""
    kind = f' type="{first.style}"' if first.style else ""
    return f"<ol{start}{kind}>{body}</ol>", place
