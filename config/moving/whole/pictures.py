"""Pictures that come in again under the names that they had."""

import io
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from config.moving.whole.read import Files, bytes_of
from shop.pictures.models import Picture
from shop.pictures.uploads import MAX_PIXELS, MAX_SIDE, Reencoded, reencoded

OUR_NAME = re.compile(r"pictures/[0-9a-f]{16}\.webp")


def picture_in(files: Files, name: str) -> Reencoded:
    """Its file: as it is if it is one of our making, so that no copy is worse than the one before; else made anew.

    Raises ValidationError, in words for staff.
    """
    data = bytes_of(files, f"pictures/{name.rpartition('/')[2]}")
    if not data:
        raise ValidationError(f"its file {name[:80]} is missing or damaged")
    try:
        with Image.open(io.BytesIO(data), formats=["WEBP"]) as image:
            plain = (
                not set(image.info) & {"exif", "xmp", "icc_profile"} and getattr(image, "n_frames", 1) == 1
            )
            if plain and max(image.size) <= MAX_SIDE and image.width * image.height <= MAX_PIXELS:
                image.load()
                return Reencoded(data, image.size)
    except (OSError, ValueError, Image.DecompressionBombError):
        pass  # whatever else it is, it is read as an upload is
    return reencoded(ContentFile(data, name="picture"))


def keep(picture: Picture, made: Reencoded) -> str:
    """Store it under its name where that is free or holds the same; its name in the storage, if it was written."""
    storage: Any = picture._meta.get_field("file").storage
    name, data = str(picture.file.name), made.read()
    picture.width, picture.height = made.pixels
    if not OUR_NAME.fullmatch(name):
        name = str(picture._meta.get_field("file").generate_filename(picture, "picture.webp"))
    if storage.exists(name):
        with storage.open(name) as there:
            if there.read() == data:
                picture.file.name = name
                return ""
    picture.file.name = storage.save(name, ContentFile(data))
    return picture.file.name
