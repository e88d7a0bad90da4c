"""What is read of a buyer's words before any person does: whether they can be kept at all, and what they claim.

The claims check reads them as it reads a product's own words, since they stand beside the product. What it finds is of
two kinds. Some sentences never stand there, whether they say that something helped or that it did not. The rest of
what it finds is a way of speaking that no label has but a buyer may, such as “I am happy with it”: a person decides.
"""

import re
from collections.abc import Iterable
from unicodedata import category

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.catalogue.facts import daily_facts
from shop.catalogue.models import Product, Variant
from shop.claims.check import check
from shop.claims.rules import PRODUCT, RED
from shop.regions.models import Region
from shop.reviews.models import LONGEST, LONGEST_NAME
from shop.text.addresses import ADDRESS

FOR_A_PERSON = {
    "read: a-part-of-the-body-on-a-product",
    "read: a-state-on-a-product",
    "read: a-time-of-day-on-a-product",
    "read: an-authority-on-a-product",
    "read: comparison-on-a-product",
    "read: experience-on-a-product",
    "read: no-fact-on-a-product",
    "read: rank-on-a-product",
}
SITE_ENDS = "com|org|net|info|biz|uk|eu|de|fr|nl|ie|io|co|ly|xyz"  # none that begins a sentence, as “me” does
LINK = re.compile(rf"(?i:https?:/|\bwww\.)|\w-*\.(?:{SITE_ENDS})\b(?![\w@])")
TELEPHONE = re.compile(r"(?<![\d.,])(?:\+|00?)[\s()/.-]*\d(?:[\s()/.-]{0,2}\d){6,}")
DATE = re.compile(r"\b\d{1,4}([/.-])\d{1,2}\1\d{2,4}\b")
LETTER = re.compile(r"[^\W_]", re.UNICODE)
CONTACT = gettext_lazy(
    "Leave out links, e-mail addresses and telephone numbers: everybody can read a review."
)
TOLD_AT_MOST = 12  # sentences


def refused(stars: int | None, text: str, name: str) -> dict[str, str]:
    """What stops them from being kept, by field; nothing is kept then but in the form."""
    errors = {}
    if stars is None or not 1 <= stars <= 5:
        errors["stars"] = _("Choose one to five stars.")
    if not _is_seen(text):
        errors["text"] = _("Write a sentence or two. Stars alone tell nobody why.")
    elif len(text) > LONGEST:
        errors["text"] = _(
            "That is {letters} letters, and there is room for {most}. Nothing was lost: please shorten it here."
        ).format(letters=f"{len(text):,}", most=f"{LONGEST:,}")
    elif _tells_where(text):
        errors["text"] = str(CONTACT)
    if len(name) > LONGEST_NAME:
        errors["name"] = _("At most {most} letters, such as a first name.").format(most=LONGEST_NAME)
    elif name and (_tells_where(name) or not LETTER.search(name)):
        errors["name"] = _("A first name or initials are enough: no address, link or number.")
    return errors


def _is_seen(text: str) -> bool:
    """Whether anything of it shows: marks of direction and of no width do not."""
    return any(category(letter)[0] not in "CZ" for letter in text)


def _tells_where(text: str) -> bool:
    return any(sign.search(DATE.sub(" ", text)) for sign in (ADDRESS, LINK, TELEPHONE))


def claims_in(product: Product, variant: Variant | None, region: Region, texts: Iterable[str]) -> list[dict]:
    """What the claims check finds in words beside a product, as `Review.found` keeps it. `variant`: the pack, if it is known."""
    facts = daily_facts(variant, product.wording_in(region), region) if variant else None
    found = [
        finding
        for text in texts
        if text
        for finding in check(
            text,
            region.claims_law,
            PRODUCT,
            [product.kind],
            facts.mg_per_day if facts else 0,
            region.language,
        )
        if finding.severity == RED
    ]
    rows = [
        {
            "sentence": one.sentence[:300],
            "phrase": one.phrase[:80],
            "rule": one.rule,
            "never": one.rule not in FOR_A_PERSON,
        }
        for one in found
    ]
    return sorted(rows, key=lambda row: not row["never"])[:TOLD_AT_MOST]
