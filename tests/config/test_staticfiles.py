"""Style sheets and scripts that a page needs are one file each, made of small parts."""

import json
import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from config.staticfiles import (
    BUNDLES,
    SCRIPT,
    SHARED,
    STYLES,
    admin,
    dark,
    features,
    forget_old_files,
    joined,
    named_in_manifest,
    script,
    sheets,
)
from tests.conftest import a_shopper

STATIC = Path(settings.BASE_DIR) / "static"


@pytest.mark.django_db
def test_a_page_asks_for_one_style_sheet_and_one_script():
    page = a_shopper().get("/uk/").content.decode()
    assert STYLES in page
    assert page.count("<script src=") == 1
    assert SCRIPT in page
    assert finders.find("css/nothing.css") is None


def test_the_style_sheet_holds_its_parts_whole_and_in_order():
    names = [sheet.stem for sheet in sheets()]
    assert names[:3] == ["tokens", "base", "layout"]
    found = (path.stem for path in (STATIC / "css" / "components").glob("*.css"))
    assert names[3:-1] == sorted(name for name in found if not name.endswith(".dark"))
    assert len(names) > 25
    assert names[-1] == "print"
    assert Path(finders.find(STYLES)).read_text() == "".join(sheet.read_text() for sheet in sheets())


ADMIN = sorted((STATIC / "css" / "admin").rglob("*.css"))
COMPONENTS = sorted(set((STATIC / "css").glob("*/*.css")) - set(ADMIN))


@pytest.mark.parametrize("sheet", COMPONENTS, ids=lambda sheet: f"{sheet.parent.name}/{sheet.stem}")
def test_a_component_is_one_layer_and_short(sheet):
    """Outside a layer a rule would win over every other, wherever it stands."""
    text = sheet.read_text()
    assert re.match(r"(/\*[^*]+\*/\n)?@layer (layout|components) \{\n", text)
    assert text.endswith("\n}\n")
    assert text.count("@layer") == 1
    assert len(text.splitlines()) <= 40


def test_each_component_stands_in_one_bundle():
    bundles = [Path(finders.find(name)).read_text() for name in BUNDLES if name.endswith(".css")]
    for sheet in [*COMPONENTS, *ADMIN]:
        assert sum(joined([sheet]) in bundle for bundle in bundles) == 1, sheet


def test_what_staff_pages_need_is_short_parts_in_no_layer():
    """Inside a layer a rule would lose to every one of Django's own."""
    assert sorted(admin()) == ADMIN
    assert [sheet.stem for sheet in admin()[:2]] == ["theme", "page"]
    for sheet in ADMIN:
        text = sheet.read_text()
        assert "@layer" not in text
        assert len(text.splitlines()) <= 70, sheet


def test_what_holds_in_the_dark_stands_beside_what_it_darkens():
    """And only there: a page that was chosen to be light must not turn dark with the device."""
    first, *others = dark()
    assert first.name == "tokens.dark.css"
    assert len(others) > 5
    for sheet in others:
        assert sheet.with_name(sheet.name.replace(".dark", "")).is_file(), sheet
    for sheet in (STATIC / "css").rglob("*.css"):
        assert "prefers-color-scheme" not in sheet.read_text(), sheet


def test_the_script_holds_every_feature_in_a_scope_of_its_own():
    text = Path(finders.find(SCRIPT)).read_text()
    assert text == script()
    assert len(features()) == len(list((STATIC / "js" / "shop").glob("*.js"))) > 10
    assert text.count("\n{\n") == len(features()) - len(SHARED)
    assert not re.search(r"^(import|export) ", text, re.MULTILINE)
    for path in features():
        for line in path.read_text().splitlines():
            stays = line.strip() and not re.match(r" *//|import ", line)
            assert not stays or line.removeprefix("export ") in text, path.name


@pytest.mark.parametrize("wrong", ["nothing", "announce, nothing", "showMessages"])
def test_an_import_of_what_is_not_exported_stops_the_build_and_not_the_browser(settings, tmp_path, wrong):
    folder = tmp_path / "static" / "js" / "shop"
    folder.mkdir(parents=True)
    (folder / "page.js").write_text("export const announce = () => {};\n")
    (folder / "messages.js").write_text("")
    settings.BASE_DIR = tmp_path
    (folder / "odd.js").write_text(f'import {{ {wrong} }} from "./page.js";\n')
    with pytest.raises(ValueError, match=r"odd\.js imports page\."):
        script()


def test_no_feature_of_the_shop_is_longer_than_a_screen_or_two():
    assert all(len(path.read_text().splitlines()) <= 90 for path in features())


ADDRESS = re.compile(r'url\("(?!data:)([^"]+)"\)')


def test_every_address_in_a_sheet_leads_to_a_file_from_where_it_stands():
    """Also from a bundle; `collectstatic` ends at the first that does not. A part of a bundle names it from the root."""
    texts = {str(path.relative_to(STATIC)): path.read_text() for path in (STATIC / "css").rglob("*.css")}
    texts |= {name: make() for name, make in BUNDLES.items() if name.endswith(".css")}
    found = [(name, address) for name, text in texts.items() for address in ADDRESS.findall(text)]
    assert len(found) >= 6
    for name, address in found:
        from_root = address.startswith(settings.STATIC_URL)
        path = (
            STATIC / address.removeprefix(settings.STATIC_URL)
            if from_root
            else (STATIC / name).parent / address
        )
        assert path.resolve().is_file(), f"{name}: {address}"


DAY = 24 * 3600


def collected(root: Path, age: float, **paths: str) -> None:
    """As a release leaves it whose files are so many seconds old: each under two names, compressed twice."""
    for path in (name for pair in paths.items() for name in pair):
        for ending in ("", ".gz", ".br"):
            file = root / (path + ending)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
            os.utime(file, (NOW - age, NOW - age))
    (root / "staticfiles.json").write_text(json.dumps({"paths": paths}))


NOW = 1_800_000_000.0


@pytest.mark.no_database
def test_files_of_the_release_before_stay_for_thirty_days_after_it_was_replaced(tmp_path):
    collected(tmp_path, 300 * DAY, **{"css/a.css": "css/a.1.css", "js/gone.js": "js/gone.1.js"})
    before = named_in_manifest(tmp_path)
    collected(tmp_path, 0, **{"css/a.css": "css/a.2.css"})
    assert forget_old_files(tmp_path, before=before, now=NOW) == []
    assert (tmp_path / "css/a.1.css.br").is_file()

    before = named_in_manifest(tmp_path)
    assert forget_old_files(tmp_path, before=before, now=NOW + 29 * DAY) == []
    gone = forget_old_files(tmp_path, before=before, now=NOW + 31 * DAY)
    assert set(gone) == {"css/a.1.css", "js/gone.js", "js/gone.1.js"}
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {
        "staticfiles.json",
        *(f"css/a{one}.css{end}" for one in ("", ".2") for end in ("", ".gz", ".br")),
    }


@pytest.mark.no_database
@pytest.mark.parametrize("manifest", [None, "", "[]", "{}", "not json"])
def test_without_a_manifest_nothing_that_is_new_is_deleted(tmp_path, manifest):
    collected(tmp_path, 1 * DAY, **{"css/a.css": "css/a.1.css"})
    (tmp_path / "staticfiles.json").unlink()
    if manifest is not None:
        (tmp_path / "staticfiles.json").write_text(manifest)
    assert named_in_manifest(tmp_path) == set()
    assert forget_old_files(tmp_path, before=set(), now=NOW) == []
