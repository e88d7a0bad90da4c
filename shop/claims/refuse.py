"""What a product's own words may not say: refused with the field, the phrase, the region and a way out."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError

from shop.claims.check import check
from shop.claims.rules import PRODUCT, RED
from shop.regions.models import Region


def refuse_claims(
    texts: dict[str, str],
    regions: Iterable[Region],
    kind: str,
    mg_a_day: float | None = None,
    surface: str = PRODUCT,
) -> None:
    """Raise ValidationError by field name for texts with a red finding in any of the regions.

    `mg_a_day`: elemental magnesium of the daily amount, on which authorised sentences depend; None if not known.
    """
    errors: dict[str, list[str]] = {}
    for name, text in texts.items():
        found: dict[tuple[str, str], list[str]] = {}
        for region in regions:
            for finding in check(text or "", region.law, surface, [kind], mg_a_day):
                if finding.severity == RED:
                    where = f"{region.short_name} ({finding.source})"
                    found.setdefault((finding.phrase, finding.advice), []).append(where)
        if found:
            errors[name] = [
                f"“{phrase}” can’t stand here in {', '.join(where)}. {advice}"
                for (phrase, advice), where in found.items()
            ]
    if errors:
        raise ValidationError(errors)
