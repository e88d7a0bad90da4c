"""An article and its editor."""

import pytest

from articles.models import Article, Version
from tests.support.editing import SLUG
from tests.support.staff import signed_in


@pytest.fixture
def article():
    article = Article.objects.get(slug=SLUG)
    for version in article.versions.all():
        for kind in Version.block_kinds:
            for block in kind.objects.filter(parent=version)[2:]:
                block.delete()
    return article


@pytest.fixture
def editor():
    return signed_in()
