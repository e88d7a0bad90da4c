"""Links between our own pages are stored by id, so that no rename ever breaks one.

Stored: /to/article/12/ and /to/product/3/, with whatever followed (?variant=…, #part). Such an address also works by
itself: it leads to the visitor's region.
"""

import re

from django.conf import settings

from shop.catalogue.models import Product
from shop.text.addresses import parts_of

HREF = re.compile(r'(<a [^>]*?href=")([^"]*)(")')
PAGE = re.compile(r"^/[a-z]{2,8}/(articles|shop)/([\w-]+)/([?#].*)?$")
STORED = re.compile(r"^/to/(article|product)/(\d{1,17})/([?#].*)?$")


def with_ids(html: str) -> str:
    """Stored rich text with each link to an article or a product by its id; one query an address that needs it."""
    known: dict[str, str] = {}

    def by_id(href: str) -> str:
        if href not in known:
            known[href] = _by_id(href)
        return known[href]

    return HREF.sub(lambda found: found[1] + by_id(found[2]) + found[3], html) if "<a " in html else html


def _by_id(href: str) -> str:
    own = href.removeprefix(settings.SITE_URL) if parts_of(href).netloc else href
    found = PAGE.match(own)
    if not found:
        return href
    from articles.models.article import Article

    kind, model = ("article", Article) if found[1] == "articles" else ("product", Product)
    row, _ = model.leads_to(found[2])
    return f"/to/{kind}/{row.pk}/{found[3] or ''}" if row else href
