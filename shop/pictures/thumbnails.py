"""Small pictures in staff's lists and forms."""

from django.utils.html import format_html


def thumbnail_url(picture) -> str:
    """The smallest rendition, or the original while there is none."""
    if picture.rendered_widths:
        return picture.file.storage.url(picture.rendition_name(picture.rendered_widths[0], "webp"))
    return picture.file.url


def thumbnail(picture, size=56):
    if not picture or not picture.file or not picture.file._committed:  # a refused upload has no address
        return "–"
    url = thumbnail_url(picture)
    return format_html('<img class="thumbnail" src="{}" alt="" width="{}" height="{}">', url, size, size)
