from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from shop.content.models import Content
from shop.regions.classes import TaxClass


class VatRate(Content):
    """A dated VAT rate of a destination country, or of a zone of it. Rows are added, never changed: history stays true."""

    country = models.ForeignKey("regions.Country", on_delete=models.PROTECT, related_name="vat_rates")
    zone = models.ForeignKey(
        "regions.PostalZone",
        on_delete=models.PROTECT,
        related_name="vat_rates",
        null=True,
        blank=True,
        help_text="Only for a part of the country that has rates of its own, such as the Azores.",
    )
    tax_class = models.CharField(max_length=12, choices=TaxClass.choices, default=TaxClass.STANDARD)
    rate = models.DecimalField(
        max_digits=4, decimal_places=1, validators=[MinValueValidator(0), MaxValueValidator(99)]
    )
    valid_from = models.DateTimeField()
    source = models.CharField(max_length=200, help_text="Where the figure is from, with its date.")

    class Meta:
        ordering = ["country", "zone", "tax_class", "-valid_from"]
        verbose_name = "VAT rate"
        constraints = [
            models.UniqueConstraint(
                fields=["country", "tax_class", "valid_from"],
                condition=models.Q(zone=None),
                name="vatrate_one_per_start",
            ),
            models.UniqueConstraint(
                fields=["zone", "tax_class", "valid_from"], name="vatrate_one_per_zone_and_start"
            ),
            models.CheckConstraint(
                condition=models.Q(rate__gte=0, rate__lt=100), name="vatrate_between_0_and_100"
            ),
            models.CheckConstraint(
                condition=models.Q(tax_class__in=TaxClass.values), name="vatrate_class_known"
            ),
        ]

    def __str__(self):
        return f"{self.zone or self.country} {self.rate} %"

    def clean(self):
        if self.zone and self.country_id and self.zone.country_id != self.country_id:
            raise ValidationError({"zone": f"{self.zone} is not in {self.country}."})


class SalesTaxRate(Content):
    """A dated US sales tax rate of a state. None is shipped: staff add those the seller is registered for."""

    scheduled_by = ("valid_from",)
    state = models.CharField(max_length=2, validators=[RegexValidator(r"^[A-Z]{2}\Z")])
    rate = models.DecimalField(
        max_digits=6, decimal_places=4, validators=[MinValueValidator(0), MaxValueValidator(25)]
    )
    valid_from = models.DateTimeField()
    source = models.CharField(
        max_length=200, db_default="", help_text="Where the figure is from, with its date."
    )

    class Meta:
        ordering = ["state", "-valid_from"]
        verbose_name = "US sales tax rate"
        constraints = [
            models.UniqueConstraint(fields=["state", "valid_from"], name="salestax_one_per_start"),
            models.CheckConstraint(condition=models.Q(rate__gte=0, rate__lte=25), name="salestax_sane"),
        ]

    def __str__(self):
        return f"{self.state} {self.rate.normalize():f} %"
