"""Link products and tags to many articles at once, live ones too, and take it back. No word of a text changes by it."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from articles.editing import NotPossible, copy_version, region_states
from articles.models import Article, LinkChange, ProductLink, Publication, Version, VersionTag
from articles.models.where import ShowIn
from articles.stored import store_facts
from shop.catalogue.models import Product, RelatedProductTag
from shop.catalogue.views import cards_on_sale
from shop.claims.rules import RED
from shop.regions.models import Region

Deed = LinkChange.Deed


@dataclass(frozen=True)
class Wanted:
    """What is to be done to each article: a deed with a product or a tag, for some regions (codes) or, empty, all."""

    deed: str
    product: Product | None = None
    tag: RelatedProductTag | None = None
    codes: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises NotPossible, in words for staff."""
        if self.deed not in Deed.values:
            raise NotPossible("Choose what is to be done.")
        if self.deed in TAG_DEEDS and self.tag is None:
            raise NotPossible("Choose a tag.")
        if self.deed not in TAG_DEEDS and self.product is None:
            raise NotPossible("Choose a product.")

    @property
    def words(self) -> str:
        thing = self.tag.name if self.deed in TAG_DEEDS else self.product.name
        where = f" in {', '.join(self.codes).upper()}" if self.codes and self.deed not in TAG_DEEDS else ""
        return f"{Deed(self.deed).label}: {thing}{where}"


TAG_DEEDS = {Deed.TAG, Deed.UNTAG}


@dataclass
class Preview:
    """What a change would do to one article: where readers would see it, and what to know before."""

    article: Article
    title: str
    live_in: str
    has_draft: bool
    changes: bool
    notes: list[str] = field(default_factory=list)


def concerned(article: Article) -> list[Version]:
    """The versions that readers see or will see, and the draft, without doubles; the draft last."""
    now = timezone.now()
    states = region_states(article, now)
    rows = [row for state in states for row in (state.live, state.scheduled) if row]
    later = article.publications.filter(starts_at__gt=now).values_list("version", flat=True)
    pks = {row.version_id for row in rows} | set(later)
    return [*article.versions.filter(pk__in=pks, is_draft=False), *article.versions.filter(is_draft=True)]


def preview(articles, wanted: Wanted) -> list[Preview]:
    """What `change` would do, without doing it. Raises NotPossible."""
    wanted.check()
    found = []
    regions = [region for region in Region.all_open() if not wanted.codes or region.code in wanted.codes]
    on_sale = {region.code: {card.product.pk for card in cards_on_sale(region)} for region in regions}
    for article in articles:
        versions = concerned(article)
        newest = article.newest()
        states = region_states(article)
        row = Preview(
            article=article,
            title=newest.title,
            live_in=", ".join(state.region.short_name for state in states if state.live) or "nowhere",
            has_draft=newest.is_draft,
            changes=any(_differs(version, wanted) for version in versions),
        )
        if wanted.deed == Deed.PIN:
            for region in regions:
                if wanted.product.pk not in on_sale[region.code]:
                    row.notes.append(
                        f"not sold in {region.the_name}: no card there, or the nearest stands in"
                    )
        for region in regions:
            if versions and versions[0].claims_in(region).get("colour") == RED:
                row.notes.append(
                    f"red claim in {region.the_name}: no product shows there until it is reworded"
                )
        found.append(row)
    return found


@transaction.atomic
def change(articles, wanted: Wanted, by: str) -> LinkChange:
    """Do it, at once for readers; drafts get the same, so that publishing them later undoes nothing.

    A published version is never touched: a copy with the other links takes its place in the same publications, so
    words, dates and schedules stay. Claims are checked anew. What was done is kept, for `undo`. Raises NotPossible.
    """
    wanted.check()
    done = []
    for article in Article.objects.select_for_update().filter(pk__in=[row.pk for row in articles]):
        for version in concerned(article):
            if _differs(version, wanted):
                done.append(_change_version(version, wanted, by))
    return LinkChange.objects.create(
        deed=wanted.deed,
        product=wanted.product,
        tag=wanted.tag,
        region_codes=" ".join(wanted.codes),
        made_by=by,
        done=done,
    )


@transaction.atomic
def undo(row: LinkChange, by: str) -> int:
    """Take a change back: how many versions changed by it. What was published or saved since keeps its own changes.

    Raises NotPossible when it was taken back before.
    """
    if not LinkChange.objects.filter(pk=row.pk, undone_at=None).update(
        undone_at=timezone.now(), undone_by=by
    ):
        raise NotPossible("This was taken back already.")
    count = 0
    for part in row.done:
        version = Version.objects.filter(pk=part["now"]).first()
        if version is None:
            continue
        if version.is_draft:
            _restore_links(version, part["links"])
            store_facts(version)
            count += 1
        else:
            pks = Publication.objects.filter(pk__in=part["publications"], version=version)
            count += bool(pks.update(version=part["was"]))
    return count


def _differs(version: Version, wanted: Wanted) -> bool:
    if wanted.deed in TAG_DEEDS:
        has = VersionTag.objects.filter(version=version, tag=wanted.tag).exists()
        return has == (wanted.deed == Deed.UNTAG)
    rows = list(version.product_links.filter(product=wanted.product))
    if wanted.deed == Deed.REMOVE:
        return bool(rows)
    target = _target(wanted)
    return [(row.kind, row.show_in, row.region_codes) for row in rows] != [target]


def _target(wanted) -> tuple[str, str, str]:
    kind = ProductLink.Kind.EXCLUDE if wanted.deed == Deed.EXCLUDE else ProductLink.Kind.PIN
    return kind, ShowIn.ONLY if wanted.codes else ShowIn.ALL, " ".join(wanted.codes)


def _change_version(version: Version, wanted: Wanted, by: str) -> dict:
    was, publications = version.pk, []
    links = _stored_links(version)
    note = wanted.words[:200]
    if version.is_draft:
        copy_version(version, is_draft=False)
    else:
        rows = list(version.publications.values_list("pk", "ends_at"))
        version = copy_version(version, is_draft=False)
        now = timezone.now()
        publications = [pk for pk, ends_at in rows if ends_at is None or ends_at > now]
        Publication.objects.filter(pk__in=publications).update(version=version)
    Version.objects.filter(pk=version.pk).update(changed_by=by, changed_at=timezone.now(), note=note)
    version.refresh_from_db()
    _apply(version, wanted)
    store_facts(version)
    return {
        "article": version.article_id,
        "was": was,
        "now": version.pk,
        "publications": publications,
        "links": links,
    }


def _apply(version, wanted) -> None:
    if wanted.deed == Deed.TAG:
        VersionTag.objects.get_or_create(version=version, tag=wanted.tag)
    elif wanted.deed == Deed.UNTAG:
        VersionTag.objects.filter(version=version, tag=wanted.tag).delete()
    else:
        rows = version.product_links.filter(product=wanted.product)
        place = rows.values_list("position", flat=True).first()
        rows.delete()
        if wanted.deed != Deed.REMOVE:
            kind, show_in, codes = _target(wanted)
            ProductLink.objects.create(
                version=version,
                product=wanted.product,
                kind=kind,
                show_in=show_in,
                region_codes=codes,
                position=version.product_links.count() if place is None else place,
            )


def _stored_links(version) -> dict:
    return {
        "products": [
            list(row)
            for row in version.product_links.values_list(
                "product", "kind", "show_in", "region_codes", "position"
            )
        ],
        "tags": list(VersionTag.objects.filter(version=version).values_list("tag", flat=True)),
    }


def _restore_links(version, links) -> None:
    version.product_links.all().delete()
    VersionTag.objects.filter(version=version).delete()
    for product, kind, show_in, codes, position in links["products"]:
        if Product.objects.filter(pk=product).exists():
            ProductLink.objects.create(
                version=version,
                product_id=product,
                kind=kind,
                show_in=show_in,
                region_codes=codes,
                position=position,
            )
    for tag in RelatedProductTag.objects.filter(pk__in=links["tags"]):
        VersionTag.objects.create(version=version, tag=tag)
