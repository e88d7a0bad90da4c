"""Pictures as programs for mail show them: a JPEG of a fixed width, since many of them read neither WebP nor AVIF."""

import io
from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image

from shop.pictures.models import Picture
from shop.pictures.storage import NotStored

WIDTH = 504  # of a mail's words, in CSS pixels; the file has twice as many
PAPER = "#FBF8F1"


@dataclass(frozen=True)
class InMail:
    url: str
    width: int
    height: int
    alt: str  # "" for what only decorates


def as_shown(picture: Picture) -> InMail:
    """For a look at a mail before it is written: with the file that pages show, so that looking makes none."""
    return _in_mail(picture, picture.full_url)


def in_mail(picture: Picture) -> InMail | None:
    """With its JPEG, made where there is none; None for a picture whose file is gone. Raises NotStored.

    The address is the same in everybody's mail: it tells nobody who opened theirs.
    """
    storage = picture.file.storage
    name = picture.file.name.rpartition("/")[2].rpartition(".")[0]
    path = f"renditions/{name}-mail.jpg"
    try:
        if not storage.exists(path):
            storage.save(path, ContentFile(_jpeg(picture)))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotStored(f"There is no room for a picture of a letter now: {error}") from error
    return _in_mail(picture, urljoin(settings.SITE_URL, storage.url(path)))


def _in_mail(picture: Picture, url: str) -> InMail:
    width = min(WIDTH, picture.width) or WIDTH
    height = round(picture.height * width / picture.width) if picture.width else 0
    return InMail(url, width, height, "" if picture.is_decorative else picture.translated.alt)


def _jpeg(picture: Picture) -> bytes:
    with picture.file.open("rb") as file, Image.open(file) as full:
        full.load()
        most = 2 * WIDTH, max(1, round(2 * WIDTH * full.height / full.width))
        small = full.convert("RGBA")
        if small.width > most[0]:
            small = small.resize(most, Image.Resampling.LANCZOS)
    paper = Image.new("RGB", small.size, PAPER)
    paper.paste(small, mask=small.getchannel("A"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=82, optimize=True, progressive=True)
    return out.getvalue()
