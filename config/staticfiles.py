"""Style sheets and scripts that a page needs, each as one file: a phone on a slow line asks once, not a dozen times.

They stay apart in `static/`, one for each concern; runserver and `collectstatic` find the bundles beside them.
"""

import json
import os
import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

STYLES = "css/site.css"
SCRIPT = "js/shop.js"
WRITER = "js/writer.js"
# By the folder of static/js whose modules become one script: what features import; all others stand alone.
SHARED = {"shop": ("page", "messages"), "writer": ("rows",)}
IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\./([\w-]+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=const (\w+))", re.MULTILINE)
COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)


def _css() -> Path:
    return settings.BASE_DIR / "static" / "css"


def _light(folder: str) -> list[Path]:
    return [path for path in sorted((_css() / folder).glob("*.css")) if not path.match("*.dark.css")]


def sheets() -> list[Path]:
    """The style sheets that every page needs, in the order of their cascade: components by name."""
    before = [_css() / f"{name}.css" for name in ("tokens", "base", "layout")]
    return [*before, *_light("components"), _css() / "print.css"]


def dark() -> list[Path]:
    """What holds in the dark alone: `card.dark.css` stands beside the `card.css` that it darkens, and comes after it."""
    return [_css() / "tokens.dark.css", *sorted(_css().glob("*/*.dark.css"))]


def admin() -> list[Path]:
    """What staff pages need beside Django's own sheets: components by name, then changes of what the admin brings.

    They stand in no layer, or Django's sheets, which know none, would win over them.
    """
    folder = _css() / "admin"
    before = [folder / f"{name}.css" for name in ("theme", "page")]
    after = [path for part in ("components", "stock") for path in sorted((folder / part).glob("*.css"))]
    return [*before, *after]


def joined(paths: list[Path]) -> str:
    """For a place in static/css: what a sheet in a folder below names from there, is named from here."""
    return "".join(re.sub(r'url\("(\.\./)+', 'url("../', path.read_text()) for path in paths)


def features(name: str = "shop") -> list[Path]:
    """The modules of a folder of static/js: first what is shared, then each feature by name."""
    folder, shared = settings.BASE_DIR / "static" / "js" / name, SHARED[name]
    found = sorted(path for path in folder.glob("*.js") if path.stem not in shared)
    return [*(folder / f"{one}.js" for one in shared), *found]


def script(name: str = "shop") -> str:
    """The modules as one: what is shared by all, and a scope of its own for each feature.

    Only whole lines of imports, exports and comments are taken out. Raises ValueError for an import of what no shared
    module exports, which would be an error in the browser alone.
    """
    parts = []
    exported: set[str] = set()
    for path in features(name):
        text = path.read_text()
        for names, module in IMPORT.findall(text):
            unknown = {f"{module}.{name}" for name in names.split(", ")} - exported
            if unknown:
                raise ValueError(f"{path.name} imports {', '.join(sorted(unknown))}, which is not exported.")
        exported |= {f"{path.stem}.{name}" for name in EXPORT.findall(text)}
        text = EXPORT.sub("", COMMENT.sub("", IMPORT.sub("", text))).strip()
        parts.append(text if path.stem in SHARED[name] else f"{{\n{text}\n}}")
    return '"use strict";\n' + "\n".join(parts) + "\n"


BUNDLES = {
    STYLES: lambda: joined(sheets()),
    "css/dark.css": lambda: joined(dark()),
    "css/article.css": lambda: joined(_light("article")),
    "css/checkout.css": lambda: joined(_light("checkout")),
    "css/admin.css": lambda: joined(admin()),
    SCRIPT: script,
    WRITER: lambda: script("writer"),
}


class BundleFinder(BaseFinder):
    """Finds the bundles, which it writes below DATA_DIR when a part of one has changed."""

    def __init__(self, app_names=None, *args, **kwargs):
        self.storage = FileSystemStorage(settings.DATA_DIR / "bundle")
        super().__init__(*args, **kwargs)

    def check(self, **kwargs):
        return []

    def _write(self, name):
        path = settings.DATA_DIR / "bundle" / name
        text = BUNDLES[name]()
        if not path.is_file() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return path

    def find(self, path, find_all=False, **kwargs):
        if path not in BUNDLES:
            return []
        found = str(self._write(path))
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns):
        for name in BUNDLES:
            self._write(name)
            yield name, self.storage


MANIFEST = "staticfiles.json"
KEPT_SECONDS = (
    30 * 24 * 3600
)  # that pages of an older release, and copies of them elsewhere, may still name its files


def named_in_manifest(root: Path) -> set[str]:
    """The files that the release whose manifest lies there serves, by their paths below `root`."""
    try:
        paths = json.loads((root / MANIFEST).read_text())["paths"]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {*paths, *paths.values()}


def forget_old_files(root: Path, *, before: set[str], now: float) -> list[str]:
    """Delete what no release of the last thirty days serves; what.

    `before`: as `named_in_manifest` said before the present release was collected; that is kept from now on.
    """
    served, gone = named_in_manifest(root), []
    for path in sorted(root.rglob("*")):
        name = re.sub(r"\.(?:gz|br)$", "", str(path.relative_to(root)))
        if not path.is_file() or name in served or name == MANIFEST:
            continue
        if name in before:
            os.utime(path, (now, now))
        elif path.stat().st_mtime < now - KEPT_SECONDS:
            path.unlink()
            gone.append(name)
    return gone
