"""The articles that ship as files, each as a published version where nothing has its address yet."""

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
from articles.publishing.versions import save_version
from config.seed.files import ArticleFile, FileBlock
from config.seed.rows import Rows
from shop.catalogue.models import Product, RelatedProductTag

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
        changed_by="content files",
        is_draft=False,
    )
    version.full_clean()
    save_version(
        version,
        [_block(block, pictures) for block in file.blocks if not _shows_lost(block, rows)],
        topics=Topic.objects.filter(slug__in=head["topics"]),
        tags=RelatedProductTag.objects.filter(slug__in=head["tags"]),
    )
    starts_at = datetime.fromisoformat(head["published"])
    for region in regions.values():
        Publication.objects.create(
            region=region,
            version=version,
            starts_at=min(starts_at, timezone.now()),
            published_by="content files",
        )
    return version


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
