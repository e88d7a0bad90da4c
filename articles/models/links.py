"""Links between our own pages are stored by id, so that no rename ever breaks one.

Stored: /to/article/12/ and /to/product/3/, with whatever followed (?variant=…, #part). Such an address also works by
itself: it leads to the visitor's region.
"""

import re
from urllib.parse import urlsplit

from django.conf import settings

from shop.catalogue.models import Product

HREF = re.compile(r'(<a [^>]*?href=")([^"]*)(")')
PAGE = re.compile(r"^/[a-z]{2,8}/(articles|shop)/([\w-]+)/([?#].*)?$")
STORED = re.compile(r"^/to/(article|product)/(\d{1,17})/([?#].*)?$")


def with_ids(html: str) -> str:
    """Stored rich text with each link to an article or a product by its id; one query a link that needs it."""
    return HREF.sub(lambda found: found[1] + _by_id(found[2]) + found[3], html) if "<a " in html else html


def _by_id(href: str) -> str:
    own = href.removeprefix(settings.SITE_URL) if urlsplit(href).netloc else href
    found = PAGE.match(own)
    if not found:
        return href
    pk = _article_pk(found[2]) if found[1] == "articles" else _product_pk(found[2])
    kind = "article" if found[1] == "articles" else "product"
    return f"/to/{kind}/{pk}/{found[3] or ''}" if pk else href


def _article_pk(slug):
    from articles.models.articles import Article, OldAddress

    return (
        Article.objects.filter(slug=slug).values_list("pk", flat=True).first()
        or OldAddress.objects.filter(slug=slug).values_list("article_id", flat=True).first()
    )


def _product_pk(slug):
    return Product.objects.filter(slug=slug).values_list("pk", flat=True).first()
