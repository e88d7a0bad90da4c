from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from shop.catalogue.models import Product, Variant
from shop.content.models import Content
from shop.orders.models import Order, OrderLine
from shop.regions.keys import MarketKey
from shop.regions.models import Region

LONGEST = 2000  # letters of a review
LONGEST_NAME = 40
LONGEST_WHY = 400
NAMELESS = gettext_noop("A buyer")


class ReviewState(models.TextChoices):
    WAITING = "waiting", "Waits to be read"
    SHOWN = "shown", "Shown"
    REFUSED = "refused", "Not shown"


class Reason(models.TextChoices):
    """Why words are not shown. There is none for “does not praise”."""

    CLAIM = "claim", _("It says what the product does to a body, or names a condition")
    PERSON = "person", _("It insults somebody, or tells who somebody is")
    CONTACT = "contact", _("It holds a link, an address or a telephone number")
    ELSEWHERE = "elsewhere", _("It is about something else than this product, its pack or its delivery")
    COPIED = "copied", _("It was paid for, copied, or written by somebody else than the buyer")
    UNLAWFUL = "unlawful", _("The law forbids it")


def _stars(**more) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)], **more)


class Review(models.Model):
    """The newest words of a buyer on a line of an order, and what was decided on them. One a line.

    Without a line it came in with a whole shop (config/moving/whole), whose orders stayed behind.

    `found`: what the claims check found in them, as (sentence, phrase, why, whether it can never be shown).
    """

    line = models.OneToOneField(
        OrderLine, on_delete=models.CASCADE, related_name="review", null=True, blank=True
    )
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    region = MarketKey(Region, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=LONGEST_NAME, blank=True)
    stars = _stars()
    text = models.TextField(max_length=LONGEST)
    state = models.CharField(max_length=8, choices=ReviewState.choices, default=ReviewState.WAITING)
    found = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=9, choices=Reason.choices, blank=True)
    why = models.CharField(max_length=LONGEST_WHY, blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-written_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "written_at"], name="review_to_read"),
            models.Index(fields=["product", "region"], name="review_of_product"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="review_one_to_five_stars"),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.REFUSED) | ~Q(reason=""), name="review_refused_with_a_reason"
            ),
        ]

    def __str__(self):
        return f"{self.stars} of 5 on {self.what}"

    @property
    def what(self) -> str:
        """What it is about, as it was called when it was bought."""
        return f"{self.line.title}, {self.line.label}" if self.line else self.product.name

    @property
    def variant(self) -> Variant | None:
        return self.line.variant if self.line else self.product.variants.order_by("position", "pk").first()

    @property
    def shown(self) -> "PublishedReview | None":
        return getattr(self, "published", None)

    @property
    def never(self) -> list[dict]:
        """The sentences that can't stand beside a product, whoever reads them."""
        return [row for row in self.found if row["never"]]


class PublishedReview(Content):
    """A review as pages show it; it stays as it is until newer words were read."""

    review = models.OneToOneField(Review, on_delete=models.CASCADE, related_name="published")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    region = MarketKey(Region, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=LONGEST_NAME, blank=True)
    stars = _stars()
    text = models.TextField(max_length=LONGEST)
    first_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True, blank=True)
    rules = models.CharField(max_length=80, blank=True)  # by which the words were read last

    class Meta:
        ordering = ["-first_at", "-pk"]
        indexes = [
            models.Index(fields=["product", "region", "-first_at"], name="published_newest"),
            models.Index(fields=["rules"], name="published_by_rules"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stars__gte=1, stars__lte=5), name="published_one_to_five_stars"
            ),
        ]

    def __str__(self):
        return f"{self.stars} of 5 by {self.by}"

    def clean(self) -> None:
        """For who brings in rows of another shop: what can never stand beside a product does not come along."""
        from shop.reviews.judging import claims_in

        found = claims_in(self.product, None, self.region, [self.text, self.name])
        if never := [row for row in found if row["never"]]:
            raise ValidationError({"text": f"“{never[0]['sentence']}” can’t stand beside a product."})

    @property
    def by(self) -> str:
        return self.name or gettext(NAMELESS)


class ReviewAsk(models.Model):
    """Whoever ordered wants one mail that asks what they think of it. One an order, ever: `told_at` is when it was written."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["due_at"], condition=Q(told_at=None), name="reviewask_due")]

    def __str__(self):
        return str(self.order.number)


class ReportReason(models.TextChoices):
    CLAIM = "claim", _("It says that the product helps against something")
    PERSON = "person", _("It insults somebody, or tells who somebody is")
    FALSE = "false", _("It was not written by a buyer")
    ELSEWHERE = "elsewhere", _("It is about something else")
    UNLAWFUL = "unlawful", _("It is against the law")


class ReviewReport(models.Model):
    """What a reader says is wrong with a review. It hides nothing: staff read it and decide."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="reports")
    reason = models.CharField(max_length=9, choices=ReportReason.choices)
    words = models.CharField(max_length=LONGEST_WHY, blank=True)
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["at"], condition=Q(settled_at=None), name="reviewreport_open"),
        ]

    def __str__(self):
        return str(self.get_reason_display())
