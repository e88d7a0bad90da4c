"""The claims check on articles: the text together with what it is linked to, in each region where it shows."""

import hashlib

from articles.models import ClaimSignOff, ProductCard, Version
from shop.catalogue.models import Product
from shop.claims import rules
from shop.claims.check import KINDS, ClaimFinding, check, worst
from shop.claims.rules import ALONE, ARTICLE, RED
from shop.regions.models import Region


def claim_text(version: Version, blocks, region) -> str:
    """All that readers of a region read of an article, a line for each paragraph: title, summary, blocks."""
    shown = [block.claim_text() for block in blocks if block.shows_in(region)]
    alt = [version.picture.alt] if version.picture else []
    return "\n".join([version.title, version.summary, *alt, *shown])


def check_version(version: Version, blocks=None, linked=None) -> dict[str, dict]:
    """By region code: the colour, the findings, the state they belong to, and whether the Owner signed that off."""
    if blocks is None or linked is None:
        blocks, linked = version.parts()
    products = set(linked.pins) | set(linked.shared) - linked.excluded
    products |= {block.product_id for block in blocks if isinstance(block, ProductCard)}
    kinds = tuple(sorted(set(Product.objects.filter(pk__in=products).values_list("kind", flat=True))))
    signed = {
        row.region_id: row.state for row in ClaimSignOff.objects.filter(version=version).order_by("signed_at")
    }
    found = {}
    for region in Region.all_cached():
        text = claim_text(version, blocks, region)
        findings = check(text, region.law, ARTICLE if products else ALONE, kinds or KINDS)
        state = state_of(text, products)
        found[region.code] = {
            "colour": worst(findings),
            "findings": [finding.as_dict() for finding in findings],
            "state": state,
            "rules": rules.version(),
            "signed_off": signed.get(region.pk) == state,
        }
    return found


def state_of(text: str, products) -> str:
    """A digest of the words, the links and the rules: a sign-off holds while none of them changes."""
    told = f"{rules.version()}|{sorted(products)}|{text}"
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def store_claims(version: Version, blocks=None, linked=None) -> None:
    version.claims = check_version(version, blocks, linked)
    Version.objects.filter(pk=version.pk).update(claims=version.claims)


def sign_off(version: Version, region, reason: str, by: str) -> ClaimSignOff:
    """Let products show beside the red findings of a region, for these words, links and rules.

    Raises ValueError without a reason, or where nothing is red.
    """
    claims = version.claims_in(region)
    if not reason.strip() or claims.get("colour") != RED:
        raise ValueError("A sign-off needs a reason, and something red.")
    row = ClaimSignOff.objects.create(
        version=version,
        region=region,
        reason=reason.strip(),
        signed_by=by,
        state=claims["state"],
        rules=claims["rules"],
        findings=claims["findings"],
    )
    store_claims(version)
    return row


def told(version: Version) -> list[tuple[str, ClaimFinding]]:
    """(names of regions, finding), worst first, each sentence once for all regions in which it was found."""
    regions: dict[ClaimFinding, list[str]] = {}
    for region in Region.all_open():
        for row in version.claims_in(region).get("findings", []):
            key = ClaimFinding(**{**row, "source": "", "why": row.get("why", "")})
            regions.setdefault(key, []).append(region.short_name)
    ordered = sorted(regions.items(), key=lambda pair: pair[0].severity != RED)
    return [(", ".join(names), finding) for finding, names in ordered]
