"""The content that ships with the project, brought into the database: only what is missing is made.

A row that can't be taken, such as one that claims something, is told with its field; all others are loaded.
"""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q

from articles.models import Article, Author, MagnesiumForm, Question, Reference, Topic, Version
from articles.publishing.versions import save_version
from config.search.index import reindex
from config.search.models import Pin, Synonym
from config.seed import languages as in_languages
from config.seed.articles import load_article, load_translation
from config.seed.editions import facts_of
from config.seed.files import (
    PICTURES,
    article_files,
    references,
    shop_content,
    supplement_rates,
    translation_files,
    zones,
)
from config.seed.rows import Rows, checked, part
from config.seed.ticks import tick_shipped
from shop.catalogue.models import (
    Collection,
    CollectionProduct,
    Price,
    Product,
    ProductPicture,
    ProductWording,
    RelatedProductTag,
    Stock,
    StockCause,
    Told,
    Variant,
)
from shop.catalogue.shelving import shelving_once
from shop.claims.rules import RED
from shop.content.translations import ENGLISH
from shop.money import to_minor
from shop.pictures.models import Picture, hash_of
from shop.regions.models import Country, PostalZone, ProposedRate, Region, Seller, TaxClass, VatRate

ADDED_TO_REFERENCES = ("size_unit", "pmid", "outcome", "question", "direction", "direction_note", "seen")
SHOP_OPENED = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("UTC"))


class Loader:
    """Makes rows of what the files say, where they are missing. `say`: takes a line about what takes a while.

    `warn`: takes a line about each row that could not be taken, and each article that shows no products for its words.
    """

    def __init__(self, say, warn=None):
        self.say = say
        self.rows = Rows(warn or say)

    def load(self) -> int:
        """How many products and articles were made. What is there already, changed by staff or not, stays."""
        content = shop_content()
        with transaction.atomic():
            in_languages.laws(self.rows)
            regions = self.regions(content)
        pictures = Pictures(content["pictures"], self.say)
        with transaction.atomic():
            with shelving_once():
                made = self.products(content, regions, pictures)
            self.lists(content)
            self.collections(content)
            self.synonyms(content)
            with self.rows.one("picture", "hero.webp"):
                pictures.get("hero.webp")
            made += self.articles(regions, pictures)
            self.pins(content)
            for words in in_languages.languages():
                with shelving_once():
                    in_languages.Words(words, self.rows).load()
            for version in Version.objects.filter(Q(words_digest="") | Q(claims={})):
                save_version(version)  # it stems from before these facts were worked out
            languages = sorted({region.language for region in regions.values()})
            translated = [file for language in languages for _, file in translation_files(language)]
            for file in [*article_files(), *translated]:
                tick_shipped(file)
        reindex()
        return made

    def regions(self, content) -> dict[str, Region]:
        have = {region.code: region for region in Region.objects.all()}
        is_new = not have
        for row in content["regions"]:
            if row["code"] not in have and (facts := facts_of(row, have)):
                with self.rows.one("region", row["code"]):
                    made = checked(Region(**facts))
                    made.is_open = (
                        is_new or made.edition_of is None
                    )  # in a shop that runs, its owner opens it
                    made.save()
                    have[row["code"]] = made
        countries = {country.code: country for country in Country.objects.all()}
        known = set(countries)
        for row in content["countries"]:
            if row["code"] in known or self.rows.has_lost("region", row["region"]):
                continue
            with self.rows.one("country", row["code"]):
                made = checked(Country(**{**row, "region": have[row["region"]]}))
                made.save()
                countries[row["code"]] = made
        places = self.zones(countries)
        # A rate of a zone is added wherever it is missing: rows are never changed or deleted, so none was taken away.
        dated = {
            (rate.zone_id, rate.tax_class, rate.valid_from.date())
            for rate in VatRate.objects.exclude(zone=None)
        }
        for row in content["vat_rates"]:
            zone = places.get((row["country"], row.get("zone")))
            begins = datetime.fromisoformat(row["valid_from"])
            if (zone is None and row["country"] in known) or (
                zone and (zone.pk, TaxClass.STANDARD, begins.date()) in dated
            ):
                continue
            if row["country"] not in countries or (row.get("zone") and zone is None):
                continue  # its country or its place was not loaded, and that was told
            VatRate.objects.create(
                country=countries[row["country"]],
                zone=zone,
                rate=Decimal(row["rate"]),
                valid_from=begins.replace(tzinfo=ZoneInfo("UTC")),
                source=row.get("source", "ibericode/vat-rates, 2025-08-12"),
            )
        self.supplement_rates(countries)
        if not Seller.objects.exists():
            with self.rows.one("seller", content["seller"]["trading_name"]):
                checked(Seller(**content["seller"])).save()
        return have

    def supplement_rates(self, countries) -> None:
        """Where the shop was never told: what somebody decided stays decided."""
        told = set(
            ProposedRate.objects.filter(tax_class=TaxClass.SUPPLEMENT).values_list("country__code", flat=True)
        )
        shipped = supplement_rates()
        ProposedRate.objects.bulk_create(
            ProposedRate(
                country=countries[row["country"]],
                tax_class=shipped["tax_class"],
                rate=Decimal(row["rate"]),
                begins=date.fromisoformat(shipped["begins"]),
                source=shipped["source"],
                source_date=date.fromisoformat(shipped["source_date"]),
                doubt=row["doubt"],
            )
            for row in shipped["rates"]
            if row["country"] in countries and row["country"] not in told
        )

    def zones(self, countries) -> dict[tuple[str, str], PostalZone]:
        """New zones are added, also to a shop that runs; one that is still as it shipped before takes the new words."""
        have = {(zone.country.code, zone.code): zone for zone in PostalZone.objects.select_related("country")}
        for row in zones():
            if row["country"] in countries:
                with self.rows.one("zone", row["code"]):
                    key, zone = (row["country"], row["code"]), have.get((row["country"], row["code"]))
                    have[key] = self.zone(row, zone, countries[row["country"]])
        return have

    def zone(self, row, zone: PostalZone | None, country) -> PostalZone:
        fields = {name: value for name, value in row.items() if name not in {"country", "code", "was"}}
        fields["places"] = "\n".join(row["places"])
        if zone is None:
            zone = PostalZone(country=country, code=row["code"])
        elif zone.pattern != row.get("was") or zone.places or zone.prefixes or zone.lines:
            if not zone.source and (zone.rule, zone.reason) == (row["rule"], row.get("reason", "")):
                zone.source = row["source"]
                zone.save(update_fields=["source"])
            return zone
        if any(getattr(zone, name) != value for name, value in fields.items()):
            for name, value in fields.items():
                setattr(zone, name, value)
            zone.full_clean()
            zone.save()
        return zone

    def products(self, content, regions, pictures) -> int:
        tags = {tag.slug: tag for tag in RelatedProductTag.objects.all()}
        for row in content["tags"]:
            if row["slug"] not in tags:
                with self.rows.one("tag", row["slug"]):
                    made = checked(RelatedProductTag(**row))
                    made.save()
                    tags[row["slug"]] = made
        known = set(Product.objects.values_list("slug", flat=True))
        new = [row for row in enumerate(content["products"]) if row[1]["slug"] not in known]
        for position, row in new:
            with self.rows.one("product", row["slug"]):
                self.product(row, position, regions, tags, pictures)
        return sum(not self.rows.has_lost("product", row["slug"]) for _, row in new)

    def product(self, row, position, regions, tags, pictures):
        """With its packs and its words in each region: none is sold without its warnings."""
        fields = {
            name: value
            for name, value in row.items()
            if name not in {"tags", "wordings", "variants", "pictures"}
        }
        product = Product(position=position, **fields)
        product.full_clean()
        product.save()
        product.tags.set([tags[slug] for slug in row["tags"] if not self.rows.has_lost("tag", slug)])
        variants = {}
        for number, pack in enumerate(row["variants"]):
            fields = {name: value for name, value in pack.items() if name not in {"prices", "stock"}}
            variant = Variant(product=product, position=number, **fields)
            with part(f"pack {pack['sku']}"):
                variant.full_clean()
            variant.save()
            variants[pack["sku"]] = variant
            for code, text in self.here(pack["prices"]):
                if text is not None:
                    amount = to_minor(text, regions[code].currency)
                    Price.objects.create(
                        variant=variant, region=regions[code], amount=amount, valid_from=SHOP_OPENED
                    )
            for code, count in self.here(pack["stock"]):
                stock = Stock(variant=variant, region=regions[code], on_hand=count)
                stock.save(told=Told(StockCause.FIRST))
        for code, words in self.here(row["wordings"]):
            lists = {name: "\n".join(words[name]) for name in ("warnings", "statements")}
            wording = ProductWording(product=product, region=regions[code], **{**words, **lists})
            with part(f"wording {code}"):
                wording.full_clean()
            wording.save()
        for number, item in enumerate(row["pictures"]):
            with part(f"picture {item['file']}"):
                picture = ProductPicture(
                    product=product,
                    variant=variants.get(item["sku"]),
                    picture=pictures.get(item["file"]),
                    position=number,
                )
                checked(picture).save()

    def here(self, by_region: dict):
        """(code of the region, what is said for it) without the regions that could not be loaded."""
        return [row for row in by_region.items() if not self.rows.has_lost("region", row[0])]

    def lists(self, content):
        for what, model, rows, name in (
            ("topic", Topic, content["topics"], "slug"),
            ("author", Author, content["authors"], "slug"),
            ("question", Question, content["questions"], "slug"),
            (
                "form of magnesium",
                MagnesiumForm,
                [{**row, "position": n} for n, row in enumerate(content["forms"])],
                "code",
            ),
        ):
            known = set(model.objects.values_list(name, flat=True))
            for row in rows:
                if row[name] not in known:
                    with self.rows.one(what, row[name]):
                        checked(model(**row)).save()
        questions = {question.slug: question for question in Question.objects.all()}
        stored = {reference.key: reference for reference in Reference.objects.all()}
        for row in references():
            old = stored.get(row["key"])
            if old and (old.question_id or old.outcome or old.direction or old.pmid):
                continue
            with self.rows.one("source", row["key"]):
                values = {**row, "question": questions.get(row["question"])}
                if old is None:
                    checked(Reference(**values)).save()
                else:  # it was loaded before these columns existed
                    for field in ADDED_TO_REFERENCES:
                        setattr(old, field, values[field])
                    old.save()

    def collections(self, content):
        """Only into a shop that has none yet: staff may have deleted them."""
        if Collection.objects.exists():
            return
        for row in content["collections"]:
            with self.rows.one("collection", row["slug"]):
                tag = RelatedProductTag.objects.filter(slug=row.get("tag", "")).first()
                fields = {name: value for name, value in row.items() if name not in {"tag", "by_hand"}}
                made = Collection(rule_tag=tag, **fields)
                made.full_clean()
                made.save()
                for number, slug in enumerate(row.get("by_hand", [])):
                    if not self.rows.has_lost("product", slug):
                        product = Product.objects.get(slug=slug)
                        CollectionProduct.objects.create(collection=made, product=product, position=number)

    def synonyms(self, content):
        if Synonym.objects.filter(language=ENGLISH).exists():
            return
        for phrases in content["synonyms"]:
            with self.rows.one("synonyms", ", ".join(phrases)):
                made = Synonym(words="\n".join(phrases))
                made.full_clean()
                made.save()

    def articles(self, regions, pictures) -> int:
        """How many were made. One whose words are red shows no products, as one that staff publish: that is told."""
        made = 0
        for file in article_files():
            with self.rows.one("article", file.head["slug"]):
                version = load_article(file, regions, pictures, self.rows)
                if version is not None:
                    made += 1
                    self.tell_red(version)
        for language in sorted({region.language for region in regions.values()}):
            for original, file in translation_files(language):
                with self.rows.one("article", file.head["slug"]):
                    version = load_translation(original, language, file, regions, pictures, self.rows)
                    if version is not None:
                        made += 1
                        self.tell_red(version)
        return made

    def tell_red(self, version: Version) -> None:
        every = ((row.code, version.claims_in(row)) for row in Region.all_cached())
        red = {code: found for code, found in every if found.get("colour") == RED}
        if red:
            first = next(row for found in red.values() for row in found["findings"] if row["severity"] == RED)
            self.rows.say(
                f"No products beside the article “{version.article.slug}” in {', '.join(red)}: "
                f"{first['place']}: “{first['phrase']}”. {first['advice']}"
            )

    def pins(self, content):
        if Pin.objects.exclude(region__edition_of__isnull=False).exists():
            return
        for row in content["pins"]:
            with self.rows.one("pin", row["words"]):
                article = Article.objects.filter(slug=row.get("article", "")).first()
                made = Pin(words=row["words"], article=article, help_page=row.get("help_page", ""))
                made.full_clean()
                made.save()


class Pictures:
    """The project's pictures as rows, each stored once however often it is used."""

    def __init__(self, rows, say):
        self.rows = rows
        self.say = say
        self.has_said = False

    def get(self, filename) -> Picture:
        data = (PICTURES / filename).read_bytes()
        found = Picture.objects.filter(source_hash=hash_of(data)).first()
        if found:
            return found
        if not self.has_said:
            self.say("Storing pictures …")
            self.has_said = True
        picture = Picture(source_hash=hash_of(data), **self.rows[filename])
        picture.file = ContentFile(data, name=filename)
        picture.full_clean()
        picture.save()
        return picture
