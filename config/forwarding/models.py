from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from articles.models import Article
from config.forwarding.spelling import LONGEST
from shop.attribution.origins import CAMPAIGN_KEYS, campaign_of
from shop.catalogue.models import Collection, Product
from shop.claims.refuse import refuse_run_together
from shop.codes.models import Code
from shop.content.texts import ReadByShoppers
from shop.regions.models import Region


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


TARGETS = ("article", "product", "collection", "page")


class ShortLink(ReadByShoppers):
    """A short address of marketing, and the page of this shop that it leads to (config.forwarding.short_links)."""

    word = models.CharField(
        "short word",
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9][a-z0-9-]{1,39}\Z", "Small letters, digits and hyphens, two at least.")
        ],
        help_text="The address is /go/ and this word: short enough to say and to type.",
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    article = models.ForeignKey(Article, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    collection = models.ForeignKey(
        Collection, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    page = models.CharField(
        max_length=8,
        blank=True,
        choices=[("home", "Front page"), ("shop", "All products"), ("articles", "All articles")],
    )
    source = models.CharField(
        max_length=40, blank=True, help_text="Where it stands, such as leaflet or instagram."
    )
    medium = models.CharField(
        max_length=40, blank=True, help_text="Of which kind that is, such as print or social."
    )
    campaign = models.CharField(max_length=40, blank=True, help_text="What it is about, such as spring-2027.")
    code = models.ForeignKey(
        Code,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Kept for whoever follows it.",
    )
    is_active = models.BooleanField(
        "counts",
        default=True,
        help_text="Switched off it leads to the page alone: printed addresses never break.",
    )
    note = models.CharField(max_length=200, blank=True, help_text="For colleagues: where it was printed.")
    named = models.CharField(
        max_length=140, blank=True, editable=False, db_index=True
    )  # the campaign in the totals
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "short address"
        verbose_name_plural = "short addresses"
        ordering = ["-made_at", "word"]
        indexes = [models.Index(fields=["-made_at", "word"], name="shortlink_last")]
        constraints = [
            models.CheckConstraint(
                condition=Q(page__in=["", "home", "shop", "articles"]), name="shortlink_page_known"
            ),
            models.CheckConstraint(
                condition=Q(product=None, collection=None, page="")
                | Q(article=None, collection=None, page="")
                | Q(article=None, product=None, page="")
                | Q(article=None, product=None, collection=None),
                name="shortlink_one_target",
            ),
        ]

    def __str__(self):
        return f"/go/{self.word}"

    def clean(self):
        refuse_run_together("word", self.word or "")
        targets = [name for name in TARGETS if getattr(self, name)]
        if len(targets) != 1:
            words = (
                "Choose what it leads to" if not targets else "It leads to one page: leave the others empty"
            )
            raise ValidationError(
                {(targets or ["page"])[-1]: f"{words}: an article, a product, a collection or a page."}
            )
        if (
            self.code is not None
            and self.region_id
            and not self.code.terms.filter(region=self.region_id).exists()
        ):
            raise ValidationError({"code": f"This code does not hold in {self.region.the_name}."})

    def save(self, *args, **kwargs):
        keys = zip(CAMPAIGN_KEYS, (self.source, self.medium, self.campaign), strict=True)
        self.named = campaign_of(dict(keys))
        super().save(*args, **kwargs)


class ShortLinkDay(models.Model):
    """How often readers followed a short address on a day of the region's clock; never who."""

    link = models.ForeignKey(ShortLink, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    clicks = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["link", "day"], name="shortlinkday_once")]

    def __str__(self):
        return f"{self.link} {self.day}: {self.clicks}"
