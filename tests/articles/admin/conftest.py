"""The article that the tests of the library edit."""

import pytest

from articles.models import (
    Article,
)
from tests.support.library import LABELS


@pytest.fixture
def article():
    return Article.objects.get(slug=LABELS)
