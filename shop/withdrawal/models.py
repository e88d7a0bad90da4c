from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from shop.content.link_tokens import OpenedByLink, kept_token
from shop.orders.models import Order, OrderLine
from shop.regions.models import Region


class Withdrawal(OpenedByLink):
    """What somebody declared: that they withdraw from (in the UK: cancel) the contract of an order, or a part of it.

    It counts from `declared_at`, whoever sent it; it changes nothing before `proven_at`, when the buyer's own mail or
    the order's secret page has shown that it was them. `name`, `number` and `email` stay as they were typed; `order`
    is the one with that number, if there is one. Without lines it is about the whole order.
    """

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="withdrawals"
    )
    name = models.CharField(max_length=120)
    number = models.CharField("order number as typed", max_length=40)
    email = models.EmailField("e-mail")
    kept_token = kept_token("proof")
    form = models.CharField(
        max_length=40, unique=True, editable=False
    )  # which form it came by: it counts once
    declared_at = models.DateTimeField(default=timezone.now)
    proven_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was shown that the buyer sent it."
    )
    asked_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When the buyer’s own address was asked; empty while the order is not paid.",
    )
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When nothing was left to do for it.")
    settled_by = models.CharField(max_length=150, blank=True)
    outcome = models.CharField(max_length=200, blank=True, help_text="What became of it, for colleagues.")

    class Meta:
        ordering = ["-declared_at", "-pk"]
        indexes = [
            models.Index(fields=["declared_at"], condition=Q(settled_at=None), name="withdrawal_open"),
            models.Index(fields=["-declared_at", "-id"], name="withdrawal_last"),
            models.Index(
                fields=["order"],
                condition=Q(asked_at=None, proven_at=None, settled_at=None, order__isnull=False),
                name="withdrawal_to_ask",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(proven_at=None) | Q(order__isnull=False), name="withdrawal_proven_has_order"
            ),
            models.CheckConstraint(
                condition=Q(proven_at=None) | Q(proven_at__gte=models.F("declared_at")),
                name="withdrawal_proven_after_declared",
            ),
        ]

    def __str__(self) -> str:
        return f"Withdrawal {self.pk} of {self.number}"


class Sealed(models.TextChoices):
    UNSAID = "", gettext_lazy("Not said")
    YES = "yes", gettext_lazy("Still sealed")
    NO = "no", gettext_lazy("Opened")


class WithdrawalLine(models.Model):
    """Packs of one order line that a withdrawal is about."""

    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="withdrawn")
    quantity = models.PositiveSmallIntegerField()
    sealed = models.CharField(max_length=3, choices=Sealed.choices, blank=True)
    gone_before = models.PositiveSmallIntegerField(
        default=0, help_text="Packs of the line that were cancelled or taken back before."
    )

    class Meta:
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["withdrawal", "line"], name="withdrawalline_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="withdrawalline_not_empty"),
            models.CheckConstraint(condition=Q(sealed__in=Sealed.values), name="withdrawalline_sealed_known"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line.title}"
