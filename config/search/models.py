import secrets
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from config.pages.help import PAGES
from config.search.words import words_of
from shop.catalogue.models import Product
from shop.catalogue.models.kinds import form_names
from shop.claims.check import KINDS
from shop.claims.conditions import names_condition, speaks_of_a_body
from shop.claims.languages import known
from shop.regions.editions import known_language
from shop.regions.models import Region


class Kind(models.TextChoices):
    PRODUCT = "product", _("Products")
    ARTICLE = "article", _("Articles")
    HELP = "help", _("Help")


class Document(models.Model):
    """Something that can be found, as it reads in some regions. `source` names the state of its words."""

    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=40, help_text="The article’s or product’s id, or the help page’s name.")
    source = models.CharField(max_length=80)
    regions = models.ManyToManyField(Region, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "source"], name="search_document_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="search_document_kind_known"),
        ]

    def __str__(self):
        return f"{self.kind} {self.key}"


class Posting(models.Model):
    """How much a stem weighs in a document. `kind` is the document's, so that an index finds those that say it most."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="postings")
    stem = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, db_default="", editable=False)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["stem", "kind", "-weight", "document"], name="posting_most_of_a_kind"),
        ]
        constraints = [models.UniqueConstraint(fields=["document", "stem"], name="posting_once")]

    def __str__(self):
        return self.stem


class StemCount(models.Model):
    """In how many documents a stem stands; of the empty stem, how many documents there are. Counting them anew would read
    all of them.
    """

    stem = models.CharField(max_length=40, primary_key=True)
    documents = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.stem}: {self.documents}"


class Word(models.Model):
    """A word that some document has, for prefixes and typing errors."""

    text = models.CharField(max_length=40, unique=True)
    stem = models.CharField(max_length=40, db_index=True)

    def __str__(self):
        return self.text


class NameWord(models.Model):
    """A word by which staff find an article or a product, a draft or a sold one alike: of its name, a pack's SKU, its address."""

    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.PositiveBigIntegerField(help_text="The article’s or product’s id.")
    word = models.CharField(max_length=60)

    class Meta:
        indexes = [
            models.Index(
                fields=["kind", "word", "key"],
                opclasses=["varchar_pattern_ops", "varchar_pattern_ops", "int8_ops"],
                name="nameword_beginning",
            )
        ]
        constraints = [models.UniqueConstraint(fields=["kind", "key", "word"], name="nameword_once")]

    def __str__(self):
        return self.word


class IndexState(models.Model):
    """One row. Its number moves with the index, the synonyms and the pins, so that processes know when to read them anew."""

    value = models.PositiveBigIntegerField(default=0)

    def __str__(self):
        return str(self.value)

    @classmethod
    def move(cls) -> None:
        """To a number drawn at random: what was read in a transaction that is then taken back is never met again."""
        value = secrets.randbits(62)
        if not cls.objects.filter(pk=1).update(value=value):
            cls.objects.get_or_create(pk=1, defaults={"value": value})


class Rule(models.Model):
    """Base of what staff tell the search."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        IndexState.move()

    def delete(self, *args, **kwargs):
        result = super().delete(*args, **kwargs)
        IndexState.move()
        return result


class Synonym(Rule):
    """Words and phrases that readers use for the same thing: whoever looks for one finds all."""

    words = models.TextField(
        help_text="One word or phrase a line, at least two. Example: “postage”, “shipping”, “delivery”."
    )

    language = models.CharField(
        max_length=8,
        default="en",
        db_default="en",
        validators=[known_language],
        help_text="In which readers say so: en, de, fr.",
    )

    class Meta:
        ordering = ["words"]

    def __str__(self):
        return " = ".join(self.phrases)

    @property
    def phrases(self) -> list[str]:
        return [line.strip() for line in self.words.splitlines() if line.strip()]

    def clean(self):
        if len({tuple(words_of(phrase)) for phrase in self.phrases} - {()}) < 2:
            raise ValidationError({"words": "Give at least two different words or phrases, one a line."})
        named = [phrase for phrase in self.phrases if _of_a_body(phrase)]
        forms = {word for label in form_names().values() for word in words_of(label)} | {
            "magnesium",
            "epsom",
            "spray",
        }
        sold = [phrase for phrase in self.phrases if forms & set(words_of(phrase))]
        if named and sold:
            raise ValidationError(
                {
                    "words": f"“{named[0]}” names a condition or what a body does, and “{sold[0]}” something we sell. A synonym must not join "
                    "them: it would offer the product for the condition. Keep them in two entries."
                }
            )


def _of_a_body(words: str, kinds: Iterable[str] = KINDS) -> bool:
    """Whether words that readers type name a condition or what a body does, in any language that we read."""
    return speaks_of_a_body(words, kinds) or any(names_condition(words, code) for code in known())


class Pin(Rule):
    """What stands first when somebody looks for just these words."""

    words = models.CharField(max_length=80, help_text="What readers type. Capitals and endings don’t matter.")
    region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.CASCADE, help_text="Empty: all regions."
    )
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    article = models.ForeignKey(Article, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    help_page = models.CharField(max_length=20, blank=True, choices=PAGES.items())

    class Meta:
        ordering = ["words"]
        constraints = [
            models.CheckConstraint(
                condition=Q(product__isnull=False, article__isnull=True, help_page="")
                | Q(product__isnull=True, article__isnull=False, help_page="")
                | (Q(product__isnull=True, article__isnull=True) & ~Q(help_page="")),
                name="pin_has_one_target",
                violation_error_message="Choose one: a product, an article or a help page.",
            )
        ]

    def __str__(self):
        return f"{self.words} → {self.product or self.article or self.get_help_page_display()}"

    def clean(self):
        if not words_of(self.words):
            raise ValidationError({"words": "Give at least one word."})
        if self.product and _of_a_body(self.words, [self.product.kind]):
            raise ValidationError(
                {
                    "product": f"“{self.words}” names a condition or what a body does; no product may stand first for "
                    "that. Pin an article instead."
                }
            )

    @property
    def target(self) -> tuple[str, str]:
        """(kind, key) of the document."""
        if self.product_id:
            return Kind.PRODUCT, str(self.product_id)
        return (Kind.ARTICLE, str(self.article_id)) if self.article_id else (Kind.HELP, self.help_page)


class EmptySearch(models.Model):
    """Words for which nothing was found, how often, and when last. No person, no address, no time of day."""

    words = models.CharField(max_length=60)
    region = models.ForeignKey(Region, on_delete=models.CASCADE)
    count = models.PositiveIntegerField(default=1)
    last_on = models.DateField(default=timezone.localdate)

    class Meta:
        ordering = ["-count", "-last_on"]
        verbose_name = "search without a result"
        verbose_name_plural = "searches without a result"
        constraints = [models.UniqueConstraint(fields=["words", "region"], name="emptysearch_once")]

    def __str__(self):
        return self.words
