"""What a role or a person may do, as boxes to tick: grouped as in the menu, a line for each thing, in plain words."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Permission
from django.utils.text import capfirst

from config.staff.forms.drawn import Ticks
from config.staff.places import GROUPS, REPORTS, group_of
from config.staff.roles import ROLES

DEEDS = {"view": "see", "add": "add", "change": "change", "delete": "delete"}
CAN = "Can "  # how the names of rights begin that are more than these four


@dataclass
class Thing:
    """A table of the shop, and what may be done with its rows."""

    name: str
    boxes: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Group:
    name: str
    things: list[Thing]

    @property
    def ticked(self) -> int:
        return sum(box["ticked"] for thing in self.things for box in thing.boxes)

    @property
    def of(self) -> int:
        return sum(len(thing.boxes) for thing in self.things)


class Rights(Ticks):
    """The rights that open something. Any other that is held, such as one of a table nobody edits, is sent along unseen."""

    template_name = "admin/widgets/rights.html"

    def get_context(self, name, value, attrs):
        context = super(Ticks, self).get_context(name, [], attrs)
        held = {str(one) for one in value or ()}
        things: dict[Any, Thing] = {}
        kept: list[str] = []
        parts = _parts()
        asked = _asked_for(parts)
        choices: Any = self.choices  # of a field of rows, which is Django's own iterator
        for right in choices.queryset.select_related("content_type"):
            model = right.content_type.model_class()
            if model is None or not _opens(right, model, asked):
                kept += [str(right.pk)] if str(right.pk) in held else []
                continue
            verb = right.codename.removesuffix(f"_{model._meta.model_name}")
            thing = things.setdefault(model, Thing(_name_of(model, parts)))
            words = DEEDS.get(verb) or right.name.removeprefix(CAN)
            place = list(DEEDS).index(verb) if verb in DEEDS else len(DEEDS)
            box = {"value": right.pk, "words": words, "place": place, "ticked": str(right.pk) in held}
            thing.boxes.append(box)
        by_group = defaultdict(list)
        for model, thing in things.items():
            thing.boxes.sort(key=lambda box: (box["place"], box["words"]))
            by_group[group_of(model._meta.app_label)].append(thing)
        for rows in by_group.values():
            rows.sort(key=lambda thing: thing.name)
        shown = [Group(name, by_group[name]) for name in GROUPS if name in by_group]
        context["widget"].update(groups=shown, kept=kept, things=sum(len(one.things) for one in shown))
        return context


def _parts() -> dict[Any, Any]:
    """Tables without a list of their own that are part of another's form."""
    registry = admin.site._registry
    found = {part.model: one.model for one in registry.values() for part in getattr(one, "inlines", ())}
    return {part: whole for part, whole in found.items() if part not in registry}


def _asked_for(parts: dict[Any, Any]) -> set[str]:
    """Rights that roles name or that open a report, beside those of lists and forms."""
    of_roles = {right for rights in ROLES.values() if rights for right in rights}
    of_reports = {right for *_, right in REPORTS if right}
    of_forms = {
        f"{model._meta.app_label}.{verb}_{model._meta.model_name}"
        for model in (*admin.site._registry, *parts)
        for verb in DEEDS
    }
    return of_roles | of_reports | of_forms


def _opens(right: Permission, model: Any, asked: set[str]) -> bool:
    label = right.content_type.app_label
    own = {name for name, _ in model._meta.permissions}
    return f"{label}.{right.codename}" in asked or right.codename in own


def _name_of(model: Any, parts: dict[Any, Any]) -> str:
    name = capfirst(str(model._meta.verbose_name_plural))
    return f"{name}, in {parts[model]._meta.verbose_name_plural}" if model in parts else name
