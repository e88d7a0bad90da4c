"""What the shop and its products are called: “Fellbrook eases …” is about what is sold here."""

import re
from functools import lru_cache

from django.apps import apps
from django.conf import settings

from shop.claims.words import is_english, lemma, trie
from shop.content.memo import memoised
from shop.content.scopes import NAMES


def own_names() -> frozenset[str]:
    """Lemmas of the brand and of the words in products' names that mean nothing else."""
    return memoised("own names", _own_names, scope=NAMES)


def _own_names() -> frozenset[str]:
    products = apps.get_model("catalogue", "Product").objects.values_list("name", flat=True)[:2000]
    return _own_words(settings.BRAND, frozenset(products))


@lru_cache(maxsize=2)
def _own_words(brand: str, products: frozenset[str]) -> frozenset[str]:
    """As long as products are called what they were, whatever else has changed."""
    found = {lemma(word) for word in re.findall(r"[^\W\d_]{3,}", brand)}
    words = {lemma(word) for word in set(re.findall(r"[^\W\d_]{4,}", " ".join(products)))}
    found |= {word for word in words if not is_english(word) and word not in trie()}
    return frozenset(found)
