"""The words that an order agrees to, kept as they stood on that day."""

import hashlib

from shop.pages.models import AgreedText
from shop.pages.reading import drawn_page, rows_of
from shop.regions.models import Region

TERMS = "terms"


def terms_now(region: Region) -> AgreedText:
    """The terms in force in a region, data filled in; a row that there is already serves for all that agree to the same."""
    version, blocks = rows_of(TERMS, region)
    page = drawn_page(version, blocks, region, is_kept=True)
    html = "\n".join(f"<h2>{part.heading}</h2>\n{part.html}" if part.heading else str(part.html) for part in page.parts)  # fmt: skip
    digest = hashlib.sha256(f"{region.pk}\n{page.title}\n{html}".encode()).hexdigest()
    row, _ = AgreedText.objects.get_or_create(
        digest=digest,
        defaults={
            "page": TERMS,
            "region": region,
            "version": version if version.pk else None,
            "title": str(page.title),
            "html": html,
            "text": page.text,
        },
    )
    return row
