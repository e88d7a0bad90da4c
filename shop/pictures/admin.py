import logging
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget
from django.utils.html import format_html_join

from shop.pictures.models import Picture
from shop.pictures.thumbnails import thumbnail, thumbnail_url

log = logging.getLogger(__name__)
NO_ROOM = (
    "The file could not be stored: the disk is full or does not answer. Nothing was saved. Tell whoever runs the shop, "
    "then choose the file again."
)


class PictureForm(forms.ModelForm):
    """Takes any file under any name: what it is, its content says (shop/pictures/uploads.py)."""

    file = forms.FileField(
        widget=AdminFileWidget, help_text="JPEG, PNG, WebP, AVIF or GIF (its first picture)."
    )

    def _post_clean(self):
        """The file is stored as the last check: where that fails, the form says so and keeps what was typed."""
        checks: Any = super()  # the stubs know no _post_clean
        checks._post_clean()
        if self.errors:
            return
        try:
            self.instance.keep_upload()
        except OSError as error:
            log.error("An upload could not be stored: %s", error)
            self.add_error("file", NO_ROOM)


def stored(picture) -> Picture | None:
    """The picture as pages show it: not an upload that was refused, which no address leads to."""
    if picture.file and picture.file._committed:
        return picture
    return Picture.objects.filter(pk=picture.pk).first() if picture.pk else None


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin):
    form = PictureForm
    list_display = ["preview", "title", "alt", "is_decorative", "size", "state"]
    list_display_links = ["preview", "title"]
    list_filter = ["is_decorative"]
    search_fields = ["title", "alt"]
    readonly_fields = ["large_preview", "size", "state", "where_used"]
    fields = [
        "large_preview",
        "title",
        "file",
        "alt",
        "is_decorative",
        ("focus_x", "focus_y"),
        "role",
        "size",
        "state",
        "where_used",
    ]

    def autocomplete_result(self, picture) -> dict:
        return {"note": picture.alt or "decorative", "picture": thumbnail_url(picture)}

    @admin.display(description="Picture")
    def preview(self, picture):
        return thumbnail(picture)

    @admin.display(description="Preview")
    def large_preview(self, picture):
        return thumbnail(stored(picture), 240)

    @admin.display(description="Where used")
    def where_used(self, picture):
        rows = picture.used_in() if picture.pk else []
        places = [picture.get_role_display()] if picture.role else []
        uses = dict.fromkeys(
            [*places, *(f"{str(row._meta.verbose_name).capitalize()}: {row}" for row in rows)]
        )
        return format_html_join("", "<div>{}</div>", ((words,) for words in uses)) or "Nowhere yet"

    @admin.display(description="Size")
    def size(self, picture):
        shown = stored(picture)
        return f"{shown.width} × {shown.height}" if shown else "–"

    @admin.display(description="Renditions")
    def state(self, picture):
        return picture.failed or ("made" if picture.rendered_widths else "waiting for the worker")
