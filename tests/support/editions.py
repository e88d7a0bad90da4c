"""An edition of the EU shop in another language, with words of its own, as rows made in a test."""

from shop.catalogue.models import ProductWording
from shop.catalogue.shelving import shelving_once
from shop.regions.laws import copy_law
from shop.regions.models import LawPack, Region

LOCALES = {"de": "de_DE", "fr": "fr_FR", "it": "it_IT"}


def an_edition(language: str = "de", of: str = "eu", *, is_open: bool = True) -> Region:
    """The edition of that language; made, with the market's wordings and law under other names, where there is none yet."""
    market = Region.objects.get(code=of)
    if found := Region.objects.filter(edition_of=market, language=language).first():
        return found
    law = LawPack(
        code=market.law + language.upper(), name=f"{market.legal.name} ({language})", copied_from=market.legal
    )
    copy_law(market.legal, law)
    with shelving_once():
        edition = Region(
            code=language, name=market.name, short_name=language.upper(), the_name=market.the_name, currency=market.currency,
            currency_symbol=market.currency_symbol, locale=LOCALES[language], hreflang=language, law=law.code,
            tax_words="inkl. MwSt.", ships_from=market.ships_from, position=market.position + 1, language=language,
            edition_of=market, is_open=is_open,
        )  # fmt: skip
        edition.full_clean()
        edition.save()
        for row in ProductWording.objects.filter(region=market):
            row.pk, row.region = None, edition
            row._state.adding = True
            row.name = f"{row.product.name} auf Deutsch"
            row.save()
    return edition


def in_english() -> list[Region]:
    """The open regions that an English article is published in: uk, us and eu of those that the shop ships with."""
    return [row for row in Region.all_open() if row.language == "en"]
