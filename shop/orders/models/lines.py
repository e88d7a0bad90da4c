from django.db import models
from django.db.models import Q

from shop.attribution.sealed import SealedOrigins
from shop.catalogue.models import Variant
from shop.orders.models.orders import Order


class OrderLine(models.Model):
    """A snapshot of what was bought: later renaming, re-pricing or deleting changes nothing here."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    sku = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    label = models.CharField(max_length=60)
    quantity = models.PositiveSmallIntegerField()
    unit_amount = models.PositiveIntegerField()
    total = models.PositiveIntegerField()
    discount = models.PositiveIntegerField(
        default=0, help_text="Its part of what the order’s discount took off."
    )
    tax_rate = models.DecimalField(max_digits=6, decimal_places=4, help_text="Per cent.")
    tax = models.PositiveIntegerField()
    facts = models.JSONField(default=dict, help_text="Legal name, directions and warnings as shown.")
    sent = models.PositiveSmallIntegerField(default=0)
    cancelled = models.PositiveSmallIntegerField(default=0, help_text="Taken out before they were sent.")
    returned = models.PositiveSmallIntegerField(default=0)
    origins = SealedOrigins(default=list, editable=False)  # empty once the order is settled or has ended

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "variant"], name="orderline_one_per_variant"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="orderline_quantity_positive"),
            models.CheckConstraint(
                condition=Q(quantity__gte=models.F("sent") + models.F("cancelled")),
                name="orderline_sends_what_was_bought",
            ),
            models.CheckConstraint(
                condition=Q(total__gte=models.F("discount")), name="orderline_discount_within_total"
            ),
            models.CheckConstraint(
                condition=Q(sent__gte=models.F("returned")), name="orderline_returns_what_was_sent"
            ),
            models.CheckConstraint(
                condition=Q(total=models.F("unit_amount") * models.F("quantity")), name="orderline_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    @property
    def to_send(self) -> int:
        return self.quantity - self.sent - self.cancelled

    @property
    def to_return(self) -> int:
        return self.sent - self.returned

    @property
    def net(self) -> int:
        """Without tax, in minor units."""
        return self.total - self.discount - (self.tax if self.order.tax_included else 0)

    @property
    def unit_text(self) -> str:
        return self.order.storefront.money(self.unit_amount)

    @property
    def discount_text(self) -> str:
        return "−" + self.order.storefront.money(self.discount)

    @property
    def total_text(self) -> str:
        return self.order.storefront.money(self.total)
