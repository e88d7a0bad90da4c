"""What the page of one article in the admin shows."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from articles.admin.article_actions import LINK_DAYS, TICK
from articles.admin.languages import languages_of
from articles.admin.slots import SlotForm
from articles.admin.ticking import TickForm, ticking
from articles.evidence.findings import Finding, content_findings
from articles.evidence.sentences import ByState, FoundSentence, by_state
from articles.evidence.ticks import in_force
from articles.models import (
    Article,
    ClaimSignOff,
    MedicalReview,
    NoClaim,
    PreviewLink,
    ProductCard,
    Proposal,
    Version,
)
from articles.publishing.comments import Thread, threads
from articles.publishing.language_states import LanguageState
from articles.publishing.proposals import PUBLISH, library_state, rows_of, waiting_for
from articles.publishing.region_states import RegionState, region_states, regions_of
from articles.reading.shown_products import ShownProduct, choose
from shop.catalogue.models import Product
from shop.claims.rules import LAWS
from shop.regions.models import Region

MAX_VERSIONS = 50


@dataclass
class ArticleContext:
    """One name for each that the panels in templates/admin/articles/article/panels/ use."""

    title: str
    newest: Version
    draft: Version | None
    versions: list[Version]
    older: int
    states: list[RegionState]
    findings: list[Finding]
    links: object
    old_addresses: object
    claims: ByState
    editor: str
    ticking: list[tuple[FoundSentence, TickForm]]
    ticks: list[tuple[NoClaim, bool]]
    claim_states: list[tuple[Region, dict]]
    sign_offs: object
    reviews: object
    shown: list[tuple[Region, str, list[ShownProduct]]]
    threads: list[Thread]
    resolved: list[Thread]
    regions: list[Region]
    region_pairs: list[tuple[Region, Region]]
    slots: list[SlotForm]
    proposals: list[Proposal]
    original: Article
    languages: list[LanguageState]
    language: LanguageState | None  # of a translation, its own
    may_translate: bool
    library: str
    may_edit: bool
    may_publish: bool
    may_restore: bool
    may_duplicate: bool
    may_review: bool
    may_tick: bool
    may_sign_off: bool
    may_link: bool
    may_leave_out: bool
    typed: dict | None = None  # a form that was refused
    needs_reason: bool = False
    reason_given: str = ""
    link_days: int = LINK_DAYS
    laws: tuple[str, ...] = LAWS
    now: datetime = field(default_factory=timezone.now)
    today: date = field(default_factory=timezone.localdate)


def article_context(article: Article, user, *, all_versions=False, typed=None) -> ArticleContext:
    """Of an article that has a version; its history is cut unless `all_versions`. `typed`: a form that was refused."""
    versions = list(
        article.versions.select_related("author")
        .prefetch_related("publications__region")
        .order_by("-is_draft", "-changed_at", "-pk")[: None if all_versions else MAX_VERSIONS]
    )
    known = {version.pk: version for version in versions}
    for row in article.publications.all():
        if row.version_id in known:
            row.version = known[row.version_id]
    newest, regions = article.newest(), regions_of(article) or Region.all_open()
    may_publish = user.has_perm(PUBLISH)
    blocks, linked = newest.parts()
    rows = rows_of(newest, blocks) if may_publish else []
    found = by_state(newest)
    return ArticleContext(
        title=newest.title,
        newest=newest,
        draft=newest if newest.is_draft else None,
        versions=versions,
        older=article.versions.count() - len(versions) if len(versions) == MAX_VERSIONS else 0,
        states=region_states(article),
        findings=content_findings(newest, blocks),
        links=PreviewLink.objects.filter(
            version__article=article, revoked_at=None, expires_at__gt=timezone.now()
        ).select_related("region", "version"),
        old_addresses=article.old_addresses.all(),
        claims=found,
        editor=editor_of(newest),
        ticking=ticking(found.waiting, typed if typed and typed.get("action") == "no_claim" else None),
        ticks=_ticks(newest),
        claim_states=[(region, newest.claims_in(region)) for region in regions],
        sign_offs=ClaimSignOff.objects.filter(version__article=article).select_related("version", "region"),
        reviews=MedicalReview.objects.filter(version__article=article).select_related("version"),
        shown=shown_products(newest, blocks, linked),
        threads=threads(article),
        resolved=threads(article, done=True),
        regions=regions,
        region_pairs=region_pairs(regions),
        slots=[SlotForm(region=region) for region in regions],
        proposals=waiting_for(newest, rows),
        original=article.original or article,
        languages=(languages := languages_of(article)),
        language=next((state for state in languages if state.article == article), None),
        may_translate=user.has_perm("articles.add_version"),
        library=library_state(rows),
        may_edit=user.has_perm("articles.change_version"),
        may_publish=may_publish,
        may_restore=user.has_perm("articles.change_richtext"),
        may_duplicate=user.has_perm("articles.add_version"),
        may_review=user.has_perm("articles.add_medicalreview"),
        may_tick=user.has_perm(TICK),
        may_sign_off=user.has_perm("articles.sign_off_claims"),
        may_link=user.has_perm("articles.link_products"),
        may_leave_out=user.has_perm("articles.leave_out_study"),
        typed=typed,
    )


def _ticks(version: Version) -> list[tuple[NoClaim, bool]]:
    """Of an article, each with whether its words stand in this version; those that do first."""
    met = {digest for found in version.claims.values() for digest in found.get("ticked", ())}
    ticks = [(tick, tick.digest in met) for tick in in_force(version.article_id)]
    return sorted(ticks, key=lambda pair: not pair[1])


def editor_of(version: Version) -> str:
    """The address of the form that holds it; of a version that is no draft none: editing it makes another one."""
    return reverse("admin:articles_version_change", args=[version.pk]) if version.is_draft else ""


def region_pairs(regions: list[Region]) -> list[tuple[Region, Region]]:
    """Each region with each of those after it."""
    return [(one, other) for place, one in enumerate(regions) for other in regions[place + 1 :]]


def shown_products(version, blocks, linked) -> list[tuple[Region, str, list[ShownProduct]]]:
    """(region, what is held back and why, products with their reason) of what readers of each region would see.

    `blocks` and `linked`: the parts of the version.
    """
    names = dict(Product.objects.filter(pk__in={pk for pk, *_ in linked.by_hand}).values_list("pk", "name"))
    found: list[tuple[Region, str, list[ShownProduct]]] = []
    for region in regions_of(version.article) or Region.all_open():
        placed = [
            block.product_id for block in blocks if isinstance(block, ProductCard) and block.shows_in(region)
        ]
        if not version.shows_products_in(region):
            found.append((region, _held_back(version, region), []))
            continue
        inside, here = version.shows_inline_in(region), linked.in_region(region)
        in_text, after = choose(here, region, placed, may_stand_inside=inside)
        reasons = [] if inside or not placed else ["cards of the text stand after the article (amber)"]
        excluded = [names[pk] for pk in dict.fromkeys(placed) if pk in here.excluded]
        reasons += (
            [f"{', '.join(excluded)}: kept out by hand, so the card in the text does not show"]
            if excluded
            else []
        )
        found.append((region, "; ".join(reasons), [*in_text.values(), *after]))
    return found


def _held_back(version, region) -> str:
    """Why no product at all stands with this text in the region."""
    if version.claims and not version.claims_rules:
        return "None until it is checked anew: what it shows has changed."
    if version.claims_in(region).get("colour") == "red" and not version.claims_in(region).get("signed_off"):
        return "None while a sentence is red: see Claims."
    if version.names_condition_in(region):
        return f"None: it names a condition, and the policy of {region.short_name} is “separate”."
    return f"None while a sentence waits for “no claim”: the policy of {region.short_name} is “separate”."
