"""What a block shows on an article's page: a view for each class of block. The rows themselves are left as they are.

To add a class of block: its model in articles/models/blocks.py, a view and its maker here, a template in
templates/articles/blocks/ of the view's `kind`, and its words for feeds in templates/articles/feed_item.html.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.html import escape

from articles.models import (
    Callout,
    Direction,
    EvidenceTable,
    Faq,
    Figure,
    FormTable,
    MagnesiumForm,
    ProductCard,
    Reference,
    ReferenceBlock,
    RichText,
)
from articles.models.blocks import Block
from articles.models.sources import NOT_STATED
from articles.reading.rendering import Rendering, words_in
from articles.reading.shown_products import ShownProduct


@dataclass
class BlockView:
    """One block as it shows: `block` is the row, `words` how many there are to read; the rest its template needs."""

    kind: ClassVar[str]

    block: Block
    words: int = field(default=0, kw_only=True)

    @property
    def template(self) -> str:
        return f"articles/blocks/{self.kind}.html"

    def link_back(self, cited: set[int]) -> None:
        """Called in the order of the page once all text is rendered: `cited` holds the numbers cited before it."""


@dataclass
class TextView(BlockView):
    kind = "text"
    html: str


@dataclass
class CalloutView(BlockView):
    kind = "callout"
    html: str


@dataclass
class FigureView(BlockView):
    kind = "figure"


@dataclass
class ProductView(BlockView):
    kind = "product"
    shown: ShownProduct


@dataclass
class QuestionView(BlockView):
    kind = "faq"
    html: str


@dataclass
class SourceView(BlockView):
    """A source in the list at the end; `is_cited` where a sentence or a table can be led back to."""

    kind = "reference"
    number: int
    is_cited: bool = False

    @property
    def reference(self) -> Reference:
        return self.block.reference

    def link_back(self, cited):
        self.is_cited = self.number in cited


@dataclass
class EvidenceView(BlockView):
    """The studies on a question, how many found what, and `rows`: (study, whether its source is led back to this row)."""

    kind = "evidence"
    studies: list[SourceView]
    counts: list[tuple[str, int]]
    rows: list[tuple[SourceView, bool]] = field(default_factory=list)

    def link_back(self, cited):
        """A source that no sentence cites is led back to its row."""
        self.rows = [(study, study.number not in cited) for study in self.studies]
        cited |= {study.number for study in self.studies}


@dataclass
class FormsView(BlockView):
    """The forms side by side: (form, what is known of it)."""

    kind = "forms"
    rows: list[tuple[MagnesiumForm, str]]


@dataclass
class Surroundings:
    """What the views of one page share: its sources, the products that may stand in the text by pk, how text is rendered."""

    sources: list[SourceView]
    products: dict[int, ShownProduct]
    rendering: Rendering


def _of_text(block: RichText, page: Surroundings) -> TextView:
    return TextView(block, page.rendering.html(block.body), words=words_in(block.body))


def _of_callout(block: Callout, page: Surroundings) -> CalloutView:
    return CalloutView(block, page.rendering.html(block.body), words=words_in(block.body))


def _of_figure(block: Figure, page: Surroundings) -> FigureView:
    return FigureView(block)


def _of_product(block: ProductCard, page: Surroundings) -> ProductView | None:
    shown = page.products.get(block.product_id)
    return ProductView(block, shown) if shown else None


def _of_question(block: Faq, page: Surroundings) -> QuestionView:
    words = words_in(block.question) + words_in(block.answer)
    return QuestionView(block, page.rendering.html(block.answer), words=words)


def _of_evidence(block: EvidenceTable, page: Surroundings) -> EvidenceView | None:
    studies = [source for source in page.sources if source.reference.question_id == block.question_id]
    if not studies:
        return None
    found = [study.reference.direction for study in studies]
    counts = [(str(label), found.count(value)) for value, label in Direction.choices]
    return EvidenceView(block, studies, [*counts, (NOT_STATED, found.count(""))])


def _of_forms(block: FormTable, page: Surroundings) -> FormsView:
    return FormsView(
        block, [(form, page.rendering.html(escape(form.translated.known))) for form in block.forms]
    )


VIEWS: dict[type[Block], Callable[..., BlockView | None]] = {
    RichText: _of_text,
    Figure: _of_figure,
    ProductCard: _of_product,
    Callout: _of_callout,
    Faq: _of_question,
    EvidenceTable: _of_evidence,
    FormTable: _of_forms,
}  # and ReferenceBlock, see `sources_of`


def sources_of(blocks: list[Block]) -> list[SourceView]:
    """The sources of a page, numbered by their place."""
    references = (block for block in blocks if isinstance(block, ReferenceBlock))
    return [SourceView(block, number) for number, block in enumerate(references, 1)]


def views_of(blocks: list[Block], page: Surroundings) -> list[BlockView]:
    """The views of these blocks in their order, without those that have nothing to show here."""
    return [view for block in blocks if (view := VIEWS[type(block)](block, page)) is not None]
