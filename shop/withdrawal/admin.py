from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shop.orders.models import Order
from shop.withdrawal.due import claims_of, settle
from shop.withdrawal.models import Withdrawal
from shop.withdrawal.period import end_of_period, refund_due_on


class WithdrawalState(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("due", "Money to pay back"),
            ("word", "Waits for the buyer’s word"),
            ("unknown", "No order of that number"),
            ("settled", "Settled"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        waiting = queryset.filter(settled_at=None)
        match self.value():
            case "due":
                return waiting.exclude(proven_at=None)
            case "word":
                return waiting.filter(proven_at=None).exclude(order=None)
            case "unknown":
                return waiting.filter(order=None)
            case "settled":
                return queryset.exclude(settled_at=None)
        return queryset


class SettleForm(forms.ModelForm):
    """What became of it; saving settles it."""

    outcome = forms.CharField(
        label="What became of it",
        max_length=200,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text="For colleagues. Saving settles the withdrawal; nothing is paid back or sent by it.",
        error_messages={"required": "Say what became of it, such as “Answered by mail, no such order”."},
    )

    class Meta:
        model = Withdrawal
        fields = ["outcome"]


@admin.register(Withdrawal)
class WithdrawalAdmin(admin.ModelAdmin):
    form = SettleForm
    list_display = ["declared", "number", "who", "region", "state"]
    list_filter = [WithdrawalState, "region", "declared_at"]
    list_select_related = ["region", "order__region"]
    search_fields = ["number", "email", "name"]
    search_help_text = "Order number, name or e-mail, as they were typed."
    told = ["declared", "order_link", "name", "number", "email", "packs", "state", "others"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Withdrawal | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Withdrawal | None = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.settled_at is None)

    def get_fields(self, request: HttpRequest, obj: Withdrawal | None = None) -> Any:
        return [*self.told, "outcome"]

    def get_readonly_fields(self, request: HttpRequest, obj: Withdrawal | None = None) -> list[str]:
        return self.told

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any) -> Any:
        context |= {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Withdrawal, form: forms.ModelForm, change: bool) -> None:
        if not settle(obj, by=request.user.get_username(), outcome=form.cleaned_data["outcome"]):
            messages.warning(request, "Somebody settled it in the meantime; your words were not kept.")

    @admin.display(description="Declared", ordering="declared_at")
    def declared(self, row: Withdrawal) -> str:
        return f"{row.declared_at:%-d %b %Y, %H:%M} UTC"

    @admin.display(description="Name and e-mail")
    def who(self, row: Withdrawal) -> str:
        return f"{row.name} · {row.email}"

    @admin.display(description="Order")
    def order_link(self, row: Withdrawal) -> str | SafeString:
        if row.order is None:
            return f"No order has the number {row.number} here: look for it by e-mail or name, and answer by mail."
        return _link(row.order)

    @admin.display(description="Packs")
    def packs(self, row: Withdrawal) -> str:
        told = [
            f"{one.quantity} × {one.line.title}, {one.line.label}"
            + (f" ({one.get_sealed_display().lower()})" if one.sealed else "")
            for one in row.lines.select_related("line")
        ]
        return "; ".join(told) or "All of the order"

    @admin.display(description="State")
    def state(self, row: Withdrawal) -> str | SafeString:
        if row.settled_at:
            return f"Settled {row.settled_at:%-d %b %Y} by {row.settled_by}: {row.outcome}"
        if row.order is None:
            return format_html('<strong class="attention">{}</strong>', "No order of that number")
        if row.proven_at is None:
            return "Waits for the buyer’s word"
        due = refund_due_on(row.order, row.declared_at)
        late = " – late" if due < timezone.now().astimezone(row.region.zone).date() else ""
        return format_html('<strong class="attention">Money due by {}{}</strong>', f"{due:%-d %b %Y}", late)

    @admin.display(description="More")
    def others(self, row: Withdrawal) -> str | SafeString:
        """The amounts, whether it came late, and orders with the same e-mail."""
        parts: list[str | SafeString] = []
        if row.order is not None:
            parts += [
                f"{claim.due_text} due, {row.region.money(claim.back)} has gone back."
                for claim in claims_of(row.order)
                if claim.withdrawal == row
            ]
            end = end_of_period(row.order)
            if end is not None and row.declared_at >= end:
                parts.append("It came after the period had ended, as far as the day of delivery is known.")
        same = Order.objects.filter(email__iexact=row.email).exclude(pk=row.order_id or 0)[:5]
        if links := [_link(order) for order in same]:
            rows = format_html_join(", ", "{}", ((link,) for link in links))
            parts.append(format_html("Other orders with this e-mail: {}", rows))
        return format_html_join(" ", "{}", ((part,) for part in parts)) if parts else "–"


def _link(order: Order) -> SafeString:
    return format_html(
        '<a href="{}">{}</a>', reverse("admin:orders_order_change", args=[order.pk]), order.number
    )
