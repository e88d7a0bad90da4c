from django.contrib import admin

from config.operation.models import Violation


@admin.register(Violation)
class ViolationAdmin(admin.ModelAdmin):
    """What the policy kept from our pages, the most frequent first. Rows come and go by themselves."""

    list_display = ["directive", "blocked", "page", "hits", "first_on", "last_on"]
    search_fields = ["directive", "blocked", "page"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, row=None):
        return False

    def has_delete_permission(self, request, row=None):
        return False
