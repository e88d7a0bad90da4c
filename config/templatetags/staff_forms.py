"""Errors of the admin's forms: a list that leads to each, and folds that open themselves."""

from dataclasses import dataclass

from django import template
from django.contrib.admin.utils import flatten
from django.utils.html import strip_tags
from django.utils.text import Truncator, capfirst

register = template.Library()
LONGEST = 160


@dataclass(frozen=True)
class Told:
    """One error: where it stands, what that is called, what is wrong."""

    place: str
    name: str
    words: str


@register.filter
def holds_errors(fieldset) -> bool:
    """Whether a field of it is wrong, in whatever row of several it stands."""
    return bool(set(flatten(fieldset.fields)) & set(fieldset.form.errors))


@register.inclusion_tag("admin/includes/errors.html")
def error_links(adminform, inlines):
    """All that is wrong with a form and its inlines, each with the place where it stands."""
    told = list(_of_form(adminform.form, "", "content-main"))
    for inline in inlines:
        formset, group = inline.formset, f"{inline.formset.prefix}-group"
        several = capfirst(str(inline.opts.verbose_name_plural))
        told += [Told(group, several, _plain(words)) for words in formset.non_form_errors()]
        for number, form in enumerate(formset.forms):
            if form.errors:
                row = f"{capfirst(str(inline.opts.verbose_name))} {number + 1}: "
                told += _of_form(form, row, f"{formset.prefix}-{number}")
    return {"told": told}


def _of_form(form, before: str, place: str):
    for name, found in form.errors.items():
        if name not in form.fields or form.fields[name].widget.is_hidden:
            yield from (Told(place, before.rstrip(": "), _plain(words)) for words in found)
            continue
        bound = form[name]
        label = capfirst(str(bound.label or name))
        yield Told(bound.id_for_label or place, f"{before}{label}", _plain(" ".join(map(str, found))))


def _plain(words) -> str:
    return Truncator(" ".join(strip_tags(str(words)).split())).chars(LONGEST)
