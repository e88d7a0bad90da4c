"""What was typed beside what is stored now, in words."""

import datetime as dt
import re

from django import forms
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils.html import format_html

SHORT = 80


def names_of(row) -> str:
    return f"{row._meta.label_lower}:{row.pk}"


def inner_widget(widget):
    """Without the admin's wrapper that adds “change” and “add” links."""
    return getattr(widget, "widget", widget) if not isinstance(widget, forms.MultiWidget) else widget


def as_sent(widget, name: str, value) -> dict[str, list[str]]:
    """What a browser would send for a field that shows this value."""
    widget = inner_widget(widget)
    if isinstance(widget, forms.MultiWidget):
        parts = value if isinstance(value, list | tuple) else widget.decompress(value) or []
        sent: dict[str, list[str]] = {}
        for suffix, inner, part in zip(widget.widgets_names, widget.widgets, parts, strict=False):
            sent |= as_sent(inner, name + suffix, part)
        return sent
    if isinstance(widget, forms.FileInput):
        return {}
    if isinstance(widget, forms.CheckboxInput):
        return {name: ["on"]} if widget.check_test(value) else {}
    shown = widget.format_value(value)
    if isinstance(shown, list | tuple):
        chosen = [str(one) for one in shown]
        return {name: chosen if getattr(widget, "allow_multiple_selected", False) else (chosen[:1] or [""])}
    return {name: ["" if shown is None else str(shown)]}


def parts_of(widget, name: str) -> list[str]:
    """The names under which a browser sends a field."""
    widget = inner_widget(widget)
    if isinstance(widget, forms.MultiWidget):
        return [
            part
            for suffix, inner in zip(widget.widgets_names, widget.widgets, strict=False)
            for part in parts_of(inner, name + suffix)
        ]
    return [name]


def is_changed(bound, was) -> bool:
    """Whether what was typed says something else; line ends and blanks around it don't."""
    typed = bound.data
    if not bound.field.has_changed(was, typed):
        return False
    return not (isinstance(was, str) and isinstance(typed, str) and _plain(was) == _plain(typed))


def _plain(text: str) -> str:
    return re.sub(r"\r\n?", "\n", text).strip()


def in_words(bound, value) -> str:
    """A value as staff know it from the form."""
    value = bound.field.prepare_value(value)
    if isinstance(bound.field, forms.BooleanField):
        return "ticked" if inner_widget(bound.field.widget).check_test(value) else "not ticked"
    if value in (None, "", [], ()):
        return "nothing"
    if isinstance(bound.field, forms.ModelChoiceField) and bound.field.queryset is not None:
        keys = value if isinstance(value, list | tuple) else [value]
        key = bound.field.to_field_name or "pk"
        try:
            rows = list(bound.field.queryset.filter(**{f"{key}__in": keys}))
        except (ValueError, TypeError, forms.ValidationError):
            rows = []
        return ", ".join(bound.field.label_from_instance(row) for row in rows) or "something that was deleted"
    if isinstance(bound.field, forms.ChoiceField):
        chosen = {str(one) for one in (value if isinstance(value, list | tuple) else [value])}
        named = [str(label) for key, label in _flat(bound.field.choices) if str(key) in chosen]
        return ", ".join(named) or ", ".join(sorted(chosen))
    if isinstance(value, dt.datetime):
        return f"{value:%-d %B %Y, %H:%M:%S} UTC"
    if isinstance(value, list | tuple):
        return " ".join(str(one) for one in value if one not in (None, ""))
    return str(value)


def _flat(choices):
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label


def is_short(text: str) -> bool:
    return len(text) <= SHORT and "\n" not in text


def quoted(text: str):
    """Short values in the sentence, long ones in a box of their own."""
    return format_html("<q>{}</q>" if is_short(text) else '<span class="both__text">{}</span>', text)


def changed_by(row, at, label: str) -> str:
    """Who changed a field of a row (or of what belongs to it) since a moment, as far as the admin's log knows."""
    if row is None or at is None or row.pk is None:
        return ""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        action_flag=CHANGE,
        action_time__gte=at - dt.timedelta(seconds=2),
    ).select_related("user")[:20]
    named = (
        entry.user.get_username() for entry in entries if label.lower() in entry.get_change_message().lower()
    )
    return next(named, "")
