"""The articles that ship as files, each as a published version where nothing has its address yet."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from articles.models import (
    Article,
    Author,
    Callout,
    EvidenceTable,
    Faq,
    Figure,
    FormTable,
    OldAddress,
    ProductCard,
    Publication,
    Question,
    Reference,
    ReferenceBlock,
    RichText,
    Topic,
    Version,
)
from articles.models.blocks import Block
from articles.publishing.translations import take_over_links
from articles.publishing.versions import save_version
from config.seed.files import ArticleFile, FileBlock
from config.seed.rows import Rows
from shop.catalogue.models import Product, RelatedProductTag
from shop.regions.models import Region

BY = "content files"
# By kind of block what it points at, and which of its values says at which. A block is left out with what it shows.
POINTS_AT = {
    "product": ("product", "slug"),
    "evidence": ("question", "question"),
    "reference": ("source", "key"),
}


def load_article(file: ArticleFile, regions, pictures, rows: Rows) -> Version | None:
    """The version that was made and published; None where an article has its address already."""
    head = file.head
    if Article.objects.filter(slug=head["slug"]).exists():
        return None
    version = Version(
        article=Article.objects.create(slug=head["slug"]),
        title=head["title"],
        summary=head["summary"],
        author=Author.objects.get(slug=head["author"]),
        picture=pictures.get(head["picture"]),
        changed_by=BY,
        is_draft=False,
    )
    version.full_clean()
    save_version(
        version,
        [_block(block, pictures) for block in file.blocks if not _shows_lost(block, rows)],
        topics=Topic.objects.filter(slug__in=head["topics"]),
        tags=RelatedProductTag.objects.filter(slug__in=head["tags"]),
    )
    _publish(version, regions.values(), datetime.fromisoformat(head["published"]))
    return version


def load_translation(
    original_slug: str, language: str, file: ArticleFile, regions, pictures, rows: Rows
) -> Version | None:
    """The same of a translation, where its original is there, is not translated yet and an edition is in its language.

    Author, picture, topics, tags and products are the original's as it is published there.
    """
    head = file.head
    original = _article_at(original_slug)
    editions = [region for region in regions.values() if region.language == language]
    if original is None or original.original_id or original.binned_at or not editions:
        return None
    said = original.versions.filter(changed_by=BY).order_by("pk").first() or original.newest()
    known = Article.objects.filter(original=original, language=language).exists()
    if known or said is None or Article.objects.filter(slug=head["slug"]).exists():
        return None
    version = Version(
        article=Article.objects.create(slug=head["slug"], language=language, original=original),
        title=head["title"],
        summary=head["summary"],
        author=said.author,
        picture=said.picture,
        translates=said,
        changed_by=BY,
        is_draft=False,
    )
    version.full_clean()
    save_version(
        version,
        [_block(block, pictures) for block in file.blocks if not _shows_lost(block, rows)],
        write=lambda: take_over_links(said, version),
    )
    begun = original.publications.order_by("starts_at").values_list("starts_at", flat=True).first()
    _publish(version, editions, begun or timezone.now())
    return version


def _article_at(slug: str) -> Article | None:
    """That has this address, or had it."""
    found = Article.objects.filter(slug=slug).first()
    old = None if found else OldAddress.objects.filter(slug=slug).select_related("article").first()
    return old.article if old else found


def _publish(version: Version, regions: Iterable[Region], starts_at: datetime) -> None:
    """In those of its language."""
    for region in regions:
        if region.language == version.article.language:
            Publication.objects.create(
                region=region,
                version=version,
                starts_at=min(starts_at, timezone.now()),
                published_by=BY,
            )


def _shows_lost(block: FileBlock, rows: Rows) -> bool:
    what, value = POINTS_AT.get(block.kind, ("", ""))
    return rows.has_lost(what, block.values.get(value))


def _block(block: FileBlock, pictures) -> Block:
    made = _of_its_kind(block, pictures)
    if "only" in block.values or "not" in block.values:
        made.show_in = "only" if "only" in block.values else "not"
        made.region_codes = block.values.get("only") or block.values["not"]
    return made


def _of_its_kind(block: FileBlock, pictures) -> Block:
    values = block.values
    heading = {"heading": values["heading"]} if "heading" in values else {}
    match block.kind:
        case "text":
            return RichText(body=block.body)
        case "callout":
            return Callout(tone=values["tone"], heading=values["heading"], body=block.body)
        case "faq":
            return Faq(question=values["question"], answer=block.body)
        case "product":
            return ProductCard(product=Product.objects.get(slug=values["slug"]))
        case "figure":
            return Figure(picture=pictures.get(values["picture"]), caption=values.get("caption", ""))
        case "evidence":
            return EvidenceTable(question=Question.objects.get(slug=values["question"]), **heading)
        case "forms":
            return FormTable(codes=values.get("codes", ""), **heading)
        case "reference":
            return ReferenceBlock(reference=Reference.objects.get(key=values["key"]))
    raise ValueError(f"Unknown kind of block: {block.kind}")
