"""Names in strings, which no import checks: apps, models, rights, groups and admin pages. Each exists."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin import site
from django.contrib.auth.models import Group
from django.urls import get_resolver

from config.staff.form_help import FORM_HELP
from config.staff.roles import OWN_APPS, ROLES
from config.staff.site import ORDER
from tests.support.database import FILLED_BY_NOBODY
from tests.support.layers import LAYERS

ROOT = Path(settings.BASE_DIR)
NO_NAMES = {"checkout.session", "articles.urls", "staticfiles.json"}  # Stripe's word, a module, a file
LABELS = {config.label for config in apps.get_app_configs()}
OURS = {
    config.label
    for config in apps.get_app_configs()
    if config.name.split(".")[0] in {"shop", "articles", "config"}
}
ADMIN_PAGES = {
    f"admin:{name}"
    for name in get_resolver().namespace_dict["admin"][1].reverse_dict
    if isinstance(name, str)
}
DOTTED = re.compile(rf"(?:{'|'.join(sorted(LABELS))})\.[A-Za-z]\w*")
PYTHON = [
    path
    for top in ("shop", "articles", "config")
    for path in ROOT.glob(f"{top}/**/*.py")
    if "migrations" not in path.parts
]
TEMPLATES = list(ROOT.glob("templates/**/*.html"))


def texts(source: str) -> set[str]:
    return {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def models_and_rights() -> set[str]:
    """What code and templates may name as app.something."""
    found = {model._meta.label_lower for model in apps.get_models(include_auto_created=True)}
    for model in apps.get_models():
        label, name, more = model._meta.app_label, model._meta.model_name, model._meta.permissions
        found |= {f"{label}.{permission}_{name}" for permission in model._meta.default_permissions}
        found |= {f"{label}.{codename}" for codename, _ in more}
    return found


def unknown_in(found: set[str]) -> set[str]:
    """Of texts, those that look like an app's model or right and are none. A name that is completed later ends with _."""
    known = models_and_rights()
    return {
        text
        for text in found - NO_NAMES
        if DOTTED.fullmatch(text)
        and text.lower() not in known
        and not (text.endswith("_") and any(name.startswith(text) for name in known))
    }


@pytest.mark.slow
def test_every_model_and_right_that_python_names_exists():
    wrong = {
        str(path.relative_to(ROOT)): found
        for path in PYTHON
        if (found := unknown_in(texts(path.read_text())))
    }
    assert not wrong


def test_every_right_that_a_template_asks_for_exists():
    asked = {name for path in TEMPLATES for name in re.findall(r"\bperms\.(\w+\.\w+)", path.read_text())}
    assert asked
    assert asked <= models_and_rights()


@pytest.mark.parametrize(
    "name", ["articles.publish_artikel", "orders.Ordr", "payments.view_payments", "desk.view_"]
)
def test_a_name_with_a_mistake_is_seen(name):
    assert unknown_in({name, "articles.publish_article", "orders.Order", "attribution.view_"}) == (
        {name} - {"desk.view_"}
    )


def test_every_admin_page_that_is_named_exists():
    named = {
        name
        for path in [*PYTHON, *TEMPLATES]
        for name in re.findall(r"['\"](admin:[a-z_]+)['\"]", path.read_text())
    }
    assert "admin:index" in named
    assert named <= ADMIN_PAGES


@pytest.mark.parametrize(
    ("labels", "known"),
    [
        (set(ORDER), {model._meta.app_label for model in site._registry}),
        (set(OWN_APPS), OURS | {"auth"}),
        (FILLED_BY_NOBODY, OURS),
        (set(" ".join(LAYERS).split()), OURS | {"money"}),
    ],
    ids=["order of the admin", "apps of the owner", "apps without rows", "layers"],
)
def test_every_app_in_a_list_exists(labels, known):
    assert labels <= known


def test_the_owner_has_the_rights_of_every_app_that_staff_see():
    """A new app whose name is missing in the list would be closed to everybody but superusers."""
    seen = {model._meta.app_label for model in site._registry}
    assert seen - {"sandbox"} <= set(OWN_APPS), "the sandbox is a superuser's"


@pytest.mark.django_db
def test_every_role_exists_and_every_form_with_help_is_one():
    assert set(ROLES) == set(Group.objects.values_list("name", flat=True))
    assert set(FORM_HELP) <= {model._meta.label_lower for model in site._registry}
