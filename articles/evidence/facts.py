"""Facts about a version's words, worked out when it is saved, so that a page view costs nothing."""

import hashlib

from articles.evidence.claims import check_version, language_of
from articles.evidence.findings import content_findings
from articles.models import Version
from shop.claims import rules
from shop.claims.conditions import names_condition
from shop.regions.models import Region


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


FACTS = (
    "condition_regions",
    "title_condition_regions",
    "region_facts",
    "words_digest",
    "findings_count",
    "claims",
    "claims_rules",
)


def refresh(version: Version) -> None:
    """Work the facts out and write them. `save_version` and `recheck` call it; nobody else needs to."""
    work_out(version)
    write(version)


def write(version: Version) -> None:
    """Write the facts that `work_out` found."""
    Version.objects.filter(pk=version.pk).update(**{name: getattr(version, name) for name in FACTS})


def work_out(version: Version) -> None:
    """Where it names a condition, what each region reads, how many findings it has; nothing is written."""
    blocks, linked = version.parts()
    regions = Region.all_cached()
    head = f"{version.title}. {version.summary}"
    language = language_of(version)
    in_title = names_condition(head, language)
    words = {
        region.code: " ".join([head, *(block.plain_text() for block in blocks if block.shows_in(region))])
        for region in regions
    }
    named = {
        text: names_condition(text, language) for text in set(words.values())
    }  # most read the same everywhere
    facts = {
        code: {"words": len(text.split()), "digest": digest(text), "title_is_quiet": not in_title}
        for code, text in words.items()
    }
    version.condition_regions = [code for code, text in words.items() if named[text]]
    version.title_condition_regions = [region.code for region in regions if in_title]
    version.region_facts = facts
    version.words_digest = digest(" ".join([head, *(block.plain_text() for block in blocks)]))
    version.claims = check_version(version, blocks, linked)
    version.claims_rules = rules.version()
    version.findings_count = len(content_findings(version, blocks))
