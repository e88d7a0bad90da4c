"""The shop in plain text for language models."""

from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext

from config.discovery.kept import answer, texts
from config.discovery.parts import (
    article_parts,
    articles_in,
    cards_in,
    of_articles,
    of_products,
    product_parts,
)
from shop.claims.statements import on_its_own
from shop.regions.languages import speaking
from shop.regions.models import Region, Seller
from shop.text.characters import clean_line
from shop.web.public import public_page


def _lines(lines: list[str]) -> str:
    return "".join(clean_line(line).replace("\u00a0", " ") + "\n" for line in lines)


def product_lines(region, number: int) -> str:
    with speaking(region):
        return _lines([_product_line(card, region) for card in cards_in(region, number)])


def _product_line(card, region) -> str:
    facts = ""
    if card.facts:
        facts = gettext(
            "; {mg} mg elemental magnesium a day as directed, level for supplements {level} mg a day"
        ).format(mg=card.facts.mg_per_day, level=region.legal.upper_level_mg)
    prices = ", ".join(
        f"{offer.variant.translated.label} {offer.price} {offer.tax_words} ({offer.availability_words.lower()})"
        for offer in card.offers
    )
    read = f"{timezone.now():%Y-%m-%d %H:%M} UTC"
    return f"- [{card.name}]({settings.SITE_URL}{card.url}): {prices}, read {read}{facts}"


def article_lines(region, number: int) -> str:
    return _lines(
        [
            f"- [{row.version.title}]({settings.SITE_URL}{row.url}): {on_its_own(row.version.summary, region)}"
            for row in articles_in(region, number)
        ]
    )


PRODUCTS, ARTICLES = of_products("llms products", product_lines), of_articles("llms articles", article_lines)


@public_page
def llms_txt(request):
    """Facts, prices of now with their region, limits, articles."""
    parts = {
        region: {PRODUCTS: product_parts(region), ARTICLES: article_parts(region)}
        for region in Region.all_open()
    }
    most = max((len(numbers) for found in parts.values() for numbers in found.values()), default=0)
    return answer(_pieces(parts), parts=most, content_type="text/plain; charset=utf-8")


def _pieces(parts) -> Iterator[str]:
    seller, now = Seller.current(), timezone.now()
    yield _lines(
        [
            f"# {settings.BRAND}",
            "",
            "> Magnesium citrate, glycinate, skin spray and Epsom salt, with evidence-led articles. Free shipping on all orders.",
            "",
            f"Prices are of {now:%Y-%m-%d} (UTC) and differ by region; the pages named are right at any time.",
            "Food supplements are no medicines and no substitute for a varied diet. Articles are information, not medical advice.",
            *(["This is a demonstration: nothing is sold."] if seller and seller.is_demo else []),
        ]
    )
    for region, numbers in parts.items():
        yield _lines(["", f"## Products in {region.the_name} ({region.currency}, {region.tax_words})", ""])
        yield from texts(PRODUCTS, region, numbers[PRODUCTS])
        yield _lines(["", f"## Articles in {region.the_name}", ""])
        yield from texts(ARTICLES, region, numbers[ARTICLES])
