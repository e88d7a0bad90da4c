"""The claims check on articles: the text together with what it is linked to, in each region where it shows."""

import hashlib
from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from django.utils.text import slugify

from articles.evidence.judged import judged_in, reading
from articles.evidence.ticks import Ticks, ticks_by_law
from articles.models import (
    Block,
    ClaimSignOff,
    Faq,
    ProductCard,
    ProductLink,
    ReferenceBlock,
    Topic,
    Version,
)
from articles.models.proposal import as_proposed
from articles.models.version import LinkedProducts, Tagged
from articles.models.where import shows
from shop.catalogue.models import Product, ProductTag
from shop.catalogue.models.kinds import kinds as kinds_of_product
from shop.claims import rules
from shop.claims.check import KINDS, UNRECOGNISED, ClaimFinding, check_passages, worst
from shop.claims.languages import ENGLISH
from shop.claims.passages import ALT, TEXT, TITLE, Passage
from shop.claims.rules import ALONE, ARTICLE, RED
from shop.regions.models import Region

PKS_KEPT = 100
DENIALS = {
    "no",
    "not",
    "never",
    "nothing",
    "without",
    "none",
    "cannot",
    "cant",
    "doesnt",
    "isnt",
    "wont",
    "dont",
}
# What names a subject. Only what is red in it is the article's fault; in a source also what is not recognised.
QUOTED = {"topics", "id_slug"}
NAMES = {Faq: "FAQ"}  # what staff call a kind of block for short


def passages(version: Version, blocks) -> list[tuple[Block | None, list[Passage]]]:
    """All that readers read of an article, by block; first, with none, what stands above all blocks.

    Blocks are numbered by kind in the order of the text, so that “Text 3” is the third text in every region. A block's
    key is the name of its form in the editor, which a copy of the version keeps.
    """
    head = [
        Passage(version.title, TITLE, "Title", "id_title"),
        Passage(version.summary, TEXT, "Summary", "id_summary"),
    ]
    if version.picture:
        head.append(Passage(version.picture.alt, ALT, "Picture", "id_picture"))
    head += [Passage(text, TEXT, place, key) for place, key, text in _around(version) if text]
    found: list[tuple[Block | None, list[Passage]]] = [(None, head)]
    count: Counter = Counter()
    for block in blocks:
        kind = type(block)
        count[kind] += 1
        name = NAMES.get(kind, str(kind._meta.verbose_name).capitalize())
        key = block.form_name or form_name(kind, count[kind] - 1)
        rows = block.claim_passages(f"{name} {count[kind]}")
        found.append((block, [replace(row, key=key) for row in rows]))
    return found


def form_name(kind: type[Block], place: int) -> str:
    """Of the form that holds the block of a kind at a place, counted from 0, in the editor of its version."""
    return f"{kind._meta.get_field('parent').remote_field.get_accessor_name()}-{place}"


def _around(version: Version) -> list[tuple[str, str, str]]:
    """(place, key, text) of what stands about an article: its author, its review, its topics, its address."""
    if version.unsaved is not None:
        topics = list(Topic.objects.filter(pk__in=version.topic_pks()))
    else:
        topics = list(version.topics.all()) if version.pk else []
    topics = as_proposed(version, topics)
    author = version.author if version.author_id else None
    return [
        ("Author", "id_author", author.name if author else ""),
        ("Author", "id_author", author.about if author else ""),
        ("Reviewer", "medical_reviewer", version.medical_reviewer),
        ("Changed since the review", "id_changed_since_review", version.changed_since_review),
        ("Author", "id_author", _beyond(author.slug, author.name) if author else ""),
        *(("Topic", "topics", topic.name) for topic in topics),
        *(("Topic", "topics", _beyond(topic.slug, topic.name)) for topic in topics),
        ("Address", "id_slug", _beyond(version.article.slug, version.title) if version.article_id else ""),
    ]


def _beyond(slug: str, name: str) -> str:
    """The words of an address; none where they only repeat a name that denies nothing: an address has no grammar."""
    words, said = slug.split("-"), set(slugify(name).split("-"))
    return "" if set(words) <= said and not said & DENIALS else " ".join(words)


def in_region(parts: list[tuple[Block | None, list[Passage]]], region) -> list[Passage]:
    """Of `passages` those that readers of a region meet, in their order."""
    return [row for block, rows in parts if block is None or block.shows_in(region) for row in rows]


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
    judged = kinds_of_product()
    signed = {
        row.region_id: row.state
        for row in ClaimSignOff.objects.filter(version=version.pk).order_by("signed_at")
    }
    found, parts, ticked = {}, passages(version, blocks), ticks_by_law(version.article_id)
    sources = {row.key for block, rows in parts if isinstance(block, ReferenceBlock) for row in rows}
    for region in reading(version):
        products = by_region[region.code]
        kinds = tuple(sorted({judged[kind_of[pk]].judged_as for pk in products}))
        read = in_region(parts, region)
        surface, ticks = ARTICLE if products else ALONE, Ticks(ticked[region.claims_law])
        findings = check_passages(
            read, region.claims_law, surface, kinds or KINDS, ticked=ticks, language=language_of(version)
        )
        findings = [row for row in findings if _counts(row, sources)]
        state = state_of(read, products, rules.version())
        found[region.code] = {
            "colour": worst(findings),
            "findings": [finding.as_dict() for finding in findings],
            "ticked": sorted(ticks.met),
            "state": state,
            "products": products_kept(products),
            "rules": rules.version(),
            "signed_off": signed.get(region.pk) == state,
        }
    return {code: found[region.code] for code, region in judged_in(version, Region.all_cached()).items()}


def language_of(version: Version) -> str:
    """The language that an article is written in."""
    return getattr(version.article, "language", ENGLISH) if version.article_id else ENGLISH


def _counts(finding: ClaimFinding, sources: set[str]) -> bool:
    """Whether a finding is the article's fault. `sources`: the keys of the blocks with its sources."""
    if finding.severity == RED or (finding.rule == UNRECOGNISED and finding.key in sources):
        return True
    return finding.key not in QUOTED | sources


def products_kept(products: Collection[int]) -> list[int] | str:
    """What a version keeps of the products that it was checked with: their pks; of very many how many, and a digest."""
    pks = sorted(products)
    if len(pks) <= PKS_KEPT:
        return pks
    digest = hashlib.blake2b(repr(pks).encode(), digest_size=16).hexdigest()
    return f"{len(pks)} {digest}"


def was_checked_with(kept: list[int] | str | None, products: Collection[int]) -> bool:
    """Whether these are the products of what was kept. Versions that were checked before may keep pks however many."""
    return kept == (sorted(products) if isinstance(kept, list) else products_kept(products))


def state_of(read: list[Passage], products, by_rules: str) -> str:
    """A digest of the words, the links and the rules: a sign-off holds while none of them changes."""
    text = "\n".join(f"{row.part}: {row.text}" for row in read)
    checked = f"{by_rules}|{sorted(products)}|{text}"
    return hashlib.blake2b(checked.encode(), digest_size=16).hexdigest()


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
    store(version)
    return row


def store(version: Version) -> None:
    """Check a version anew and keep what was found with it."""
    version.claims = check_version(version)
    version.claims_rules = rules.version()
    Version.objects.filter(pk=version.pk).update(claims=version.claims, claims_rules=version.claims_rules)


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
        return lambda region: {product for product, show_in, codes in own if shows(show_in, codes, region)}

    return {
        pk: (LinkedProducts(by_hand.get(pk, []), Tagged(shared=tagged.get(pk, {}))), in_text(pk))
        for pk in pks
    }
