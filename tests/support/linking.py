"""Articles and the products that they show, by region."""

import re

from articles.models import Article
from shop.catalogue.models import Product
from tests.conftest import a_shopper

LABELS = "citrate-glycinate-oxide-label-guide"


IRON = "iron-first-questions-for-your-doctor"


CITRATE = "magnesium-citrate-capsules"


GLYCINATE = "magnesium-glycinate-capsules"


def article(slug=LABELS):
    return Article.objects.get(slug=slug)


def product(slug=CITRATE):
    return Product.objects.get(slug=slug)


def shown(slug, code):
    html = a_shopper().get(f"/{code}/articles/{slug}/").content.decode()
    return re.findall(r'id="product-([\w-]+)"', html)


# --- taking back ---------------------------------------------------------------------------------------------------

OIL = "magnesium-oil-spray"
