import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy

from shop.content.texts import ReadByShoppers
from shop.money import format_money
from shop.orders.models import Order, OrderLine


class PaymentStatus(models.TextChoices):
    OPEN = "open", "Open"
    PROCESSING = "processing", "On its way"
    PAID = "paid", "Paid"
    EXPIRED = "expired", "Expired"
    FAILED = "failed", "Failed"
    REVIEW = "review", "Look at it"


UNSETTLED = [PaymentStatus.OPEN, PaymentStatus.PROCESSING]
TAKEN = [PaymentStatus.PAID, PaymentStatus.REVIEW]  # money is at Stripe
TOOK = Coalesce("taken", "amount")  # what a payment took, as an expression


class Outside(models.TextChoices):
    """How money came that Stripe knows nothing of; staff say so."""

    TRANSFER = "transfer", "Bank transfer"
    CASH = "cash", "Cash"
    CHEQUE = "cheque", "Cheque"
    MACHINE = "machine", "Card machine"


class Leaving(models.TextChoices):
    """The shopper came back unpaid: the worker is asked to close the session, then it has begun to."""

    ASKED = "asked", "Left"
    BEGUN = "begun", "Being closed"


class PaymentQuerySet(models.QuerySet["Payment"]):
    def looked_at(self) -> "PaymentQuerySet":
        """Whose money does not match its order and is not gone again: staff look at it, nobody pays meanwhile."""
        disputed = Dispute.objects.filter(payment=OuterRef("pk"), closed_at=None)
        here = Q(given_back__lt=TOOK - F("disputed"))
        return self.filter(here | Exists(disputed), status=PaymentStatus.REVIEW)

    def locked(self, pk: int) -> "Payment":
        """The payment, locked until the transaction ends; take its order's lock first. Raises DoesNotExist."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


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
    taken = models.PositiveIntegerField(
        null=True, blank=True, help_text="Minor units that Stripe took, where it is not the amount."
    )
    currency = models.CharField(max_length=3)
    taken_currency = models.CharField(
        max_length=3, blank=True, help_text="Of what Stripe took, where it is another."
    )
    params = models.JSONField()
    session_id = models.CharField(max_length=120, unique=True, null=True, blank=True)
    session_url = models.URLField(max_length=1000, blank=True)
    intent_id = models.CharField(max_length=120, blank=True, db_index=True)
    started_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(help_text="When the session expires at Stripe.")
    look_at = models.DateTimeField("asked again at", help_text="When the worker asks Stripe about it next.")
    settled_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.CharField(
        max_length=20, blank=True, help_text="Who wanted the worker to ask Stripe now; empty once it did."
    )
    declined = models.PositiveIntegerField(default=0, help_text="Cards that were declined.")
    given_back = models.PositiveIntegerField(
        default=0, help_text="Minor units of all refunds that are wanted, on their way or done."
    )
    disputed = models.PositiveIntegerField(
        default=0, help_text="Minor units that a bank has: of disputes that are open or were lost."
    )

    leaving = models.CharField(max_length=5, choices=Leaving.choices, blank=True)
    outside = models.CharField(
        "paid outside", max_length=8, choices=Outside.choices, blank=True, default="", db_default=""
    )
    outside_why = models.CharField("how staff know", max_length=200, blank=True, default="", db_default="")

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        permissions = [("refund_payment", "Can give money back")]
        indexes = [
            models.Index(fields=["look_at"], condition=Q(status__in=UNSETTLED), name="payment_live_look"),
            models.Index(
                fields=["id"],
                condition=Q(status=PaymentStatus.OPEN, leaving__in=["asked", "begun"]),
                name="payment_left",
            ),
            models.Index(fields=["settled_at"], name="payment_settled"),
            models.Index(fields=["-started_at", "-id"], name="payment_last"),
            models.Index(fields=["status", "-started_at", "-id"], name="payment_of_status"),
            models.Index(fields=["mode", "-started_at", "-id"], name="payment_of_mode"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(status__in=UNSETTLED), name="payment_one_live_per_order"
            ),
            models.CheckConstraint(condition=Q(status__in=PaymentStatus.values), name="payment_status_known"),
            models.CheckConstraint(
                condition=Q(given_back__lte=TOOK - F("disputed")),
                name="payment_gives_back_what_it_has",
            ),
            models.CheckConstraint(
                condition=Q(outside="")
                | Q(status=PaymentStatus.PAID, session_id=None, intent_id="", taken=None)
                & ~Q(outside_why=""),
                name="payment_outside_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.get_status_display().lower()}"

    def money(self, amount: int) -> str:
        """A part of what Stripe took (minor units) in the currency that it took."""
        region = self.order.storefront
        return format_money(amount, self.taken_currency or region.currency, region.locale)

    @property
    def amount_text(self) -> str:
        return self.order.storefront.money(self.amount)

    @property
    def took_text(self) -> str:
        return self.money(self.took)

    @property
    def stripe_url(self) -> str:
        """Its page in Stripe's Dashboard; "" in the sandbox, which has none."""
        if self.mode == "sandbox" or not self.intent_id:
            return ""
        part = "" if self.mode == "live" else "test/"
        return f"https://dashboard.stripe.com/{part}payments/{self.intent_id}"

    @property
    def given_back_text(self) -> str:
        return self.money(self.given_back)

    @property
    def disputed_text(self) -> str:
        return self.money(self.disputed)

    @property
    def left_text(self) -> str:
        return self.money(self.left)

    @property
    def left(self) -> int:
        """What can still be given back, in minor units; 0 for money that never came, or that a bank has."""
        return self.took - self.given_back - self.disputed if self.status in TAKEN else 0

    @property
    def took(self) -> int:
        """What Stripe took if it took anything, in minor units."""
        return self.amount if self.taken is None else self.taken

    @property
    def is_looked_at(self) -> bool:
        """As `looked_at` of the queryset."""
        return self.status == PaymentStatus.REVIEW and (
            self.left > 0 or any(dispute.closed_at is None for dispute in self.disputes.all())
        )


class RefundStatus(models.TextChoices):
    WANTED = "wanted", "To be sent to Stripe"
    PENDING = "pending", "On its way"
    SUCCEEDED = "succeeded", "Refunded"
    FAILED = "failed", "Failed"


class RefundCause(models.TextChoices):
    CANCELLED = "cancelled", gettext_lazy("Cancelled before sending")
    RETURNED = "returned", gettext_lazy("Came back")
    DAMAGED = "damaged", gettext_lazy("Damaged or wrong")
    LOST = "lost", gettext_lazy("Never arrived")
    GOODWILL = "goodwill", gettext_lazy("Goodwill")
    AUTOMATIC = "automatic", "The order could not be filled"
    MISMATCH = "mismatch", "It did not match the order"
    DASHBOARD = "dashboard", "Made in Stripe’s Dashboard"


class Refund(ReadByShoppers):
    """Money to give back. The row comes first and is the idempotency key; the worker asks Stripe."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    amount = models.PositiveIntegerField(help_text="Minor units.")
    status = models.CharField(max_length=10, choices=RefundStatus.choices, default=RefundStatus.WANTED)
    stripe_id = models.CharField(max_length=120, unique=True, null=True, blank=True)
    cause = models.CharField(max_length=10, choices=RefundCause.choices, default=RefundCause.GOODWILL)
    reason = models.CharField(
        "why", max_length=200, blank=True, help_text="For colleagues; no shopper ever reads it."
    )
    words = models.CharField(
        "words to the shopper", max_length=200, blank=True, help_text="In the mail and on the credit note."
    )
    wanted_by = models.CharField(max_length=150, default="shop")
    look_at = models.DateTimeField(
        "asked again at", default=timezone.now, help_text="When the worker asks Stripe about it next."
    )
    wanted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    has_note = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        ordering = ["-wanted_at"]
        indexes = [
            models.Index(
                fields=["ended_at"],
                condition=Q(status=RefundStatus.SUCCEEDED, has_note=False),
                name="refund_to_note",
            ),
            models.Index(
                fields=["look_at"], condition=Q(status=RefundStatus.WANTED), name="refund_wanted_look"
            ),
            models.Index(fields=["wanted_at"], name="refund_wanted_at"),
            models.Index(fields=["status", "-wanted_at"], name="refund_of_status"),
            models.Index(fields=["cause", "-wanted_at"], name="refund_of_cause"),
            models.Index(fields=["ended_at"], name="refund_ended_at"),
            models.Index(fields=["id"], condition=Q(status=RefundStatus.FAILED), name="refund_failed"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RefundStatus.values), name="refund_status_known"),
            models.CheckConstraint(condition=Q(amount__gte=1), name="refund_positive"),
            models.CheckConstraint(condition=Q(cause__in=RefundCause.values), name="refund_cause_known"),
        ]

    def __str__(self) -> str:
        return f"{self.payment.order} {self.amount_text}"

    @property
    def amount_text(self) -> str:
        return self.payment.money(self.amount)

    @property
    def cause_words(self) -> str:
        """For the middle of a sentence."""
        words = self.get_cause_display()
        return words[:1].lower() + words[1:]


class RefundLine(models.Model):
    """Packs that a refund is for. Without any it is for a part of the price of all that was bought."""

    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="goods")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="refundline_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="refundline_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line.title}"


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def with_money(self) -> "DisputeQuerySet":
        """Those whose money the bank has: lost, or open and not only asked about."""
        is_open = Q(closed_at=None) & ~Q(status__in=ASKED_ABOUT)
        return self.filter(is_open | Q(status=LOST))


LOST = "lost"  # Stripe's words
ASKED_ABOUT = ["warning_needs_response", "warning_under_review"]  # the bank asks, and has taken nothing


class Dispute(models.Model):
    """A bank disputes a payment. While it is open nothing of the order is sent, nor given back a second time."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    stripe_id = models.CharField(max_length=120, unique=True)
    amount = models.PositiveIntegerField(help_text="Minor units.")
    status = models.CharField(max_length=40, help_text="Stripe’s word for it.")
    reason = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["opened_at"], condition=Q(closed_at=None), name="dispute_open")]

    def __str__(self) -> str:
        return f"{self.payment.order} disputed: {self.reason_words or self.status_words}"

    @property
    def amount_text(self) -> str:
        return self.payment.money(self.amount)

    @property
    def status_words(self) -> str:
        """Stripe's word, such as needs_response, to read."""
        return self.status.replace("_", " ")

    @property
    def reason_words(self) -> str:
        return self.reason.replace("_", " ")


class StripeDifference(models.Model):
    """A line of Stripe's balance that our books don't have, or have otherwise; or a refund of ours that Stripe's balance
    lacks. Kept after it is gone.
    """

    stripe_id = models.CharField(max_length=120, unique=True)
    words = models.CharField(max_length=300)
    happened_at = models.DateTimeField(
        default=timezone.now, help_text="Of the line: while Stripe still lists it, it can be gone."
    )
    seen_at = models.DateTimeField(default=timezone.now)
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return self.words


class EventCursor(models.Model):
    """How far the reconciler has read Stripe's list of events. One row."""

    read_until = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="event_cursor_is_one_row")]

    def __str__(self) -> str:
        return f"read until {self.read_until:%Y-%m-%d %H:%M} UTC"


class StripeEvent(models.Model):
    """A verified event. Its mark as done and its effect commit together, so the same event never works twice.

    One about a payment that is not known here waits, not done, until Stripe sends it again or `look_at` comes. One
    that can't be read waits for staff.
    """

    event_id = models.CharField(max_length=120, unique=True)
    type = models.CharField(max_length=80)
    livemode = models.BooleanField(null=True, help_text="Empty where Stripe did not say.")
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    is_done = models.BooleanField("done", default=False)
    outcome = models.CharField(max_length=250, blank=True)
    came_by = models.CharField(max_length=10, default="webhook")
    look_at = models.DateTimeField(
        null=True, blank=True, help_text="When the shop lets it work again by itself."
    )
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the seller was told that it waits.")
    body = models.JSONField()

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(is_done=False), name="stripe_event_waiting"),
            models.Index(fields=["-received_at", "-id"], name="stripe_event_last"),
            models.Index(fields=["type", "-received_at", "-id"], name="stripe_event_of_type"),
            models.Index(fields=["came_by", "-received_at", "-id"], name="stripe_event_of_way"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"
