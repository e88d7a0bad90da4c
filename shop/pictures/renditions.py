import io
import logging

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from shop.pictures.models import FORMATS, Picture
from shop.pictures.storage import NotStored
from shop.sweeps.alone import each_alone, not_set_back, set_back

log = logging.getLogger(__name__)
RENDER = "render_next"


def make_renditions(picture: Picture) -> None:
    """Write every wanted width as AVIF and WebP, then tell the row. Safe to run twice or at once. Raises NotStored."""
    storage = picture.file.storage
    with Image.open(io.BytesIO(_original(picture))) as image:
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
                _store(storage, name, out.getvalue())
    Picture.objects.filter(pk=picture.pk, file=picture.file.name).update(
        rendered_widths=picture.wanted_widths()
    )


def _original(picture: Picture) -> bytes:
    try:
        with picture.file.open("rb") as file:
            return file.read()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise NotStored(f"The picture can't be read now: {error}") from error


def _store(storage, name: str, content: bytes) -> None:
    try:
        storage.save(name, ContentFile(content))
    except OSError as error:
        raise NotStored(f"There is no room for its sizes now: {error}") from error


def waiting_pictures():
    return Picture.objects.filter(rendered_widths=[], failed="").order_by("pk")


def render_next() -> int:
    """Make the renditions of one picture that has none; 0 when there is nothing to do.

    A picture that can't be rendered is marked, for staff to see, and not tried again; one for which there is no room
    waits, and is tried again.
    """
    return each_alone(waiting_pictures(), _render, sweep=RENDER, most=1, atomic=False)


def _render(picture) -> bool:
    try:
        make_renditions(picture)
    except NotStored:
        raise
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
