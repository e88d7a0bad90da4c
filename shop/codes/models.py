from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from shop.catalogue.models import Product
from shop.claims.refuse import refuse_run_together
from shop.content.texts import ReadByShoppers
from shop.regions.models import Region


class Kind(models.TextChoices):
    PERCENT = "percent", "Per cent of the goods"
    AMOUNT = "amount", "An amount, set for each region"


HALF = 50  # per cent; a code that takes more off must say in how many orders


class Code(ReadByShoppers):
    """A discount code. It holds in the regions that have terms for it; one code an order, never two together."""

    code = models.CharField(
        max_length=30,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Z0-9-]{3,30}\Z", "Capital letters, digits and hyphens, three at least.")
        ],
        help_text="As shoppers type it; small letters count the same.",
    )
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.PERCENT)
    percent = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Empty: until further notice.")
    limit = models.PositiveIntegerField(
        "orders in all",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Empty: no limit.",
    )
    per_person = models.PositiveSmallIntegerField(
        "orders a person",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text="By e-mail address. Empty: no limit.",
    )
    products = models.ManyToManyField(
        Product, blank=True, related_name="+", help_text="Only these are reduced. Empty: all."
    )
    is_active = models.BooleanField("can be used", default=True)
    note = models.CharField(
        max_length=200, blank=True, help_text="For colleagues: where it was printed or said."
    )
    used = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-starts_at", "code"]
        verbose_name = "discount code"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="code_kind_known"),
            models.CheckConstraint(
                condition=Q(limit=None) | Q(used__lte=F("limit")), name="code_used_within_limit"
            ),
            models.CheckConstraint(
                condition=Q(kind="amount") | Q(percent__gte=1, percent__lte=100), name="code_percent_sane"
            ),
            models.CheckConstraint(
                condition=~Q(kind="percent", percent__gt=HALF) | Q(limit__isnull=False),
                name="code_over_half_has_limit",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="code_ends_after_start"
            ),
        ]

    def __str__(self):
        return self.code

    def clean(self):
        self.code = (self.code or "").upper()
        refuse_run_together("code", self.code)
        if self.kind == Kind.PERCENT and not self.percent:
            raise ValidationError({"percent": "Type how many per cent, 1 to 100."})
        if self.kind == Kind.AMOUNT:
            self.percent = None
        if self.percent and self.percent > HALF and self.limit is None:
            raise ValidationError(
                {"limit": f"A code that takes more than {HALF} % off needs a limit: how many orders in all?"}
            )
        if self.ends_at and self.starts_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": "The end must be later than the start."})
        if self.limit is not None and self.limit < self.used:
            raise ValidationError({"limit": f"It was used {self.used} times already."})


class CodeTerms(models.Model):
    """A region in which a code holds. Amounts in minor units of its currency."""

    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="terms")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    amount = models.PositiveIntegerField("amount off (minor units)", null=True, blank=True)
    minimum = models.PositiveIntegerField("goods worth at least (minor units)", default=0)

    class Meta:
        verbose_name = "region"
        constraints = [models.UniqueConstraint(fields=["code", "region"], name="codeterms_once")]

    def __str__(self):
        return f"{self.code} in {self.region.short_name}"


class CodeUse(models.Model):
    """An order that uses a code. `person` is a keyed hash of the e-mail address, `slot` counts that person's uses.

    The unique slot is what keeps a person within the limit, whoever clicks at once.
    """

    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="uses")
    reference = models.CharField(max_length=60, unique=True, help_text="order:<pk>")
    person = models.CharField(max_length=64)
    slot = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "person", "slot"], name="codeuse_slot_once"),
        ]

    def __str__(self):
        return f"{self.code} by {self.reference}"
