"""Whether the words of rows, of a region and of its law are there in another language."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from articles.models import Author, Question, Reference, Topic
from config.seed.files import CONTENT, read_article, references, shop_content, zones
from shop.catalogue.models import (
    Collection,
    FormOfMagnesium,
    Product,
    ProductKind,
    ProductWording,
    RelatedProductTag,
    Variant,
)
from shop.pages.shipped import FOLDER
from shop.pictures.models import Picture
from shop.regions.laws import LawPack
from shop.regions.models import Country, PostalZone, Region
from tests.support.typography import LANGUAGES, differs

EU, REGION = "EU", "eu"
ARTICLES, WORDS = CONTENT / "articles", CONTENT / "words"
LAWS = Path(settings.BASE_DIR, "shop", "regions", "laws.json")
KINDS = ("food_supplement", "cosmetic_topical", "bath_salt")  # these two ship with a migration
MAGNESIUM_FORMS = ("citrate", "glycinate", "oil", "epsom")


@cache
def words(language: str) -> dict[str, Any]:
    path = WORDS / f"{language}.json"
    return json.loads(path.read_text()) if path.exists() else {}


def word_problems(language: str) -> Iterator[str]:
    found = words(language)
    if found.get("language") != language:
        yield f"words/{language}.json doesn’t say its language"
    for section, rows in originals().items():
        translated = found.get(section, {})
        for key in sorted(rows.keys() ^ translated.keys()):
            yield f"{section}: “{key}” is there in one language only"
        for key in rows.keys() & translated.keys():
            for problem in _row(section, rows[key], translated[key], language):
                yield f"{section} {key}: {problem}"
    yield from _statements(found, language)
    yield from _searched(found)
    yield from _law(found, language)


def originals() -> dict[str, dict[str, Any]]:
    """The words of rows that the EU shop shows, by section and key; None: anything, for what ships elsewhere."""
    shop = shop_content()
    in_the_eu = {row["code"] for row in shop["countries"] if row["region"] == REGION}

    def of(rows, key, *names):
        return {row[key]: {name: row.get(name) or "" for name in names} for row in rows}

    def named(rows):
        return {row["slug"]: row["name"] for row in rows}

    products = of(
        shop["products"], "slug", "name", "summary", "description", "ingredients", "allergens", "storage"
    )
    for row in shop["products"]:
        wording = row["wordings"][REGION]
        products[row["slug"]] |= {
            name: wording[name] for name in ("legal_name", "directions", "warnings", "statements")
        }
    packs = [pack for row in shop["products"] for pack in row["variants"]]
    return {
        "products": products,
        "variants": of(packs, "sku", "label", "net_quantity", "unit_name", "compound"),
        "pictures": {file: {"title": row["title"], "alt": row["alt"]} for file, row in shop["pictures"].items()},
        "tags": named(shop["tags"]),
        "topics": named(shop["topics"]),
        "questions": named(shop["questions"]),
        "authors": of(shop["authors"], "slug", "name", "about"),
        "forms": of(shop["forms"], "code", "name", "raw_material", "known"),
        "collections": of(shop["collections"], "slug", "name", "summary"),
        "countries": of([row for row in shop["countries"] if row["region"] == REGION], "code", "name", "adjective"),
        "references": of(references(), "key", "kind", "finding", "outcome", "size_unit", "direction_note"),
        "zones": of([row for row in zones() if row["country"] in in_the_eu], "code", "name", "reason", "remedy"),
        "kinds": dict.fromkeys(KINDS, dict.fromkeys(("name", "use_words", "used_on"))),
        "magnesium_forms": dict.fromkeys(MAGNESIUM_FORMS, dict.fromkeys(("name", "words"))),
    }  # fmt: skip


def _row(section: str, original: Any, translated: Any, language: str) -> Iterator[str]:
    if isinstance(original, str):
        original, translated = {"name": original}, {"name": translated}
    for name in original.keys() ^ translated.keys():
        yield f"“{name}” is there in one language only"
    for name in original.keys() & translated.keys():
        one, other = original[name], translated[name]
        if name == "statements":
            continue
        if isinstance(one, list):
            if len(one) != len(other):
                yield f"{name}: {len(other)} of {len(one)}"
            one, other = "\n".join(one), "\n".join(other)
        if name == "net_quantity":
            one = re.sub(r" \([\d.]+ (fl )?oz\)", "", one)
        for problem in differs(other if one is None else one, other, language):
            yield f"{name}: {problem}"
        if len(other) > (most := LIMITS.get((section, name), 4000)):
            yield f"{name} has {len(other)} signs, of {most}"


def _limits() -> Iterator[tuple[tuple[str, str], int]]:
    models = {
        "products": (Product, ProductWording), "variants": (Variant,), "tags": (RelatedProductTag,), "topics": (Topic,),
        "authors": (Author,), "questions": (Question,), "collections": (Collection,), "countries": (Country,),
        "references": (Reference,), "zones": (PostalZone,), "kinds": (ProductKind,), "magnesium_forms": (FormOfMagnesium,),
        "pictures": (Picture,), "region": (Region,), "law": (LawPack,),
    }  # fmt: skip
    for section, rows in models.items():
        for row in rows:
            for column in row._meta.fields:
                if most := getattr(column, "max_length", None):
                    yield (section, column.name), most


LIMITS = dict(_limits())


def _statements(found: dict[str, Any], language: str) -> Iterator[str]:
    typography = LANGUAGES[language]
    for row in shop_content()["products"]:
        translated = found.get("products", {}).get(row["slug"], {})
        wanted = [typography.authorised[statement] for statement in row["wordings"][REGION]["statements"]]
        if translated.get("statements") != wanted:
            yield f"products {row['slug']}: its statements are not those of the register, in their order"
        for said in typography.of_the_law if row["kind"] == "food_supplement" else ():
            if said not in translated.get("warnings", ()):
                yield f"products {row['slug']}: the law’s words “{said}” are missing"


def _searched(found: dict[str, Any]) -> Iterator[str]:
    addresses = {read_article(path).head["slug"] for path in ARTICLES.glob("*.html")}
    pages = {path.stem for path in FOLDER.glob("*.json")}
    if not found.get("synonyms") or not found.get("pins"):
        yield "there is nothing for search"
    for row in found.get("synonyms", []):
        if len(set(row)) < 2 or any(word != word.lower() for word in row):
            yield f"synonyms {row}"
    seen = Counter(row["words"] for row in found.get("pins", []))
    yield from (f"pinned twice: {what}" for what, times in seen.items() if times > 1)
    for row in found.get("pins", []):
        if row.get("article") not in addresses and row.get("help_page") not in pages:
            yield f"the pin of “{row['words']}” leads nowhere"


REGION_WORDS = (
    "name",
    "short_name",
    "the_name",
    "tax_words",
    "ships_from",
    "invoice_title",
    "tax_number_name",
)


def _law(found: dict[str, Any], language: str) -> Iterator[str]:
    """The law’s row is the EU’s but for its words; each fact has its source; what must be told is in every wording."""
    for name in REGION_WORDS:
        if not found.get("region", {}).get(name):
            yield f"the region’s {name} is missing"
    for section in ("region", "law"):
        for name, value in found.get(section, {}).items():
            if isinstance(value, str) and len(value) > (most := LIMITS.get((section, name), 4000)):
                yield f"the {section}’s {name} has {len(value)} signs, of {most}"
    original = next(row for row in json.loads(LAWS.read_text()) if row["code"] == EU)
    law = found.get("law", {})
    for name in sorted(original.keys() ^ law.keys()):
        yield f"the law’s {name} is there in one language only"
    for name in original.keys() & law.keys():
        if not isinstance(original[name], str) and name != "sources" and original[name] != law[name]:
            yield f"the law’s {name} is not the EU’s"
        if isinstance(original[name], str) and bool(original[name]) != bool(law[name]):
            yield f"the law’s {name} says {law[name]!r}"
    if [row["fact"] for row in original["sources"]] != [row["fact"] for row in law.get("sources", [])]:
        yield "the law’s facts have other sources"
    yield from _told(found)


def _told(found: dict[str, Any]) -> Iterator[str]:
    rows = found.get("particulars", [])
    for kind in KINDS:
        if not any(row["kind"] == kind for row in rows):
            yield f"nothing must be told of {kind}"
    for row in rows:
        owner, column = row["fact"].split(".")
        if owner != "wording" or not row["words"]:
            continue
        for product in shop_content()["products"]:
            said = found.get("products", {}).get(product["slug"], {}).get(column, "")
            said = "\n".join(said) if isinstance(said, list) else said
            if product["kind"] == row["kind"] and not any(
                w.lower() in said.lower() for w in row["words"].split("|")
            ):
                yield f"products {product['slug']}: {column} lacks “{row['words']}”"
