"""A person's “no claim”: said of sentences that no rule recognised, withdrawn again, and whether it still holds."""

from collections.abc import Iterable

from django.db import transaction

from articles.evidence.claims import store
from articles.evidence.recheck import versions_in_use
from articles.evidence.ticks import in_force
from articles.models import Article, NoClaim, NoClaimEnd, Version
from shop.claims import rules
from shop.claims.check import UNRECOGNISED

REASONS = (
    "says what a study found",
    "about the condition, not about magnesium",
    "safety or care",
    "chemistry",
    "food",
    "label or law",
    "navigation or wording",
)
SHORTEST_REASON = 8  # letters of a reason in somebody's own words: what is written is read by a regulator


class NotWaiting(ValueError):
    """What was ticked does not wait, or not any more."""


def waiting(version: Version) -> dict[str, dict]:
    """By digest the findings of a version, in any region, that wait for a person."""
    return {
        row["digest"]: row
        for found in version.claims.values()
        for row in found.get("findings", ())
        if row["rule"] == UNRECOGNISED and row.get("digest")
    }


@transaction.atomic
def tick(version: Version, reasons: dict[str, str], by: str, law: str = "") -> list[NoClaim]:
    """Say of sentences of a version, by digest, that they make no claim, each for a reason; under one law or all.

    It holds for every version of the article. Raises NotWaiting, with nothing done, for a digest that does not wait.
    """
    locked = _lock(version.article_id, version.pk)
    version = next(row for row in locked if row.pk == version.pk)
    found = waiting(version)
    if not reasons or set(reasons) - set(found) or not all(reason.strip() for reason in reasons.values()):
        raise NotWaiting("A tick needs a sentence that waits, and a reason.")
    rows = NoClaim.objects.bulk_create(
        NoClaim(
            article_id=version.article_id,
            digest=digest,
            sentence=found[digest]["sentence"],
            place=found[digest].get("place", ""),
            law=law,
            reason=reason.strip(),
            ticked_by=by,
            rules=rules.version(),
        )
        for digest, reason in reasons.items()
    )
    _check_anew(locked)
    return rows


@transaction.atomic
def withdraw(ticks: Iterable[NoClaim], by: str) -> int:
    """End ticks, and all others of the same words under the same law; how many ended."""
    ended = 0
    for article_pk in {row.article_id for row in ticks}:
        locked = _lock(article_pk)
        for row in ticks:
            if row.article_id == article_pk:
                same = in_force(article_pk).filter(digest=row.digest, law=row.law)
                made = NoClaimEnd.objects.bulk_create(NoClaimEnd(no_claim=one, ended_by=by) for one in same)
                ended += len(made)
        _check_anew(locked)
    return ended


def _lock(article_pk: int, *versions: int) -> list[Version]:
    """The versions that readers or editors meet, and these, held until the transaction ends; others wait or are behind."""
    Article.objects.select_for_update().get(pk=article_pk)
    pks = {row.pk for row in versions_in_use(article_pk)} | set(versions)
    newest = Version.objects.filter(article=article_pk).values_list("pk", flat=True).first()
    rows = Version.objects.select_for_update(of=("self",)).filter(pk__in=pks | {newest})
    return list(rows.order_by("pk").select_related("picture"))


def _check_anew(versions: list[Version]) -> None:
    for version in versions:
        store(version)
