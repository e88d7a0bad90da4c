"""`save()` of a row that was loaded from the database writes only the columns that changed since.

Staff save a form while the shop goes on: parcels leave, prices begin, colleagues work. A column that nobody touched
must not be written back. `save()` itself runs as ever, with all that a model does in it.
"""

import copy


def remember(row) -> None:
    """From now on `row.save()` leaves out the columns that still hold what they hold now."""
    known = {field: _stored(field, getattr(row, field.attname)) for field in row._meta.concrete_fields}

    def write(base, using, pk, values, *args, **kwargs):
        changed = [value for value in values if _differs(known, value)]
        if values and not changed:
            return base.filter(pk=pk).exists()
        written = type(row)._do_update(row, base, using, pk, changed, *args, **kwargs)
        known.update((field, _stored(field, value)) for field, _, value in changed)
        return written

    row._do_update = write


def _stored(field, value):
    return copy.deepcopy(value if hasattr(value, "resolve_expression") else field.get_prep_value(value))


def _differs(known, value) -> bool:
    field, _, now = value
    return field not in known or hasattr(now, "resolve_expression") or _stored(field, now) != known[field]
