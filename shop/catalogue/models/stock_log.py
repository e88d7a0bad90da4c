"""Every change of what is on hand, as a row that nobody can change: what, how many, who, why, and of which order.

A trigger of the database writes it in the statement that changes the stock (shop/catalogue/stock_triggers.py). What it
writes of who and why stands in the same statement: `Told.columns`. A change that tells nothing has a row all the same.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from shop.regions.keys import MarketKey
from shop.regions.models import Region


class StockCause(models.TextChoices):
    UNTOLD = "", "not told"
    OPENED = "opened", "there when the log began"
    FIRST = "first", "came with the shop’s first content"
    COUNTED = "counted", "set by staff"
    SENT = "sent", "sent"
    RETURNED = "returned", "came back, to be sold"
    REPAIRED = "repaired", "raised to what is held"
    CAME = "came", "came in as a batch"
    TOO_OLD = "too_old", "its batch may not be sold any more"
    RECALLED = "recalled", "its batch is recalled"


@dataclass(frozen=True)
class Told:
    """Who changes what is on hand, and why. `reference` names an order (shop.catalogue.references)."""

    cause: StockCause
    who: str = ""
    why: str = ""
    reference: str = ""

    def columns(self) -> dict[str, Any]:
        """To write in the very statement that changes `on_hand`. The number tells the trigger that they are of this change."""
        return {
            "log_turn": secrets.randbits(62),
            "log_cause": str(self.cause),
            "log_who": self.who[:150],
            "log_why": self.why[:200],
            "log_reference": self.reference[:60],
        }


class StockMovement(models.Model):
    """One change of what is on hand of a pack in a region. It outlives its pack."""

    variant = models.ForeignKey(
        "catalogue.Variant",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
        verbose_name="pack",
    )
    region = MarketKey(Region, on_delete=models.PROTECT, related_name="+", db_index=False)
    change = models.IntegerField()
    was = models.PositiveIntegerField("before")
    became = models.PositiveIntegerField("after")
    cause = models.CharField(max_length=10, choices=StockCause.choices, blank=True)
    who = models.CharField(max_length=150, blank=True)
    why = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=60, blank=True, help_text="order:<pk>")
    at = models.DateTimeField("when", default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "change of stock"
        verbose_name_plural = "stock log"
        indexes = [
            models.Index(fields=["variant", "region", "-id"], name="stocklog_of_pack"),
            models.Index(fields=["region", "-id"], name="stocklog_of_region"),
            models.Index(fields=["cause", "-id"], name="stocklog_of_cause"),
            models.Index(fields=["at", "-id"], name="stocklog_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(became=F("was") + F("change")) & ~Q(change=0), name="stocklog_adds_up"
            ),
        ]

    def __str__(self):
        return f"{self.change:+} ({self.was} → {self.became})".replace("-", "−")
