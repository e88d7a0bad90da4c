"""Changes of links, each by name."""

from articles.models import ProductLink, Publication, VersionTag
from articles.publishing.bulk_links import Wanted
from shop.catalogue.models import RelatedProductTag
from tests.support.linking import OIL, article, product

CHANGES = {
    "pin": Wanted("pin", codes=("us",)),
    "exclude": Wanted("exclude"),
    "tag": Wanted("tag"),
    "untag": Wanted("untag"),
    "remove": Wanted("remove"),
}


def wanted(kind):
    """A change with something to do to LABELS: what is to be taken away is there before."""
    version = Publication.objects.filter(article=article()).first().version
    if kind == "remove":
        ProductLink.objects.create(version=version, product=product(OIL), position=3)
    tag, _ = RelatedProductTag.objects.get_or_create(slug="evening", defaults={"name": "Evening"})
    if kind == "untag":
        VersionTag.objects.create(version=version, tag=tag)
    is_tag = kind in {"tag", "untag"}
    return Wanted(kind, None if is_tag else product(OIL), tag if is_tag else None, CHANGES[kind].codes)
