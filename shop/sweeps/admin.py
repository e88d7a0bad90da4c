from django.contrib import admin, messages
from django.utils import timezone
from django.utils.html import format_html

from shop.sweeps.models import Setback
from shop.sweeps.staff_links import url_of


@admin.register(Setback)
class SetbackAdmin(admin.ModelAdmin):
    """Rows that the worker could not finish. Read only; what is mended can be tried again at once."""

    list_display = ["__str__", "row", "tries", "since", "next_at", "error"]
    list_filter = ["sweep"]
    search_fields = ["about", "error"]
    actions = ["try_now"]
    fields = readonly_fields = ("sweep", "row", "tries", "since", "next_at", "error")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, setback=None):
        return False

    def has_delete_permission(self, request, setback=None):
        return False

    @admin.display(description="Row")
    def row(self, setback):
        url = url_of(setback)
        return format_html('<a href="{}">{}</a>', url, setback.about) if url else setback.about

    @admin.action(description="Try again now", permissions=["view"])
    def try_now(self, request, setbacks):
        count = setbacks.update(next_at=timezone.now())
        self.message_user(request, f"The worker tries {count} again at once.", messages.SUCCESS)
