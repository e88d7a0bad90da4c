from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from config.forwarding.spelling import LONGEST


class Redirect(models.Model):
    """An address that is no page here, and the page that answers it. Made by `config.forwarding.plan` alone."""

    source = models.CharField(
        "old address", max_length=LONGEST, unique=True,
        help_text="As it stood in the other shop: “/products/night-cream”. A whole address works too; its host is left out.",
    )  # fmt: skip
    target = models.CharField(
        "leads to", max_length=LONGEST,
        help_text="A page of this shop: “/uk/shop/magnesium-citrate-capsules/”. Or a whole address of another site, with https.",
    )  # fmt: skip
    target_key = models.CharField(max_length=LONGEST, db_index=True, editable=False, default="")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    hits = models.PositiveIntegerField(default=0, editable=False, help_text="How often readers were led on.")
    last_hit_on = models.DateField("last", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "redirect"
        ordering = ["source"]
        indexes = [models.Index(fields=["-hits", "source"], name="redirect_most_used")]
        constraints = [
            models.CheckConstraint(condition=Q(source__startswith="/"), name="redirect_from_a_path"),
            models.CheckConstraint(condition=~Q(source="/"), name="redirect_never_the_front"),
            models.CheckConstraint(condition=~Q(source=F("target_key")), name="redirect_not_to_itself"),
        ]

    def __str__(self):
        return f"{self.source} → {self.target}"

    def count_hit(self) -> None:
        type(self).objects.filter(pk=self.pk).update(hits=F("hits") + 1, last_hit_on=timezone.localdate())


class MissedPage(models.Model):
    """An address at which readers found nothing: the path and numbers, never a query and nobody's name."""

    path = models.CharField("address", max_length=200, unique=True)
    hits = models.PositiveIntegerField(default=1)
    first_on = models.DateField("first", default=timezone.localdate)
    last_on = models.DateField("last", default=timezone.localdate, db_index=True)

    class Meta:
        verbose_name = "page that was not found"
        verbose_name_plural = "pages that were not found"
        ordering = ["-hits", "path"]
        indexes = [models.Index(fields=["-hits", "path"], name="missed_most")]

    def __str__(self):
        return self.path
