"""Which tables leave with a shop and come in again, in an order in which each names only rows of those before it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models


@dataclass(frozen=True)
class Kept:
    """A table. `key`: the columns by which one of its rows is found in another shop.

    `worked_out`: columns that follow from other rows, or count what happened in one shop alone: they are neither compared
    nor brought in.
    """

    label: str
    key: tuple[str, ...]
    worked_out: frozenset[str] = field(default_factory=frozenset)

    @property
    def model(self) -> Any:
        return apps.get_model(self.label)

    @property
    def columns(self) -> list[models.Field]:
        return [column for column in self.model._meta.concrete_fields if not column.primary_key]

    @property
    def to_itself(self) -> list[models.Field]:
        return [column for column in self.columns if column.related_model is self.model]


def _kept(label: str, key: str, worked_out: str = "") -> Kept:
    return Kept(label, tuple(key.split()), frozenset(worked_out.split()))


HITS = "hits last_hit_on"
BLOCKS = [
    _kept(f"articles.{name}", "parent ordering")
    for name in (
        "RichText",
        "Figure",
        "ProductCard",
        "Callout",
        "Faq",
        "ReferenceBlock",
        "EvidenceTable",
        "FormTable",
    )
]
VERSION_FACTS = (
    "condition_regions title_condition_regions region_facts claims claims_rules words_digest findings_count"
)
KEPT = [
    _kept("regions.LawPack", "code", "version"),
    _kept("regions.LawSource", "law fact"),
    _kept("regions.Region", "code"),
    _kept("regions.Country", "code"),
    _kept("regions.PostalZone", "country code"),
    _kept("regions.VatRate", "country zone tax_class valid_from"),
    _kept("regions.SalesTaxRate", "state valid_from"),
    _kept("regions.ProposedRate", "country tax_class begins rate"),
    _kept("regions.Seller", "legal_name"),
    _kept("claims.OwnRule", "code"),
    _kept("pictures.Picture", "source_hash title alt", "rendered_widths failed"),
    _kept("catalogue.ProductKind", "code"),
    _kept("catalogue.FormOfMagnesium", "code"),
    _kept("catalogue.FormOfMagnesium_kinds", "formofmagnesium productkind"),
    _kept("catalogue.Particular", "law kind fact words"),
    _kept("catalogue.RelatedProductTag", "slug"),
    _kept("catalogue.Product", "slug"),
    _kept("catalogue.OldProduct", "slug", HITS),
    _kept("catalogue.ProductTag", "product tag"),
    _kept("catalogue.Variant", "sku"),
    _kept("catalogue.ProductWording", "product region"),
    _kept("catalogue.Price", "variant region valid_from"),
    _kept("catalogue.PriceLog", "variant region price recorded_at"),
    _kept("catalogue.Stock", "variant region", "held log_turn log_cause log_who log_why log_reference"),
    _kept("catalogue.Batch", "stock number"),
    _kept("catalogue.ProductPicture", "product picture"),
    _kept("catalogue.Collection", "slug"),
    _kept("catalogue.OldCollection", "slug", HITS),
    _kept("catalogue.CollectionProduct", "collection product"),
    _kept("reviews.Review", "product region written_at text", "line"),
    _kept("reviews.PublishedReview", "product region first_at text", "rules"),
    _kept("codes.Code", "code", "used"),
    _kept("codes.Code_products", "code product"),
    _kept("codes.CodeTerms", "code region"),
    _kept("codes.AutomaticDiscount", "region name starts_at", "used"),
    _kept("articles.Topic", "slug"),
    _kept("articles.OldTopic", "slug", HITS),
    _kept("articles.Author", "slug"),
    _kept("articles.OldAuthor", "slug", HITS),
    _kept("articles.Question", "slug"),
    _kept("articles.Reference", "key"),
    _kept("articles.MagnesiumForm", "code"),
    _kept("articles.Article", "slug"),
    _kept("articles.OldAddress", "slug", HITS),
    _kept("articles.Version", "article changed_at title is_draft", VERSION_FACTS),
    _kept("articles.VersionTopic", "version topic"),
    _kept("articles.VersionTag", "version tag"),
    _kept("articles.ProductLink", "version product kind"),
    *BLOCKS,
    _kept("articles.NoClaim", "article digest law ticked_at"),
    _kept("articles.NoClaimEnd", "no_claim"),
    _kept("articles.MedicalReview", "version recorded_at"),
    _kept("articles.ClaimSignOff", "version region signed_at", "state"),
    _kept("articles.Publication", "version region starts_at", "until first_at sources is_told"),
    _kept("pages.PageVersion", "page region edition"),
    _kept("pages.PageBlock", "version ordering"),
    _kept("search.Synonym", "words"),
    _kept("search.Pin", "words region"),
    _kept("letters.Letter", "region subject send_from", "sent_at sent_to reached"),
    _kept("letters.LetterArticle", "letter article"),
    _kept("letters.Stopped", "digest"),
    _kept("forwarding.Redirect", "source", f"{HITS} target_key"),
    _kept("forwarding.ShortLink", "word"),
]
BY_LABEL = {one.label: one for one in KEPT}


def file_of(label: str) -> str:
    """Where the rows of a table stand in what was taken out."""
    return f"rows/{label.lower()}.jsonl"


def by_key(rows: models.QuerySet, at_once: int = 500) -> Iterator[Any]:
    """All rows by their primary key, some at a time: memory stays flat, and no cursor stays open between two of them."""
    last = None
    while True:
        more = rows.order_by("pk") if last is None else rows.order_by("pk").filter(pk__gt=last)
        some = list(more[:at_once])
        yield from some
        if len(some) < at_once:
            return
        last = some[-1].pk
