"""What a form was opened with, as text that is sealed into the page."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.db import models
from django.utils import timezone

SALT = "staff-forms-opened"


UNKNOWN = object()


READ: dict[str, Callable[[str], Any]] = {
    "decimal": Decimal,
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "uuid": UUID,
    "file": str,
}


def as_json(value):
    """An initial value of a form field in JSON; rows as their keys, in order."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return {"is": "decimal", "as": str(value)}
        case dt.datetime():
            return {"is": "datetime", "as": value.isoformat()}
        case dt.date():
            return {"is": "date", "as": value.isoformat()}
        case dt.time():
            return {"is": "time", "as": value.isoformat()}
        case UUID():
            return {"is": "uuid", "as": str(value)}
        case models.Model():
            return as_json(value.pk)
        case models.fields.files.FieldFile():
            return {"is": "file", "as": value.name or ""}
        case dict():
            return {"is": "dict", "as": {str(key): as_json(one) for key, one in value.items()}}
        case list() | tuple() | set() | models.QuerySet():
            rows = [as_json(one) for one in value]
            of_rows = any(isinstance(one, models.Model) for one in value)
            return sorted(rows, key=str) if of_rows else rows
    return str(value)


def from_json(value):
    match value:
        case {"is": "dict", "as": inner}:
            return {key: from_json(one) for key, one in inner.items()}
        case {"is": kind, "as": text}:
            return READ[kind](text)
        case list():
            return [from_json(one) for one in value]
    return value


@dataclass
class OpenedRow:
    """One row of a form: its values when it was opened, and of fields in dispute those that were shown as stored."""

    values: dict = field(default_factory=dict)
    shown: dict = field(default_factory=dict)


@dataclass
class Opened:
    """What was sealed into a page: by key of the row. `broken`: it was there and can't be read."""

    at: dt.datetime | None = None
    rows: dict[str, OpenedRow] = field(default_factory=dict)
    broken: bool = False

    @classmethod
    def read(cls, sealed: str | None, of: str) -> "Opened | None":
        """None without a seal: a program, not a page, sent the form."""
        if not sealed:
            return None
        try:
            content = signing.loads(sealed, salt=SALT)
            if content["of"] != of:
                return cls(broken=True)
            rows = {pk: OpenedRow(*row) for pk, row in content["rows"].items()}
            return cls(dt.datetime.fromisoformat(content["at"]), rows)
        except (signing.BadSignature, KeyError, TypeError, ValueError):
            return cls(broken=True)

    def sealed(self, of: str) -> str:
        rows = {pk: [row.values, row.shown] if row.shown else [row.values] for pk, row in self.rows.items()}
        content = {"of": of, "at": (self.at or timezone.now()).isoformat(), "rows": rows}
        return signing.dumps(content, salt=SALT, compress=True)


class Seal(forms.HiddenInput):
    """Says when it is drawn what a set of forms was opened with."""

    def __init__(self, formset):
        super().__init__()
        self.formset = formset

    def format_value(self, value):
        return self.formset.sealed()
