from django.db import models
from django.utils import timezone


class OrderEvent(models.Model):
    """What happened to an order: who, when, why. Rows are only added."""

    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    was = models.CharField(max_length=20)
    became = models.CharField(max_length=20)
    who = models.CharField(max_length=80)
    why = models.TextField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.why}"
