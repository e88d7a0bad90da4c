"""What products state must be theirs to state: refused where statements are ticked, and where packs or kinds change."""

from django.core.exceptions import ValidationError

from shop.claims.refuse import said_now
from shop.claims.statements import as_listed, problems


def refuse_statements(wording) -> None:
    """Raise ValidationError for statements of a wording that its product must not make in that region.

    Spelling is brought to that of the list first.
    """
    law, language = wording.region.claims_law, wording.region.language
    lines = as_listed(wording.statements.splitlines(), law, language)
    wording.statements = "\n".join(lines)
    wrong = problems(lines, law, wording.product.judged_as or "", wording.mg_a_day(), language)
    if wrong:
        raise ValidationError({"statements": wrong})


def refuse_unstated(product, field: str, kind: str, mg_a_unit: int | None = None) -> None:
    """Raise ValidationError where what the product states already would not hold for another kind, or for a pack with
    `mg_a_unit` of magnesium in a unit. None: no pack changes.
    """
    if not product.pk:
        return
    wrong = []
    for wording in product.wordings.exclude(statements="").select_related("region"):
        now = wording.mg_a_day() if mg_a_unit is None else mg_a_unit * (wording.units_per_day or 0)
        wrong += [
            f"{wording.region.short_name}: {problem} Untick it first, and save."
            for problem in problems(
                wording.statement_list, wording.region.claims_law, kind, now, wording.region.language
            )
        ]
    if wrong:
        raise ValidationError({field: wrong})


def refuse_to_sell(product, regions) -> None:
    """Raise ValidationError where what shoppers of these regions would read of a product is refused by the rules of today.

    Its words were checked when they were saved, by the rules of that day; rows of SQL were not checked at all.
    """
    regions = list(regions)
    wordings = product.wordings.filter(region__in=regions).select_related("region", "product")
    packs = product.variants.filter(is_active=True).select_related("product")
    lines = said_now([product, *wordings, *packs, *product.tags.all()], regions)
    if lines:
        raise ValidationError([f"It can’t go on sale yet. {line}" for line in lines])
