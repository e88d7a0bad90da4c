"""A form that was opened before somebody else saved: its rows, against those that are stored now.

Saved over it, the draft is what the form shows and nothing besides: what the others added goes (the history has it),
and what they took out and still stands in the form comes back as new.
"""

from django.db.models import UniqueConstraint

from shop.text.numbers import whole_or_none


def is_late(version, posted) -> bool:
    return posted.get("seen", "") != version.changed_at.isoformat()


def gone_as_new(posted, version, inlines):
    """What was posted, with rows that are not stored any more as new ones, behind those that are.

    A new row that may stand there once only, such as a topic, is the stored one where somebody has added it meanwhile.
    """
    made = posted.copy()
    for inline in inlines:
        link = next(field for field in inline.model._meta.fields if field.related_model is type(version))
        prefix = link.remote_field.get_accessor_name(model=inline.model)
        count = whole_or_none(posted.get(f"{prefix}-TOTAL_FORMS", ""), 4) or 0
        if count:
            stored = inline.model._base_manager.filter(**{link.name: version})
            _put_in_order(made, prefix, count, stored, _once(inline.model, link))
    return made


def _once(model, link) -> list[str]:
    """The fields of a row that say which it is, within its version; none of a block."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and link.name in constraint.fields:
            return [name for name in constraint.fields if name != link.name]
    return []


def _put_in_order(posted, prefix, count, stored, once) -> None:
    sent = {number: posted.get(f"{prefix}-{number}-id", "") for number in range(count)}
    names = [stored.model._meta.get_field(name).attname for name in once]
    rows = {str(pk): tuple(map(str, values)) for pk, *values in stored.values_list("pk", *names)}
    twins = {values: pk for pk, values in rows.items() if names and pk not in sent.values()}
    now = {}
    for number, pk in sent.items():
        values = tuple(posted.get(f"{prefix}-{number}-{name}", "") for name in once)
        now[number] = pk if pk in rows else twins.pop(values, "")
    if now == sent:
        return
    fields: dict[int, dict[str, list[str]]] = {number: {} for number in sent}
    for name in [name for name in posted if name.startswith(f"{prefix}-")]:
        number, _, field = name.removeprefix(f"{prefix}-").partition("-")
        if field and number.isascii() and number.isdecimal() and int(number[:5]) in fields:
            fields[int(number)][field] = posted.pop(name)
    for place, number in enumerate(sorted(now, key=lambda number: not now[number])):
        for field, typed in fields[number].items():
            posted.setlist(f"{prefix}-{place}-{field}", typed)
        posted[f"{prefix}-{place}-id"] = now[number]
    posted[f"{prefix}-INITIAL_FORMS"] = str(sum(map(bool, now.values())))


def take_out_what_is_not_shown(formsets) -> bool:
    """Remove stored rows that the form does not know; whether there were any."""
    others = [
        row
        for formset in formsets
        if formset.can_delete
        for row in formset.get_queryset()
        if row.pk not in {form.instance.pk for form in formset.initial_forms}
    ]
    for row in others:
        row.delete()
    return bool(others)
