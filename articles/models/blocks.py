"""What an article is made of: blocks in their order, each a row with real foreign keys."""

import re
from dataclasses import replace
from typing import ClassVar

from content_editor.models import create_plugin_base
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField, create_sanitizer

from articles.models.links import with_ids
from articles.models.sources import MagnesiumForm, Question, Reference
from articles.models.version import Version
from articles.models.where import Regional, ShowIn  # noqa: F401 - ShowIn is read from here
from articles.text.lines import passages_of
from articles.text.pasted import from_elsewhere
from shop.catalogue.models import Product
from shop.claims.passages import ALT, ANSWER, CELL, HEAD, HEADING, QUESTION, SOURCE, TEXT, Passage
from shop.content.compiled import Compiled, point
from shop.content.models import Content
from shop.pictures.models import Picture
from shop.text.characters import clean_html, clean_text

RICH_TEXT = {
    "Bold": True,
    "Italic": True,
    "Superscript": True,
    "Subscript": True,
    "Strike": True,
    "Heading": {"levels": [2, 3]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "HardBreak": True,
}
SHORT = ("Bold", "Italic", "Superscript", "Subscript", "Strike", "BulletList", "OrderedList", "ListItem", "Link", "HardBreak")  # fmt: skip
SHORT_TEXT = {name: RICH_TEXT[name] for name in SHORT}


def prose_field(extensions: dict) -> ProseEditorField:
    """Rich text with these extensions of the editor: whatever is stored, pasted or posted is put into its markup first."""

    def ours(html):
        return from_elsewhere(
            html,
            tables="Table" in extensions,
            headings="Heading" in extensions,
            quotes="Blockquote" in extensions,
        )

    return ProseEditorField(extensions=extensions, sanitize=[create_sanitizer, ours])


PluginBase = create_plugin_base(Version)


class Block(PluginBase, Regional, Content):
    """Base of all blocks: where it shows, and its words."""

    form_name = ""  # of the form that holds what was typed

    class Meta:
        abstract = True
        ordering = ["ordering"]

    def __str__(self):
        words = self.plain_text()[:70]
        return f"{words}{self._where()}"

    @property
    def place(self) -> tuple[int, str, int]:
        """What the blocks of a version are ordered by; of several with one number the last are those not saved yet."""
        return self.ordering, self._meta.model_name or "", self.pk or 0

    @property
    def key(self) -> str:
        """Its name among the blocks of all versions, such as richtext-12."""
        return f"{self._meta.model_name}-{self.pk}"

    def plain_text(self) -> str:
        """Its words, for reading time and for rules about words."""
        return ""

    def claim_passages(self, place: str) -> list[Passage]:
        """Its words as readers meet them, for the claims check; `place` is what staff call it, such as “Text 3”."""
        return []

    def passage(self, text: str, part: str, place: str) -> list[Passage]:
        """One line of its words, or none where it is empty."""
        text = " ".join(text.split())
        return [Passage(text, part, place)] if text else []

    def rich_passages(self, html: str, place: str, part: str = TEXT) -> list[Passage]:
        return [replace(row, place=place) for row in passages_of(html, part)]

    # What a page needs of each kind, in columns that all kinds share, so that one UNION reads every block:
    # two short texts, one long text and one foreign key, by the names of the fields that fill them.
    columns: ClassVar[dict[str, str | None]] = {
        "text_a": None,
        "text_b": None,
        "body_text": None,
        "target": None,
    }

    @classmethod
    def as_rows(cls, version):
        empty = {"target": models.Value(None, models.BigIntegerField())}
        filled = {
            name: F(field) if field else empty.get(name, models.Value("", models.TextField()))
            for name, field in cls.columns.items()
        }
        kind = models.Value(BLOCKS.index(cls), models.IntegerField())
        return (
            cls.objects.filter(parent=version)
            .order_by()
            .values("pk", "ordering", "show_in", "region_codes", **filled, block_kind=kind)
        )

    @classmethod
    def from_row(cls, row, version):
        fields = {field: row[name] for name, field in cls.columns.items() if field}
        common = {name: row[name] for name in ("pk", "ordering", "show_in", "region_codes")}
        return cls(parent=version, **common, **fields)

    @classmethod
    def load_targets(cls, blocks) -> None:
        """Load what the blocks of this kind point at, in one query."""


class RichBlock(Block):
    """Sanitises on every save: the field's own check runs in forms only, and loaders have none.

    Links to our own pages are stored by id (articles/models/links.py).
    """

    rich_fields = ("body",)

    class Meta(Block.Meta):
        abstract = True

    def tidy(self) -> None:
        """Its rich text as it is stored: sanitised, with links to our own pages by id."""
        for name in self.rich_fields:
            field = self._meta.get_field(name)
            sanitised = field.clean(clean_text(getattr(self, name)), self)
            setattr(self, name, with_ids(clean_html(sanitised)))  # it resolves references such as &#11;

    def save(self, *args, **kwargs):
        self.tidy()
        super().save(*args, **kwargs)


def without_citations(text: str) -> str:
    return re.sub(r"\[\[[\w-]+\]\]", "", text)


def plain(html: str) -> str:
    """The words of stored rich text; marks of citations are no words."""
    spaced = re.sub(r"</(p|h[1-6]|li|t[dh]|tr|blockquote)>", r"\g<0> ", html)
    return " ".join(strip_tags(without_citations(spaced)).split())


class RichText(RichBlock):
    columns = {**Block.columns, "body_text": "body"}

    body = prose_field(RICH_TEXT)

    class Meta(RichBlock.Meta):
        verbose_name = "text"

    def plain_text(self):
        return plain(self.body)

    def claim_passages(self, place):
        return self.rich_passages(self.body, place)


class Figure(Block):
    columns = {**Block.columns, "text_a": "caption", "target": "picture_id"}

    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(max_length=250, blank=True)

    class Meta(Block.Meta):
        verbose_name = "picture"

    def plain_text(self):
        return f"{self.picture.alt} {self.caption}".strip()

    def claim_passages(self, place):
        return [
            *self.passage(self.picture.alt, ALT, f"{place}: alternative text"),
            *self.passage(self.caption, ALT, f"{place}: caption"),
        ]

    @classmethod
    def load_targets(cls, blocks):
        point(blocks, "picture", _pictures)


class ProductCard(Block):
    """A card between two paragraphs. Only the product's id is stored; price and stock are looked up."""

    columns = {**Block.columns, "target": "product_id"}

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")

    class Meta(Block.Meta):
        verbose_name = "product card"

    def __str__(self):
        return f"{self.product.name}{self._where()}"


class Callout(RichBlock):
    columns = {**Block.columns, "text_a": "tone", "text_b": "heading", "body_text": "body"}

    class Tone(models.TextChoices):
        NOTE = "note", _("Good to know")
        CARE = "care", _("Take care")
        DOCTOR = "doctor", _("See a doctor")

    tone = models.CharField(max_length=8, choices=Tone.choices, default=Tone.NOTE)
    heading = models.CharField(max_length=120)
    body = prose_field(SHORT_TEXT)

    class Meta(RichBlock.Meta):
        verbose_name = "callout"

    def plain_text(self):
        return f"{self.heading}. {plain(self.body)}"

    def claim_passages(self, place):
        return [
            *self.passage(self.heading, HEADING, f"{place}: heading"),
            *self.rich_passages(self.body, place),
        ]


class Faq(RichBlock):
    rich_fields = ("answer",)
    columns = {**Block.columns, "text_a": "question", "body_text": "answer"}

    question = models.CharField(max_length=200)
    answer = prose_field(SHORT_TEXT)

    class Meta(RichBlock.Meta):
        verbose_name = "question and answer"

    def plain_text(self):
        return f"{self.question} {plain(self.answer)}"

    def claim_passages(self, place):
        return [
            *self.passage(self.question, QUESTION, f"{place}: question"),
            *self.rich_passages(self.answer, f"{place}: answer", ANSWER),
        ]


class ReferenceBlock(Block):
    """A source in the list at the article's end, numbered by its place among these blocks."""

    columns = {**Block.columns, "target": "reference_id"}

    reference = models.ForeignKey(Reference, on_delete=models.PROTECT, related_name="+")

    class Meta(Block.Meta):
        verbose_name = "reference"

    def __str__(self):
        return f"{self.reference}{self._where()}"

    def claim_passages(self, place):
        """What the list of sources and a table of studies show of it."""
        source = self.reference
        words = {
            "authors": source.authors,
            "title": source.title,
            "journal": source.journal,
            "type of study": source.kind,
            "outcome": source.outcome,
            "note on the outcome": source.direction_note,
            "funder": source.funder,
        }
        found = []
        for name, text in words.items():
            found += self.passage(text, SOURCE, f"{place}, {source.key}: {name}")
        return found

    @classmethod
    def load_targets(cls, blocks):
        point(blocks, "reference", _references)


class EvidenceTable(Block):
    """What studies say on a question: every source of this article that was asked it, in all directions."""

    columns = {**Block.columns, "text_a": "heading", "target": "question_id"}

    heading = models.CharField(max_length=120, default="What studies say")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")

    class Meta(Block.Meta):
        verbose_name = "evidence table"

    def __str__(self):
        return f"{self.question}{self._where()}"

    def plain_text(self):
        return f"{self.heading}: {self.question.name}"

    def claim_passages(self, place):
        return self.passage(self.heading, HEADING, f"{place}: heading")

    @classmethod
    def load_targets(cls, blocks):
        point(blocks, "question", _questions)


class FormTable(Block):
    """The forms of magnesium side by side, from the library of forms."""

    columns = {**Block.columns, "text_a": "heading", "text_b": "codes"}
    _forms: list[MagnesiumForm] | None = None  # see load_targets

    heading = models.CharField(max_length=120, default="The forms side by side")
    codes = models.CharField(
        "forms",
        max_length=200,
        blank=True,
        help_text="Codes with blanks between, in their order, such as: citrate glycinate oxide. Empty: all.",
    )

    class Meta(Block.Meta):
        verbose_name = "comparison of forms"

    def plain_text(self):
        return " ".join([self.heading, *(plain(form.known) for form in self.forms)])

    def claim_passages(self, place):
        found = self.passage(self.heading, HEADING, f"{place}: heading")
        for form in self.forms:
            where = f"{place}: {form.name}"
            found += self.passage(form.name, HEAD, where)
            for cell in (form.formula, form.known, form.raw_material):
                found += self.passage(without_citations(cell), CELL, where)
        return found

    def __str__(self):
        return f"{self.heading}{self._where()}"

    def clean(self):
        super().clean()
        # Blocks that are checked together share their version, and ask once.
        shared = vars(self._state.fields_cache.get("parent", self))
        if "form_codes" not in shared:
            shared["form_codes"] = set(MagnesiumForm.objects.values_list("code", flat=True))
        known = shared["form_codes"]
        self.codes = " ".join(self.codes.lower().replace(",", " ").split())
        unknown = [code for code in self.codes.split() if code not in known]
        if unknown:
            raise ValidationError(
                {"codes": f"Unknown: {', '.join(unknown)}. There are: {', '.join(sorted(known))}."}
            )

    @property
    def forms(self) -> list[MagnesiumForm]:
        if self._forms is None:
            self.load_targets([self])
        return self._forms or []

    @classmethod
    def load_targets(cls, blocks):
        every = {form.code: form for form in MagnesiumForm.objects.all()} if blocks else {}
        for block in blocks:
            codes = block.codes.split() or list(every)
            block._forms = [every[code] for code in codes if code in every]


BLOCKS = [RichText, Figure, ProductCard, Callout, Faq, ReferenceBlock, EvidenceTable, FormTable]
Version.block_kinds = BLOCKS


_pictures = Compiled(lambda pks: Picture.objects.filter(pk__in=pks))
_references = Compiled(lambda pks: Reference.objects.filter(pk__in=pks))
_questions = Compiled(lambda pks: Question.objects.filter(pk__in=pks))
