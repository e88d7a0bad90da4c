from django.db import models
from django.db.models import Q

from shop.basket.models import Basket
from shop.optin.models import Wish
from shop.orders.models import OrderLine


class PackReminder(Wish):
    """Somebody wants to hear, once, before what they bought is reckoned to be empty. Deleted when they have been told.

    `due_at` is reckoned when they ask, from the day the parcel arrives and the daily amount on the label.
    """

    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["email", "line"], name="packreminder_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(confirmed_at__isnull=False), name="packreminder_due"),
        ]

    def __str__(self):
        return f"{self.line.sku} in {self.region.short_name}"


class BasketReminder(Wish):
    """Somebody wants to hear, once, what they left in their basket. Deleted when they have been told."""

    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["-asked_at"]
        constraints = [models.UniqueConstraint(fields=["email", "basket"], name="basketreminder_once")]

    def __str__(self):
        return f"{self.basket} in {self.region.short_name}"
