"""What work moved: the scopes whose numbers are others than before; and rows that tests of it change."""

from articles.models import Article, Version
from shop.catalogue.models import Product
from shop.content.models import ContentScope, read_content_version

CAPSULES, GUIDE = "magnesium-citrate-capsules", "citrate-glycinate-oxide-label-guide"


class Moved:
    """What was moved since it was made."""

    def __init__(self):
        self.version, self.before = read_content_version(), self._numbers()

    @staticmethod
    def _numbers():
        return dict(ContentScope.objects.values_list("key", "value"))

    def scopes(self) -> set[str]:
        after = self._numbers()
        found = {key for key in after if after[key] != self.before.get(key)}
        assert (read_content_version() != self.version) == bool(found), "the version moves with every scope"
        return found


def capsules() -> Product:
    return Product.objects.get(slug=CAPSULES)


def guide() -> Article:
    return Article.objects.get(slug=GUIDE)


def live() -> Version:
    return guide().publications.get(region__code="uk").version
