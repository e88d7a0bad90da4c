from django.db import models
from django.utils import timezone


class LedgerState(models.Model):
    """What the matcher found when it looked last. One row."""

    checked_at = models.DateTimeField(default=timezone.now)
    breaches = models.JSONField(default=list)

    class Meta:
        permissions = [("view_ledger", "Can see the money ledger and use its fixes")]
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="ledger_state_is_one_row")]

    def __str__(self):
        return f"{len(self.breaches)} breaches at {self.checked_at:%Y-%m-%d %H:%M} UTC"
