"""Which sentences of an article a person has said to make no claim, as far as that still holds."""

from collections.abc import Container
from dataclasses import dataclass, field

from articles.evidence.judged import judged_in
from articles.models import NoClaim, Version
from shop.claims import rules
from shop.claims.check import UNRECOGNISED
from shop.regions.models import Region


@dataclass
class Ticks(Container):
    """The digests that are ticked under a law. It remembers which of them the check met in the text."""

    digests: frozenset[str] = frozenset()
    met: set[str] = field(default_factory=set)

    def __contains__(self, digest: object) -> bool:
        if digest not in self.digests:
            return False
        self.met.add(str(digest))
        return True


def in_force(article_pk: int | None):
    """The ticks of an article by the rules of today that nobody withdrew. Whether its words still stand they don't say."""
    return NoClaim.objects.filter(article=article_pk, rules=rules.version(), end=None)


def ticks_by_law(article_pk: int | None) -> dict[str, frozenset[str]]:
    """One query; of an article that is not saved yet, none."""
    found: dict[str, set[str]] = {law: set() for law in rules.LAWS}
    rows = in_force(article_pk).order_by().values_list("law", "digest") if article_pk else ()
    for law, digest in rows:
        for concerned in [law] if law else rules.LAWS:
            found[concerned].add(digest)
    return {law: frozenset(digests) for law, digests in found.items()}


def is_current(version: Version) -> bool:
    """Whether a version was checked by the rules of today, and with the ticks of today. Two queries at most."""
    if version.claims_rules != rules.version():
        return False
    ticked = ticks_by_law(version.article_id)
    for code, region in judged_in(version, Region.all_cached()).items():
        found = version.claims.get(code)
        if not found:  # the region is newer than the check
            return False
        here = ticked[region.claims_law]
        waits = {row.get("digest", "") for row in found.get("findings", ()) if row["rule"] == UNRECOGNISED}
        if waits & here or set(found.get("ticked", ())) - here:
            return False
    return True
