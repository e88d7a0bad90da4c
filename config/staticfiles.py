"""The style sheets that every page needs, as one file: a phone on a slow line asks once instead of four times.

They stay apart in `static/css/`, one for each concern; `collectstatic` finds the bundle beside them.
"""

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NAME = "css/site.css"
PARTS = ("tokens", "base", "layout", "shop")


def bundled() -> str:
    folder = settings.BASE_DIR / "static" / "css"
    return "".join((folder / f"{part}.css").read_text() for part in PARTS)


class BundleFinder(BaseFinder):
    """Finds `css/site.css`, which it writes below DATA_DIR when a part of it has changed."""

    def __init__(self, app_names=None, *args, **kwargs):
        self.storage = FileSystemStorage(settings.DATA_DIR / "bundle")
        super().__init__(*args, **kwargs)

    def check(self, **kwargs):
        return []

    def _write(self):
        path = settings.DATA_DIR / "bundle" / NAME
        text = bundled()
        if not path.is_file() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return path

    def find(self, path, find_all=False, **kwargs):
        if path != NAME:
            return []
        found = str(self._write())
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns):
        self._write()
        yield NAME, self.storage
