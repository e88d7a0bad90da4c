"""An article and its editor."""

import pytest

from articles.models import Article
from tests.support.editing import SLUG
from tests.support.staff import signed_in


@pytest.fixture
def article():
    return Article.objects.get(slug=SLUG)


@pytest.fixture
def editor():
    return signed_in()
