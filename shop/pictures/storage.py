"""Where files that staff upload are kept."""

import os
import secrets
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.utils.encoding import filepath_to_uri

UNFINISHED = ".unfinished"


class NotStored(Exception):
    """The place for files does not take or give one now: a disk is full, or a service away. Later it may."""


class WholeFiles(FileSystemStorage):
    """A file is there whole or not at all, whatever fills the disk or ends the process while it is written."""

    def url(self, name):
        """As Django's, without joining addresses that are already whole: a list asks for three a picture."""
        return self.base_url + filepath_to_uri(name).lstrip("/")

    def _save(self, name, content):
        part = f"{name}.{secrets.token_hex(4)}{UNFINISHED}"
        try:
            writes: Any = super()  # the stubs know no _save, which Django documents
            writes._save(part, content)
            os.replace(self.path(part), self.path(name))
        except OSError:
            self.delete(part)
            raise
        return name
