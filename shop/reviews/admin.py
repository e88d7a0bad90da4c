from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shop.reviews.models import LONGEST_WHY, Reason, Review, ReviewAsk, ReviewReport, ReviewState
from shop.reviews.moderating import NotThese, claims_now, refuse, show

SHOW, REFUSE = "show", "refuse"


class DecisionForm(forms.ModelForm):
    """Show the words or refuse them; nothing else of a buyer's words can be changed here."""

    decision = forms.ChoiceField(
        choices=[(SHOW, "Show it"), (REFUSE, "Don’t show it")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of both."},
    )
    reason = forms.ChoiceField(
        choices=[("", "Choose a reason"), *Reason.choices],
        required=False,
        help_text="Only for what is not shown. Whether it praises is none.",
    )
    why = forms.CharField(
        label="In your words, to its writer",
        max_length=LONGEST_WHY,
        required=False,
        widget=forms.TextInput(attrs={"size": 80}),
        help_text="Only for what is not shown. They get it by mail, with the reason and the link to change the words.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Review
        fields = ["reason", "why"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = self.instance.written_at.isoformat()
            never = bool(self.instance.never) and self.instance.state == ReviewState.WAITING
            self.initial.update(reason=Reason.CLAIM if never else "", why="")
            if never:
                self.initial["decision"] = REFUSE

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("decision") == REFUSE and not data.get("reason"):
            self.add_error("reason", "Without a reason nothing is hidden. Choose the one that holds.")
        if data.get("decision") == SHOW:
            never = [row for row in claims_now(self.instance) if row["never"]]
            if never:
                raise ValidationError(
                    f"“{never[0]['sentence']}” can’t stand beside a product. Refuse it with the first reason; "
                    "its writer may change it."
                )
        return data

    def _post_clean(self) -> None:
        """The row is written by the decision alone (see `ReviewAdmin.save_model`)."""


class Reported(admin.SimpleListFilter):
    title = "reports"
    parameter_name = "reported"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Reported, not looked at")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(open_reports__gt=0) if self.value() == "yes" else queryset


def _lines(told: Iterable[str]) -> SafeString:
    return format_html_join("", "<div>{}</div>", ((one,) for one in told))


@admin.register(Review)
class ReviewAdmin(admin.ModelAdmin):
    """Buyers write and delete; staff decide, each time with a reason for what is not shown."""

    form = DecisionForm
    list_display = ["written", "stars", "pack", "region", "state_now", "start"]
    list_filter = ["state", Reported, "stars", "region"]
    list_select_related = ["region", "line", "product", "published"]
    search_fields = ["line__sku", "line__order__number", "name"]
    search_help_text = "SKU, order number, or the name beside it."
    list_per_page = 50
    told = [
        "words",
        "stars_and_name",
        "pack",
        "order_link",
        "checked",
        "shown_now",
        "reports_told",
        "state_now",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        open_reports = Count("reports", filter=Q(reports__settled_at=None))
        return super().get_queryset(request).annotate(open_reports=open_reports)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Review | None = None) -> Any:
        return [*self.told, "decision", "reason", "why", "seen"]

    def get_readonly_fields(self, request: HttpRequest, obj: Review | None = None) -> list[str]:
        return self.told

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any) -> Any:
        context |= {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Review, form: forms.ModelForm, change: bool) -> None:
        data, by = form.cleaned_data, request.user.get_username()
        try:
            seen_at = parse_datetime(data.get("seen") or "") or obj.written_at
        except ValueError:
            seen_at = obj.written_at
        try:
            if data["decision"] == SHOW:
                show(obj, by=by, seen_at=seen_at)
            else:
                refuse(obj, reason=data["reason"], why=data["why"], by=by, seen_at=seen_at)
        except NotThese as error:
            messages.error(request, f"Nothing was decided. {error}")

    @admin.display(description="Written", ordering="written_at")
    def written(self, row: Review) -> str:
        return f"{row.written_at:%-d %b %Y, %H:%M} UTC"

    @admin.display(description="Pack")
    def pack(self, row: Review) -> str:
        return f"{row.what} ({row.line.sku})" if row.line else row.what

    @admin.display(description="Begins with")
    def start(self, row: Review) -> str:
        return row.text[:80] + ("…" if len(row.text) > 80 else "")

    @admin.display(description="Words")
    def words(self, row: Review) -> SafeString:
        return format_html('<div dir="auto">{}</div>', linebreaksbr(row.text))

    @admin.display(description="Stars, and the name beside it")
    def stars_and_name(self, row: Review) -> str:
        return f"{row.stars} of 5, {row.name or 'no name'}"

    @admin.display(description="Order")
    def order_link(self, row: Review) -> str | SafeString:
        if row.line is None:
            return "It came in with a whole shop, whose orders stayed behind."
        order = row.line.order
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:orders_order_change", args=[order.pk]), order.number
        )

    @admin.display(description="What the claims check found")
    def checked(self, row: Review) -> str | SafeString:
        if not row.found:
            return "Nothing. It reads English only, and it clears nothing: please read it."
        return _lines(
            format_html(
                "“{}”: <strong>{}</strong>, {}",
                one["sentence"],
                one["phrase"],
                "can never be shown" if one["never"] else "for you to judge",
            )
            for one in row.found
        )

    @admin.display(description="Shown at the moment")
    def shown_now(self, row: Review) -> str:
        if row.shown is None:
            return "Nothing of it"
        if (row.shown.text, row.shown.stars, row.shown.name) == (row.text, row.stars, row.name):
            return "These words"
        return f"Older words: {row.shown.stars} of 5, {row.shown.text}"

    @admin.display(description="Reports by readers")
    def reports_told(self, row: Review) -> str | SafeString:
        rows = row.reports.filter(settled_at=None)[:50]
        return _lines(f"{one}. {one.words}" for one in rows) or "None that waits"

    @admin.display(description="State", ordering="state")
    def state_now(self, row: Review) -> str | SafeString:
        waiting: int = getattr(row, "open_reports", 0)
        if waiting:
            return format_html('<strong class="attention">{}</strong>', f"Reported ({waiting})")
        if row.state == ReviewState.WAITING:
            return format_html('<strong class="attention">{}</strong>', row.get_state_display())
        by = f" by {row.decided_by}" if row.decided_by else " by the claims check"
        if row.state == ReviewState.SHOWN:
            return f"Shown{by}"
        return f"Not shown{by}: {row.get_reason_display()}{'. ' + row.why if row.why else ''}"


@admin.register(ReviewReport)
class ReviewReportAdmin(admin.ModelAdmin):
    """Read here; decided at the review, which settles them."""

    list_display = ["at", "reason", "words", "review_link", "settled_at"]
    list_filter = [("settled_at", admin.EmptyFieldListFilter), "reason"]
    list_select_related = ["review__line", "review__product"]
    fields = readonly_fields = ("at", "reason", "words", "review_link", "settled_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ReviewReport | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ReviewReport | None = None) -> bool:
        return False

    @admin.display(description="Review")
    def review_link(self, row: ReviewReport) -> SafeString:
        address = reverse("admin:reviews_review_change", args=[row.review_id])
        return format_html('<a href="{}">{}: read and decide</a>', address, row.review)


@admin.register(ReviewAsk)
class ReviewAskAdmin(admin.ModelAdmin):
    """Staff may delete a wish when somebody asks for it; nobody types or changes one."""

    list_display = ["order", "due_at", "asked_at", "told_at"]
    list_filter = [("told_at", admin.EmptyFieldListFilter)]
    list_select_related = ["order"]
    search_fields = ["order__number"]
    fields = readonly_fields = ("order", "due_at", "asked_at", "told_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ReviewAsk | None = None) -> bool:
        return False
