"""The article that the tests of the library edit."""

import pytest

from articles.models import (
    Article,
)
from tests.support.library import LABELS
from tests.support.staff import signed_in


@pytest.fixture
def article():
    return Article.objects.get(slug=LABELS)


@pytest.fixture
def editor():
    return signed_in()
