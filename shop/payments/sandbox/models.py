from django.db import models
from django.utils import timezone


class SandboxSession(models.Model):
    id = models.CharField(primary_key=True, max_length=80)
    params = models.JSONField()
    status = models.CharField(max_length=10, default="open")
    payment_status = models.CharField(max_length=20, default="unpaid")
    amount_subtotal = models.PositiveIntegerField(default=0)
    amount_total = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    intent = models.ForeignKey("SandboxIntent", on_delete=models.CASCADE, null=True, related_name="sessions")
    created = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["expires_at"], condition=models.Q(status="open"), name="sandbox_session_open"
            )
        ]

    def __str__(self):
        return self.id


class SandboxIntent(models.Model):
    id = models.CharField(primary_key=True, max_length=80)
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=30, default="requires_payment_method")
    metadata = models.JSONField(default=dict)
    decline_code = models.CharField(max_length=40, blank=True)
    created = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.id


class SandboxCoupon(models.Model):
    id = models.CharField(primary_key=True, max_length=80)
    amount_off = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)

    def __str__(self):
        return self.id


class SandboxDispute(models.Model):
    id = models.CharField(primary_key=True, max_length=80)
    intent = models.ForeignKey(SandboxIntent, on_delete=models.CASCADE, related_name="disputes")
    status = models.CharField(max_length=30, default="needs_response")

    def __str__(self):
        return self.id


class SandboxRefund(models.Model):
    id = models.CharField(primary_key=True, max_length=80)
    intent = models.ForeignKey(SandboxIntent, on_delete=models.CASCADE, related_name="refunds")
    amount = models.PositiveIntegerField()
    status = models.CharField(max_length=20, default="succeeded")
    metadata = models.JSONField(default=dict)
    created = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.id


class SandboxIdempotency(models.Model):
    """The first answer to a key; every repeat with the same body gets it again."""

    key = models.CharField(primary_key=True, max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)

    def __str__(self):
        return self.key


class SandboxEvent(models.Model):
    """An event to deliver to the shop's webhook. The hosted page writes these; the worker alone sends them."""

    id = models.CharField(primary_key=True, max_length=80)
    type = models.CharField(max_length=80)
    body = models.JSONField()
    created = models.DateTimeField(default=timezone.now)
    deliver_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["deliver_at", "created"]
        indexes = [
            models.Index(
                fields=["deliver_at"], condition=models.Q(delivered_at=None), name="sandbox_event_due"
            )
        ]
        verbose_name = "event"

    def __str__(self):
        return f"{self.type} {self.id}"


class SandboxSwitches(models.Model):
    """How badly webhooks and Stripe's API behave, for trying out the shop."""

    drop = models.BooleanField(default=False, help_text="Never deliver (the reconciler must find out).")
    duplicate = models.PositiveSmallIntegerField(default=0, help_text="Deliver this many more times.")
    delay_seconds = models.PositiveIntegerField(default=0)
    reverse_order = models.BooleanField(default=False, help_text="Deliver the newest first.")
    wrong_signature = models.BooleanField(default=False)
    unreachable = models.BooleanField(default=False, help_text="Stripe's API answers 500.")
    slow_seconds = models.PositiveSmallIntegerField(
        default=0,
        help_text="Stripe's API takes this long; what it did stays done for those who no longer wait.",
    )
    silent = models.BooleanField(
        default=False, help_text="Stripe's API takes what is asked and never answers; nothing is done."
    )

    class Meta:
        verbose_name = verbose_name_plural = "switches"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="sandbox_switches_one_row")]

    def __str__(self):
        return "Switches"

    def save(self, *args, **kwargs):
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> "SandboxSwitches":
        return cls.objects.first() or cls(pk=1)
