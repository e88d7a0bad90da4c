"""Where style sheets, scripts and fonts stand: worked out once in a process, since each has its hash in its name."""

from typing import Any

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage

Base: Any = CompressedManifestStaticFilesStorage


class StaticAddresses(Base):
    """A page names ten files, and to split and join their addresses took half a millisecond of drawing it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._known: dict[str, str] = {}

    def url(self, name, force=False):
        """What the manifest does not name, and all while files have no hashes (DEBUG), is asked of Django each time."""
        stored = self.hashed_files.get(name)
        if stored is None or settings.DEBUG:
            return super().url(name, force)
        if stored not in self._known:
            self._known[stored] = super().url(name, force)
        return self._known[stored]
