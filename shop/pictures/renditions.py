import io
import logging

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from shop.pictures.models import FORMATS, Picture
from shop.sweeps.alone import each_alone, not_set_back, set_back

log = logging.getLogger(__name__)
RENDER = "render_next"


def make_renditions(picture: Picture) -> None:
    """Write every wanted width as AVIF and WebP, then tell the row. Safe to run twice or at once."""
    storage = picture.file.storage
    with picture.file.open("rb") as file, Image.open(file) as image:
        image.load()
        for width in picture.wanted_widths():
            small = image.resize(
                (width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS
            )
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


def render_next() -> int:
    """Make the renditions of one picture that has none; 0 when there is nothing to do.

    A picture that can't be rendered is marked, for staff to see, and not tried again.
    """
    return each_alone(waiting_pictures(), _render, sweep=RENDER, most=1, atomic=False)


def _render(picture) -> bool:
    try:
        make_renditions(picture)
    except Exception as error:
        log.exception("No renditions for picture %s", picture.pk)
        words = (
            str(error).replace("\x00", "")[:200] or type(error).__name__
        )  # never empty: that means "waits"
        Picture.objects.filter(pk=picture.pk).update(failed=words)
    return True


def renderer_died(how: str) -> None:
    """The process that renders was killed, by too little memory as a rule: its picture waits, and others get their turn."""
    picture = not_set_back(waiting_pictures(), RENDER, timezone.now()).first()
    if picture is not None:
        set_back(picture, RuntimeError(how), sweep=RENDER, about=str(picture.pk))
