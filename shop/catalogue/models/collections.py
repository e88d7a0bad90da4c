"""Groups of products that staff name: filled by hand, by rule, or both."""

from django.core.exceptions import ValidationError
from django.db import models

from shop.catalogue.models.kinds import form_names, judged_as, kind_names
from shop.catalogue.models.products import Product, RelatedProductTag
from shop.claims.refuse import refuse_in, said_now
from shop.content.addresses import KeepsAddresses, OldSlug, address_in
from shop.content.codes import CodeField
from shop.content.models import Content
from shop.content.texts import Scope, texts_of
from shop.content.translations import Translated
from shop.pictures.models import Picture
from shop.regions.models import Region


class Collection(Translated, KeepsAddresses):
    """A named group with a page. What staff put in by hand comes first, in their order; a rule fills in the rest."""

    translatable = ("name", "summary")

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(
        max_length=60,
        unique=True,
        help_text="Its address, as in /uk/collections/this-part/. An old one leads to the new one.",
    )
    summary = models.CharField(max_length=160, help_text="One sentence, for its page and for search engines.")
    picture = models.ForeignKey(Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    rule_tag = models.ForeignKey(
        RelatedProductTag,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        verbose_name="tag",
        help_text="With a rule, every product that meets all of it is in, also those that come later.",
    )
    rule_form = CodeField("form", max_length=12, names=form_names, blank=True)
    rule_kind = CodeField("kind", max_length=20, names=kind_names, blank=True)
    rule_vegan = models.BooleanField("vegan only", default=False)
    is_open = models.BooleanField("shown", default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self):
        return self.name

    def clean(self):
        if self.picture:
            refuse_in("picture", self.picture.alt, self.picture_scope(), texts_of(Picture)["alt"])
        if self.pk and self.is_open and not Collection.objects.filter(pk=self.pk, is_open=True).exists():
            self._refuse_to_open()

    def _refuse_to_open(self) -> None:
        """A list opens it with no field of its words in sight, which may be older than the rules."""
        if lines := said_now([self], Region.all_cached()):
            raise ValidationError({"is_open": lines})

    def claim_scope(self):
        kind = judged_as(self.rule_kind)
        return Scope(kinds=(kind,) if kind else ())

    def picture_scope(self):
        """See `Picture.claim_scope`."""
        return self.claim_scope()

    @property
    def has_rule(self) -> bool:
        return bool(self.rule_tag_id or self.rule_form or self.rule_kind or self.rule_vegan)

    def fits(self, cell) -> bool:
        """Whether the rule takes in products of a cell (shop.catalogue.cells), if they have its tag."""
        vegan = "1" if self.rule_vegan else ""
        return self.has_rule and cell.fits({"form": self.rule_form, "kind": self.rule_kind, "vegan": vegan})

    def url_in(self, region) -> str:
        return address_in(region.code, "collection", self.slug)


class OldCollection(OldSlug):
    owner = "collection"
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="old_slugs")


class CollectionProduct(Content):
    """A product put into a collection by hand."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="by_hand")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["collection", "product"], name="collectionproduct_once")
        ]

    def __str__(self):
        return self.product.name
