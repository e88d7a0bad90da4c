"""Rules about the code itself that a linter can't see."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from docs import draw
from tests.support.layers import layer

ROOT = Path(settings.BASE_DIR)
UNTESTED_BY_NAME = {
    "management",
    "migrations",
    "templatetags",
    "formats",
    "models",
    "seed",
    "sweeps",
}  # tried through others


def test_every_foreign_key_points_down():
    """Strings such as "orders.Order" escape the import contracts. Django's own people are below everything."""
    ours = {
        config.label
        for config in apps.get_app_configs()
        if config.name.split(".")[0] in {"shop", "articles", "config"}
    }
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in ours or label == "sandbox":
            continue
        for field in model._meta.get_fields():
            target = field.related_model
            if not field.concrete or target is None or target._meta.app_label in {label, "auth"}:
                continue
            assert target._meta.app_label in ours, f"{model.__name__}.{field.name}"
            assert layer(target._meta.app_label) < layer(label), f"{model.__name__}.{field.name} points up"


def test_no_path_of_models_joins_an_order_to_an_article():
    assert layer("orders") < layer("articles")
    names = [
        field.name
        for model in apps.get_app_config("orders").get_models()
        for field in model._meta.get_fields()
    ]
    assert not [name for name in names if "article" in name or "source" in name]


def test_the_readme_lists_every_environment_variable():
    from config.env import declared

    readme = (ROOT / "README.md").read_text()
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", readme, re.MULTILINE))
    assert listed == set(declared) | {"PORT"}


def test_the_readme_gives_a_reason_for_every_dependency():
    readme = (ROOT / "README.md").read_text()
    for name in ("requirements.in", "requirements-dev.in"):
        for line in (ROOT / name).read_text().splitlines():
            package = re.match(r"[A-Za-z][\w-]*", line)
            if package:
                assert re.search(rf"^\| {package.group(0)} \|", readme, re.MULTILINE | re.IGNORECASE), (
                    package.group(0)
                )


def test_every_requirement_is_pinned_with_hashes():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        packages = re.findall(r"^[a-z][\w.-]*==", text, re.MULTILINE | re.IGNORECASE)
        assert packages
        assert text.count("--hash=sha256:") >= len(packages)
        assert "http" not in text


def test_only_offers_read_prices():
    """offer() is the only source of price and availability: nobody else looks at price rows or stock."""
    rules = {
        r"\bPrice\.objects|offered_amount|\.prices\.|prices__": {
            "shop/catalogue/offers.py",
            "shop/catalogue/models/",
            "config/seed/loader.py",
        },
        r"\.on_hand\b": {
            "shop/catalogue/offers.py",
            "shop/catalogue/models/",
            "shop/catalogue/admin/packs.py",  # where staff count it
            "shop/catalogue/stock_triggers.py",  # which log each change of it
            "shop/catalogue/batches.py",  # which say what stands on some of its packs
            "config/seed/loader.py",
            "config/moving/whole/",  # what an owner counted leaves, and comes in again
        },
    }
    for path in [*ROOT.glob("shop/**/*.py"), *ROOT.glob("articles/**/*.py"), *ROOT.glob("config/**/*.py")]:
        name = str(path.relative_to(ROOT))
        for pattern, allowed in rules.items():
            if "migrations" not in name and not any(name.startswith(prefix) for prefix in allowed):
                assert not re.search(pattern, path.read_text()), name


def test_no_template_types_a_price_or_runs_a_script_inline():
    for path in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("templates/**/*.jinja")]:
        text = path.read_text()
        assert not re.search(r"[£€$]\d", text), path
        assert "style=" not in text or "emails" in str(path), path
        assert not re.search(r"\son\w+=", text), path
        assert not re.search(r"<script(?![^>]*(src=|application/json))", text), path
        assert not re.search(r"(src|href)=\"(https?:)?//", text), path


@pytest.mark.parametrize("word", ["lorem", "coming soon", "TODO", "FIXME"])
def test_nothing_is_left_for_later_in_the_texts(word):
    for path in [*ROOT.glob("templates/**/*"), *ROOT.glob("config/seed/data/**/*.html")]:
        if path.is_file():
            assert word.lower() not in path.read_text().lower(), path


def test_the_tests_mirror_the_rooms():
    """A room's tests are found under its own name, and every app of the shop has some."""
    for top in ("shop", "articles", "config"):
        for path in (ROOT / "tests" / top).rglob("test_*.py"):
            room = ROOT / path.parent.relative_to(ROOT / "tests")
            assert room.is_dir(), f"{path.relative_to(ROOT)}: there is no {room.relative_to(ROOT)}"
        for room in (ROOT / top).iterdir():
            if (room / "__init__.py").exists() and room.name not in UNTESTED_BY_NAME:
                assert (ROOT / "tests" / top / room.name).is_dir(), (
                    f"{top}/{room.name} has no tests of its name"
                )


def test_nothing_stands_at_the_root_of_config_but_what_django_looks_for():
    found = {path.name for path in (ROOT / "config").glob("*") if path.is_file()}
    assert found == {"__init__.py", "apps.py", "checks.py", "context_processors.py", "env.py", "importlinter.toml",
                     "settings.py", "staticfiles.py", "urls.py", "wsgi.py"}  # fmt: skip


def test_the_picture_of_the_rooms_is_what_the_code_says():
    text = draw.PAGE.read_text()
    assert draw.drawn(text) == text, "Draw it anew: make architecture"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("orders & basket --> codes", "orders --> codes"),
        ("| `shop/money` | minor units", "| `shop/money` | units"),
        ("payments->>orders: mark_paid", "payments->>orders: mark_as_paid"),
        ("- nobody imports an admin", "- anybody imports an admin"),
    ],
)
def test_a_picture_that_says_something_else_is_found(was, becomes):
    text = draw.PAGE.read_text()
    assert was in text
    assert draw.drawn(text.replace(was, becomes)) != text.replace(was, becomes)


@pytest.mark.parametrize(
    "gone", ["shop.payments.receive.pay_off", "shop.tills.views.add", "shop.money.Pound.add"]
)
def test_a_step_of_the_purchase_that_is_gone_is_found(monkeypatch, gone):
    monkeypatch.setattr(draw, "PURCHASE", [*draw.PURCHASE, draw.Step("Worker", gone, "does what it did")])
    with pytest.raises(LookupError):
        draw.purchase()


@pytest.mark.parametrize("package", draw.PACKAGES)
def test_every_room_of_the_contracts_is_introduced_and_the_other_way_round(package):
    """In the order of the layers, so that the list can be read from the top."""
    place = {room: number for number, layer in enumerate(draw.layers(package)) for room in layer}
    rooms = list(draw.introduction(package)[1])
    assert set(rooms) - {"tools"} == set(place) - draw.FRAMEWORK
    assert [place[room] for room in rooms if room in place] == sorted(
        place[room] for room in rooms if room in place
    )


def python_files() -> list[Path]:
    tops = ("shop", "articles", "config", "tests", "docs")
    return [path for top in tops for path in (ROOT / top).rglob("*.py") if "migrations" not in path.parts and "node_modules" not in path.parts]  # fmt: skip


def test_no_python_file_has_more_than_400_lines():
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in python_files()}
    assert {name: lines for name, lines in long.items() if lines > 400} == {}


def test_no_test_module_imports_from_another():
    """What several of them need stands in tests/support or in a conftest.py."""
    wrong = re.compile(r"^ *from tests[\w.]*\.test_\w+ import", re.MULTILINE)
    assert [str(path) for path in (ROOT / "tests").rglob("*.py") if wrong.search(path.read_text())] == []


LONG = 160
STOCK = "{% comment %}Stock but for"  # a copy of Django's own, which stays comparable with it


def test_no_line_of_a_template_is_long():
    """One tag or group of attributes a line: a long line hides what a change to it changed."""
    texts = {
        path: path.read_text()
        for path in sorted((ROOT / "templates").rglob("*.*"))
        if path.suffix in {".html", ".jinja"}
    }
    lines = [
        f"{path.relative_to(ROOT)}: {len(line)}"
        for path, text in texts.items()
        if not text.startswith(STOCK)
        for line in text.splitlines()
        if len(line) > LONG and not line.lstrip().startswith('<path d="')
    ]
    assert lines == []
