"""What the content files bring is checked like what staff type; a row that can't be taken is told and stops no other."""

import copy

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from articles.models import Article, ProductCard, Reference, ReferenceBlock, Version
from config.management.commands import prepare
from config.seed import loader
from config.seed.files import ArticleFile, FileBlock, article_files, references, shop_content, zones
from shop.catalogue.models import Collection, CollectionProduct, Product, RelatedProductTag
from shop.content.texts import PRODUCT, SAFETY, declared
from shop.pictures.models import Picture
from shop.regions.models import Country, PostalZone, Seller
from tests.support.places import RED, SPELLINGS, red_for, spellings_of

pytestmark = pytest.mark.django_db

# What no content file brings: staff write it in the shop.
WRITTEN_IN_THE_SHOP = {
    "codes.AutomaticDiscount", "codes.Code", "forwarding.ShortLink", "letters.Letter", "orders.Parcel", "payments.Refund",
}  # fmt: skip
# Nor these: what ships of them comes with migrations and with the pages' own files, and staff add others.
BROUGHT_ELSEWHERE = {
    "catalogue.FormOfMagnesium", "catalogue.ProductKind", "pages.PageBlock", "pages.PageVersion", "regions.LawPack",
}  # fmt: skip
PLACES = sorted(
    key
    for key, text in declared().items()
    if text.surface in {PRODUCT, SAFETY}
    and key[0] not in WRITTEN_IN_THE_SHOP | BROUGHT_ELSEWHERE
    and key != ("regions.Region", "code")  # two to eight letters
)


def load(monkeypatch, content=None, **files) -> list[str]:
    """What the loader told of these files; without the articles that ship, and without looking after the search."""
    monkeypatch.setattr(loader, "reindex", lambda: None)
    monkeypatch.setattr(loader, "shop_content", lambda: content or shop_content())
    for name, value in ({"article_files": []} | files).items():
        monkeypatch.setattr(loader, name, lambda value=value: value)
    monkeypatch.setattr(loader, "translation_files", lambda language: [])
    told: list[str] = []
    loader.Loader(lambda line: None, warn=told.append).load()
    return told


def a_product(number: int) -> dict:
    """Another, with one pack and the words of one region."""
    product = copy.deepcopy(shop_content()["products"][0])
    pack = {**product["variants"][0], "sku": f"CIT-CAP-{1000 + number}"}
    wordings = {"us": product["wordings"]["us"]}
    return {**product, "slug": f"number-{number}", "variants": [pack], "wordings": wordings, "pictures": []}


LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Files:
    """The content files, and more rows in them."""

    def __init__(self):
        self.content, self.zones = copy.deepcopy(shop_content()), zones()

    def product(self, number: int, **more) -> dict:
        self.content["products"].append({**a_product(number), **more})
        return self.content["products"][-1]

    def add(self, number: int, kind: str, values: dict) -> str:
        """A new row of a kind, with these values; the key under which the loader tells of it."""
        slug, content = f"number-{number}", self.content
        rows, row = {
            "RelatedProductTag": (content["tags"], {"slug": slug, "name": f"Tin {number}"}),
            "Collection": (
                content["collections"],
                {"slug": slug, "name": f"Tin {number}", "summary": "Tins.", "position": 9},
            ),
            "Region": (content["regions"], {**content["regions"][0], "code": f"r{LETTERS[number % 26]}"}),
            "Country": (content["countries"], {**content["countries"][0], "code": f"X{LETTERS[number % 26].upper()}"}),
            "PostalZone": (self.zones, {**self.zones[0], "code": slug}),
        }.get(kind, (None, {}))  # fmt: skip
        if rows is not None:
            rows.append(row | values)
            return rows[-1].get("slug") or rows[-1]["code"]
        if kind == "Seller":
            content["seller"] |= values
            return content["seller"]["trading_name"]
        if kind == "Picture":
            content["pictures"]["hero.webp"] |= values
            return "hero.webp"
        product = self.product(number)
        if kind == "ProductWording":
            lists = {name: [text] for name, text in values.items() if name in {"statements", "warnings"}}
            product["wordings"]["us"] |= values | lists
        else:
            (product if kind == "Product" else product["variants"][0]).update(values)
        return product["slug"]


WHAT = {
    "RelatedProductTag": "tag",
    "Collection": "collection",
    "Region": "region",
    "Country": "country",
    "PostalZone": "zone",
    "Picture": "picture",
    "Seller": "seller",
}


@pytest.fixture
def emptied():
    """A shop into which the loader brings the seller, the collections and the picture of the home page again."""
    Seller.objects.all().delete()
    Collection.objects.all().delete()
    Picture.objects.filter(role="home").update(role="", source_hash="another")


@pytest.mark.walk
def test_a_claim_at_any_place_is_told_with_row_and_field_and_stops_nothing_else(monkeypatch, emptied):
    files, keys = Files(), {}
    for number, (label, name) in enumerate(PLACES):
        spelt = spellings_of(label, name)
        text = SPELLINGS[spelt[number % len(spelt)]](red_for(apps.get_model(label)._meta.get_field(name)))
        keys[label, name] = files.add(number, label.split(".")[1], {name: text})
    honest = {
        kind: files.add(500 + number, kind, {})
        for number, kind in enumerate(["RelatedProductTag", "Collection", "Country", "PostalZone", "Product"])
    }
    told = load(monkeypatch, files.content, zones=files.zones)
    keys = {
        place: files.content["seller"]["trading_name"] if "Seller" in place[0] else key
        for place, key in keys.items()
    }
    for (label, name), key in keys.items():
        what = WHAT.get(label.split(".")[1], "product")
        lines = [
            line for line in told if line.startswith(f"Not loaded: {what} “{key}”: ") and f"{name}: “" in line
        ]
        assert len(lines) == 1, (label, name, key)
        assert "can’t stand here in " in lines[0]
        assert "\n" not in lines[0]
    assert len(told) == len(
        {(label.split(".")[1] in WHAT and label, key) for (label, _), key in keys.items()}
    )
    assert Product.objects.filter(slug__startswith="number-").get().slug == honest["Product"]
    assert (
        RelatedProductTag.objects.filter(slug__startswith="number-").get().slug == honest["RelatedProductTag"]
    )
    assert Country.objects.filter(code__startswith="X").get().code == honest["Country"]
    assert PostalZone.objects.filter(code__startswith="number-").get().code == honest["PostalZone"]
    assert Collection.objects.count() == len(shop_content()["collections"]) + 1
    assert not Seller.objects.exists()


@pytest.mark.slow
def test_what_hangs_on_a_row_that_is_lost_is_loaded_without_it(monkeypatch):
    """A product without a tag, an article without the card of a product, a collection without it."""
    files = Files()
    files.add(1, "RelatedProductTag", {"name": RED})
    lost, kept = files.product(2, allergens=RED), files.product(3, tags=["number-1", "powder"])
    article = ArticleFile(
        {
            "slug": "new", "title": "On packs", "summary": "What is in a pack.", "author": "editors", "topics": [],
            "tags": [], "picture": "hero.webp", "published": "2026-11-01T08:00:00+00:00",
        },
        [
            FileBlock("text", body="<p>Read the label.</p>"),
            *(FileBlock("product", {"slug": row["slug"]}) for row in (lost, kept)),
        ],
    )  # fmt: skip
    Collection.objects.all().delete()
    files.content["collections"][0]["by_hand"] = [lost["slug"], kept["slug"]]
    told = load(monkeypatch, files.content, article_files=[article])
    assert [line.split(":")[0] for line in told] == ["Not loaded", "Not loaded"]
    assert [tag.slug for tag in Product.objects.get(slug=kept["slug"]).tags.all()] == ["powder"]
    blocks = Article.objects.get(slug="new").newest().blocks()
    assert [block.product.slug for block in blocks if isinstance(block, ProductCard)] == [kept["slug"]]
    by_hand = CollectionProduct.objects.filter(collection__slug=files.content["collections"][0]["slug"])
    assert [row.product.slug for row in by_hand] == [kept["slug"]]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": RED}, "No products beside the article “new” in uk, us, eu, de, fr: "),
        ({"title": "x" * 200}, "Not loaded: article “new”: title: "),
        ({"author": "nobody"}, "Not loaded: article “new”: "),
        ({"published": "soon"}, "Not loaded: article “new”: "),
    ],
)
def test_an_article_that_claims_is_told_and_one_that_is_broken_stops_no_other(monkeypatch, change, told):
    def file(slug, **more):
        head = {**article_files()[0].head, "slug": slug, "title": f"On {slug}", "no_claim": [], **more}
        card = FileBlock("product", {"slug": Product.objects.first().slug})
        return ArticleFile(head, [FileBlock("text", body="<p>Read the label.</p>"), card])

    lines = load(monkeypatch, article_files=[file("new", **change), file("newer")])
    assert [line[: len(told)] for line in lines] == [told]
    assert Article.objects.filter(slug="newer").exists()


def test_a_source_that_gets_its_new_columns_takes_the_products_from_articles_at_once(monkeypatch):
    source = ReferenceBlock.objects.first().reference
    Reference.objects.filter(pk=source.pk).update(question=None, outcome="", direction="", pmid="")
    row = {**next(row for row in references() if row["key"] == source.key), "outcome": RED}
    load(monkeypatch, references=[row])
    shown = Version.objects.filter(
        pk__in=ReferenceBlock.objects.filter(reference=source).values("parent"), publications__isnull=False
    )
    assert {version.claims_rules for version in shown} == {""}


@pytest.mark.slow
def test_the_command_says_that_rows_are_missing_and_preparing_goes_on(monkeypatch, capsys):
    content = shop_content()
    content["topics"].append({"slug": "x", "name": "y" * 100})
    monkeypatch.setattr(loader, "shop_content", lambda: content)
    with pytest.raises(CommandError, match="1 of its rows are not loaded"):
        call_command("load_content")
    monkeypatch.setattr(prepare.Command, "collect_static", lambda command: None)
    call_command("prepare")
    assert "Not loaded: topic “x”: name: " in capsys.readouterr().err
