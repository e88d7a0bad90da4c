"""Changes of the library by those who may not publish: kept beside what readers read, until somebody who may puts them live."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import capfirst

from articles.evidence.shown import SHOWN, look_again
from articles.models import Figure, Proposal, Publication, Version
from articles.models.proposal import KEYS, WITH_FILE, as_proposed, changed, proposals_for, values_of
from articles.publishing.errors import NotPossible
from articles.publishing.history import word_diff
from shop.pictures.models import Picture, foreign_keys

PUBLISH = "articles.publish_article"


@dataclass(frozen=True)
class Difference:
    """Of one field: its name, what is live and what is proposed, in words; `pictures` instead, where it is a file."""

    name: str
    live: str
    proposed: str
    pictures: tuple[Picture, Picture] | None = None

    @property
    def marked(self) -> tuple[str, str]:
        """Both in HTML, with the words that differ marked."""
        return word_diff(self.live, self.proposed)


def may_only_propose(user, row) -> bool:
    """Whether what this person changes of a row waits for somebody who may publish. `row`: as it would be saved."""
    return type(row) in KEYS and row.pk is not None and not user.has_perm(PUBLISH) and is_read(row)


def is_read(row) -> bool:
    """Whether readers see a row of the library now, or will without anybody publishing anything."""
    if isinstance(row, Picture) and _has_a_place(row):
        return True
    lasting = Publication.objects.filter(until__gt=timezone.now()).values("version")
    stored = type(row)._base_manager.get(pk=row.pk)
    return Version.objects.filter(SHOWN[type(row)](stored), pk__in=lasting).exists()


def _has_a_place(picture: Picture) -> bool:
    """Beside an article: on a product, at the top of the home page, before or after this change."""
    if picture.role or Picture._base_manager.filter(pk=picture.pk).exclude(role="").exists():
        return True
    beside = {Version, Figure, Proposal}
    return any(
        model._base_manager.filter(**{name: picture.pk}).exists()
        for model, name in foreign_keys()
        if model not in beside
    )


def propose(row, names: Iterable[str], by: str) -> Proposal:
    """Keep what was typed in these fields of a row, which is not saved. What was proposed in others before stays."""
    names = [name for field in names for name in (WITH_FILE if field == "file" else (field,))]
    with transaction.atomic():
        key = {f"{KEYS[type(row)]}_id": row.pk}
        made = Proposal.objects.select_for_update(of=("self",)).filter(**key).first() or Proposal(
            values={}, **key
        )
        made.values = {**made.values, **values_of(row, names)}
        made.made_by, made.made_at = by, timezone.now()
        made.save()
        look_again(SHOWN[type(row)](row), drafts_alone=True)
    return made


def put_live(proposal: Proposal) -> models.Model:
    """Save the row as proposed. Raises NotPossible where it can't be any more, such as a name that another took."""
    with transaction.atomic():
        model = type(proposal.row)
        stored = model._base_manager.select_for_update().get(pk=proposal.row.pk)
        row = changed(stored, proposal.values)
        try:
            row.full_clean()
        except ValidationError as error:
            raise NotPossible(f"{proposal}: {' '.join(error.messages)}")
        proposal.delete()
        row.save()
    return row


def throw_away(proposal: Proposal) -> None:
    with transaction.atomic():
        row = proposal.row
        proposal.delete()
        look_again(SHOWN[type(row)](row), drafts_alone=True)


def differences(proposal: Proposal) -> list[Difference]:
    live: Any = proposal.row
    proposed: Any = proposal.proposed_row
    found = []
    for name in proposal.values:
        field: Any = live._meta.get_field(name)
        if name in WITH_FILE[1:]:
            continue
        pictures = (live, proposed) if isinstance(field, models.FileField) else None
        found.append(
            Difference(
                capfirst(str(field.verbose_name)), _words(live, field), _words(proposed, field), pictures
            )
        )
    return found


def _words(row, field) -> str:
    if isinstance(field, models.BooleanField):
        return "yes" if getattr(row, field.name) else "no"
    shown = getattr(row, f"get_{field.name}_display", None)
    value = shown() if shown else getattr(row, field.name)
    return "nothing" if value in (None, "") else str(value)


def rows_of(version: Version, blocks: list) -> list[models.Model]:
    """The rows of the library that a version shows with these blocks, as it shows them."""
    rows = [
        getattr(block, name) for block in blocks for name in block._state.fields_cache if name != "parent"
    ]
    rows += [form for block in blocks for form in getattr(block, "_forms", None) or ()]
    rows += [version.author, version.picture, *as_proposed(version, version.topics.all())]
    return list({(type(row), row.pk): row for row in rows if type(row) in KEYS}.values())


def waiting_for(version: Version, rows: list[models.Model]) -> list[Proposal]:
    """What goes live with a draft when it is published. `rows`: those of `rows_of`."""
    found = proposals_for(rows) if version.is_draft else {}
    return sorted(found.values(), key=lambda row: (row.made_at, row.pk))


def library_state(rows: list[models.Model]) -> str:
    """A digest of all that a version shows of the library (`rows_of`): who publishes says with it what they looked at."""
    shown = [
        (KEYS[type(row)], row.pk, values_of(row, _columns(row)))
        for row in sorted(rows, key=lambda row: (KEYS[type(row)], row.pk))
    ]
    return hashlib.blake2b(json.dumps(shown, cls=DjangoJSONEncoder).encode(), digest_size=12).hexdigest()


def _columns(row) -> list[str]:
    """What staff type; renditions, which the worker makes, are none."""
    return [field.name for field in row._meta.concrete_fields if field.editable and not field.primary_key]


def put_live_with(version: Version, blocks: list) -> list[str]:
    """Put live what a draft shows of proposals; a word of each. Raises NotPossible."""
    found = waiting_for(version, rows_of(version, blocks) if version.is_draft else [])
    for proposal in found:
        put_live(proposal)
    return [str(proposal) for proposal in found]
