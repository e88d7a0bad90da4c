"""What the tax is called beside a price: by the region alone, or with the country it is the tax of."""

from django.utils.translation import gettext

from shop.content.translations import ENGLISH, active
from shop.regions.models import Region, known_countries, name_in


def tax_words(region: Region, country: str = "") -> str:
    """Beside a price: “incl. VAT”, or “incl. Italian VAT” once the country of delivery is known.

    `country`: its ISO code. What comes on top is decided by a state, not by a country, and keeps the region's words.
    """
    adjective = ""
    if country and region.prices_include_tax:
        row = known_countries().get(region.market_id, {}).get(country)
        adjective = row.translated.adjective if row else ""
    lead, _, name = region.tax_words.partition(" ")
    return f"{lead} {adjective} {name}" if adjective and name else region.tax_words


def total_words(words: str, included: bool, tax: int | None) -> str:
    """Beside a total: tax that comes on top is in it once it is known, and none of it may be due.

    `words` are those beside a price; `tax` is in minor units, None where it is not known yet.
    """
    if included or tax is None:
        return words
    return (gettext("incl. {tax}") if tax else gettext("without {tax}")).format(tax=name_in(words))


def tax_label(words: str, included: bool) -> str:
    """Of the line that says how much tax it is: “Italian VAT, included”, “Sales tax”.

    In English the words beside a price hold its name; other languages bend it there, or don't name it (TTC).
    """
    name = name_in(words) if active() == ENGLISH else gettext("VAT")
    name = name[:1].upper() + name[1:]
    return gettext("{tax}, included").format(tax=name) if included else name
