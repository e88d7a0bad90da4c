from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from shop.catalogue.models import Product
from shop.claims.refuse import refuse_run_together
from shop.codes.belonging import refuse_condition
from shop.codes.terms_words import AutomaticKind, words_of_terms
from shop.content.models import Content
from shop.content.texts import ReadByShoppers
from shop.regions.keys import MarketKey
from shop.regions.models import Region


class Kind(models.TextChoices):
    PERCENT = "percent", "Per cent of the goods"
    AMOUNT = "amount", "An amount, set for each region"


class Belongs(models.TextChoices):
    ARTICLE = "article", "An article"
    PODCAST = "podcast", "A podcast"
    CAMPAIGN = "campaign", "A campaign"


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
    belongs = models.CharField(
        "made for",
        max_length=8,
        choices=Belongs.choices,
        blank=True,
        default="",
        db_default="",
        help_text="Under this it stands in “What codes earn”.",
    )
    belongs_name = models.CharField(
        "its name",
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text="Of a podcast or campaign: “Autumn 2026”, “The Long Walk, episode 12”. Never a condition.",
    )
    article = models.UUIDField(null=True, blank=True, editable=False)  # of articles.Article the `uid`
    used = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-starts_at", "code"]
        verbose_name = "discount code"
        constraints = [
            models.CheckConstraint(
                condition=Q(belongs="", belongs_name="", article=None)
                | Q(belongs="article", belongs_name="", article__isnull=False)
                | Q(belongs__in=["podcast", "campaign"], article=None) & ~Q(belongs_name=""),
                name="code_belongs_to_one",
                violation_error_message="Paste the address of its article, or name its podcast or campaign.",
            ),
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
        self._clean_belonging()
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

    def _clean_belonging(self):
        self.belongs_name = " ".join((self.belongs_name or "").split())
        if self.belongs != Belongs.ARTICLE:
            self.article = None
        if self.belongs in {"", Belongs.ARTICLE}:
            self.belongs_name = ""
        elif not self.belongs_name:
            raise ValidationError({"belongs_name": "Type its name, as it shall stand in the report."})
        else:
            try:
                refuse_condition(self.belongs_name)
            except ValidationError as error:
                raise ValidationError({"belongs_name": error}) from error


class CodeTerms(models.Model):
    """A region in which a code holds. Amounts in minor units of its currency."""

    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="terms")
    region = MarketKey(Region, on_delete=models.PROTECT, related_name="+")
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


class CodeDay(models.Model):
    """What was bought with a code in a region on a day, by the region's clock; net of tax, in minor units of its currency.

    A row of a single sale, or, with `is_sum`, of all that were brought together (shop.codes.earned). Never of whom.
    """

    mode = models.CharField(max_length=8)
    region = MarketKey(Region, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="+")
    orders = models.IntegerField(default=0)
    units = models.IntegerField(default=0)
    net = models.BigIntegerField(default=0)
    off = models.BigIntegerField(default=0, help_text="What it took off the goods, as the order says it.")
    refunded = models.BigIntegerField(default=0)
    is_sum = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["mode", "region", "day"], name="codeday_day"),
            models.Index(fields=["id"], condition=Q(is_sum=False), name="codeday_single"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["mode", "region", "day", "code"], condition=Q(is_sum=True), name="codeday_one_sum"
            ),
        ]

    def __str__(self):
        return f"{self.day} {self.region.short_name} {self.code}"


NUMBERS = ("packs", "pays", "percent", "amount", "minimum")


class AutomaticDiscount(Content):
    """Taken off by itself in a region, of all products or of one. One discount an order: see shop.codes.automatic.

    It is no reduction of a price: what a pack costs, and what it cost before, stay as they are.
    """

    scheduled_by = ("starts_at", "ends_at")

    region = MarketKey(Region, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(
        max_length=40,
        help_text="Shoppers read it at the product, in the basket and on the invoice, such as “3 for 2”.",
    )
    kind = models.CharField(max_length=6, choices=AutomaticKind.choices, default=AutomaticKind.PAY_FEWER)
    packs = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="For “3 for 2”: 3. For “10 % from 2 packs”: 2."
    )
    pays = models.PositiveSmallIntegerField("pays for", null=True, blank=True, help_text="For “3 for 2”: 2.")
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    amount = models.PositiveIntegerField("amount off (minor units)", null=True, blank=True)
    minimum = models.PositiveIntegerField("goods worth at least (minor units)", null=True, blank=True)
    product = models.ForeignKey(
        Product,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Empty: all products.",
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
    is_active = models.BooleanField("holds", default=True)
    used = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["region", "-starts_at", "name"]
        indexes = [models.Index(fields=["region", "is_active"], name="automatic_of_region")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind="fewer",
                    packs__isnull=False,
                    pays__isnull=False,
                    packs__gte=2,
                    packs__lte=20,
                    pays__gte=1,
                    pays__lt=F("packs"),
                )
                & Q(pays__gte=F("packs") / 2.0)
                & Q(percent=None, amount=None, minimum=None)
                | Q(
                    kind="spend",
                    amount__isnull=False,
                    minimum__isnull=False,
                    amount__gte=1,
                    minimum__gte=F("amount") * 2,
                )
                & Q(percent=None, packs=None, pays=None)
                | Q(
                    kind="packs",
                    packs__isnull=False,
                    percent__isnull=False,
                    packs__gte=1,
                    packs__lte=99,
                    percent__gte=1,
                    percent__lte=HALF,
                )
                & Q(pays=None, amount=None, minimum=None),
                name="automatic_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(limit=None) | Q(used__lte=F("limit")), name="automatic_used_within_limit"
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="automatic_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.region.short_name})"

    @property
    def terms(self) -> str:
        """The whole of what it asks for and gives, for shoppers."""
        return words_of_terms(self)

    @property
    def needed(self) -> tuple[str, ...]:
        """Which of its numbers its kind has; the others are empty."""
        return {
            AutomaticKind.PAY_FEWER: ("packs", "pays"),
            AutomaticKind.SPEND: ("amount", "minimum"),
            AutomaticKind.PACKS: ("packs", "percent"),
        }[AutomaticKind(self.kind) if self.kind in AutomaticKind.values else AutomaticKind.PACKS]

    def clean(self):
        for name in NUMBERS:
            if name not in self.needed:
                setattr(self, name, None)
        wrong = self._why_not()
        if self.ends_at and self.starts_at and self.ends_at <= self.starts_at:
            wrong["ends_at"] = "The end must be later than the start."
        if self.limit is not None and self.limit < self.used:
            wrong["limit"] = f"It was used {self.used} times already."
        if wrong:
            raise ValidationError(wrong)

    def _why_not(self) -> dict[str, str]:
        packs, pays = self.packs or 0, self.pays or 0
        if self.kind == AutomaticKind.PAY_FEWER:
            if not 2 <= packs <= 20:
                return {"packs": "Type how many packs are bought together, 2 to 20."}
            if not 1 <= pays < packs or pays * 2 < packs:
                return {
                    "pays": "Type how many of them are paid for: fewer than are bought, and half of them at least."
                }
        elif self.kind == AutomaticKind.SPEND:
            if not self.amount:
                return {"amount": "Type the amount that is taken off."}
            if (self.minimum or 0) < self.amount * 2:
                return {"minimum": "Ask for goods worth twice the amount at least."}
        else:
            if not 1 <= packs <= 99:
                return {"packs": "Type from how many packs on it holds, 1 to 99."}
            if not 1 <= (self.percent or 0) <= HALF:
                return {"percent": f"Type how many per cent, 1 to {HALF}."}
        return {}


class AutomaticUse(models.Model):
    """An order with an automatic discount, which counts towards its limit."""

    discount = models.ForeignKey(AutomaticDiscount, on_delete=models.PROTECT, related_name="uses")
    reference = models.CharField(max_length=60, unique=True, help_text="order:<pk>")

    def __str__(self):
        return f"{self.discount} by {self.reference}"
