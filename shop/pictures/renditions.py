import io
import logging

from django.core.files.base import ContentFile
from PIL import Image

from shop.pictures.models import FORMATS, Picture

log = logging.getLogger(__name__)


def make_renditions(picture: Picture) -> None:
    """Write every wanted width as AVIF and WebP, then tell the row. Safe to run twice or at once."""
    storage = picture.file.storage
    with picture.file.open("rb") as file, Image.open(file) as image:
        image.load()
        for width in picture.wanted_widths():
            small = image.resize((width, max(1, round(image.height * width / image.width))), Image.LANCZOS)
            for format, options in FORMATS.items():
                name = picture.rendition_name(width, format)
                if storage.exists(name):
                    continue
                out = io.BytesIO()
                small.save(out, format.upper(), **options)
                storage.save(name, ContentFile(out.getvalue()))
    Picture.objects.filter(pk=picture.pk, file=picture.file.name).update(
        rendered_widths=picture.wanted_widths()
    )


def waiting_pictures():
    return Picture.objects.filter(rendered_widths=[], failed="").order_by("pk")


def render_next() -> Picture | None:
    """Make the renditions of one picture that has none; return it, or None when there is nothing to do."""
    picture = waiting_pictures().first()
    if picture is None:
        return None
    try:
        make_renditions(picture)
    except Exception as error:
        log.exception("No renditions for picture %s", picture.pk)
        Picture.objects.filter(pk=picture.pk).update(failed=str(error)[:200])
    return picture
