"""The words that an order agrees to, kept as they stood on that day."""

import hashlib
from dataclasses import dataclass

from django.conf import settings

from shop.content.memo import memoised
from shop.pages.models import AgreedText
from shop.pages.reading import Page, drawn_page, rows_of
from shop.regions.models import Region

TERMS = "terms"


@dataclass(frozen=True)
class Terms:
    """The terms in force in a region with all data filled in. `number` names these words for people and forms."""

    page: Page
    html: str
    digest: str

    @property
    def number(self) -> str:
        return self.digest[:8].upper()


def terms_of(region: Region) -> Terms:
    return memoised(f"terms to agree to {region.code}", lambda: _terms(region), scheduled=True)


def _terms(region: Region) -> Terms:
    page = drawn_page(*rows_of(TERMS, region), region)
    parts = (
        f"<h2>{part.heading}</h2>\n{part.html}" if part.heading else str(part.html) for part in page.parts
    )
    html = "\n".join(parts).replace('href="/', f'href="{settings.SITE_URL}/')  # it is read in mails as well
    digest = hashlib.sha256(f"{region.pk}\n{page.title}\n{html}".encode()).hexdigest()
    return Terms(page, html, digest)


def keep_terms(region: Region) -> AgreedText:
    """A row of the terms in force; one that there is already serves for all that agree to the same words."""
    terms = terms_of(region)
    version = terms.page.version
    row, _ = AgreedText.objects.get_or_create(
        digest=terms.digest,
        defaults={
            "page": TERMS,
            "region": region,
            "version": version if version.pk else None,
            "title": str(terms.page.title),
            "html": terms.html,
            "text": terms.page.text,
        },
    )
    return row
