"""The content that ships with the project, brought into the database: only what is missing is made."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q

from articles.models import Article, Author, MagnesiumForm, Question, Reference, Topic, Version
from articles.publishing.versions import save_version
from config.search.index import reindex
from config.search.models import Pin, Synonym
from config.seed.articles import load_article
from config.seed.files import PICTURES, article_files, references, shop_content, zones
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
    Variant,
)
from shop.money import to_minor
from shop.pictures.models import Picture, hash_of
from shop.regions.models import Country, PostalZone, Region, Seller, TaxClass, VatRate

ADDED_TO_REFERENCES = ("size_unit", "pmid", "outcome", "question", "direction", "direction_note", "seen")
SHOP_OPENED = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("UTC"))


class Loader:
    """Makes rows of what the files say, where they are missing. `say`: takes a line about what takes a while."""

    def __init__(self, say):
        self.say = say

    def load(self) -> int:
        """How many products and articles were made. What is there already, changed by staff or not, stays."""
        content = shop_content()
        with transaction.atomic():
            regions = self.regions(content)
        pictures = Pictures(content["pictures"], self.say)
        with transaction.atomic():
            made = self.products(content, regions, pictures)
            self.lists(content)
            self.collections(content)
            self.synonyms(content)
            pictures.get("hero.webp")
            made += sum(load_article(file, regions, pictures) for file in article_files())
            self.pins(content)
            for version in Version.objects.filter(Q(words_digest="") | Q(claims={})):
                save_version(version)  # it stems from before these facts were worked out
            for file in article_files():
                tick_shipped(file)
        reindex()
        return made

    def regions(self, content) -> dict[str, Region]:
        have = {region.code: region for region in Region.objects.all()}
        for row in content["regions"]:
            if row["code"] not in have:
                have[row["code"]] = checked(Region(**row))
                have[row["code"]].save()
        known = set(Country.objects.values_list("code", flat=True))
        new = [row for row in content["countries"] if row["code"] not in known]
        Country.objects.bulk_create(checked(Country(**{**row, "region": have[row["region"]]})) for row in new)
        countries = {country.code: country for country in Country.objects.all()}
        fresh = {row["code"] for row in new}
        places = self.zones(countries)
        # A rate of a zone is added wherever it is missing: rows are never changed or deleted, so none was taken away.
        dated = {
            (rate.zone_id, rate.tax_class, rate.valid_from.date())
            for rate in VatRate.objects.exclude(zone=None)
        }
        for row in content["vat_rates"]:
            zone = places.get((row["country"], row.get("zone")))
            begins = datetime.fromisoformat(row["valid_from"])
            if (zone is None and row["country"] not in fresh) or (
                zone and (zone.pk, TaxClass.STANDARD, begins.date()) in dated
            ):
                continue
            VatRate.objects.create(
                country=countries[row["country"]],
                zone=zone,
                rate=Decimal(row["rate"]),
                valid_from=begins.replace(tzinfo=ZoneInfo("UTC")),
                source=row.get("source", "ibericode/vat-rates, 2025-08-12"),
            )
        if not Seller.objects.exists():
            checked(Seller(**content["seller"])).save()
        return have

    def zones(self, countries) -> dict[tuple[str, str], PostalZone]:
        """New zones are added, also to a shop that runs; one that is still as it shipped before takes the new words."""
        have = {(zone.country.code, zone.code): zone for zone in PostalZone.objects.select_related("country")}
        for row in zones():
            key = (row["country"], row["code"])
            fields = {name: value for name, value in row.items() if name not in {"country", "code", "was"}}
            fields["places"] = "\n".join(row["places"])
            zone = have.get(key)
            if zone is None:
                zone = have[key] = PostalZone(country=countries[row["country"]], code=row["code"])
            elif zone.pattern != row.get("was") or zone.places or zone.prefixes or zone.lines:
                continue
            if any(getattr(zone, name) != value for name, value in fields.items()):
                for name, value in fields.items():
                    setattr(zone, name, value)
                zone.full_clean()
                zone.save()
        return have

    def products(self, content, regions, pictures) -> int:
        tags = {}
        for row in content["tags"]:
            tag = RelatedProductTag.objects.filter(slug=row["slug"]).first()
            if tag is None:
                tag = checked(RelatedProductTag(**row))
                tag.save()
            tags[row["slug"]] = tag
        known = set(Product.objects.values_list("slug", flat=True))
        new = [row for row in content["products"] if row["slug"] not in known]
        for row in new:
            self.product(row, content["products"].index(row), regions, tags, pictures)
        return len(new)

    def product(self, row, position, regions, tags, pictures):
        fields = {
            name: value
            for name, value in row.items()
            if name not in {"tags", "wordings", "variants", "pictures"}
        }
        product = Product(position=position, **fields)
        product.full_clean()
        product.save()
        product.tags.set([tags[slug] for slug in row["tags"]])
        variants = {}
        for number, pack in enumerate(row["variants"]):
            fields = {name: value for name, value in pack.items() if name not in {"prices", "stock"}}
            variant = Variant(product=product, position=number, **fields)
            variant.full_clean()
            variant.save()
            variants[pack["sku"]] = variant
            for code, text in pack["prices"].items():
                if text is not None:
                    amount = to_minor(text, regions[code].currency)
                    Price.objects.create(
                        variant=variant, region=regions[code], amount=amount, valid_from=SHOP_OPENED
                    )
            for code, count in pack["stock"].items():
                Stock.objects.create(variant=variant, region=regions[code], on_hand=count)
        for code, words in row["wordings"].items():
            lists = {name: "\n".join(words[name]) for name in ("warnings", "statements")}
            wording = ProductWording(product=product, region=regions[code], **{**words, **lists})
            wording.full_clean()
            wording.save()
        for number, item in enumerate(row["pictures"]):
            picture = ProductPicture(
                product=product,
                variant=variants.get(item["sku"]),
                picture=pictures.get(item["file"]),
                position=number,
            )
            checked(picture).save()

    def lists(self, content):
        for model, rows, name in (
            (Topic, content["topics"], "slug"),
            (Author, content["authors"], "slug"),
            (Question, content["questions"], "slug"),
            (MagnesiumForm, [{**row, "position": n} for n, row in enumerate(content["forms"])], "code"),
        ):
            known = set(model.objects.values_list(name, flat=True))
            model.objects.bulk_create(checked(model(**row)) for row in rows if row[name] not in known)
        questions = {question.slug: question for question in Question.objects.all()}
        rows = [{**row, "question": questions.get(row["question"])} for row in references()]
        stored = {reference.key: reference for reference in Reference.objects.all()}
        Reference.objects.bulk_create(checked(Reference(**row)) for row in rows if row["key"] not in stored)
        for row in rows:  # sources loaded before these columns existed
            old = stored.get(row["key"])
            if old and not (old.question_id or old.outcome or old.direction or old.pmid):
                Reference.objects.filter(pk=old.pk).update(
                    **{name: row[name] for name in ADDED_TO_REFERENCES}
                )

    def collections(self, content):
        """Only into a shop that has none yet: staff may have deleted them."""
        if Collection.objects.exists():
            return
        for row in content["collections"]:
            tag = RelatedProductTag.objects.filter(slug=row.get("tag", "")).first()
            fields = {name: value for name, value in row.items() if name not in {"tag", "by_hand"}}
            made = Collection(rule_tag=tag, **fields)
            made.full_clean()
            made.save()
            for number, slug in enumerate(row.get("by_hand", [])):
                product = Product.objects.get(slug=slug)
                CollectionProduct.objects.create(collection=made, product=product, position=number)

    def synonyms(self, content):
        if Synonym.objects.exists():
            return
        for phrases in content["synonyms"]:
            made = Synonym(words="\n".join(phrases))
            made.full_clean()
            made.save()

    def pins(self, content):
        if Pin.objects.exists():
            return
        for row in content["pins"]:
            article = Article.objects.filter(slug=row.get("article", "")).first()
            made = Pin(words=row["words"], article=article, help_page=row.get("help_page", ""))
            made.full_clean()
            made.save()


def checked(row):
    """The row, if its texts are what a form would take. Raises ValidationError: nothing comes in past the claims check."""
    row.clean_fields()
    row.clean()
    return row


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
