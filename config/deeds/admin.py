import json
from collections.abc import Iterator

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.urls import path
from django.utils.html import format_html, format_html_join

from config.deeds.models import Deed, Verb
from config.deeds.record import act_of, note
from shop.web.spreadsheet import csv_answer

MOST_EXPORTED = 100_000


@admin.register(Deed)
class DeedAdmin(admin.ModelAdmin):
    """The log is read, filtered and exported; nobody changes it, here or elsewhere."""

    list_display = ["at", "who", "verb", "kind", "row", "what", "network"]
    list_filter = ["verb", "at"]
    search_fields = ["who", "kind", "row"]
    found_by = ("who", "kind", "row")
    search_help_text = "A username, a kind such as catalogue.Price, or the number of a row."
    show_full_result_count = False
    list_per_page = 50
    change_list_template = "admin/deeds/change_list.html"
    fields = readonly_fields = ("at", "who", "verb", "kind", "row", "what", "network", "path")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, deed=None):
        return False

    def has_delete_permission(self, request, deed=None):
        return False

    @admin.display(description="old → new")
    def what(self, deed):
        if not deed.changes:
            return "–"
        rows = [(_told(deed, name.replace("_", " "), pair),) for name, pair in deed.changes.items()]
        return format_html('<ul class="deed">{}</ul>', format_html_join("", "<li>{}</li>", rows))

    def get_urls(self):
        return [
            path("csv/", self.admin_site.admin_view(self.csv_view), name="deeds_csv"),
            *super().get_urls(),
        ]

    def csv_view(self, request):
        """The newest rows, as far as a spreadsheet can hold them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        note(act_of(request), Verb.EXPORTED, "deeds.Deed")
        return csv_answer("acts-of-staff", COLUMNS, _rows())


def _told(deed: Deed, name: str, pair: list | None) -> str:
    if pair is not None:
        return f"{name}: {_shown(pair[0])} → {_shown(pair[1])}"
    is_sentence = deed.verb in {Verb.ENTERED, Verb.SECURED, Verb.REFUSED}
    return name if is_sentence else f"{name}: changed"


def _shown(value) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


COLUMNS = ["at (UTC)", "who", "verb", "kind", "row", "changes", "from", "page"]


def _rows() -> Iterator[list[str]]:
    for deed in Deed.objects.order_by("-pk")[:MOST_EXPORTED].iterator(chunk_size=1000):
        yield [deed.at.isoformat(), deed.who, deed.verb, deed.kind, deed.row,
                 json.dumps(deed.changes, ensure_ascii=False), deed.network, deed.path]  # fmt: skip
