"""The address of an article, which stays whatever is written there."""

from typing import Any, ClassVar
from uuid import UUID, uuid4, uuid5

from django.db import models, transaction
from django.db.models.functions import Now
from django.dispatch import Signal
from django.utils import timezone

from shop.attribution.origins import sign_article
from shop.content.addresses import KeepsAddresses, OldSlug, address_in
from shop.content.models import ContentQuerySet

FIRST_LANGUAGE = "en"  # of an article that nobody said another one of

binned_anew = (
    Signal()
)  # `articles`: pks that were put into the bin or taken out, sent in the transaction of that


class ArticleQuerySet(ContentQuerySet):
    @transaction.atomic
    def update(self, **kwargs):
        articles = list(self.order_by().values_list("pk", flat=True)) if "binned_at" in kwargs else []
        done = super().update(**kwargs)
        if articles:
            binned_anew.send(Article, articles=articles)
        return done


class Article(KeepsAddresses):
    """The address that stays. What readers see is a Version; a Publication says which, where and when."""

    slug = models.SlugField(max_length=100, unique=True)
    uid = models.UUIDField(
        default=uuid4, unique=True, editable=False
    )  # names it in feeds, whatever its address
    binned_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Of its versions, the last: they keep it, so that a list of all articles needs no other row.
    changed_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    language = models.CharField(
        max_length=8, default=FIRST_LANGUAGE, db_default=FIRST_LANGUAGE, editable=False
    )
    # Of a translation the article that it says in another language; that one is no translation itself (translation_triggers.py).
    original = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="translations"
    )

    languages: Any = ()  # how far its translations are, where a list has worked that out

    objects: ClassVar[Any] = ArticleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-changed_at", "-id"], name="article_changed_last")]
        constraints = [
            models.UniqueConstraint(fields=["original", "language"], name="article_translated_once"),
        ]
        permissions = [
            ("publish_article", "Can publish, schedule and take back articles"),
            ("sign_off_claims", "Can let products show beside a red finding, with a reason"),
            ("may_tick_no_claim", "Can say that a sentence which no rule recognised makes no claim"),
            ("link_products", "Can link products to articles that are live"),
            ("leave_out_study", "Can publish without a study that found no difference, with a reason"),
        ]

    def __str__(self):
        return self.slug

    @property
    def family(self) -> int:
        """The pk that it shares with its translations: that of the original."""
        return self.original_id or self.pk

    @property
    def draft(self):
        """The version that is being worked on; None if there is none."""
        return self.versions.filter(is_draft=True).first()

    def save(self, *args, update_fields=None, **kwargs):
        is_new = self._state.adding
        super().save(*args, update_fields=update_fields, **kwargs)
        if not is_new and (update_fields is None or "binned_at" in update_fields):
            binned_anew.send(Article, articles=[self.pk])

    def move_to(self, slug: str) -> None:
        """Give the article another address; the old one leads to it."""
        if slug != self.slug:
            self.slug = slug
            self.save()

    @classmethod
    def found_by_readers(cls, slug):
        """An article that nobody could read yet does not stand in the way of the one that left its address."""
        row, old = super().found_by_readers(slug)
        if row is not None and old is None:
            begun = row.publications.filter(starts_at__lte=timezone.now())
            before = OldAddress.objects.filter(slug=row.slug).exclude(article=row).select_related("article")
            if not begun.exists() and (left := before.first()) is not None:
                return left.article, left
        return row, old

    def newest(self):
        """The draft, else what was saved last; None for an address at which nothing was ever written."""
        return self.versions.first()

    def url_in(self, region) -> str:
        return address_in(region.code, "articles:article", self.slug)

    def uid_in(self, region) -> UUID:
        """Names it in a region's feed for ever: it outlives every new address."""
        return uuid5(self.uid, region.code)

    @property
    def source(self) -> str:
        """The signed id that an add-to-basket form in this article carries."""
        return sign_article(self.pk)


class OldAddress(OldSlug):
    owner = "article"
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="old_addresses")
