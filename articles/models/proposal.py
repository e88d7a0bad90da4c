"""Other values for what readers read already: kept beside it until somebody who may publish puts them live."""

from collections.abc import Iterable
from copy import copy
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models.shared import Author, Topic
from articles.models.sources import MagnesiumForm, Question, Reference
from shop.pictures.models import Picture

Values = dict[str, Any]  # by the name of a column, as JSON holds it
# What is proposed for: by model the key that leads to it.
KEYS: dict[type[models.Model], str] = {
    Reference: "reference",
    Topic: "topic",
    Question: "question",
    Author: "author",
    MagnesiumForm: "form",
    Picture: "picture",
}
# A file comes with what is known of it.
WITH_FILE = ("file", "width", "height", "rendered_widths", "failed")


def _one(model) -> models.OneToOneField:
    return models.OneToOneField(
        model, on_delete=models.CASCADE, null=True, blank=True, editable=False, related_name="+"
    )


def _of_one_row() -> Q:
    found = Q()
    for name in KEYS.values():
        found |= Q(**{f"{other}__isnull": other != name for other in KEYS.values()})
    return found


class Proposal(models.Model):
    """What somebody who may not publish typed for a row of the library that readers read.

    Drafts show it, and their claims are checked with it. Whoever publishes such a draft puts it live as well.
    """

    reference = _one(Reference)
    topic = _one(Topic)
    question = _one(Question)
    author = _one(Author)
    form = _one(MagnesiumForm)
    picture = _one(Picture)
    values = models.JSONField(encoder=DjangoJSONEncoder, editable=False)
    made_by = models.CharField(max_length=150, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = "proposed change"
        constraints = [models.CheckConstraint(condition=_of_one_row(), name="proposal_of_one_row")]

    def __str__(self):
        row = self.row
        return f"{str(row._meta.verbose_name).capitalize()}: {row}"

    @property
    def row(self) -> models.Model:
        """What it is for, as it is live."""
        return next(getattr(self, name) for name in KEYS.values() if getattr(self, f"{name}_id") is not None)

    @property
    def proposed_row(self) -> models.Model:
        return changed(self.row, self.values)


def changed(row, values: Values):
    """A copy of a row with proposed values; the row itself, which others may hold too, stays as it is."""
    made = copy(row)
    for name, value in values.items():
        field = made._meta.get_field(name)
        if isinstance(field, models.ForeignKey):
            made._state.fields_cache.pop(field.name, None)
            setattr(made, field.attname, value)
        elif isinstance(field, models.FileField | models.JSONField):
            setattr(made, name, value)
        else:
            setattr(made, name, field.to_python(value))
    return made


def values_of(row, names: Iterable[str]) -> Values:
    found: Values = {}
    for name in names:
        field: Any = row._meta.get_field(name)
        value = getattr(row, field.attname)
        found[name] = value.name if isinstance(field, models.FileField) else value
    return found


def proposals_for(
    rows: Iterable[models.Model], every_topic: bool = False
) -> dict[tuple[str, int], "Proposal"]:
    """By (key, pk of the row). One query, or none where no such row is asked for; `every_topic`: those of all topics too."""
    wanted: dict[str, set[int]] = {}
    for row in rows:
        if type(row) in KEYS and row.pk:
            wanted.setdefault(KEYS[type(row)], set()).add(row.pk)
    asked = Q(topic__isnull=False) if every_topic else Q()
    for name, pks in wanted.items():
        asked |= Q(**{f"{name}__in": pks})
    if not asked:
        return {}
    return {
        (name, pk): row
        for row in Proposal.objects.filter(asked)
        for name in KEYS.values()
        if (pk := getattr(row, f"{name}_id")) is not None
    }


def show_proposed(drafts: Iterable[tuple[Any, list]]) -> None:
    """Let drafts show what is proposed: (version, its blocks with what they point at). One query for all of them.

    Versions that are no drafts are left as they are: readers see the live values.
    """
    drafts = [(version, blocks) for version, blocks in drafts if version.is_draft]
    places = [place for version, blocks in drafts for place in _places(version, blocks)]
    forms = [block for _, blocks in drafts for block in blocks if getattr(block, "_forms", None)]
    rows = [row for _, _, row in places] + [form for block in forms for form in block.forms]
    found = proposals_for(rows, every_topic=True) if drafts else {}
    for version, _ in drafts:
        version.proposed_topics = {pk: row.values for (name, pk), row in found.items() if name == "topic"}
    for owner, name, row in places:
        if (proposal := found.get((KEYS[type(row)], row.pk))) is not None:
            setattr(owner, name, changed(row, proposal.values))
    for block in forms:
        block._forms = [
            changed(form, found["form", form.pk].values) if ("form", form.pk) in found else form
            for form in block.forms
        ]


def as_proposed(version, topics: Iterable[Topic]) -> list[Topic]:
    """Topics as a draft shows them, once its parts are known."""
    values = version.proposed_topics
    return [changed(row, values[row.pk]) if row.pk in values else row for row in topics]


def _places(version, blocks) -> Iterable[tuple[Any, str, Any]]:
    """(who points, by which field, at what) of a version's head and blocks."""
    for owner, names in ((version, ("picture", "author")), *((block, TARGETS) for block in blocks)):
        for name in names:
            held = name in owner._state.fields_cache or (owner is version and getattr(owner, f"{name}_id"))
            if held and (row := getattr(owner, name)) is not None:
                yield owner, name, row


TARGETS = ("reference", "picture", "question")  # keys of blocks to rows of the library
