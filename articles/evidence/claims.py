"""The claims check on articles: the text together with what it is linked to, in each region where it shows."""

import hashlib

from articles.models import ClaimSignOff, ProductCard, ProductLink, Version
from articles.models.version import LinkedProducts
from articles.models.where import shows
from shop.catalogue.models import Product, ProductTag
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
    cards = [block for block in blocks if isinstance(block, ProductCard)]
    by_region = {
        region.code: linked.in_region(region).products(
            {block.product_id for block in cards if block.shows_in(region)}
        )
        for region in Region.all_cached()
    }
    kind_of = dict(Product.objects.filter(pk__in=set().union(*by_region.values())).values_list("pk", "kind"))
    signed = {
        row.region_id: row.state
        for row in ClaimSignOff.objects.filter(version=version.pk).order_by("signed_at")
    }
    found = {}
    for region in Region.all_cached():
        products = by_region[region.code]
        kinds = tuple(sorted({kind_of[pk] for pk in products}))
        text = claim_text(version, blocks, region)
        findings = check(text, region.law, ARTICLE if products else ALONE, kinds or KINDS)
        state = state_of(text, products, rules.version())
        found[region.code] = {
            "colour": worst(findings),
            "findings": [finding.as_dict() for finding in findings],
            "state": state,
            "products": sorted(products),
            "rules": rules.version(),
            "signed_off": signed.get(region.pk) == state,
        }
    return found


def state_of(text: str, products, by_rules: str) -> str:
    """A digest of the words, the links and the rules: a sign-off holds while none of them changes."""
    told = f"{by_rules}|{sorted(products)}|{text}"
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


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
    version.claims = check_version(version)
    Version.objects.filter(pk=version.pk).update(claims=version.claims)
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


def linked_products(pks: list[int]) -> dict[int, dict[str, set[int]]]:
    """The product pks that versions link to, by version pk and region code: by hand, by card and by tag. Three queries."""
    return {
        pk: {
            region.code: linked.in_region(region).products(in_text(region)) for region in Region.all_cached()
        }
        for pk, (linked, in_text) in linked_by_version(pks).items()
    }


def linked_by_version(pks: list[int]) -> dict[int, tuple]:
    """By version pk: (what is linked by hand and by tag, a function from a region to the products of cards in the text)."""
    by_hand: dict[int, list] = {}
    links = ProductLink.objects.filter(version__in=pks).order_by("position", "pk")
    for version, *link in links.values_list("version", "product", "kind", "show_in", "region_codes"):
        by_hand.setdefault(version, []).append(tuple(link))
    tagged: dict[int, dict] = {}
    rows = ProductTag.objects.filter(tag__versiontag__version__in=pks)
    for version, product in rows.values_list("tag__versiontag__version", "product"):
        own = tagged.setdefault(version, {})
        own[product] = own.get(product, 0) + 1
    cards: dict[int, list] = {}
    blocks = ProductCard.objects.filter(parent__in=pks)
    for version, *card in blocks.values_list("parent", "product", "show_in", "region_codes"):
        cards.setdefault(version, []).append(card)

    def in_text(pk):
        own = cards.get(pk, ())
        return lambda region: {
            product for product, show_in, codes in own if shows(show_in, codes, region.code)
        }

    return {pk: (LinkedProducts(by_hand.get(pk, []), tagged.get(pk, {})), in_text(pk)) for pk in pks}
