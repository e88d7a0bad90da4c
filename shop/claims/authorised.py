"""Authorised sentences and fixed texts, word for word: what stands there is no claim to be read."""

import re
from collections.abc import Iterable

from shop.claims.rules import authorised, fixed_texts
from shop.text.normal import as_read

AUTHORISED_END = r"(?=\s*(?:[.;!*†\"]|$|\n))[.*†]*"


def allowed_removed(text: str, law: str, kinds: Iterable[str], mg_a_day: float | None) -> str:
    """Without authorised sentences that the product qualifies for, where they end as authorised, and without fixed texts."""
    for row in authorised(law):
        qualifies = set(row.applies_to) & set(kinds) and (mg_a_day is None or mg_a_day >= row.least_mg_a_day)
        if qualifies:
            text = re.sub(
                rf"(?:(?<=^)|(?<=[.!?*\n:•–\"-])\s*)\s*{re.escape(as_read(row.text))}{AUTHORISED_END}",
                " ",
                text,
                flags=re.IGNORECASE | re.MULTILINE,
            )
    return without_fixed(text)


def without_fixed(text: str) -> str:
    """Without statutory and house texts, which are no claims wherever they stand; `text` in plain letters."""
    for fixed in fixed_texts():
        text = re.sub(re.escape(as_read(fixed)), " ", text, flags=re.IGNORECASE)
    return text
