"""What is being brought in: the worker looks at it and saves it, however long that takes, and pages show how far it is."""

import zlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Import(models.Model):
    """A file on its way in. It goes with its data: what was read is emptied once it is done, or after a week."""

    class Kind(models.TextChoices):
        PRODUCTS = "products", "products"
        ARTICLES = "articles", "articles"
        CUSTOMERS = "customers", "subscribers"
        SHOP = "shop", "a whole shop"

    class State(models.TextChoices):
        LOOKING = "looking", "Being looked at"
        LOOKED = "looked", "Looked at, not saved"
        SAVING = "saving", "Being saved"
        DONE = "done", "Brought in"
        STOPPED = "stopped", "Stopped, nothing saved"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.LOOKING)
    # 1 while the worker is wanted: one at a time.
    turn = models.PositiveSmallIntegerField(null=True, default=1, unique=True)
    file_name = models.CharField(max_length=120)
    data = models.BinaryField()
    options = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    free_at = models.DateTimeField(default=timezone.now)  # until then a worker is at it
    seen = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    words = models.TextField(blank=True)  # what came of it

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["looking", "saving"], turn=1)
                | (~Q(state__in=["looking", "saving"]) & Q(turn=None)),
                name="import_has_the_turn_while_it_works",
            )
        ]

    def __str__(self):
        return f"{self.file_name} ({self.get_kind_display()})"

    @property
    def is_at_work(self) -> bool:
        return self.turn is not None

    @property
    def content(self) -> bytes:
        return zlib.decompress(self.data) if self.data else b""

    @property
    def percent(self) -> int:
        return min(100, 100 * self.seen // self.total) if self.total else 0


class ImportLine(models.Model):
    """What becomes of an entry of the file: those that something is said of, each kind up to a limit."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="lines")
    line = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=30)
    said = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"line {self.line}"
