from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from shop.regions.classes import TaxClass


class Decision(models.TextChoices):
    OPEN = "open", "To decide"
    APPROVED = "approved", "Put into force"
    LEFT = "left", "Left as it was"


class ProposedRate(models.Model):
    """A VAT rate that a source has and the shop doesn't, until somebody decides. It is charged nowhere before.

    shop.regions.newer_rates writes them and puts them into force.
    """

    country = models.ForeignKey("regions.Country", on_delete=models.CASCADE, related_name="+")
    tax_class = models.CharField(max_length=12, choices=TaxClass.choices, default=TaxClass.STANDARD)
    rate = models.DecimalField(
        max_digits=4, decimal_places=1, validators=[MinValueValidator(0), MaxValueValidator(99)]
    )
    begins = models.DateField(help_text="As the source has it: from midnight on the region’s clock.")
    source = models.CharField(max_length=200)
    source_date = models.DateField(help_text="Of the source, or when it was read.")
    is_verified = models.BooleanField(
        "verified",
        default=False,
        help_text="A source that can be relied on. Without it an adviser must look first.",
    )
    doubt = models.CharField(max_length=200, blank=True, help_text="What is not sure about it.")
    seen_at = models.DateTimeField(default=timezone.now)
    decision = models.CharField(max_length=8, choices=Decision.choices, default=Decision.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["country", "tax_class", "begins", "pk"]
        verbose_name = "proposed VAT rate"
        constraints = [
            models.UniqueConstraint(
                fields=["country", "tax_class", "begins", "rate"],
                condition=models.Q(decision=Decision.OPEN),
                name="proposedrate_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(rate__gte=0, rate__lt=100), name="proposedrate_between_0_and_100"
            ),
            models.CheckConstraint(
                condition=models.Q(tax_class__in=TaxClass.values), name="proposedrate_class_known"
            ),
            models.CheckConstraint(
                condition=models.Q(decision=Decision.OPEN, decided_at=None)
                | models.Q(decision__in=[Decision.APPROVED, Decision.LEFT], decided_at__isnull=False),
                name="proposedrate_decision_has_date",
            ),
        ]

    def __str__(self):
        return f"{self.country}, {self.get_tax_class_display()}: {self.rate.normalize():f} %"
