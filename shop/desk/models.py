from datetime import datetime

from django.db import models
from django.utils import timezone

from shop.orders.models import Order


class LedgerState(models.Model):
    """What the matcher found when it looked last. One row."""

    checked_at = models.DateTimeField(default=timezone.now)
    breaches = models.JSONField(default=list)
    marks = models.JSONField(
        default=dict, editable=False
    )  # where the next look goes on, see shop.ledger.among

    class Meta:
        permissions = [("view_ledger", "Can see the money ledger and use its fixes")]
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="ledger_state_is_one_row")]

    @property
    def whole(self) -> datetime | None:
        """Every order was looked at between this moment and the last look. None: not yet."""
        return self._mark("whole")

    @property
    def days_whole(self) -> datetime | None:
        """As `whole`, of the sums of every day."""
        return self._mark("days_whole")

    @property
    def stock_whole(self) -> datetime | None:
        """As `whole`, of the log of every pack's stock."""
        return self._mark("stock_whole")

    @property
    def compared(self) -> datetime | None:
        """Since when both every order and the sums of every day were looked at."""
        both = [self.whole, self.days_whole]
        return None if None in both else min(filter(None, both))

    def _mark(self, name: str) -> datetime | None:
        return datetime.fromisoformat(self.marks[name]) if self.marks.get(name) else None

    def __str__(self):
        return f"{len(self.breaches)} breaches at {self.checked_at:%Y-%m-%d %H:%M} UTC"


class Turn(models.Model):
    """What staff did to the packs or the money of an order, counted from 1. Rows are only added.

    Each form carries the number that was next when its page was drawn, and takes it in the transaction that does the
    work: so the same form, sent twice in whatever way, works once, and nobody acts on a page that is out of date.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="turns")
    number = models.PositiveIntegerField()
    form = models.CharField(max_length=64, help_text="A hash of what was sent, to know the same form again.")
    words = models.CharField(max_length=300, blank=True)
    who = models.CharField(max_length=150)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="turn_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="turn_from_one"),
        ]

    def __str__(self):
        return f"{self.order} {self.number}: {self.words}"
