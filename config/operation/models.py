from django.db import models
from django.utils import timezone


class Violation(models.Model):
    """What browsers said they did not load or run on a page, counted by day; nothing of who looked at it."""

    directive = models.CharField(max_length=40, help_text="The part of the policy that did not allow it.")
    blocked = models.CharField(max_length=100, help_text="The host it would have come from, or what it was.")
    page = models.CharField(max_length=150, help_text="The kind of page, by the name of its address.")
    hits = models.PositiveIntegerField(default=1)
    first_on = models.DateField("first", default=timezone.localdate)
    last_on = models.DateField("last", default=timezone.localdate, db_index=True)

    class Meta:
        verbose_name = "thing that browsers blocked"
        verbose_name_plural = "things that browsers blocked"
        ordering = ["-hits", "pk"]
        indexes = [models.Index(fields=["-hits", "id"], name="violation_most")]
        constraints = [
            models.UniqueConstraint(fields=["directive", "blocked", "page"], name="violation_once"),
        ]

    def __str__(self):
        return f"{self.directive}: {self.blocked}"
