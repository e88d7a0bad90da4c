from django.apps import apps
from django.db import models
from django.utils import timezone


class Setback(models.Model):
    """A row that a sweep of the worker could not finish. It is tried again at `next_at`, and this is deleted on success.

    Names the row by model and primary key only: what stands in it (an address, a name) is never copied.
    """

    sweep = models.CharField(max_length=60)
    model = models.CharField(max_length=60, blank=True, help_text="Such as outbox.Mail.")
    about = models.CharField("row", max_length=120, help_text="Its primary key.")
    tries = models.PositiveIntegerField(default=1)
    error = models.CharField(max_length=300)
    since = models.DateTimeField(default=timezone.now)
    next_at = models.DateTimeField("tried again at", db_index=True)

    class Meta:
        ordering = ["-tries", "since"]
        constraints = [models.UniqueConstraint(fields=["sweep", "about"], name="setback_once")]

    def __str__(self):
        return " ".join(f"{self.sweep.replace('_', ' ')}: {self.kind} {self.about}".split())

    @property
    def kind(self) -> str:
        """What the row is, in words; "" where it is of no model that is still there."""
        try:
            return str(apps.get_model(self.model)._meta.verbose_name)
        except (LookupError, ValueError):
            return ""


class Heartbeat(models.Model):
    """When a part that runs without visitors was last seen at work, by its name. Old by seconds, never by more."""

    WORKER = "worker"  # any of them: each writes the same row
    EVERY = 15  # seconds

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self):
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S} UTC"

    @classmethod
    def beat(cls, name: str, at=None) -> None:
        cls.objects.update_or_create(name=name, defaults={"at": at or timezone.now()})
