"""The admin on a phone and with errors: a list that leads to each, folds that open themselves, cells that name their column."""

import re
from dataclasses import dataclass

from django import template
from django.contrib.admin.utils import flatten
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst

register = template.Library()
MAX_LENGTH = 160
CELL = re.compile(r"\s*<(?:td|th)\b")
BOXES = re.compile(r'<label class="both">.*?</label>', re.S)
QUOTED = re.compile(r"<q\b[^>]*>(.*?)</q>", re.S)
NOTHING = {"", "-"}  # what the admin shows for no value


@dataclass(frozen=True)
class FormError:
    """One error: where it stands, what that is called, what is wrong."""

    place: str
    name: str
    words: str


@register.filter
def has_errors(fieldset) -> bool:
    """Whether a field of it is wrong, in whatever row of several it stands."""
    return bool(set(flatten(fieldset.fields)) & set(fieldset.form.errors))


@register.inclusion_tag("admin/includes/errors.html")
def error_links(adminform, inlines):
    """All that is wrong with a form and its inlines, each with the place where it stands."""
    errors = list(_of_form(adminform.form, "", "content-main"))
    for inline in inlines:
        formset, group = inline.formset, f"{inline.formset.prefix}-group"
        several = capfirst(str(inline.opts.verbose_name_plural))
        errors += [FormError(group, several, _plain(words)) for words in formset.non_form_errors()]
        for number, form in enumerate(formset.forms):
            if form.errors:
                row = f"{capfirst(str(inline.opts.verbose_name))} {number + 1}: "
                errors += _of_form(form, row, f"{formset.prefix}-{number}")
    return {"errors": errors}


def _of_form(form, before: str, place: str):
    for name, found in form.errors.items():
        if name not in form.fields or form.fields[name].widget.is_hidden:
            yield from (FormError(place, before.rstrip(": "), _plain(words)) for words in found)
            continue
        bound = form[name]
        label = capfirst(str(bound.label or name))
        yield FormError(bound.id_for_label or place, f"{before}{label}", _plain(" ".join(map(str, found))))


def _plain(words) -> str:
    """As text: quotations keep their marks, and the boxes of a dispute stay with the field."""
    text = QUOTED.sub(r"“\1”", BOXES.sub("", str(words)))
    return Truncator(" ".join(strip_tags(text).split())).chars(MAX_LENGTH)


@register.filter
def labelled(result, headers) -> list[str]:
    """The cells of a row of a list, each with the head of its column; one that shows nothing is marked.

    Both come from Django's own `result_list`; there may be more cells (hidden fields) than heads.
    """
    names = [_plain(header["text"]) for header in headers]
    return [_labelled(cell, names[place] if place < len(names) else "") for place, cell in enumerate(result)]


def _labelled(cell: str, name: str) -> str:
    shown = _plain(cell).replace("\N{NO-BREAK SPACE}", "").replace("&nbsp;", "").strip()
    nothing = shown in NOTHING and "<img" not in cell and "<input" not in cell and "<select" not in cell
    label = format_html(' data-label="{}"', capfirst(name)) if name else ""
    tag = CELL.match(cell)
    if tag is None:
        return cell
    before, after = SafeString(cell[: tag.end()]), SafeString(cell[tag.end() :])
    return format_html("{}{}{}{}", before, label, SafeString(" data-nothing") if nothing else "", after)
