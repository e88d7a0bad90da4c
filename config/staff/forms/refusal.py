"""Why the database refused a change, in words for staff."""

import re

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError
from django.db.models import ProtectedError, RestrictedError, UniqueConstraint
from django.utils.text import capfirst, get_text_list

REFUSALS = (IntegrityError, DataError, ProtectedError, RestrictedError, ValidationError)
MAX_NAMED = 5
NOTHING_SAVED = "Nothing was saved; what you typed stands below."


def reason_of(error: IntegrityError | DataError | ProtectedError | RestrictedError | ValidationError) -> str:
    """What is wrong and what helps; never the database's own words."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, ProtectedError | RestrictedError):
        rows = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
        return f"It is still used by {_named(rows)}. Take it out there first."
    if isinstance(error, DataError):
        return "A number or a text is too long for its field."
    return _broken_rule(error)


def _named(rows) -> str:
    rows = list(rows)
    names = [f"{row._meta.verbose_name} “{row}”" for row in rows[:MAX_NAMED]]
    more = len(rows) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _broken_rule(error: IntegrityError) -> str:
    text = str(error)
    for model in apps.get_models():
        for rule in model._meta.constraints:
            if re.search(rf"\b{rule.name}\b", text) or _names_columns(rule, model, text):
                return _rule_words(rule, model)
        for field in model._meta.concrete_fields:
            if field.unique and _names_column(field, model, text):
                return _taken(model, [field])
    if _is_foreign_key(error):
        return "Something that this form names was deleted a moment ago, or is still used elsewhere."
    return "Somebody saved something at the same moment that it does not go together with. Look at it and save again."


def _is_foreign_key(error: IntegrityError) -> bool:
    """By the database's code for it: PostgreSQL's is a state of the SQL standard, SQLite's a name."""
    cause = error.__cause__
    codes = {getattr(cause, "sqlstate", ""), getattr(cause, "sqlite_errorname", "")}
    return bool(codes & {"23503", "SQLITE_CONSTRAINT_FOREIGNKEY"})


def _names_columns(rule, model, text) -> bool:
    """SQLite names a unique rule's columns, not the rule."""
    fields = getattr(rule, "fields", ())
    columns = ", ".join(f"{model._meta.db_table}.{model._meta.get_field(name).column}" for name in fields)
    return bool(columns) and text.endswith(f"UNIQUE constraint failed: {columns}")


def _names_column(field, model, text) -> bool:
    table, column = model._meta.db_table, field.column
    return text.endswith(f"constraint failed: {table}.{column}") or bool(
        re.search(rf"unique constraint \"{table}_{column}_[0-9a-z_]+\"", text)
    )


def _rule_words(rule, model) -> str:
    if rule.violation_error_message != rule.default_violation_error_message:
        return str(rule.violation_error_message)
    if isinstance(rule, UniqueConstraint) and rule.fields:
        return _taken(model, [model._meta.get_field(name) for name in rule.fields])
    rule_name = rule.name.replace("_", " ")
    return f"{capfirst(str(model._meta.verbose_name))}: what was typed breaks the rule “{rule_name}”."


def _taken(model, fields) -> str:
    names = get_text_list([str(field.verbose_name) for field in fields], "and")
    return f"Another {model._meta.verbose_name} with this {names} was saved a moment ago. Change yours, or look at it."
