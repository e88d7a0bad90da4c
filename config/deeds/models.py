from django.db import models
from django.utils import timezone


class Verb(models.TextChoices):
    ADDED = "added", "added"
    CHANGED = "changed", "changed"
    DELETED = "deleted", "deleted"
    EXPORTED = "exported", "exported"
    ENTERED = "entered", "signed in or out"
    REFUSED = "refused", "was refused a sign-in"
    SECURED = "secured", "changed a sign-in"


class Deed(models.Model):
    """A row of the log. The database refuses changes of it, and to delete it before its time is over.

    No foreign keys: who and what it names may be deleted, and the row stays. `changes`: by column, old and new, or null
    where the value is personal, secret or long.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    verb = models.CharField(max_length=10, choices=Verb)
    user_pk = models.BigIntegerField(null=True)
    who = models.CharField(max_length=150)
    network = models.CharField(max_length=64, verbose_name="from")
    kind = models.CharField(max_length=80, blank=True, default="")
    row = models.CharField(max_length=64, blank=True, default="")
    changes = models.JSONField(default=dict)
    path = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["-pk"]
        verbose_name, verbose_name_plural = "act", "acts of staff"
        indexes = [
            models.Index(fields=["kind", "row", "-id"], name="deeds_of_row"),
            models.Index(fields=["who", "-id"], name="deeds_of_person"),
            models.Index(fields=["verb", "-id"], name="deeds_of_verb"),
        ]

    def __str__(self):
        return f"{self.who} {self.get_verb_display()} {self.kind} {self.row}".strip()
