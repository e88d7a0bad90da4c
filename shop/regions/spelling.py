"""American spelling where a region's language is American English. Our words are written once, in British spelling.

For words of ours alone: what a shopper, staff or a study wrote stays as it was written.
"""

import re

from django.utils.functional import Promise

AMERICAN = {
    "afterwards": "afterward",
    "anaemia": "anemia",
    "authorised": "authorized",
    "cancelled": "canceled",
    "cancelling": "canceling",
    "catalogue": "catalog",
    "centre": "center",
    "cheque": "check",
    "colour": "color",
    "colours": "colors",
    "diarrhoea": "diarrhea",
    "favourite": "favorite",
    "fibre": "fiber",
    "flavour": "flavor",
    "fulfil": "fulfill",
    "grey": "gray",
    "labelled": "labeled",
    "licence": "license",
    "litre": "liter",
    "millilitre": "milliliter",
    "organisation": "organization",
    "parcel": "package",
    "parcels": "packages",
    "postcode": "ZIP code",
    "postcodes": "ZIP codes",
    "programme": "program",
    "randomised": "randomized",
    "recognise": "recognize",
    "recognised": "recognized",
    "sulphate": "sulfate",
    "tick": "check",
    "ticked": "checked",
    "towards": "toward",
    "unflavoured": "unflavored",
}
WORDS = re.compile(rf"\b({'|'.join(sorted(AMERICAN, key=len, reverse=True))})\b", re.IGNORECASE)


def is_american(region) -> bool:
    return bool(region) and region.locale == "en_US"


def spelled(text: str | Promise, region) -> str:
    """`text` as the region spells it; a capital stays a capital. Words of gettext that wait for a language get theirs here."""
    return WORDS.sub(_american, str(text)) if is_american(region) else str(text)


def _american(found) -> str:
    word = AMERICAN[found[0].lower()]
    return word[0].upper() + word[1:] if found[0][0].isupper() else word
