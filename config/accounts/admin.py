from django.contrib import admin

from config.accounts.models import Account
from config.accounts.unused import NOTICE, UNUSED


@admin.register(Account)
class AccountAdmin(admin.ModelAdmin):
    """Who has an account and until when. What is in it is its owner’s; it is deleted on the customer’s page."""

    list_display = ["email", "made_at", "used_at", "goes_on"]
    list_filter = ["used_at", ("warned_at", admin.EmptyFieldListFilter)]
    search_fields = ["email"]
    readonly_fields = ["email", "made_at", "used_at", "warned_at", "goes_on"]
    fields = ["email", "made_at", "used_at", "warned_at", "goes_on"]
    ordering = ["-pk"]

    @admin.display(description="Goes, if nobody signs in", ordering="used_at")
    def goes_on(self, account):
        told = account.warned_at + NOTICE if account.warned_at else account.used_at
        return max(account.used_at + UNUSED, told).date()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, account=None):
        return False

    def has_delete_permission(self, request, account=None):
        return False
