import json
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import PermissionsMixin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shop.payments.events import CannotDigest, WrongMode, take_in
from shop.payments.models import TAKEN, Dispute, Payment, Refund, StripeEvent
from shop.payments.receive import UnknownPayment
from shop.web.admin_filters import by_mode, by_values


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def as_lines(value: Any) -> SafeString:
    """What was sent to Stripe or came from there, to read."""
    return format_html('<pre class="technical">{}</pre>', json.dumps(value, indent=2, ensure_ascii=False))


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "order",
                    "status",
                    "amount_text",
                    "took_text",
                    "given_back_text",
                    "disputed_text",
                    "declined",
                ]
            },
        ),
        ("When", {"fields": ["started_at", "ends_at", "settled_at", "look_at"]}),
        (
            "At Stripe",
            {"classes": ["collapse"], "fields": ["mode", "session_id", "intent_id", "session_url", "sent"]},
        ),
    ]
    list_display = ["order", "status", "amount_text", "mode", "started_at", "settled_at"]
    list_filter = ["status", by_mode("mode"), "started_at"]
    list_select_related = ["order__region"]
    search_fields = ["order__number", "session_id", "intent_id"]
    found_by = ("order__number", "session_id", "intent_id")
    search_help_text = (
        "Number of the order, or an id of Stripe’s (cs_…, pi_…); parts of them find the last 1,000."
    )

    @admin.display(description="Amount")
    def amount_text(self, payment: Payment) -> str:
        return payment.amount_text

    @admin.display(description="Taken by Stripe")
    def took_text(self, payment: Payment) -> str:
        return payment.took_text if payment.status in TAKEN else "nothing"

    @admin.display(description="Given back")
    def given_back_text(self, payment: Payment) -> str:
        """All refunds that are wanted, on their way or done."""
        return payment.given_back_text if payment.given_back else "nothing"

    @admin.display(description="Disputed")
    def disputed_text(self, payment: Payment) -> str:
        """What banks have of it."""
        return payment.disputed_text if payment.disputed else "nothing"

    @admin.display(description="What was asked")
    def sent(self, payment: Payment) -> SafeString:
        return as_lines(payment.params)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "status", "cause", "reason", "words", "wanted_by", "wanted_at", "ended_at"]
    list_filter = ["status", "cause", "wanted_at"]
    list_select_related = ["payment__order__region"]
    search_fields = ["payment__order__number", "stripe_id", "wanted_by"]
    found_by = ("payment__order__number", "stripe_id")
    search_help_text = "Number of the order, or Stripe’s id (re_…); names of staff find the last 1,000."
    fields = ["payment", "amount_text", "status", "cause", "reason", "words", "wanted_by", "wanted_at", "ended_at",
              "look_at", "stripe_id"]  # fmt: skip

    @admin.display(description="Amount")
    def amount_text(self, refund: Refund) -> str:
        return refund.amount_text


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    list_display = ["payment", "status_text", "reason_text", "opened_at", "closed_at"]
    list_filter = ["status", "opened_at"]
    list_select_related = ["payment__order__region"]
    search_fields = ["payment__order__number", "stripe_id"]
    found_by = ("payment__order__number", "stripe_id")
    fields = ["payment", "amount_text", "status_text", "reason_text", "opened_at", "closed_at", "stripe_id"]

    @admin.display(description="Amount")
    def amount_text(self, dispute: Dispute) -> str:
        return dispute.payment.money(dispute.amount)

    @admin.display(description="State, as Stripe says", ordering="status")
    def status_text(self, dispute: Dispute) -> str:
        return dispute.status_words

    @admin.display(description="Reason", ordering="reason")
    def reason_text(self, dispute: Dispute) -> str:
        return dispute.reason_words


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnlyAdmin):
    """Every event of Stripe, and what it did. One that waits can be let work again; one that is done does nothing."""

    list_display = ["received_at", "type", "is_done", "outcome", "came_by", "event_id"]
    list_filter = ["is_done", by_values("came_by", "way"), by_values("type", "type"), "received_at"]
    search_fields = ["event_id", "type"]
    found_by = ("event_id",)
    search_help_text = "Stripe’s id (evt_…); the type finds the last 1,000, as the filter finds all."
    actions = ["replay", "pass_over"]
    fieldsets = [
        (None, {"fields": ["type", "is_done", "outcome", "came_by", "happened_at", "received_at"]}),
        ("Waiting", {"fields": ["look_at", "told_at"]}),
        ("At Stripe", {"classes": ["collapse"], "fields": ["event_id", "livemode", "came"]}),
    ]

    @admin.display(description="What came")
    def came(self, event: StripeEvent) -> SafeString:
        return as_lines(event.body)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, PermissionsMixin) and request.user.has_perm("payments.refund_payment")

    @admin.action(description="Let the ticked events work again", permissions=["replay"])
    def replay(self, request: HttpRequest, events: QuerySet[StripeEvent]) -> None:
        who = request.user.get_username()
        for event in events.order_by("happened_at", "pk"):
            try:
                messages.success(request, f"{event.type}: {take_in(event.body, event.came_by, who=who)}.")
            except UnknownPayment:
                messages.warning(request, f"{event.type}: its payment is still not known here.")
            except WrongMode:
                messages.error(request, f"{event.type}: it is of another mode.")
            except CannotDigest as error:
                messages.error(request, f"{event.type}: {error}")

    @admin.action(
        description="Pass over the ticked events that wait: they are not ours", permissions=["replay"]
    )
    def pass_over(self, request: HttpRequest, events: QuerySet[StripeEvent]) -> None:
        outcome = f"Passed over by {request.user.get_username()}."[:250]
        count = events.filter(is_done=False).update(is_done=True, look_at=None, outcome=outcome)
        messages.success(request, f"Passed over: {count}. Nothing was changed by them.")
