from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from shop.orders.models import Order
from shop.payments.models import Refund
from shop.regions.keys import MarketKey
from shop.regions.models import Region
from shop.web.periods import ByPeriods


class DocumentKind(models.TextChoices):
    INVOICE = "invoice", gettext_lazy("Invoice")
    CREDIT = "credit", gettext_lazy("Credit note")
    REVERSAL = "reversal", gettext_lazy("Reversal of a credit note")


CREDIT_NOTES = "C"  # the letter of their series


class Series(models.Model):
    """The last number given in a region, payment mode and series. Locked while a number is taken, so none is left out."""

    region = MarketKey(Region, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=8)
    letter = models.CharField(max_length=1, help_text="I for invoices, C for credit notes.")
    last = models.PositiveIntegerField(default=0)
    summed = models.PositiveIntegerField(
        default=0, db_default=0, help_text="The last number that the sums by day count."
    )

    corrected = models.PositiveIntegerField(
        default=0, db_default=0, help_text="The last credit note that the corrections count."
    )

    class Meta:
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(fields=["region", "mode", "letter"], name="series_once"),
        ]

    def __str__(self):
        return f"{self.region.code} {self.mode} {self.letter}: {self.last}"


class Document(models.Model):
    """An invoice or a credit note as it was issued. Its PDF is stored and never made again; no row ever changes.

    `sequence` has no gaps within its series: it is taken in the transaction that stores the document.
    Amounts are in minor units, positive also for credit notes.
    """

    kind = models.CharField(max_length=8, choices=DocumentKind.choices)
    region = MarketKey(Region, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=8)
    letter = models.CharField(max_length=1)
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=30, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="documents")
    refund = models.ForeignKey(
        Refund, on_delete=models.PROTECT, related_name="documents", null=True, blank=True
    )
    tax_point = models.DateTimeField(
        help_text="When it was paid, or went back: the period of the VAT report."
    )
    issued_at = models.DateTimeField(default=timezone.now)
    country = models.CharField(max_length=2)
    total = models.PositiveIntegerField()
    data = models.JSONField(help_text="All that stands on it.")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    objects = ByPeriods["Document"].as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        indexes = [
            models.Index(fields=["mode", "tax_point"], name="document_tax_point"),
            models.Index(fields=["-issued_at", "-id"], name="document_last"),
            models.Index(fields=["kind", "-issued_at", "-id"], name="document_of_kind"),
            models.Index(fields=["region", "-issued_at", "-id"], name="document_of_region"),
            models.Index(fields=["mode", "-issued_at", "-id"], name="document_of_mode"),
            models.Index(fields=["tax_point"], name="document_by_tax_point"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "mode", "letter", "sequence"], name="document_number_once"
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(kind="invoice"), name="document_one_invoice"
            ),
            models.UniqueConstraint(
                fields=["refund", "kind"], condition=Q(refund__isnull=False), name="document_one_per_refund"
            ),
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="document_kind_known"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="document_sequence_from_one"),
        ]

    def __str__(self):
        return self.number

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("A document is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("A document is never deleted.")

    @property
    def total_text(self) -> str:
        return self.region.money(self.total)


class DocumentTax(models.Model):
    """A document's part at one tax rate, in minor units; negative on credit notes, so that sums are sums."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="taxes")
    rate = models.DecimalField(max_digits=6, decimal_places=4, help_text="Per cent.")
    net = models.IntegerField()
    tax = models.IntegerField()

    class Meta:
        ordering = ["document", "rate"]
        constraints = [models.UniqueConstraint(fields=["document", "rate"], name="documenttax_once")]

    def __str__(self):
        return f"{self.document} at {self.rate.normalize():f} %"


class DaySum(models.Model):
    """What the documents of a day say, by country and rate, in minor units; negative for credit notes.

    Kept by shop.invoices.sums, which also reads the documents that no row counts yet.
    """

    region = MarketKey(Region, on_delete=models.PROTECT, related_name="+", db_index=False)
    mode = models.CharField(max_length=8)
    day = models.DateField(help_text="Of the tax point, on the region's clock.")
    kind = models.CharField(max_length=8, choices=DocumentKind.choices)
    country = models.CharField(max_length=2)
    rate = models.DecimalField(max_digits=6, decimal_places=4, help_text="Per cent.")
    net = models.BigIntegerField()
    tax = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["mode", "day"], name="daysum_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "mode", "day", "kind", "country", "rate"], name="daysum_once"
            ),
        ]

    def __str__(self):
        return f"{self.region.code} {self.day} {self.kind} {self.country} {self.rate.normalize():f} %"


class Correction(models.Model):
    """What credit notes of a quarter took back of sales of an earlier one, by country and rate, in minor units.

    Kept by shop.invoices.corrections. Negative, but where a refund failed after all.
    """

    region = MarketKey(Region, on_delete=models.PROTECT, related_name="+", db_index=False)
    mode = models.CharField(max_length=8)
    quarter = models.DateField(help_text="Its first day, on the region's clock.")
    sold = models.DateField(help_text="The first day of the quarter of the sale.")
    country = models.CharField(max_length=2)
    rate = models.DecimalField(max_digits=6, decimal_places=4, help_text="Per cent.")
    net = models.BigIntegerField()
    tax = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "mode", "quarter", "sold", "country", "rate"], name="correction_once"
            ),
        ]

    def __str__(self):
        return f"{self.region.code} {self.quarter} of {self.sold} {self.country} {self.rate.normalize():f} %"
