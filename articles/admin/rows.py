"""The blocks of an article's form as its page shows them: of all kinds in one order, where readers meet them."""

from dataclasses import dataclass

from django.contrib.admin.utils import flatten_fieldsets
from django.forms import BoundField, ModelForm
from django.utils.functional import cached_property
from django.utils.text import capfirst

from articles.admin.blocks import REGION_FIELDS, BlockInline, region_choices
from articles.admin.talking import Talk
from articles.publishing.beside import Row
from shop.pictures.thumbnails import thumbnail_url

NOT_TYPED = {*REGION_FIELDS, "ordering", "region"}
LAST = 10**9  # the place of a row whose number can't be read
TEXT_WIDTH = 640  # pixels; as wide as the readers' text is on a desk
CHOSEN = ("picture", "product", "reference", "question")  # fields in which a row of a library is chosen


@dataclass(frozen=True)
class BlockRow:
    """One block with its form; `opts`: its inline; `may_remove`: whether this person may take it out."""

    form: ModelForm
    opts: BlockInline
    number: int
    may_remove: bool
    beside: Row | None = None  # of a translation, the block of the original that it says
    talk: Talk | None = None  # what colleagues say about it; none of a block that is not stored

    @property
    def kind(self) -> str:
        return capfirst(str(self.opts.verbose_name))

    @property
    def name(self) -> str:
        return self.opts.model._meta.model_name or ""

    @property
    def formset(self) -> str:
        return (self.form.prefix or "").rpartition("-")[0]

    @cached_property
    def fields(self) -> list[tuple[BoundField, str, bool]]:
        """(what is typed, its HTML, whether its label is shown), in the order of the inline."""
        names = [name for name in flatten_fieldsets(self.opts.fieldsets or ()) if name not in NOT_TYPED]
        return [self._drawn(self.form[name]) for name in names]

    def _drawn(self, bound) -> tuple[BoundField, str, bool]:
        chosen = hasattr(bound.field, "choices")
        attrs = {} if chosen else {"placeholder": bound.label, "rows": 2}
        return bound, bound.as_widget(attrs=attrs), chosen

    @property
    def show_in(self) -> str:
        return self.form["show_in"].value() or "all"

    @property
    def ways(self) -> list[tuple[str, str]]:
        return list(self.opts.model._meta.get_field("show_in").choices)

    @property
    def regions(self) -> list[tuple[str, str, bool]]:
        """(code, name, whether it is ticked)"""
        ticked = self.form["region_codes"].value() or []
        ticked = ticked.split() if isinstance(ticked, str) else ticked
        return [(code, name, code in ticked) for code, name in region_choices()]

    @property
    def where(self) -> str:
        """In few words where it shows, for the head of a fold."""
        if self.show_in == "all":
            return "All regions"
        names = ", ".join(name for _, name, ticked in self.regions if ticked) or "…"
        return f"{dict(self.ways).get(self.show_in, self.show_in)} {names}"

    @property
    def place(self) -> tuple[int, str, int]:
        """As `Block.place`, of what is typed."""
        try:
            ordering = int(self.form["ordering"].value())
        except (TypeError, ValueError):
            ordering = LAST
        return ordering, self.name, self.form.instance.pk or LAST

    @cached_property
    def shown(self) -> tuple[str, str]:
        """(address of a small picture, words) of what is chosen in it, as far as it is loaded."""
        block = self.form.instance
        for name in CHOSEN:
            if name in block._state.fields_cache:
                chosen = getattr(block, name)
                if name == "picture" and chosen is not None:
                    return (thumbnail_url(chosen, TEXT_WIDTH) if chosen.file else ""), chosen.alt
        return "", ""


def block_rows(inlines, talks: dict[str, Talk], beside: dict[str, Row] | None = None) -> list[BlockRow]:
    """Every block of a form in its order. `talks`: what is said, by key of the block; `beside`: what its original says."""
    rows = [
        BlockRow(
            form,
            inline.opts,
            number,
            inline.formset.can_delete and inline.has_delete_permission,
            (beside or {}).get(form.instance.key) if form.instance.pk else None,
            talks.get(form.instance.key) if form.instance.pk else None,
        )
        for inline in inlines
        if isinstance(inline.opts, BlockInline)
        for number, form in enumerate(inline.formset.forms)
    ]
    return sorted(rows, key=lambda row: row.place)


def empty_rows(inlines) -> list[BlockRow]:
    """Of each kind that this person may add, the row that a script copies."""
    return [
        BlockRow(inline.formset.empty_form, inline.opts, 0, True)
        for inline in inlines
        if isinstance(inline.opts, BlockInline) and inline.has_add_permission
    ]


def block_formsets(inlines) -> list:
    return [inline for inline in inlines if isinstance(inline.opts, BlockInline)]


def other_formsets(inlines) -> list:
    """Topics, tags and products, which stand beside the text."""
    return [inline for inline in inlines if not isinstance(inline.opts, BlockInline)]


def with_another(posted, kind: str):
    """What was posted, with one more row of a kind at the end: how blocks are added where no script runs."""
    total = f"{kind}-TOTAL_FORMS"
    number = posted.get(total, "")
    if not number.isdecimal() or int(number) > 900:
        return posted
    orderings = [value for name, value in posted.items() if name.endswith("-ordering") and value.isdecimal()]
    posted = posted.copy()
    posted[total] = str(int(number) + 1)
    posted[f"{kind}-{number}-ordering"] = str(max(map(int, orderings), default=0) + 10)
    posted[f"{kind}-{number}-region"] = "main"
    posted[f"{kind}-{number}-show_in"] = "all"
    return posted
