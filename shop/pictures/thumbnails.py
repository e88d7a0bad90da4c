"""Small pictures in staff's lists and forms."""

from django.utils.html import format_html


def thumbnail_url(picture, width: int = 0) -> str:
    """The smallest rendition that has this width in pixels, else the widest; the original while there is none."""
    if not picture.rendered_widths:
        return picture.file.url
    wide = [one for one in picture.rendered_widths if one >= width] or picture.rendered_widths[-1:]
    return picture.file.storage.url(picture.rendition_name(wide[0], "webp"))


def thumbnail(picture, size=56):
    if not picture or not picture.file or not picture.file._committed:  # a refused upload has no address
        return "–"
    url = thumbnail_url(picture)
    words = picture.alt or picture.title  # it may be all that a link holds
    return format_html(
        '<img class="thumbnail" src="{}" alt="{}" width="{}" height="{}">', url, words, size, size
    )
