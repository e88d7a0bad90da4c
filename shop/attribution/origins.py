"""Where packs in a basket came from: an article, by way of it, a campaign. Stored until the order is paid, then deleted."""

import re
from dataclasses import dataclass

from django.core import signing
from django.http import QueryDict

from shop.web.public import CAMPAIGN_KEYS, SOURCE_KEY

SIGNER = signing.Signer(salt="article-source")
CAMPAIGN = re.compile(r"[^\w.+ -]+")
MAX_PART_LENGTH = 40
MAX_ORIGINS = 20  # of one basket line; what comes later counts for the last


def sign_article(pk: int) -> str:
    """What links and forms of an article carry."""
    return SIGNER.sign(str(pk))


def read_source(value: str) -> int:
    """The article's pk in a signed `source`; 0 for anything that we did not sign."""
    if not value or len(value) > 80:
        return 0
    try:
        return int(SIGNER.unsign(value))
    except (signing.BadSignature, ValueError):
        return 0


def without_strange_source(query: QueryDict) -> QueryDict:
    """A query as it is, or without its `source` where that is nothing we signed."""
    if SOURCE_KEY not in query or read_source(str(query[SOURCE_KEY])):
        return query
    clean = query.copy()
    del clean[SOURCE_KEY]
    clean._mutable = False
    return clean


def campaign_of(given) -> str:
    """The campaign that a query or a form names, as “source / medium / campaign”; "" if it names none.

    Small letters, odd characters taken out, forty characters a part.
    """
    parts = [
        CAMPAIGN.sub("", str(given.get(key, ""))).strip().lower()[:MAX_PART_LENGTH] for key in CAMPAIGN_KEYS
    ]
    if not parts[0] and not parts[2]:
        return ""
    return " / ".join(part or "–" for part in parts)


@dataclass(frozen=True)
class Origin:
    """`article`: its pk, 0 for none. `assisted`: put in on the product's page, to which the article's card led."""

    article: int = 0
    assisted: bool = False
    campaign: str = ""

    @classmethod
    def of(cls, given) -> "Origin":
        """From the fields of an add-to-basket form."""
        article = read_source(given.get("source", ""))
        return cls(article, bool(article) and given.get("via") == "product", campaign_of(given))


NOWHERE = Origin()


def with_origin(rows: list, origin: Origin, packs: int) -> list:
    """The stored origins of a line after `packs` more came from `origin`: [article, assisted, campaign, packs]."""
    key = [origin.article, origin.assisted, origin.campaign]
    rows = [list(row) for row in rows]
    for row in rows:
        if row[:3] == key:
            row[3] += packs
            return rows
    if len(rows) >= MAX_ORIGINS:
        rows[-1][3] += packs
        return rows
    return [*rows, [*key, packs]]


def allocate(rows: list, quantity: int) -> list[tuple[Origin, int]]:
    """(origin, packs) of a line that now has `quantity` packs: the first that came are the first that stayed."""
    found, left = [], quantity
    for article, assisted, campaign, packs in rows:
        taken = min(packs, left)
        if taken > 0:
            found.append((Origin(article, assisted, campaign), taken))
            left -= taken
    if left > 0:
        found.append((NOWHERE, left))
    return found


def spread(amount: int, weights: list[int]) -> list[int]:
    """`amount` in parts by weight whose sum is exactly `amount`: each rounded down, the rest to the largest remainders."""
    total = sum(weights)
    if total == 0:
        return [amount, *[0] * (len(weights) - 1)] if weights else []
    sign, amount = (-1, -amount) if amount < 0 else (1, amount)
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(amount * weights[place] % total), place))
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return [sign * part for part in parts]
