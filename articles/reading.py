"""An article as a reader gets it in one region: sections of blocks, numbered sources, product cards."""

import re
from dataclasses import dataclass

from django.db.models import Count, Value
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.text import slugify

from articles.models import Article, Callout, Faq, ProductCard, ProductLink, ReferenceBlock, RichText, Version
from shop.catalogue.models import ProductTag
from shop.catalogue.views import cards_on_sale

CITE = re.compile(r"\s?\[\[([\w-]+)\]\]")
TAG = re.compile(r"<[^>]+>")  # enough for stored rich text, which is sanitised
HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
MOST_CARDS = 3
WORDS_A_MINUTE = 220


@dataclass
class Reading:
    """All that the article page shows, for one region."""

    article: Article
    version: Version
    blocks: list
    questions: list
    sources: list
    contents: list
    minutes: int
    names_condition: bool
    cards: list


def citation_html(number: int, first: bool) -> str:
    back = f' id="cite-{number}"' if first else ""
    return f'<sup class="cite"><a href="#ref-{number}"{back} aria-label="Source {number}">{number}</a></sup>'


class Rendering:
    """Turns stored rich text into page text: citations numbered, headings with anchors."""

    def __init__(self, sources):
        self.numbers = {block.reference.key: number for number, block in enumerate(sources, 1)}
        self.cited: set[int] = set()
        self.contents: list[tuple[str, str]] = []

    def html(self, stored: str) -> str:
        # Safe: `stored` was sanitised when it was saved (RichBlock), and what is put in here is ours.
        return mark_safe(HEADING.sub(self._heading, CITE.sub(self._cite, stored)))  # noqa: S308

    def _cite(self, match) -> str:
        number = self.numbers.get(match.group(1))
        if number is None:
            return ""
        first = number not in self.cited
        self.cited.add(number)
        return citation_html(number, first)

    def _heading(self, match) -> str:
        words = TAG.sub("", match.group(1))
        anchor = slugify(words) or f"part-{len(self.contents) + 1}"
        self.contents.append((anchor, words))
        return format_html('<h2 id="{}">{}</h2>', anchor, mark_safe(match.group(1)))  # noqa: S308


def _words(stored: str) -> int:
    return len(TAG.sub(" ", CITE.sub("", stored)).split())


def read(article: Article, version: Version, region, at=None) -> Reading:
    """Everything for the page of `version` in `region`. The number of queries does not grow with the blocks."""
    shown = [block for block in version.blocks() if block.shows_in(region)]
    sources = [block for block in shown if isinstance(block, ReferenceBlock)]
    rendering = Rendering(sources)
    names_condition = version.names_condition_in(region)
    inline = [block.product_id for block in shown if isinstance(block, ProductCard)]
    by_product, related = _cards(version, region, [] if names_condition else inline, at)
    blocks, words = [], 0
    for block in shown:
        if isinstance(block, ReferenceBlock | Faq):
            continue
        if isinstance(block, ProductCard):
            block.card = by_product.get(block.product_id)
            if block.card is None:
                continue
        if isinstance(block, RichText | Callout):
            block.html = rendering.html(block.body)
            words += _words(block.body)
        block.kind = block._meta.model_name
        blocks.append(block)
    questions = [block for block in shown if isinstance(block, Faq)]
    for block in questions:
        block.html = rendering.html(block.answer)
        words += _words(block.question) + _words(block.answer)
    for number, block in enumerate(sources, 1):
        block.number, block.is_cited = number, number in rendering.cited
    return Reading(
        article=article,
        version=version,
        blocks=blocks,
        questions=questions,
        sources=sources,
        contents=[(escape(anchor), title) for anchor, title in rendering.contents],
        minutes=max(1, round(words / WORDS_A_MINUTE)),
        names_condition=names_condition,
        cards=related,
    )


def _cards(version: Version, region, inline: list[int], at=None) -> tuple[dict, list]:
    """(cards for inline blocks by product pk, cards after the article), from one set of queries.

    After the article: pinned products in their order, then those sharing most related-product tags, then the
    newest; at most three, sold in the region, without those an editor excluded or that stand inline already.
    Withdrawn products and those not sold in the region show nowhere.
    """
    pins, excluded, shared = _linked_products(version)
    place = {pk: number for number, pk in enumerate(pins)}
    cards = sorted(
        cards_on_sale(region, at),
        key=lambda card: (
            place.get(card.product.pk, len(pins)),
            -shared.get(card.product.pk, 0),
            -card.product.pk,
        ),
    )
    by_product = {card.product.pk: card for card in cards if card.product.pk in inline}
    after = [
        card
        for card in cards
        if card.product.pk not in excluded
        and card.product.pk not in by_product
        and (card.product.pk in place or card.product.pk in shared)
    ]
    return by_product, after[:MOST_CARDS]


def _linked_products(version: Version) -> tuple[list[int], set[int], dict[int, int]]:
    """Product pks an editor pinned, in order; those kept out; and by pk the number of shared tags. One query."""
    by_hand = version.product_links.order_by().values_list("product_id", "kind", "position", "pk")
    by_tag = ProductTag.objects.filter(tag__in=version.tags.all()).order_by().values_list("product_id")
    by_tag = by_tag.annotate(kind=Value("tag"), position=Count("pk"), row=Value(0))
    rows = sorted(by_hand.union(by_tag, all=True), key=lambda row: row[2:])
    pins = [product for product, kind, *_ in rows if kind == ProductLink.Kind.PIN]
    excluded = {product for product, kind, *_ in rows if kind == ProductLink.Kind.EXCLUDE}
    return pins, excluded, {product: count for product, kind, count, _ in rows if kind == "tag"}


def related_cards(version: Version, region) -> list:
    """What stands after the article; see `_cards`."""
    return _cards(version, region, [])[1]
