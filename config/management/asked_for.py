"""What commands that bring something in are told: a file, a folder of pictures, a region. Each is refused in one line."""

from pathlib import Path

from django.core.management.base import CommandError

from config.moving.drafts import Folder
from shop.regions.models import Region
from shop.text.tables import decoded


def text_of(file: Path) -> str:
    try:
        return decoded(file.read_bytes())
    except OSError as error:
        raise CommandError(f"{file} can’t be read: {error.strerror}.") from error


def folder_of(path: Path | None) -> Folder:
    if path and not path.is_dir():
        raise CommandError(f"{path} is no folder.")
    return Folder(path)


def region_of(code: str) -> Region:
    """The open region with this code; without one the first."""
    found = Region.by_code(code) if code else next(iter(Region.all_open()), None)
    if found is None:
        raise CommandError(f"There is no open region “{code}”." if code else "There is no open region.")
    return found
