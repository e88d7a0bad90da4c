"""What there is to find in each region, and its words by how much they tell."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.html import strip_tags

from articles.models import Version
from articles.reading.published import current_publications
from config.pages.help import PAGES, page_title
from config.search.languages import language
from config.search.models import Kind
from config.search.words import amounts_of
from shop.catalogue.cards import for_cards
from shop.catalogue.models import Product
from shop.content.translations import ENGLISH
from shop.pages.reading import page_of
from shop.regions.languages import speaking
from shop.regions.models import Region
from shop.text.findable import compact

TITLE, ABOUT, SUMMARY, TEXT = 12, 6, 4, 1
READ_AS = "4"  # raise it when texts are read in another way: every document is then read anew
OUNCE_G, POUND_G, FLUID_OUNCE_ML = 28.349523125, 453.59237, 29.5735295625  # avoirdupois; US fluid ounce
MAX_REPEATS = 6  # a word said more often than this in a text tells no more


@dataclass(frozen=True)
class WantedDocument:
    """A document as it should be. `fields()` gives (weight, text) pairs; it is asked only if the index lacks it."""

    kind: str
    key: str
    source: str
    fields: object
    language: str = ENGLISH

    @property
    def name(self) -> tuple[str, str, str]:
        return self.kind, self.key, self.source


def _digest(code: str, fields) -> str:
    """The same words in two languages are two documents: they are read otherwise."""
    state = (READ_AS, fields) if code == ENGLISH else (READ_AS, code, fields)
    return hashlib.blake2b(repr(state).encode(), digest_size=16).hexdigest()


def _given(kind, key, region, fields) -> WantedDocument:
    """`fields` is a function. What it raises is raised again when the index asks, for this document alone."""
    try:
        found = fields()
    except Exception:
        return WantedDocument(kind, key, f"unreadable{_of(region)}", fields, region.language)
    return WantedDocument(kind, key, _digest(region.language, found), lambda: found, region.language)


def _of(region) -> str:
    return "" if region.language == ENGLISH else f":{region.language}"


def documents_of(kind: str, keys: Iterable[str]) -> Iterator[tuple[Region, WantedDocument]]:
    """Of these keys of a kind all that can be found, region by region."""
    keys = set(keys)
    find = {Kind.ARTICLE: _articles, Kind.PRODUCT: _products, Kind.HELP: _help}[Kind(kind)]
    for region in Region.all_open():
        with speaking(region):  # and not while whoever asked looks at what was found
            rows = list(find(region, keys))
        yield from ((region, found) for found in rows)


def _articles(region, keys) -> Iterator[WantedDocument]:
    digest = f"version__region_facts__{region.code}__digest"
    rows = current_publications(region).filter(article__in=map(int, keys)).order_by()
    for article, version, words in rows.values_list("article_id", "version_id", digest):
        yield WantedDocument(
            Kind.ARTICLE,
            str(article),
            f"{version}:{words}:{READ_AS}{_of(region)}",
            lambda v=version, r=region: _article_fields(v, r),
            region.language,
        )


def _article_fields(pk: int, region) -> list[tuple[int, str]]:
    with speaking(region):
        return _fields_of(pk, region)


def _fields_of(pk: int, region) -> list[tuple[int, str]]:
    version = Version.objects.select_related("author", "article").get(pk=pk)
    blocks, _ = version.parts()
    shown = [block.plain_text() for block in blocks if block.shows_in(region)]
    return [
        (TITLE, version.title),
        (SUMMARY, version.summary),
        (ABOUT, " ".join(topic.translated.name for topic in version.topics.all())),
        (ABOUT, version.author.translated.name),
        *((TEXT, words) for words in shown),
    ]


def _products(region, keys) -> Iterator[WantedDocument]:
    sold = Product.objects.on_sale_in(region).filter(pk__in=map(int, keys))
    for product in for_cards(sold.prefetch_related("tags"), region):
        yield _given(Kind.PRODUCT, str(product.pk), region, lambda p=product: _product_fields(p, region))


def _product_fields(product, region) -> list[tuple[int, str]]:
    variants = list(product.variants.all())
    wording = product.wording_in(region)
    kinds = f"{product.get_form_display()} {product.get_kind_display()} {'vegan' if product.vegan else ''}"
    packs = "; ".join(_pack_words(row, wording) for row in variants)
    return [
        (TITLE, product.name_in(region)),
        (ABOUT, kinds),
        (ABOUT, packs),
        (ABOUT, " ".join(tag.translated.name for tag in product.tags.all())),
        (SUMMARY, product.summary_in(region)),
        (TEXT, (wording and wording.description) or product.description),
        (TEXT, product.translated.ingredients),
        (TEXT, wording.directions if wording else ""),
    ]


def _pack_words(pack, wording) -> str:
    """Of a pack what people may look for: its number, its size in every unit, what is in a piece and in a day."""
    said = pack.translated
    words = [pack.sku, compact(pack.sku), said.label, said.net_quantity, said.compound]
    words += [f"{pack.pack_units} {said.unit_name}"]
    words += [f"{pack.pack_units} pieces"] if pack.pack_units > 1 else []
    words += _in_every_unit(pack.net_weight_g, "g", oz=OUNCE_G, lb=POUND_G) if pack.net_weight_g else []
    words += _in_every_unit(pack.net_volume_ml, "ml", oz=FLUID_OUNCE_ML) if pack.net_volume_ml else []
    if pack.magnesium_mg:
        pieces = (wording and wording.units_per_day) or 1
        words += [
            f"{pack.magnesium_mg} mg",
            f"{pack.magnesium_mg * pieces} mg",
            f"{pack.compound_mg or 0} mg",
        ]
    return "; ".join(words)


def _in_every_unit(amount, unit, **others) -> list[str]:
    """Metric, and in the units of the US as labels round them: to a tenth, or to a whole."""
    amounts = [f"{amount} {unit}"]
    for name, size in others.items():
        amounts += [f"{amount / size:.{places}f} {name}" for places in (1, 0) if amount / size >= 1]
    return amounts


def _help(region, keys) -> Iterator[WantedDocument]:
    for page in PAGES:
        if page in keys:
            yield _given(Kind.HELP, page, region, lambda p=page: _help_fields(page_of(p, region), region))


THE_REGISTER = "stored"  # column by column what is kept: the same words again and again


def _once(text: str) -> str:
    return " ".join(dict.fromkeys(text.split()))


def _help_fields(page, region) -> list[tuple[int, str]]:
    headings = " ".join(strip_tags(part.heading) for part in page.parts)
    text = " ".join(_once(part.text) if part.drawn == THE_REGISTER else part.text for part in page.parts)
    words = " ".join(f"{strip_tags(page.lead)} {text}".split())
    return [(TITLE, page_title(page.page, region)), (SUMMARY, headings), (TEXT, words)]


def weigh(fields, code: str = ENGLISH) -> tuple[dict[str, int], dict[str, str]]:
    """(weights by stem, stems by word) of a document's fields, as the index holds them."""
    here = language(code)
    weights: Counter[str] = Counter()
    stems: dict[str, str] = {}
    for weight, text in fields:
        counted: Counter[str] = Counter()
        for word in [*here.words_of(text), *(amount.token for amount in amounts_of(text))]:
            one = stems[here.stored(word)] = here.stem(word)
            counted[one] += 1
        for one, times in counted.items():
            weights[one] += weight * min(times, MAX_REPEATS)
    return {one: min(weight, 30_000) for one, weight in weights.items()}, stems
