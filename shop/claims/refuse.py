"""What a product's own words may not say: refused with the field, the phrase, the region and a way out."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models

from shop.claims.check import KINDS, ClaimFinding, check
from shop.claims.conditions import conditions_run_together, conditions_written
from shop.claims.languages import ENGLISH
from shop.claims.rules import PRODUCT, RED, SAFETY
from shop.content.texts import ReadByShoppers, Scope, Text, texts_of
from shop.regions.laws import laws
from shop.regions.models import Region

OF_ONE_KIND = {"internal-use-of-external"}  # what is wrong to say of a spray is right to say of a powder
OF_A_LABEL = {"read: no-fact-on-a-product"}
FEWEST_LETTERS = 5
IN_AN_ADDRESS = re.compile(r"[-_]|(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])", re.IGNORECASE)


def refuse_claims(
    texts: dict[str, str],
    regions: Iterable[Region],
    kind: str | Iterable[str],
    mg_a_day: float | None = None,
    surface: str = PRODUCT,
    instead: str = "",
    is_letter: bool = False,
    language: str = ENGLISH,
) -> None:
    """Raise ValidationError by field name for texts with a red finding in any of the regions.

    `kind`: of the product; of several each is asked, since a sentence that one may bear is a claim on another. ""
    for words about no product: then each is asked, save for rules on the use of one kind alone.
    `mg_a_day`: elemental magnesium of the daily amount, on which authorised sentences depend; None if not known.
    `instead`: what may be said, where that does not depend on what was found. `is_letter`: see `Text`.
    `language`: of the texts; a row of no region is written in English.
    """
    kinds = ([kind] if isinstance(kind, str) and kind else list(kind)) or list(KINDS)
    left_out = (set() if kind else OF_ONE_KIND) | (OF_A_LABEL if is_letter else set())
    errors: dict[str, list[str]] = {}
    for name, text in texts.items():
        found: dict[str, dict[str, ClaimFinding]] = {}
        for region in regions:
            for one in kinds:
                for finding in check(text or "", region.claims_law, surface, [one], mg_a_day, language):
                    if finding.severity == RED and finding.rule not in left_out:
                        found.setdefault(finding.phrase, {}).setdefault(region.short_name, finding)
        if found:
            errors[name] = [_told(phrase, by_region, instead) for phrase, by_region in found.items()]
    if errors:
        raise ValidationError(errors)


def _told(phrase: str, by_region: dict[str, ClaimFinding], instead: str) -> str:
    """A phrase once, with all regions that refuse it, what may be said instead, and the sources."""
    advice: dict[str, list[str]] = {}
    for region, finding in by_region.items():
        advice.setdefault(instead or finding.advice, []).append(region)
    told = (
        " ".join(advice)
        if len(advice) == 1
        else " ".join(f"In {', '.join(where)}: {words}" for words, where in advice.items())
    )
    sources = "; ".join(dict.fromkeys(row.source.rstrip(".") for row in by_region.values() if row.source))
    return f"“{phrase}” can’t stand here in {', '.join(by_region)}. {told}" + (
        f" Source: {sources}." if sources else ""
    )


def refuse_texts(
    sender: type[ReadByShoppers], instance: ReadByShoppers, names: list[str], **kwargs: object
) -> None:
    """Refuse claims in a row's fields of the surfaces product and safety, in each region that reads them."""
    refuse_words(instance, names)


def refuse_words(
    instance: ReadByShoppers, names: Iterable[str], among: Iterable[Region] | None = None
) -> None:
    """Like `refuse_texts`; `among`: only in these regions."""
    declared = texts_of(type(instance))
    names = [
        name for name in names if declared[name].surface in {PRODUCT, SAFETY} and getattr(instance, name)
    ]
    scope = instance.claim_scope() if names else None
    if scope is None:
        return
    every = list(Region.all_cached() if scope.regions is None else scope.regions)
    every = [
        region for region in every if region.law in laws()
    ]  # a region that is being typed may have none yet
    if among is not None:
        wanted = {region.pk for region in among}
        every = [region for region in every if region.pk in wanted]
    errors: dict[str, list[str]] = {}
    for name in names:
        text = declared[name]
        regions = [region for region in every if text.law in {"", region.claims_law}]
        mg = scope.mg_a_day if text.may_state else 0
        instead = "" if text.may_state or text.surface == SAFETY else text.instead
        try:
            words = {name: words_in(instance, name)}
            refuse_claims(
                words, regions, scope.kinds, mg, text.surface, instead, text.is_letter, language_of(instance)
            )
        except ValidationError as error:
            errors |= error.message_dict
    if errors:
        raise ValidationError(errors)


def language_of(row: models.Model) -> str:
    """The language that a row's own words are in: that of its region, if it has one."""
    region = getattr(row, "region", None) if hasattr(row, "region_id") else None
    return region.language if region is not None else ENGLISH


def said_now(rows: Iterable[ReadByShoppers], regions: Iterable[Region]) -> list[str]:
    """What the rules of today refuse in rows that were saved before: “Product “Citrate”, summary: …”, a line a text."""
    regions, lines = list(regions), []
    for row in rows:
        meta = type(row)._meta
        try:
            refuse_words(row, texts_of(type(row)), regions)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                field = str(getattr(meta.get_field(name), "verbose_name", name))
                lines.append(f"{str(meta.verbose_name).capitalize()} “{row}”, {field}: {' '.join(messages)}")
    return lines


def refuse_in(field: str, text: str, scope: Scope | None, declared: Text) -> None:
    """Refuse claims in a text that a row shows and that is declared of another row, such as a picture's."""
    if scope is not None:
        regions = Region.all_cached() if scope.regions is None else scope.regions
        refuse_claims(
            {field: text}, regions, scope.kinds, scope.mg_a_day, PRODUCT, declared.instead, declared.is_letter
        )


def refuse_run_together(field: str, text: str) -> None:
    """Refuse a condition's name inside a word of code, such as CRAMPSAWAY; names of fewer letters may be chance."""
    ends = range(len(text) + 1)
    parts = {text[begin:end] for begin in ends for end in ends if end - begin >= FEWEST_LETTERS}
    found = conditions_written(parts) + conditions_run_together(parts)
    if found:
        longest = max(found, key=len)
        raise ValidationError({field: f"“{longest}” names a condition; no product may be sold under it."})


def words_in(instance: models.Model, name: str) -> str:
    """The words of a field as a reader makes them out: those of an address or a code with blanks between."""
    own = getattr(instance, "words_for_claims", None)
    text: str = own(name) if own else getattr(instance, name)
    if isinstance(instance._meta.get_field(name), models.SlugField) or name == "code":
        return IN_AN_ADDRESS.sub(" ", text)
    return text
