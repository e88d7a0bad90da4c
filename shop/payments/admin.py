from django.contrib import admin, messages

from shop.payments.events import CannotDigest, WrongMode, take_in
from shop.payments.models import Dispute, Payment, Refund, StripeEvent
from shop.payments.receive import UnknownPayment


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
    list_display = ["__str__", "status", "cause", "reason", "words", "wanted_by", "wanted_at", "ended_at"]
    list_filter = ["status", "cause", "wanted_at"]
    list_select_related = ["payment__order__region"]
    search_fields = ["payment__order__number", "stripe_id", "wanted_by"]


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    list_display = ["payment", "status", "reason", "opened_at", "closed_at"]
    list_filter = ["status", "opened_at"]
    list_select_related = ["payment__order__region"]
    search_fields = ["payment__order__number", "stripe_id"]


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnlyAdmin):
    """Every event Stripe told of, and what it did. One that waits can be let work again; one that is done does nothing."""

    list_display = ["received_at", "type", "is_done", "outcome", "came_by", "event_id"]
    list_filter = ["is_done", "came_by", "type", "received_at"]
    search_fields = ["event_id", "type"]
    actions = ["replay", "pass_over"]

    def has_replay_permission(self, request):
        return request.user.has_perm("payments.refund_payment")

    @admin.action(description="Let the ticked events work again", permissions=["replay"])
    def replay(self, request, events):
        for event in events.order_by("happened_at", "pk"):
            try:
                messages.success(request, f"{event.type}: {take_in(event.body, event.came_by)}.")
            except UnknownPayment:
                messages.warning(request, f"{event.type}: its payment is still not known here.")
            except WrongMode:
                messages.error(request, f"{event.type}: it is of another mode.")
            except CannotDigest as error:
                messages.error(request, f"{event.type}: {error}")

    @admin.action(
        description="Pass over the ticked events that wait: they are not ours", permissions=["replay"]
    )
    def pass_over(self, request, events):
        outcome = f"Passed over by {request.user.get_username()}."[:250]
        count = events.filter(is_done=False).update(is_done=True, look_at=None, outcome=outcome)
        messages.success(request, f"Passed over: {count}. Nothing was changed by them.")
