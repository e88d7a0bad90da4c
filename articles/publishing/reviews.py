"""Medical reviews: who has read which words."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from articles.evidence.shown import look_again
from articles.models import MedicalReview, Version
from articles.publishing.errors import NotPossible


@transaction.atomic
def record_review(
    version: Version, reviewer: str, reviewed_on: date, by: str, note: str = ""
) -> MedicalReview:
    """Log that a named person has read this version, and show it to readers of its words.

    Versions with the same words (with other product links, or saved again) get it too, so that it reaches what is
    published; versions made from them later inherit it.

    Raises NotPossible for a date in the future or without a name.
    """
    if not reviewer.strip():
        raise NotPossible("Give the name and the qualification of the person who has read it.")
    if reviewed_on > timezone.localdate():
        raise NotPossible("The date of the review lies in the future.")
    review = MedicalReview.objects.create(
        version=version, reviewer=reviewer.strip(), reviewed_on=reviewed_on, recorded_by=by, note=note
    )
    concerned = same_words(version)
    Version.objects.filter(pk__in=concerned).update(
        medical_reviewer=review.reviewer,
        reviewed_on=reviewed_on,
        reviewed_words=version.words_digest,
        changed_since_review="",
    )
    look_again(Q(pk__in=concerned))
    return review


def same_words(version: Version) -> list[int]:
    """The pks of it and of those of the article's versions whose readers read the same in every region."""
    others = version.article.versions.filter(words_digest=version.words_digest).exclude(words_digest="")
    words = _read_in_each_region(version.region_facts)
    same = [
        pk for pk, facts in others.values_list("pk", "region_facts") if _read_in_each_region(facts) == words
    ]
    return [version.pk, *same]


def _read_in_each_region(facts) -> dict:
    return {code: fact.get("digest") for code, fact in facts.items()}
