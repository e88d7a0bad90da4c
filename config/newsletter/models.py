from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_noop

from articles.models import Article
from shop.claims.refuse import refuse_in
from shop.content.texts import ReadByShoppers, Scope, texts_of
from shop.optin.models import Wish
from shop.pictures.models import Picture
from shop.regions.models import Region

# What the form says beside its button; kept with every address as the proof of what was agreed to.
AGREED = gettext_noop(
    "New articles by mail, at most one a month, after confirming by mail; one click stops it."
)


class Subscriber(Wish):
    """Somebody who asked for letters. Who stops is deleted, and so is the proof."""

    agreed_to = models.CharField(max_length=200, default=AGREED)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["email", "region"], name="subscriber_once"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="subscriber_lower_case"),
        ]

    def __str__(self):
        return f"Reader {self.pk} ({self.region.short_name})"  # the admin's log keeps this text


class Stopped(models.Model):
    """An address that stopped letters, as a digest. Nothing brings it back but its owner, by asking and confirming anew."""

    digest = models.CharField(max_length=64, unique=True)
    stopped_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "address that stopped letters"
        verbose_name_plural = "addresses that stopped letters"

    def __str__(self):
        return self.digest[:12]


class Letter(ReadByShoppers):
    """One mail to everybody who confirmed in a region. It names articles, never a product."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=120)
    words = models.TextField(
        "opening words", help_text="A few sentences above the articles. Blank lines begin a new paragraph."
    )
    picture = models.ForeignKey(
        Picture,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Above the words, as wide as they are. Articles bring their own.",
    )
    articles: "models.ManyToManyField[Article, LetterArticle]" = models.ManyToManyField(
        Article, through="LetterArticle", related_name="+"
    )
    send_from = models.DateTimeField(
        "send from",
        null=True,
        blank=True,
        help_text="Empty: it stays a draft. UTC; the worker sends it from then on.",
    )
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    sent_to = models.PositiveIntegerField(default=0, editable=False)
    reached = models.PositiveBigIntegerField(default=0, editable=False)  # the last subscriber written to

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return self.subject

    def picture_scope(self) -> Scope | None:
        """See `Picture.claim_scope`."""
        return self.claim_scope()

    def clean(self):
        """Refuse a picture that claims, and a moment that has passed: it would go out while it is saved, to those who had
        confirmed by then.
        """
        if self.picture and self.region_id:
            refuse_in("picture", self.picture.alt, self.picture_scope(), texts_of(Picture)["alt"])
        before = Letter.objects.filter(pk=self.pk).values_list("send_from", flat=True).first()
        now = timezone.now()
        if self.send_from is not None and self.send_from != before and self.send_from <= now:
            raise ValidationError(
                {
                    "send_from": f"{self.send_from:%-d %B %Y, %H:%M} UTC has passed; it is {now:%H:%M} UTC now. Choose a "
                    "later moment: a few minutes from now, if it is to go at once."
                }
            )


class LetterArticle(models.Model):
    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="rows")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["letter", "article"], name="letterarticle_once")]

    def __str__(self):
        return self.article.slug
