from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from shop.regions.local import day_words


class Vies(models.TextChoices):
    WAITING = "waiting", "not asked yet"
    VALID = "valid", "valid"
    UNKNOWN = "unknown", "not known there"
    SILENT = "silent", "no answer"
    NOT_ASKED = "no", "not asked: VIES has no numbers of this country"


class BuyerVatNumber(models.Model):
    """The VAT number that a business wants on its invoice, and what the EU's register said of it. It changes no tax."""

    order = models.OneToOneField("orders.Order", on_delete=models.CASCADE, related_name="vat_number")
    number = models.CharField(max_length=20)
    answer = models.CharField("VIES", max_length=8, choices=Vies.choices, default=Vies.WAITING)
    answered_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="When VIES is asked next.")
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "VAT number of a buyer"
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(answer=Vies.WAITING), name="vatnumber_to_ask")
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(answer__in=[Vies.VALID, Vies.UNKNOWN]) | Q(answered_at__isnull=False),
                name="vatnumber_answer_has_date",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def words(self) -> str:
        """With what VIES said, as it stands on documents."""
        if self.answer == Vies.VALID and self.answered_at is not None:
            words = _("{number} (valid in VIES on {day})")
            return words.format(number=self.number, day=day_words(self.answered_at, self.order.region))
        return self.number
