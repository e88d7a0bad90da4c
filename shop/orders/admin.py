from django.contrib import admin
from django.utils.html import format_html

from shop.orders.models import Order, OrderEvent, OrderLine


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class LineInline(ReadOnlyInline):
    model = OrderLine
    fields = readonly_fields = ["sku", "title", "label", "quantity", "each", "sum", "tax_percent"]

    @admin.display(description="Each")
    def each(self, line):
        return line.unit_text

    @admin.display(description="Sum")
    def sum(self, line):
        return line.total_text

    @admin.display(description="Tax")
    def tax_percent(self, line):
        return f"{line.tax_rate.normalize():f} %"


class EventInline(ReadOnlyInline):
    model = OrderEvent
    fields = readonly_fields = ["at", "was", "became", "who", "why"]
    verbose_name_plural = "timeline"


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    """Orders as they were placed. Only the staff note can be changed here."""

    list_display = ["number", "placed_at", "who", "region", "total_text", "stage", "mode"]
    list_filter = [
        "status",
        "region",
        "payment_mode",
        ("needs_review", admin.EmptyFieldListFilter),
        "placed_at",
    ]
    list_select_related = ["region"]
    search_fields = ["number", "email", "name", "postcode", "payments__session_id", "payments__intent_id"]
    date_hierarchy = "placed_at"
    inlines = [LineInline, EventInline]
    fieldsets = [
        (None, {"fields": [("number", "stage", "mode"), "needs_review", "page"]}),
        ("Shopper", {"fields": [("name", "email"), "address"]}),
        ("Money", {"fields": [("goods_text", "delivery_text", "tax_text", "total_text"), "region"]}),
        ("Dates", {"fields": [("placed_at", "paid_at", "sent_at", "hold_until")]}),
        ("For staff", {"fields": ["staff_note"]}),
    ]

    def get_readonly_fields(self, request, order=None):
        names = [
            name
            for _, options in self.fieldsets
            for row in options["fields"]
            for name in (row if isinstance(row, tuple) else [row])
        ]
        return [name for name in names if name != "staff_note"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, order=None):
        return False

    @admin.display(description="Shopper")
    def who(self, order):
        return f"{order.name} · {order.email}"

    @admin.display(description="State", ordering="status")
    def stage(self, order):
        if order.needs_review:
            return format_html(
                '<strong class="attention">{} – look at it</strong>', order.get_status_display()
            )
        return order.get_status_display()

    @admin.display(description="Mode")
    def mode(self, order):
        return "" if order.payment_mode == "live" else format_html('<b class="testmark">{}</b>', "TEST")

    @admin.display(description="Address")
    def address(self, order):
        return ", ".join(order.address_lines)

    @admin.display(description="Shopper’s page")
    def page(self, order):
        return format_html('<a href="{}">What the shopper sees</a>', order.get_absolute_url())

    @admin.display(description="Goods")
    def goods_text(self, order):
        return order.goods_text

    @admin.display(description="Delivery")
    def delivery_text(self, order):
        return order.delivery_text

    @admin.display(description="Tax")
    def tax_text(self, order):
        return f"{order.tax_text} ({'included' if order.tax_included else 'on top'})"

    @admin.display(description="Total", ordering="total")
    def total_text(self, order):
        return order.total_text
