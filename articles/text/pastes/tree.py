"""What was pasted as a tree of nodes, with the style sheet's rules on them."""

import re
from html.parser import HTMLParser

from articles.text.pastes.signs import (
    BLOCKS,
    EMPTY,
    FONT_STYLES,
    MAX_DEPTH,
    ROLES,
    SELECTOR,
    STYLE_SHEET,
    TOLD,
    WEIGHT,
)


class Node:
    def __init__(self, name="", attrs=(), parent=None):
        self.name, self.parent, self.children = name, parent, []
        self.attrs = {key: value or "" for key, value in attrs}
        self.has_equation = False

    @property
    def words(self) -> str:
        return "".join(child if isinstance(child, str) else child.words for child in self.children)

    @property
    def classes(self) -> list[str]:
        return self.attrs.get("class", "").lower().split()

    @property
    def style(self) -> dict[str, str]:
        declared = declarations(self.attrs.get("style", ""))
        if "font" in declared:
            words = declared["font"].split()
            declared.setdefault("font-weight", next((word for word in words if WEIGHT.match(word)), "normal"))
            declared.setdefault("font-style", "italic" if {"italic", "oblique"} & set(words) else "normal")
        return declared

    def elements(self) -> list["Node"]:
        return [child for child in self.children if isinstance(child, Node)]


def declarations(style: str) -> dict[str, str]:
    parts = (part.partition(":") for part in style.lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in parts}


def rules_of(html: str) -> dict[str, list]:
    """Of each class that a style sheet names: (element or "", what it says). Not what holds for some media only."""
    rules: dict[str, list] = {}
    depth = 0
    for part in re.sub(r"<!--|-->", "", "}".join(STYLE_SHEET.findall(html))).split("}"):
        selectors, opened, body = part.rpartition("{")
        if not opened:
            depth = max(0, depth - 1)
            continue
        if depth == 0 and "{" not in selectors:
            said = {name: value for name, value in declarations(body).items() if name in TOLD}
            for selector in selectors.lower().rpartition(";")[2].split(",") if said else ():
                if found := SELECTOR.fullmatch(selector.strip()):
                    rules.setdefault(found[2], []).append((found[1] or "", said))
        depth += part.count("{") - 1
    return rules


def prepare(root, rules) -> None:
    """Write into the tree what it says by roles and style sheets, and where equations stand."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting += node.elements()
        if node.name in {"div", "span"}:
            node.name = ROLES.get(node.attrs.get("role", ""), node.name)
        is_styled = node.name in BLOCKS and node.attrs.get("class", "").lower().startswith("mso")
        has_own_font = is_styled or re.fullmatch(r"h[1-6]", node.name)
        said: dict[str, str] = {}
        for element, rule in [rule for name in node.classes for rule in rules.get(name, ())]:
            if element in {"", node.name}:
                said |= {
                    name: value for name, value in rule.items() if not (has_own_font and name in FONT_STYLES)
                }
        if said:
            declared = ";".join(f"{name}:{value}" for name, value in said.items())
            node.attrs["style"] = f"{declared};{node.attrs.get('style', '')}"
        if node.name == "math":
            while node is not None and not node.has_equation:
                node.has_equation, node = True, node.parent


class _Tree(HTMLParser):
    """Of well-formed markup: `normalise` comes first."""

    def __init__(self):
        super().__init__()
        self.root = self.at = Node()
        self.depth = 0

    def handle_starttag(self, tag, attrs):
        is_empty = tag in EMPTY
        self.depth += not is_empty
        if self.depth > MAX_DEPTH:
            return
        node = Node(tag, attrs, self.at)
        self.at.children.append(node)
        if not is_empty:
            self.at = node

    def handle_endtag(self, tag):
        if tag in EMPTY:
            return
        if self.depth <= MAX_DEPTH and self.at.parent is not None:
            self.at = self.at.parent
        self.depth -= 1

    def handle_data(self, data):
        self.at.children.append(data)
