"""What came in together: packs of one batch, with the number and the best-before date that stand on them."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q, Sum
from django.utils import timezone

from shop.catalogue.models.stock import Stock

MOST = 1_000_000


class BatchQuerySet(models.QuerySet):
    def with_packs(self):
        return self.filter(left__gt=0)

    def first_out(self):
        """What is sent next comes first: the oldest best-before date, then what came first."""
        return self.order_by("best_before", "pk")

    def not_sent(self, today: date):
        """Batches that no parcel takes from: recalled, or past their date on this day."""
        return self.filter(Q(recalled_at__isnull=False) | Q(best_before__lt=today))

    def to_take_out(self, today: date):
        """With packs that may not be sold on this day any more, or that were recalled."""
        return self.with_packs().filter(Q(recalled_at__isnull=False) | Q(sold_until__lt=today))


class Batch(models.Model):
    """Packs of one pack size and region with one batch number. `came` = sent + `left` + `taken_out`, less what came back.

    The packs are part of `Stock.on_hand`, which alone says what can be sold. Packs of no batch are those on hand that no
    batch has. Counting the stock changes no batch.
    """

    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="batches")
    number = models.CharField(
        "batch number", max_length=40, help_text="As it stands on the pack, such as L2031A."
    )
    best_before = models.DateField("best before")
    sold_until = models.DateField(
        "sold until",
        help_text="The last day on which these packs are sold; from the next day on they leave the stock.",
    )
    came = models.PositiveIntegerField("packs that came", validators=[MaxValueValidator(MOST)])
    left = models.PositiveIntegerField("packs left")
    taken_out = models.PositiveIntegerField("taken out of the stock", default=0)
    came_at = models.DateTimeField("came in", default=timezone.now)
    came_by = models.CharField("taken in by", max_length=150, blank=True)
    recalled_at = models.DateTimeField("recalled", null=True, blank=True)
    recalled_by = models.CharField(max_length=150, blank=True)
    recall_words = models.TextField(
        "words to the buyers",
        blank=True,
        max_length=2000,
        help_text="What is wrong, and what they should do.",
    )
    buyers_told_at = models.DateTimeField(null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "batches"
        ordering = ["-came_at", "-pk"]
        permissions = [("recall_batch", "Can recall a batch and write to its buyers")]
        constraints = [
            models.UniqueConstraint(fields=["stock", "number"], name="batch_number_once"),
            models.CheckConstraint(
                condition=Q(came__gte=F("left") + F("taken_out")), name="batch_has_what_came"
            ),
            models.CheckConstraint(
                condition=Q(sold_until__lte=F("best_before")), name="batch_sold_before_date"
            ),
            models.CheckConstraint(
                condition=Q(recalled_at=None) | ~Q(recall_words=""), name="batch_recalled_in_words"
            ),
        ]
        indexes = [
            models.Index(fields=["stock", "best_before"], condition=Q(left__gt=0), name="batch_first_out"),
            models.Index(fields=["sold_until"], condition=Q(left__gt=0), name="batch_sold_until"),
            models.Index(
                fields=["recalled_at"],
                condition=Q(buyers_told_at=None),
                name="batch_buyers_to_tell",
            ),
            models.Index(fields=["number"], name="batch_number"),
            models.Index(fields=["-came_at", "-id"], name="batch_last"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def sent(self) -> int:
        return self.came - self.left - self.taken_out

    def clean(self):
        if self.best_before and self.sold_until and self.sold_until > self.best_before:
            raise ValidationError(
                {"sold_until": "Packs are sold until their best-before date at the latest."}
            )


def last_day_of_sale(best_before: date, least_days: int) -> date:
    """So that a pack has at least so many days left when it is sold."""
    return best_before - timedelta(days=least_days)


def in_batches(stock_pk: int) -> int:
    """How many packs of a stock row its batches have."""
    return Batch.objects.filter(stock=stock_pk).aggregate(n=Sum("left"))["n"] or 0
