from django.contrib import admin

from shop.reminders.models import BasketReminder, PackReminder


class WishAdmin(admin.ModelAdmin):
    """Staff may delete a wish when somebody asks for it; nobody types or changes one."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, wish=None):
        return False


@admin.register(PackReminder)
class PackReminderAdmin(WishAdmin):
    list_display = ["pack", "region", "email", "due_at", "confirmed_at"]
    list_filter = ["region", ("confirmed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["line", "region"]
    search_fields = ["email", "line__sku"]
    readonly_fields = ["line", "region", "email", "due_at", "asked_at", "confirmed_at"]

    @admin.display(description="Pack", ordering="line__sku")
    def pack(self, wish):
        return f"{wish.line.sku}, {wish.line.quantity}"


@admin.register(BasketReminder)
class BasketReminderAdmin(WishAdmin):
    list_display = ["email", "region", "asked_at", "confirmed_at"]
    list_filter = ["region", ("confirmed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["region"]
    search_fields = ["email"]
    readonly_fields = ["basket", "region", "email", "asked_at", "confirmed_at"]
