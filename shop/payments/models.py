import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from shop.orders.models import Order


class PaymentStatus(models.TextChoices):
    OPEN = "open", "Open"
    PROCESSING = "processing", "On its way"
    PAID = "paid", "Paid"
    EXPIRED = "expired", "Expired"
    FAILED = "failed", "Failed"
    REVIEW = "review", "Look at it"


LIVE = [PaymentStatus.OPEN, PaymentStatus.PROCESSING]


class Payment(models.Model):
    """One attempt to have an order paid: a Checkout Session at Stripe.

    The row is committed before Stripe is asked. Its `key` is the idempotency key, and `params` are frozen with
    it, so asking again, from any process, gives the same session.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(max_length=12, choices=PaymentStatus.choices, default=PaymentStatus.OPEN)
    mode = models.CharField(max_length=8)
    amount = models.PositiveIntegerField(help_text="Minor units.")
    currency = models.CharField(max_length=3)
    params = models.JSONField()
    session_id = models.CharField(max_length=120, unique=True, null=True, blank=True)
    session_url = models.URLField(max_length=1000, blank=True)
    intent_id = models.CharField(max_length=120, blank=True, db_index=True)
    started_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(help_text="When the session expires at Stripe.")
    look_at = models.DateTimeField(help_text="When the reconciler asks Stripe about it next.")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        indexes = [models.Index(fields=["look_at"], condition=Q(status__in=LIVE), name="payment_live_look")]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(status__in=LIVE), name="payment_one_live_per_order"
            ),
            models.CheckConstraint(condition=Q(status__in=PaymentStatus.values), name="payment_status_known"),
        ]

    def __str__(self):
        return f"{self.order} {self.get_status_display().lower()}"

    @property
    def amount_text(self) -> str:
        return self.order.region.money(self.amount)


class RefundStatus(models.TextChoices):
    WANTED = "wanted", "To be sent to Stripe"
    PENDING = "pending", "On its way"
    SUCCEEDED = "succeeded", "Refunded"
    FAILED = "failed", "Failed"


class Refund(models.Model):
    """Money to give back. The row comes first and is the idempotency key; the worker asks Stripe."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    amount = models.PositiveIntegerField(help_text="Minor units.")
    status = models.CharField(max_length=10, choices=RefundStatus.choices, default=RefundStatus.WANTED)
    stripe_id = models.CharField(max_length=120, unique=True, null=True, blank=True)
    reason = models.CharField(max_length=200)
    wanted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-wanted_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RefundStatus.values), name="refund_status_known"),
            models.CheckConstraint(condition=Q(amount__gte=1), name="refund_positive"),
        ]

    def __str__(self):
        return f"{self.payment.order} {self.amount_text}"

    @property
    def amount_text(self) -> str:
        return self.payment.order.region.money(self.amount)


class StripeEvent(models.Model):
    """A verified event. Its mark as done and its effect commit together, so the same event never works twice.

    One about a payment that is not known here waits, not done, until Stripe sends it again.
    """

    event_id = models.CharField(max_length=120, unique=True)
    type = models.CharField(max_length=80)
    livemode = models.BooleanField()
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    is_done = models.BooleanField("done", default=False)
    outcome = models.CharField(max_length=250, blank=True)
    body = models.JSONField()

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(is_done=False), name="stripe_event_waiting")
        ]

    def __str__(self):
        return f"{self.type} {self.event_id}"
