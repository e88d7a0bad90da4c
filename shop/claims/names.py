"""What the shop and its products are called: “Fellbrook eases …” is about what is sold here."""

import re

from django.apps import apps
from django.conf import settings

from shop.claims.words import is_english, lemma, trie
from shop.content.memo import memoised


def own_names() -> frozenset[str]:
    """Lemmas of the brand and of the words in products' names that mean nothing else."""
    return memoised("own names", _own_names)


def _own_names() -> frozenset[str]:
    found = {lemma(word) for word in re.findall(r"[^\W\d_]{3,}", settings.BRAND)}
    products = apps.get_model("catalogue", "Product").objects.values_list("name", flat=True)[:2000]
    words = {lemma(word) for name in products for word in re.findall(r"[^\W\d_]{4,}", name)}
    found |= {word for word in words if not is_english(word) and word not in trie()}
    return frozenset(found)
