from django.db import models
from django.db.models import Q


class Mail(models.Model):
    """A mail to send. It is written in the transaction that causes it, and sent later by the worker.

    `key` names what it is about, such as `order-paid:17`, and is unique: the same mail can't be written twice.
    """

    key = models.CharField(max_length=120, unique=True)
    to = models.EmailField()
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

    class Meta:
        ordering = ["-written_at", "-pk"]
        indexes = [models.Index(fields=["due_at"], condition=Q(sent_at=None), name="mail_unsent_due")]

    def __str__(self):
        return f"{self.subject} → {self.to}"
