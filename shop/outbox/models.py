from django.conf import settings
from django.db import models
from django.db.models import Q


class Mail(models.Model):
    """A mail to send. It is written in the transaction that causes it, and sent later by the worker.

    `key` names what it is about, such as `order-paid:17`, and is unique: the same mail can't be written twice.
    """

    key = models.CharField(max_length=120, unique=True)
    to = models.EmailField(db_index=True)  # empty once it was forgotten
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    headers = models.JSONField(
        default=dict, blank=True, help_text="Further headers, such as List-Unsubscribe."
    )
    written_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(help_text="Not sent before; moves later after each failure.")
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    gave_up_at = models.DateTimeField(null=True, blank=True, help_text="After the last try in vain.")
    is_closed = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="Given up so long ago that it is not sent again; its links are cut.",
    )
    person = models.CharField(
        max_length=40,
        blank=True,
        db_index=True,
        editable=False,
        help_text="Token of the wish or subscription it belongs to: when that is deleted, so is the mail.",
    )
    about = models.CharField(
        max_length=40,
        blank=True,
        db_index=True,
        editable=False,
        help_text="What several mails are about, such as order:17; they are found by it.",
    )
    is_last = models.BooleanField(
        default=False, editable=False, help_text="The row goes once it is sent, and the address with it."
    )

    class Meta:
        ordering = ["-written_at", "-pk"]
        indexes = [
            models.Index(fields=["-written_at", "-id"], name="mail_last"),
            models.Index(
                fields=["due_at"], condition=Q(sent_at=None, gave_up_at=None), name="mail_to_send_due"
            ),
            models.Index(fields=["-written_at", "-id"], condition=Q(sent_at=None), name="mail_unsent"),
            models.Index(fields=["written_at"], condition=~Q(to=""), name="mail_with_address"),
            models.Index(fields=["gave_up_at"], condition=Q(gave_up_at__isnull=False), name="mail_given_up"),
        ]

    def __str__(self):
        return self.subject  # without the address: the admin's log keeps this text

    @property
    def state_words(self) -> str:
        if self.sent_at:
            return "sent"
        if not settings.EMAIL_URL:
            return "kept here (no mail server is set up)"
        if self.gave_up_at:
            words = f"given up after {self.attempts} tr{'y' if self.attempts == 1 else 'ies'}"
            return f"{words}, too long ago to be sent again" if self.is_closed else words
        return "failed, will be tried again" if self.last_error else "waiting"
