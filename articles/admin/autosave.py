"""A draft that saves itself while somebody types: it keeps what is finished of the form, and says what is not.

It writes the open draft and nothing that readers see. What stood there before somebody began to type is frozen once,
as by any save; from then on their typing goes into the same draft, until they save it themselves, somebody else does,
or half an hour passes (`goes_on`). So the history has the states in which people left it, and none for each letter.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.cache import cache
from django.db import transaction
from django.http import JsonResponse
from django.utils import timezone

AUTOSAVE = "_autosave"
PAUSE = timedelta(minutes=30)  # after which the next change is a state of its own in the history
ROUND = re.compile(
    r"([0-9a-z]{8,40})\.([0-9]{1,9})"
)  # of a window until it hears an answer, and its edits so far
REMEMBERED = timedelta(days=1)


@dataclass(frozen=True)
class Kept:
    """What an autosave kept: by formset the pks of its rows as they were posted; what it left out, in words."""

    rows: dict[str, list[int | None]] = field(default_factory=dict)
    unfinished: list[str] = field(default_factory=list)


def autosaves(posted) -> bool:
    return AUTOSAVE in posted


def goes_on(stored, by: str) -> bool:
    """Whether what is stored is what this person typed a moment ago, so that it need not stay in the history."""
    return stored.autosaved and stored.changed_by == by and timezone.now() - stored.changed_at < PAUSE


def keep_stored(form) -> None:
    """Fields of the article's head that can't be saved as they are typed keep what is stored; `unfinished` names them."""
    for name in [name for name in form.errors if name in form.fields]:
        form.unfinished.append(str(form[name].label))
        stored = form.fields[name].initial if name == "slug" else getattr(form.instance, name)
        form.cleaned_data[name] = stored
        del form.errors[name]


def without_unfinished(posted, formsets):
    """What was posted, less rows that are not finished: a new one waits, and of a stored one what can't be saved."""
    kept = posted.copy()
    for formset in formsets:
        for row in formset.forms:
            if not row.errors or f"{row.prefix}-DELETE" in posted:
                continue
            if row.instance.pk is None:
                kept[f"{row.prefix}-DELETE"] = "on"
            else:
                for name in _wrong(row):
                    _put_back(kept, row[name])
    return kept


def _wrong(row) -> list[str]:
    """The fields to put back: those with an error, or all that were changed where it is an error of the whole row."""
    wrong = [name for name in row.errors if name in row.fields]
    return wrong if len(wrong) == len(row.errors) else [*row.changed_data]


def _put_back(posted, bound) -> None:
    value = bound.field.prepare_value(bound.initial)
    values = value if isinstance(value, list | tuple) else [value]
    posted.setlist(bound.html_name, ["" if one is None else str(one) for one in values])


def unfinished_rows(posted, formsets) -> list[str]:
    """What was left out because it is not finished, such as “Picture”."""
    return [
        str(formset.model._meta.verbose_name).capitalize()
        for formset in formsets
        for row in formset.forms
        if row.errors and f"{row.prefix}-DELETE" not in posted
    ]


def kept_rows(formsets) -> dict[str, list[int | None]]:
    """By formset the pk of each row as it was posted; None for one that is not stored."""
    return {
        formset.prefix: [None if row in formset.deleted_forms else row.instance.pk for row in formset.forms]
        for formset in formsets
    }


def answered(request) -> JsonResponse | None:
    """What this window was answered and never heard, such as when its connection broke: else its own save would seem
    to be somebody else's. It then knows how much of it is saved, and saves the rest.
    """
    attempt = ROUND.fullmatch(request.POST.get(AUTOSAVE, ""))
    said = cache.get(_round_key(request, attempt[1])) if attempt else None
    return JsonResponse(said) if said else None


def _round_key(request, name: str) -> str:
    return f"autosave:{request.user.pk}:{name}"


def answer(request, version) -> JsonResponse:
    """That it is saved: since when, under which numbers, and what was left out."""
    kept = version.kept or Kept()
    said = {
        "seen": version.changed_at.isoformat(),
        "slug": version.article.slug,
        "pk": version.pk,
        "rows": kept.rows,
        "unfinished": list(dict.fromkeys(kept.unfinished)),
    }
    if attempt := ROUND.fullmatch(request.POST.get(AUTOSAVE, "")):
        said["edits"] = int(attempt[2])
        key = _round_key(request, attempt[1])
        transaction.on_commit(lambda: cache.set(key, said, REMEMBERED.total_seconds()))
    return JsonResponse(said)


def refusal(form, missing) -> JsonResponse:
    """Why nothing was saved: somebody else did meanwhile (409), or something is missing without which nothing can be."""
    if form.theirs is not None:
        by, at = form.theirs.changed_by or "Somebody", form.theirs.changed_at
        return JsonResponse({"by": by, "at": at.isoformat()}, status=409)
    return JsonResponse({"missing": [f"{where}: {words}" for where, words in missing]}, status=422)
