from django.contrib import admin

from shop.payments.models import Payment, Refund, StripeEvent


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ["order", "status", "amount_text", "mode", "started_at", "settled_at"]
    list_filter = ["status", "mode", "started_at"]
    list_select_related = ["order__region"]
    search_fields = ["order__number", "session_id", "intent_id"]


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "status", "reason", "wanted_at", "ended_at"]
    list_filter = ["status"]
    list_select_related = ["payment__order__region"]


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "type", "is_done", "outcome", "event_id"]
    list_filter = ["is_done", "type", "received_at"]
    search_fields = ["event_id", "type"]
