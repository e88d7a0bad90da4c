from django.contrib import admin

from shop.alerts.models import StockAlert


@admin.register(StockAlert)
class StockAlertAdmin(admin.ModelAdmin):
    """Who waits for which pack. Staff may delete a wish when somebody asks for it."""

    list_display = ["variant", "region", "email", "asked_at", "confirmed_at"]
    list_filter = ["region", ("confirmed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["variant__product", "region"]
    search_fields = ["email", "variant__sku"]
    readonly_fields = ["variant", "region", "email", "asked_at", "confirmed_at"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, alert=None):
        return False
