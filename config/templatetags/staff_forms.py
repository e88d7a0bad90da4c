"""The admin on a phone and with errors: a list that leads to each, folds that open themselves, cells that name their column."""

import re
from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.contrib.admin.utils import flatten
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst

register = template.Library()
MAX_LENGTH = 160
CELL = re.compile(r"\s*<(?:td|th)\b")
SHOWN = re.compile("<(?:img|input|select)")  # what shows without a word
TAG = re.compile(r"<[^>]*>")
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


@register.filter
def drawn(line) -> str:
    """A line of a form, as Django's own template draws it: that decides twenty things for each of hundreds of fields."""
    single, fields = len(line.fields) == 1, [one for one in line if not _is_idle(one)]
    names = "".join(f" field-{name}" for one in fields if (name := _name(one)))
    errors = line.errors() if single and line.form.errors else ""
    classes = f"form-row{' errors' if errors else ''}{'' if line.has_visible_field else ' hidden'}{names}"
    inner = "".join(_drawn_field(one, single) for one in fields)
    if not single:
        inner = f'<div class="flex-container form-multiline">{inner}</div>'
    return SafeString(f'<div class="{classes}">{errors}{inner}</div>\n')


def _is_idle(field) -> bool:
    """Whether its widget says that it has nothing to show (`is_idle`), and nothing is wrong with it."""
    bound = field.field
    return not isinstance(bound, dict) and getattr(bound.field.widget, "is_idle", False) and not bound.errors


def _name(field) -> str:
    bound = field.field
    return conditional_escape(bound["name"] if isinstance(bound, dict) else bound.name)


def _drawn_field(field, single: bool) -> str:
    bound, classes, above = field.field, "flex-container", ""
    is_readonly = getattr(field, "is_readonly", False)
    is_hidden = bound.get("is_hidden", False) if is_readonly else bound.is_hidden
    if not single:
        errors = "" if is_readonly or not bound.errors else field.errors()
        above = str(errors)
        classes = (
            f"fieldBox field-{_name(field)}{' errors' if errors else ''}{' hidden' if is_hidden else ''}"
        )
    if field.is_checkbox:
        inner = f"{bound}{field.label_tag()}"
        classes += " checkbox-row"
    elif is_readonly:
        inner = f'{field.label_tag()}<div class="readonly">{conditional_escape(field.contents())}</div>'
    else:
        inner = f"{field.label_tag()}{bound}"
    return f'<div>{above}<div class="{classes}">{inner}</div>{_help(bound, is_readonly, is_hidden)}</div>'


def _help(bound, is_readonly: bool, is_hidden: bool) -> str:
    text = bound.get("help_text") if is_readonly else bound.help_text
    if not text:
        return ""
    id_for = "" if is_readonly else bound.id_for_label
    attribute = f' id="{conditional_escape(id_for)}_helptext"' if id_for else ""
    return f'<div class="help{" hidden" if is_hidden else ""}"{attribute}>{text}</div>'


@register.inclusion_tag("admin/includes/inline_pages.html")
def inline_pages(inline):
    """The pages of an inline that shows a page of its rows (shop.web.admin_pages); nothing for others."""
    page = getattr(inline.opts, "page", None)
    return (
        {}
        if page is None
        else {
            "page": page,
            "name": inline.opts.page_name,
            "several": capfirst(str(inline.opts.verbose_name_plural)),
            "group": f"{inline.formset.prefix}-group",
        }
    )


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
    labels = [_label(header["text"]) for header in headers]
    return [
        _labelled(cell, labels[place] if place < len(labels) else "") for place, cell in enumerate(result)
    ]


@lru_cache(maxsize=500)
def _label(head: str) -> str:
    """The attribute with the name of a column; each row asks for those of all."""
    name = _plain(head)
    return format_html(' data-label="{}"', capfirst(name)) if name else ""


def _labelled(cell: str, label: str) -> str:
    tag = CELL.match(cell)
    if tag is None:
        return cell
    nothing = "" if _says_something(cell) else " data-nothing"
    return SafeString(f"{cell[: tag.end()]}{label}{nothing}{cell[tag.end() :]}")


def _says_something(cell: str) -> bool:
    if SHOWN.search(cell):
        return True
    shown = TAG.sub("", cell).replace("\N{NO-BREAK SPACE}", "").replace("&nbsp;", "")
    return shown.strip() not in NOTHING
