"""Rows as lines of JSON: what no table of another program can say, such as facts by region, and all that is needed to come in again."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile

from config.moving.whole.kept import Kept, by_key


def said(value: Any) -> Any:
    """A value as JSON has it, without loss: moments keep their microseconds."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value.name if isinstance(value, FieldFile) else value


def row_of(kept: Kept, row: models.Model) -> dict[str, Any]:
    return {"id": row.pk} | {
        column.name: said(getattr(row, column.attname)) for column in kept.columns if not _is_made(column)
    }


def _is_made(column: models.Field) -> bool:
    return getattr(column, "generated", False)


def lines_of(kept: Kept) -> Iterator[str]:
    for row in by_key(kept.model._base_manager.all()):
        yield json.dumps(row_of(kept, row), ensure_ascii=False, default=str) + "\n"
