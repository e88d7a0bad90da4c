"""What a form was opened with, so that a save writes what its user changed and nothing else.

The page carries the values that it was drawn with, sealed. When it comes back, each field has three: what it was
opened with, what was typed, and what is stored now. Who changed nothing gets what is stored now; who changed what
nobody else did, theirs; where both changed it, the form is refused with both values and a box to save over it.
The rows are locked from before they are read until they are saved (see `guard`).
"""

import re
from functools import cached_property
from typing import TYPE_CHECKING

from django import forms
from django.db import connection
from django.forms.models import InlineForeignKeyField
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.text import capfirst

from config.staff.forms.ceilings import limit_texts, sent_rows
from config.staff.forms.columns import remember
from config.staff.forms.compare import (
    as_sent,
    changed_by,
    in_words,
    inner_widget,
    is_changed,
    is_short,
    names_of,
    parts_of,
    quoted,
)
from config.staff.forms.drawn import TIME_OF_DAY
from config.staff.forms.snapshot import UNKNOWN, Opened, OpenedRow, Seal, as_json, from_json

OPENED = "opened"  # the hidden field of the main form; a formset's stands in its management form
MINE, THEIRS = "mine", "theirs"  # the boxes “Save mine over it” and “Take theirs”


def name_parts(fields) -> None:
    """The two inputs of a moment say what they are to who can't see them; Django's label is tied to neither."""
    for one in fields:
        if isinstance(one.widget, forms.SplitDateTimeWidget):
            for widget, part in zip(one.widget.widgets, ("date", "time"), strict=True):
                if widget.attrs.get("aria-label", TIME_OF_DAY) == TIME_OF_DAY:
                    widget.attrs["aria-label"] = f"{capfirst(one.label or '')}: {part}"


if TYPE_CHECKING:  # what the two are mixed into
    from django.forms import BaseModelFormSet as FormSet
    from django.forms import ModelForm as Form
else:
    Form = FormSet = object


class OpenedForm(Form):
    """Mixed into the form of every ModelAdmin and inline, before all else."""

    reviving = ""  # its row was deleted meanwhile and is offered as a new one

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_parts(self.fields.values())
        limit_texts(self.fields.values())
        self.opened_row: OpenedRow | None = None
        self.disputes: dict[str, object] = {}
        self.mine: set[str] = set()
        self.belongs_to = self.instance
        if not self.prefix and self.is_bound and not self.instance._state.adding:
            opened = Opened.read(self.data.get(OPENED), names_of(self.instance))
            self.compare(opened, opened.rows.get(str(self.instance.pk)) if opened else None)

    def _ticked(self, which: str) -> set[str]:
        return set(self.data.getlist(which)) if isinstance(self.data, MultiValueDict) else set()

    def own_fields(self):
        """Names of the fields that say something about the row."""
        key = self._meta.model._meta.pk.name
        for name, one in self.fields.items():
            if not (one.disabled or name in (key, "DELETE") or isinstance(one, InlineForeignKeyField)):
                yield name

    def stored(self, name):
        return self.get_initial_for_field(self.fields[name], name)

    def compare(self, opened: Opened | None, row: OpenedRow | None) -> None:
        """Find what its user changed, take what others changed meanwhile, and keep what both did as a dispute.

        Without `opened` what is stored now counts as what was shown. Of a field that the seal does not know, all
        that differs from what is stored is a dispute.
        """
        remember(self.instance)
        self.opened_row, self.opened_at = row or OpenedRow(), opened and opened.at
        mine, theirs = self._ticked(MINE), self._ticked(THEIRS)
        moved: dict[str, list[str]] = {}
        for name in self.own_fields():
            now = self.stored(name)
            was = self.opened_row.values.get(name, as_json(now) if opened is None else UNKNOWN)
            untouched = was is not UNKNOWN and not is_changed(self[name], from_json(was))
            if untouched or self.box(name) in theirs - mine:
                moved |= self._as_sent(name, now)
            elif is_changed(self[name], now):
                self.mine.add(name)
                over = self.box(name) in mine - theirs and self.opened_row.shown.get(
                    name, UNKNOWN
                ) == as_json(now)
                if was != as_json(now) and not over:
                    self.disputes[name] = now
        self._rebase(moved)

    def _as_sent(self, name, now) -> dict[str, list[str]]:
        """By name what a browser sends for this value; nothing under the name of, say, a box that is not ticked."""
        widget, prefixed = self.fields[name].widget, self.add_prefix(name)
        if isinstance(inner_widget(widget), forms.FileInput):
            return {}
        return {part: [] for part in parts_of(widget, prefixed)} | as_sent(
            widget, prefixed, self.fields[name].prepare_value(now)
        )

    def _rebase(self, moved: dict[str, list[str]]) -> None:
        """Put what is stored now where its user changed nothing, as if they had opened the form just now."""
        posted = self.data
        if not isinstance(posted, MultiValueDict):
            return
        differs = {name: sent for name, sent in moved.items() if posted.getlist(name) != sent}
        if not differs:
            return
        self.data = made = posted.copy()
        for name, sent in differs.items():
            made.pop(name, None)
            if sent:
                made.setlist(name, sent)

    @cached_property
    def changed_data(self):
        found = super().changed_data
        if self.opened_row is None:
            return found
        own = set(self.own_fields())
        return [name for name in self.fields if name in (self.mine if name in own else found)]

    def box(self, name) -> str:
        return f"{names_of(self.instance)}:{name}"

    def full_clean(self):
        super().full_clean()
        if not self.is_bound or self._errors is None:
            return
        if self.reviving and self.reviving not in self.non_field_errors():
            self.add_error(None, self.reviving)
        if not self.is_going():
            for name, now in self.disputes.items():
                self.add_error(None if self.fields[name].widget.is_hidden else name, self._dispute(name, now))

    def is_going(self) -> bool:
        """Whether the row is to be deleted."""
        return "DELETE" in self.fields and bool(self.fields["DELETE"].to_python(self["DELETE"].data))

    def changed_under_deletion(self):
        """Words for who wants to delete a row that others changed meanwhile; empty if none did, or if it is ticked."""
        if not self.is_going() or self.opened_row is None or self.box("DELETE") in self._ticked(MINE):
            return ""
        moved = [
            name
            for name in self.own_fields()
            if self.opened_row.values.get(name) != as_json(self.stored(name))
        ]
        if not moved or not self.opened_row.values:
            return ""
        changes = ", ".join(
            f"{self[name].label}: {in_words(self[name], self.stored(name))}" for name in moved
        )
        return format_html(
            "{} was changed after you had opened the form ({}). Nothing is saved yet: leave it, or tick the box. {}",
            self.instance,
            changes,
            self._tick(MINE, "DELETE", "Delete it all the same"),
        )

    def _dispute(self, name, now):
        """Both values and what to do; of long texts only theirs, since what was typed stands in the field."""
        bound = self[name]
        label = str(bound.label or name)
        who = changed_by(self.belongs_to, self.opened_at, label)
        theirs, typed = in_words(bound, now), in_words(bound, bound.data)
        mine = ""
        if is_short(theirs) and is_short(typed):
            known = self.opened_row.values if self.opened_row else {}
            was = from_json(known[name]) if name in known else None
            where = format_html(" where {} stood", quoted(in_words(bound, was))) if was is not None else ""
            mine = format_html("You typed {}{}. ", quoted(typed), where)
        return format_html(
            "{}{}Meanwhile {} made it {} Nothing is saved yet: choose. {}{}",
            f"{capfirst(label)}: " if bound.is_hidden else "",
            mine,
            format_html("<b>{}</b>", who) if who else "somebody, or the shop itself,",
            format_html("{}.", quoted(theirs)) if is_short(theirs) else quoted(theirs),
            self._tick(THEIRS, name, "Take theirs"),
            self._tick(MINE, name, "Save mine over it"),
        )

    def _tick(self, which, name, words):
        return format_html(
            '<label class="both"><input type="checkbox" name="{}" value="{}"> {}</label>',
            which,
            self.box(name),
            words,
        )

    def sealed_row(self) -> OpenedRow:
        """What the page that is drawn now was opened with: what is stored, but for what is still in dispute."""
        row = OpenedRow()
        keep_all = self.opened_row is not None and self.is_bound and self.changed_under_deletion()
        for name in self.own_fields():
            now = as_json(self.stored(name))
            if self.opened_row is not None and (keep_all or name in self.disputes):
                row.shown[name] = now
                now = self.opened_row.values.get(name, UNKNOWN)
            if now is not UNKNOWN:
                row.values[name] = now
        return row

    def sealed(self) -> str:
        """For the page of one row; empty on a page that adds one."""
        if self.instance._state.adding:
            return ""
        opened = Opened(timezone.now(), {str(self.instance.pk): self.sealed_row()})
        return opened.sealed(names_of(self.instance))

    def _post_clean(self):
        """Only what was changed goes to the row: what a widget can't show, such as microseconds, stays as it is."""
        if self.opened_row is None:
            return super()._post_clean()
        every, own = self.cleaned_data, set(self.own_fields())
        tried = {name: value for name, value in every.items() if name not in own or name in self.changed_data}
        self.cleaned_data = dict(tried)
        try:
            super()._post_clean()
        finally:
            refused = set(tried) - set(self.cleaned_data)
            clean = {name: value for name, value in every.items() if name not in refused}
            self.cleaned_data = {**clean, **self.cleaned_data}

    def _save_m2m(self):
        if self.opened_row is None:
            return super()._save_m2m()
        every = self.cleaned_data
        self.cleaned_data = {name: value for name, value in every.items() if name in self.changed_data}
        try:
            super()._save_m2m()
        finally:
            self.cleaned_data = every


# --- rows of a form ------------------------------------------------------------------------------------------------


class OpenedFormSet(FormSet):
    """Mixed into the formset of every inline and of every list that can be edited.

    A row that was deleted meanwhile drops out, unless its user changed it: then it is offered as a new one.
    """

    refusal = ""
    may_revive = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.opened, self.revived, self.lost = None, set[int](), list[str]()
        if self.is_bound and hasattr(self.data, "getlist"):
            self.data = sent_rows(self.data, self.prefix or "")
            self.opened = Opened.read(self.data.get(f"{self.prefix}-{OPENED}"), self._of())
            self._lock()
            self._take_out_gone_rows()

    def _of(self) -> str:
        parent = getattr(self, "instance", None)
        return f"{names_of(parent) if parent is not None else 'list'}:{self.model._meta.label_lower}:{self.prefix}"

    def _lock(self) -> None:
        if not connection.in_atomic_block:
            return
        rows = self.model._base_manager.filter(pk__in=self._posted_pks())
        list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))

    def _posted_pks(self) -> list:
        key, found = self.model._meta.pk, []
        for number in range(self._count("INITIAL_FORMS")):
            try:
                found.append(key.to_python(self.data.get(f"{self.prefix}-{number}-{key.name}") or None))
            except forms.ValidationError:
                found.append(None)
        return [pk for pk in found if pk is not None]

    def _count(self, name) -> int:
        text = self.data.get(f"{self.prefix}-{name}", "")
        return min(int(text), self.absolute_max) if text.isascii() and text.isdigit() and len(text) < 9 else 0

    def _take_out_gone_rows(self) -> None:
        rows = {row.pk: row for row in self.get_queryset()}
        posted = self._posted_pks()
        first, total = self._count("INITIAL_FORMS"), self._count("TOTAL_FORMS")
        if len(posted) != first or self._count("TOTAL_FORMS") < first:
            return
        gone = [number for number, pk in enumerate(posted) if pk not in rows]
        if gone:
            again = [number for number in gone if self._changed_in(number, str(posted[number]))]
            if not self.may_revive:
                self.lost, again = [str(posted[number]) for number in again], []
            order = [number for number in range(first) if number not in gone]
            order += [*range(first, total), *again]
            self.revived = set(range(len(order) - len(again), len(order)))
            self.data = self._in_order(self.data, order, set(again))
            self.files = self._in_order(self.files, order, set(again))
            self.data[f"{self.prefix}-TOTAL_FORMS"] = str(len(order))
            self.data[f"{self.prefix}-INITIAL_FORMS"] = str(first - len(gone))
        # Django pairs the forms with the rows by their place, so these stand in the order in which they came.
        self._queryset = [rows[pk] for pk in posted if pk in rows]

    def _in_order(self, data, order, new_rows):
        """The same fields with the rows numbered anew; the keys of new rows are left out."""
        if not data:
            return data
        made = QueryDict(mutable=True) if isinstance(data, QueryDict) else MultiValueDict()
        place = {old: new for new, old in enumerate(order)}
        pattern = re.compile(rf"{re.escape(self.prefix or '')}-(\d{{1,6}})-(.+)\Z")
        for key in data:
            found = pattern.match(key)
            if found is None:
                made.setlist(key, data.getlist(key))
                continue
            number, name = int(found[1]), found[2]
            if number in place and not (number in new_rows and name in (self.model._meta.pk.name, "DELETE")):
                made.setlist(f"{self.prefix}-{place[number]}-{name}", data.getlist(key))
        return made

    def _changed_in(self, number, pk) -> bool:
        """Whether the user of the form changed a row that is not there any more."""
        form = self.form(
            data=self.data, files=self.files, prefix=self.add_prefix(number), empty_permitted=True,
            use_required_attribute=False,
        )  # fmt: skip
        if f"{form.prefix}-DELETE" in self.data:
            return False
        row = self.opened.rows.get(pk) if self.opened else None
        if row is None:
            return True
        return any(
            is_changed(form[name], from_json(row.values[name]))
            for name in form.own_fields()
            if name in row.values
        )

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        form.belongs_to = getattr(self, "instance", None) or form.instance
        if not self.is_bound:
            return form
        if i in self.revived:
            form.reviving = (
                "Somebody deleted this row after you had opened the form. What you typed is kept here: save again "
                "to add it anew, or remove it."
            )
            form.empty_permitted = False
        elif i < self.initial_form_count() and form.instance.pk is not None:
            row = self.opened.rows.get(str(form.instance.pk)) if self.opened else None
            form.compare(self.opened, row)
        return form

    def full_clean(self):
        super().full_clean()
        if not self.is_bound:
            return
        if self.refusal:
            self._non_form_errors.append(self.refusal)
        for form in self.initial_forms:
            refused = form.changed_under_deletion()
            if refused:
                self._non_form_errors.append(refused)
        for pk in self.lost:
            self._non_form_errors.append(
                f"{capfirst(str(self.model._meta.verbose_name))} {pk} was deleted after you had opened the list; your "
                "change of it is not saved. Save again for the others."
            )

    @cached_property
    def management_form(self):
        form = super().management_form
        form.fields[OPENED] = forms.CharField(required=False, widget=Seal(self))
        return form

    def sealed(self) -> str:
        rows = {
            str(form.instance.pk): form.sealed_row()
            for form in self.initial_forms
            if form.instance.pk is not None and not form.instance._state.adding
        }
        return Opened(timezone.now(), rows).sealed(self._of())
