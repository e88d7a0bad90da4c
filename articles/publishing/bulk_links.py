"""Link products and tags to many articles at once, published ones too, and take it back. No word of a text changes by it."""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from articles.models import Article, LinkChange, ProductLink, Publication, Version, VersionTag
from articles.models.where import ShowIn
from articles.publishing.copies import concerned, own_copy
from articles.publishing.errors import NotPossible
from articles.publishing.region_states import region_states
from articles.publishing.reviews import same_words
from articles.publishing.translations import follow
from articles.publishing.versions import save_version
from shop.catalogue.cards import sold_among
from shop.catalogue.models import Product, RelatedProductTag
from shop.claims.rules import RED
from shop.regions.models import Region

Kind = LinkChange.Kind


@dataclass(frozen=True)
class Wanted:
    """What is done to each article: a kind of change, with a product or a tag, for some regions (codes) or, empty, all."""

    kind: str
    product: Product | None = None
    tag: RelatedProductTag | None = None
    codes: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises NotPossible, in words for staff."""
        if self.kind not in Kind.values:
            raise NotPossible("Choose what is to be done.")
        if self.kind in TAG_KINDS and self.tag is None:
            raise NotPossible("Choose a tag.")
        if self.kind not in TAG_KINDS and self.product is None:
            raise NotPossible("Choose a product.")

    @property
    def words(self) -> str:
        thing = self.tag if self.kind in TAG_KINDS else self.product
        name = thing.name if thing else "nothing"
        where = f" in {', '.join(self.codes).upper()}" if self.codes and self.kind not in TAG_KINDS else ""
        return f"{Kind(self.kind).label}: {name}{where}"


TAG_KINDS = {Kind.TAG, Kind.UNTAG}


@dataclass
class Preview:
    """What a change would do to one article: where readers would see it, and what to know before."""

    article: Article
    title: str
    published_in: str
    has_draft: bool
    changes: bool
    notes: list[str] = field(default_factory=list)


def preview(articles, wanted: Wanted) -> list[Preview]:
    """What `change` would do, without doing it. Raises NotPossible."""
    wanted.check()
    found = []
    regions = [region for region in Region.all_open() if not wanted.codes or region.code in wanted.codes]
    pks = [wanted.product.pk] if wanted.product else []
    on_sale = {region.code: sold_among(pks, region) for region in regions}
    for article in articles:
        versions = concerned(article)
        newest = article.newest()
        states = region_states(article)
        row = Preview(
            article=article,
            title=newest.title if newest else article.slug,
            published_in=", ".join(state.region.short_name for state in states if state.current) or "nowhere",
            has_draft=newest is not None and newest.is_draft,
            changes=any(_differs(version, wanted) for version in versions),
        )
        if newest is None:
            row.notes.append("nothing is written yet, so there is nothing to link to")
        if wanted.kind == Kind.PIN and wanted.product is not None:
            for region in regions:
                if wanted.product.pk not in on_sale[region.code]:
                    row.notes.append(
                        f"not sold in {region.the_name}: no card there, or the nearest stands in"
                    )
        for region in regions:
            if any(version.claims_in(region).get("colour") == RED for version in versions):
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
    A translation follows its original, to which it is done instead.
    """
    wanted.check()
    done = []
    originals = list(Article.objects.select_for_update().filter(pk__in={row.family for row in articles}))
    for article in originals:
        for version in concerned(article):
            if _differs(version, wanted):
                done.append(_change_version(version, wanted, by))
    follow(originals, by)
    return LinkChange.objects.create(
        kind=wanted.kind,
        product=wanted.product,
        tag=wanted.tag,
        region_codes=" ".join(wanted.codes),
        made_by=by,
        done=done,
    )


@transaction.atomic
def undo(row: LinkChange, by: str) -> int:
    """Take a change back: how many versions changed by it.

    A copy that still stands as it was made leaves its place to the version that it was copied from. What was written
    since from such a copy, or changed since, keeps its words and all other links, and gets back what the change had
    found there; a link that somebody has set otherwise since stays. Raises NotPossible when it was taken back before.
    """
    if not LinkChange.objects.filter(pk=row.pk, undone_at=None).update(
        undone_at=timezone.now(), undone_by=by
    ):
        raise NotPossible("This was taken back already.")
    count = 0
    parts: dict[int, list[dict]] = {}
    for part in row.done:
        parts.setdefault(part["article"], []).append(part)
    for article in Article.objects.select_for_update().filter(pk__in=parts).order_by("pk"):
        done = {part["now"]: part for part in parts[article.pk]}
        swapped = [part for part in done.values() if _put_original_back(part)]
        copies = _carriers(article, done)
        count += len(swapped)
        for version in concerned(article):
            part = copies.get(version.pk)
            if part is not None and _stands_as_done(version, row):
                _restore_links(version, row, part["links"], by)
                count += 1
    follow([Article(pk=pk) for pk in parts], by)
    return count


def _put_original_back(part) -> bool:
    """Whether the version before took its place again: in all that the copy stands in now, with a review of it since."""
    if part["now"] == part["was"]:
        return False
    copy = Version.objects.filter(pk=part["now"], is_draft=False).first()
    original = Version.objects.filter(pk=part["was"], is_draft=False).first()
    if copy is None or original is None:
        return False
    now = timezone.now()
    in_force = Publication.objects.filter(version=copy).filter(Q(ends_at=None) | Q(ends_at__gt=now))
    was_in_force = in_force.update(version=original)
    Version.objects.filter(pk=copy.pk).update(is_taken_back=True)
    if copy.reviewed_words and copy.pk in same_words(original):
        names = ("medical_reviewer", "reviewed_on", "reviewed_words", "changed_since_review")
        Version.objects.filter(pk=original.pk).update(**{name: getattr(copy, name) for name in names})
    return bool(was_in_force) or original.article.newest() == original


def _carriers(article, done) -> dict[int, dict]:
    """By version pk what was done to it, or to the one that it was made from, by however many steps."""
    made_from = dict(article.versions.values_list("pk", "made_from"))
    found = {}
    for pk in made_from:
        seen, origin = set(), pk
        while origin is not None and origin not in done and origin not in seen:
            seen.add(origin)
            origin = made_from.get(origin)
        if origin in done:
            found[pk] = done[origin]
    return found


def _stands_as_done(version, row) -> bool:
    """Whether the version still has what the change left: a link that was set otherwise since is somebody's own."""
    if row.kind in TAG_KINDS:
        return row.tag_id is not None and VersionTag.objects.filter(
            version=version, tag=row.tag_id
        ).exists() == (row.kind == Kind.TAG)
    links = version.product_links.filter(product=row.product_id)
    left = [] if row.kind == Kind.REMOVE else [_target(row.kind, row.region_codes)]
    return list(links.values_list("kind", "show_in", "region_codes")) == left


def _restore_links(version, row, before, by) -> None:
    """Give a version what the change had found, as a copy that takes its place, or in the draft itself."""
    version = own_copy(version, f"Taken back: {row}", by)[0]
    save_version(version, write=lambda: _link_as_before(version, row, before))


def _link_as_before(version, row, before) -> None:
    if row.kind in TAG_KINDS:
        VersionTag.objects.filter(version=version, tag=row.tag_id).delete()
        if row.tag_id in before["tags"]:
            VersionTag.objects.create(version=version, tag_id=row.tag_id)
        return
    version.product_links.filter(product=row.product_id).delete()
    for product, kind, show_in, codes, position in before["products"]:
        if product == row.product_id:
            ProductLink.objects.create(
                version=version,
                product_id=product,
                kind=kind,
                show_in=show_in,
                region_codes=codes,
                position=position,
            )


def _differs(version: Version, wanted: Wanted) -> bool:
    if wanted.kind in TAG_KINDS:
        has = VersionTag.objects.filter(version=version, tag=wanted.tag).exists()
        return has == (wanted.kind == Kind.UNTAG)
    rows = list(version.product_links.filter(product=wanted.product))
    if wanted.kind == Kind.REMOVE:
        return bool(rows)
    target = _target(wanted.kind, " ".join(wanted.codes))
    return [(row.kind, row.show_in, row.region_codes) for row in rows] != [target]


def _target(change, codes: str) -> tuple[str, str, str]:
    kind = ProductLink.Kind.EXCLUDE if change == Kind.EXCLUDE else ProductLink.Kind.PIN
    return kind, ShowIn.ONLY if codes else ShowIn.ALL, codes


def _change_version(version: Version, wanted: Wanted, by: str) -> dict:
    was, links = version.pk, _stored_links(version)
    version, publications = own_copy(version, wanted.words, by)
    save_version(version, write=lambda: _apply(version, wanted))
    return {
        "article": version.article_id,
        "was": was,
        "now": version.pk,
        "publications": publications,
        "links": links,
    }


def _apply(version, wanted) -> None:
    if wanted.kind == Kind.TAG:
        VersionTag.objects.get_or_create(version=version, tag=wanted.tag)
    elif wanted.kind == Kind.UNTAG:
        VersionTag.objects.filter(version=version, tag=wanted.tag).delete()
    else:
        rows = version.product_links.filter(product=wanted.product)
        place = rows.values_list("position", flat=True).first()
        rows.delete()
        if wanted.kind != Kind.REMOVE:
            kind, show_in, codes = _target(wanted.kind, " ".join(wanted.codes))
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
