"""Two versions of an article side by side: fields, words, blocks, product links, what they name."""

import difflib
import re
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import mark_safe

from articles.models import ProductCard, Version

WORDS = re.compile(r"\s+|[\w’'-]+|[^\w\s]")


@dataclass(frozen=True)
class ComparedPart:
    """One part in both versions: safe HTML with <del> and <ins>; empty where it is missing."""

    label: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


def word_diff(before: str, after: str) -> tuple[str, str]:
    """Both texts as safe HTML, with what is only in one marked."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    left, right = [], []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = escape("".join(old[a:b])), escape("".join(new[c:d]))
        left.append(gone if what == "equal" or not gone else f"<del>{gone}</del>")
        right.append(come if what == "equal" or not come else f"<ins>{come}</ins>")
    # Safe: every piece is escaped above, and only our own two elements are added.
    return mark_safe("".join(left)), mark_safe("".join(right))  # noqa: S308


def compare(before: Version, after: Version) -> dict[str, list[ComparedPart]]:
    """Rows by heading: "Words", "Blocks", "Product links", "Names a condition"."""
    heads = [("Title", "title"), ("Summary", "summary"), ("Medical reviewer", "medical_reviewer")]
    words = [
        ComparedPart(label, *word_diff(getattr(before, name), getattr(after, name))) for label, name in heads
    ]
    return {
        "Words": words,
        "Blocks": _blocks(before.blocks(), after.blocks()),
        "Product links": [
            ComparedPart(label, *word_diff(old, new)) for label, old, new in _links(before, after)
        ],
        "Names a condition": [
            ComparedPart(
                "In the text",
                *word_diff(*(", ".join(v.condition_regions) or "nowhere" for v in (before, after))),
            ),
        ],
    }


def _words_of(block) -> str:
    where = "" if block.show_in == "all" else f"[{block.get_show_in_display()} {block.region_codes}] "
    return where + (str(block) if not block.plain_text() else block.plain_text())


def _blocks(before, after) -> list[ComparedPart]:
    """Blocks paired by their likeness, in the order of the newer version."""
    old, new = [_words_of(block) for block in before], [_words_of(block) for block in after]
    rows = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for offset in range(max(b - a, d - c)):
            left = a + offset if a + offset < b else None
            right = c + offset if c + offset < d else None
            block = after[right] if right is not None else before[left]
            label = str(block._meta.verbose_name).capitalize()
            if what == "equal":
                rows.append(ComparedPart(label, escape(old[a + offset]), escape(new[c + offset])))
            else:
                texts = word_diff("" if left is None else old[left], "" if right is None else new[right])
                rows.append(ComparedPart(label, *texts))
    return rows


def _links(before, after) -> list[tuple[str, str, str]]:
    def links_of(version):
        cards = [block.product.name for block in version.blocks() if isinstance(block, ProductCard)]
        links = version.product_links.select_related("product")
        return {
            "Related-product tags": ", ".join(sorted(tag.name for tag in version.tags.all())),
            "Shown first": ", ".join(link.product.name for link in links if link.kind == "pin"),
            "Never shown": ", ".join(link.product.name for link in links if link.kind == "exclude"),
            "Cards in the text": ", ".join(cards),
            "Topics": ", ".join(sorted(topic.name for topic in version.topics.all())),
        }

    old, new = links_of(before), links_of(after)
    return [(label, old[label], new[label]) for label in old]
