"""The shop's name stands in one setting."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.admin import site

from shop.catalogue.structured import product_data
from shop.web.structured import website
from shop.web.templatetags.titles import titled
from tests.support.factories import region

ROOT = Path(settings.BASE_DIR)


def docstrings(tree) -> set[int]:
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }


def test_python_types_the_name_in_the_settings_alone():
    typed = []
    for path in [path for top in ("shop", "articles", "config") for path in ROOT.glob(f"{top}/**/*.py")]:
        text = path.read_text()
        if settings.BRAND not in text:
            continue
        tree = ast.parse(text)
        in_docstrings = docstrings(tree)
        typed += [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and settings.BRAND in node.value
            and id(node) not in in_docstrings
            and "migrations" not in path.parts
        ]
    assert [place.partition(":")[0] for place in typed] == ["config/settings.py"]


@pytest.mark.slow
@pytest.mark.django_db
def test_another_name_shows_wherever_python_names_the_shop(shopper, settings):
    settings.BRAND = "Quarrymoor"
    uk = region("uk")
    assert titled("Magnesium", uk) == "Magnesium – Quarrymoor UK"
    assert titled("", uk) == "Quarrymoor"
    assert website("/uk/search/")["name"] == "Quarrymoor"
    page = {"product": Unseen(), "name": "n", "summary": "s", "offers": []}
    assert product_data(page, uk, None)["brand"]["name"] == "Quarrymoor"
    assert shopper.get("/llms.txt").content.decode().startswith("# Quarrymoor\n")
    assert "<title>Quarrymoor articles" in shopper.get("/uk/articles/feed/").content.decode()
    assert site.site_title == "Fellbrook", "read once, at start"


class Unseen:
    """A product without pictures."""

    class pictures:
        all = staticmethod(list)

    def url_in(self, region):
        return "/"
