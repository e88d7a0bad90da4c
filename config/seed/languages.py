"""The words that ship in other languages: of rows that are no region's, and of the editions (shop/regions/editions.py) in them.

A language whose edition is not there yet is left alone. What has words in a language already, staff's or ours, keeps them.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from articles.models import Article, Author, MagnesiumForm, Question, Reference, Topic
from config.search.models import Pin, Synonym
from config.seed.files import CONTENT, PICTURES, references, shop_content, words_in, zones
from config.seed.rows import Rows, checked
from shop.catalogue.models import (
    Collection,
    FormOfMagnesium,
    Particular,
    Product,
    ProductKind,
    ProductWording,
    RelatedProductTag,
    Variant,
)
from shop.claims.languages import known
from shop.content.translations import ENGLISH, Translated
from shop.pictures.models import Picture, hash_of
from shop.regions.laws import LawPack, LawSource
from shop.regions.models import Country, PostalZone, Region

WRITTEN = date(
    2026, 11, 28
)  # when these laws were put into words; none was compared with its source by a lawyer
GOOD_UNTIL = date(2027, 11, 1)
LISTS = ("warnings", "statements")
OF_A_PRODUCT = ("ingredients", "allergens", "storage")


def languages() -> list[dict[str, Any]]:
    """What ships, by language, of those that the claims check reads: words in another could not be taken."""
    return [
        words_in(path.stem) for path in sorted((CONTENT / "words").glob("*.json")) if path.stem in known()
    ]


def laws(rows: Rows) -> None:
    """The laws in other languages, before regions that follow them; one that is there stays as it is."""
    for words in languages():
        law = words.get("law")
        if law and not LawPack.objects.filter(code=law["code"]).exists():
            with rows.one("law", law["code"]):
                _law({**law, "language": words["language"]}, words.get("particulars", []))


def _law(said: dict[str, Any], particulars: list[dict[str, Any]]) -> None:
    facts = {name: value for name, value in said.items() if name != "sources"}
    for unit in ("weight_unit_grams", "volume_unit_ml"):
        facts[unit] = Decimal(facts[unit])
    law = LawPack(**facts, review_by=GOOD_UNTIL)
    law.full_clean()
    law.save()
    for source in said["sources"]:
        LawSource.objects.create(law=law, checked_on=WRITTEN, **source)
    for position, particular in enumerate(particulars):
        facts = {"is_verified": False, "checked_on": WRITTEN, **particular}
        checked(Particular(law=law.code, position=position, **facts)).save()


class Words:
    """Loads a language's words. `lost`: what of the English content could not be loaded, so has nothing to translate."""

    def __init__(self, words: dict[str, Any], rows: Rows):
        self.words, self.rows, self.language = words, rows, words["language"]
        assert self.language != ENGLISH

    def load(self) -> None:
        editions = Region.objects.filter(language=self.language, edition_of__isnull=False)
        edition = editions.order_by("position", "pk").first()
        if edition is None:
            return
        for what, row, said, shipped in self._rows():
            if said and self.language not in row.translations:
                with self.rows.one(what, f"{row} ({self.language})"):
                    self._say(row, said, shipped)
        self._wordings(edition)
        self._synonyms()
        self._pins(edition)

    def _say(self, row: Translated, said: dict[str, str], shipped: dict[str, Any]) -> None:
        """As made of the English that ships, so that where staff have changed that, they see that this is older."""
        for name in row.translatable:
            if text := said.get(name):
                row.say(self.language, name, text, of=shipped.get(name))
        if self.language in row.translations:
            checked_translations(row)
            row.save(update_fields=["translations"])

    def _rows(self) -> Iterator[tuple[str, Translated, dict[str, str], dict[str, Any]]]:
        """(what it is, the row, its words, its English as shipped)."""
        content = shop_content()
        named = lambda said: said if isinstance(said, dict) else {"name": said}  # noqa: E731 - a name alone is its text
        for what, part, model, key, shipped in (
            ("tag", "tags", RelatedProductTag, "slug", content["tags"]),
            ("kind of product", "kinds", ProductKind, "code", ()),
            ("form of magnesium in the shop", "magnesium_forms", FormOfMagnesium, "code", ()),
            ("collection", "collections", Collection, "slug", content["collections"]),
            ("country", "countries", Country, "code", content["countries"]),
            ("topic", "topics", Topic, "slug", content["topics"]),
            ("author", "authors", Author, "slug", content["authors"]),
            ("question", "questions", Question, "slug", content["questions"]),
            ("form of magnesium", "forms", MagnesiumForm, "code", content["forms"]),
            ("source", "references", Reference, "key", references()),
            ("zone", "zones", PostalZone, "code", zones()),
            ("product", "products", Product, "slug", content["products"]),
        ):
            english = by(shipped, key)
            for row in model._default_manager.all():
                name = getattr(row, key)
                yield what, row, named(self.words.get(part, {}).get(name, {})), english.get(name, {})
        packs = by([pack for product in content["products"] for pack in product["variants"]], "sku")
        for row in Variant.objects.select_related("product"):
            said = dict(self.words.get("variants", {}).get(row.sku, {}))
            if several := self.words.get("units", {}).get(said.get("unit_name")):
                said["unit_names"] = several
            yield "pack", row, said, packs.get(row.sku, {})
        files = {hash_of(path.read_bytes()): path.name for path in PICTURES.iterdir() if path.is_file()}
        for row in Picture.objects.exclude(source_hash=""):
            name = files.get(row.source_hash, "")
            yield (
                "picture",
                row,
                self.words.get("pictures", {}).get(name, {}),
                content["pictures"].get(name, {}),
            )

    def _wordings(self, edition: Region) -> None:
        """With the daily amount of its market: that is no matter of language."""
        have = set(ProductWording.objects.filter(region=edition).values_list("product__slug", flat=True))
        at_market = {
            row.product_id: row.units_per_day
            for row in ProductWording.objects.filter(region=edition.market_id)
        }
        for product in Product.objects.all():
            words = self.words.get("products", {}).get(product.slug)
            if words is None or product.slug in have or product.pk not in at_market:
                continue
            with self.rows.one("wording", f"{product.slug} {edition.code}"):
                facts = {name: text for name, text in words.items() if name not in OF_A_PRODUCT}
                facts |= {name: "\n".join(words[name]) for name in LISTS}
                wording = ProductWording(
                    product=product, region=edition, units_per_day=at_market[product.pk], **facts
                )
                wording.full_clean()
                wording.save()

    def _synonyms(self) -> None:
        if Synonym.objects.filter(language=self.language).exists():
            return
        for phrases in self.words.get("synonyms", []):
            with self.rows.one("synonyms", ", ".join(phrases)):
                made = Synonym(words="\n".join(phrases), language=self.language)
                made.full_clean()
                made.save()

    def _pins(self, edition: Region) -> None:
        """To the articles in that language, where there are any."""
        if Pin.objects.filter(region=edition).exists():
            return
        for row in self.words.get("pins", []):
            article = Article.objects.filter(slug=row.get("article") or "").first()
            if article is not None:
                article = article.translations.filter(language=self.language).first() or article
            if article is None and not row.get("help_page"):
                continue
            with self.rows.one("pin", row["words"]):
                made = Pin(
                    words=row["words"], region=edition, article=article, help_page=row.get("help_page") or ""
                )
                made.full_clean()
                made.save()


def by(rows: Iterable[dict[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in rows}


def checked_translations(row: Translated) -> None:
    """What a form would take: no claims, and no text that is longer than its original may be."""
    row.clean_fields(exclude=[field.name for field in row._meta.fields if field.name != "translations"])
