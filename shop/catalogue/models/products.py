from collections.abc import Callable, Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from shop.catalogue.models.kinds import form_names, judged_as, kind_names, kinds, magnesium_forms
from shop.catalogue.models.particulars import in_a_year, told_in
from shop.catalogue.models.price_log import PriceLog
from shop.catalogue.models.prices import Price
from shop.catalogue.models.shelved import Shelved, ShelvedQuerySet
from shop.catalogue.models.tags import RelatedProductTag
from shop.catalogue.stated import refuse_statements, refuse_unstated
from shop.claims.refuse import refuse_in
from shop.content.addresses import KeepsAddresses, OldSlug, address_in
from shop.content.codes import CodeField
from shop.content.models import Content
from shop.content.texts import Scope, texts_of
from shop.content.translations import Translated
from shop.pictures.models import Picture
from shop.regions.models import Region, TaxClass


class ProductQuerySet(ShelvedQuerySet):
    def visible(self):
        """Not withdrawn and not in the bin."""
        return self.filter(is_active=True, binned_at=None)

    def on_sale_in(self, region, at=None):
        """Visible products with a variant that has a price in `region` at that time."""
        priced = Variant.objects.priced_in(region, at).filter(product=models.OuterRef("pk"))
        return self.visible().filter(models.Exists(priced))


class Product(Translated, Shelved, KeepsAddresses):
    translatable = ("ingredients", "allergens", "storage")

    slug = models.SlugField(
        max_length=80,
        unique=True,
        help_text="Its address, as in /uk/shop/this-part/. An old one leads to the new one.",
    )
    name = models.CharField(max_length=120)
    kind = CodeField(max_length=20, names=kind_names)
    form = CodeField(max_length=12, names=form_names)
    get_kind_display: Callable[[], str]
    get_form_display: Callable[[], str]
    summary = models.CharField(max_length=200, help_text="One sentence for cards and lists.")
    description = models.TextField(help_text="Blank lines begin a new paragraph.")
    ingredients = models.TextField()
    us_ingredients = models.TextField("other ingredients (US)", blank=True)
    allergens = models.CharField(max_length=250, blank=True)
    storage = models.CharField(max_length=200, blank=True)
    vegan = models.BooleanField(default=False)
    tax_class = models.CharField(max_length=12, choices=TaxClass.choices, default=TaxClass.STANDARD)
    tags: "models.ManyToManyField[RelatedProductTag, ProductTag]" = models.ManyToManyField(
        RelatedProductTag, through="ProductTag", related_name="products", blank=True
    )
    is_active = models.BooleanField(
        "on sale", default=True, help_text="Untick to withdraw: the page then says so and names another."
    )
    successor = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Stands in for it in articles while it is not to be had. Empty: the nearest of the same form.",
    )
    binned_at = models.DateTimeField(null=True, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["position", "id"], name="product_in_order")]

    def __str__(self):
        return self.name

    def clean(self):
        if self.successor and (self.successor_id == self.pk or self.successor.kind != self.kind):
            raise ValidationError({"successor": "Choose another product of the same kind."})
        form = magnesium_forms().get(self.form)
        may_be = {row.code: row.name for row in form.kinds.all()} if form else {}
        if form and self.kind not in may_be:
            may = ", ".join(may_be.values()) or "nothing yet"
            raise ValidationError(
                {"kind": f"{form.name} may be sold as: {may}. Its form of magnesium says so."}
            )
        refuse_unstated(self, "kind", judged_as(self.kind) or "")

    def claim_scope(self):
        """Its own words are read in every region: they stand wherever a region has no wording of its own."""
        return Scope(kinds=(self.judged_as,), mg_a_day=None) if self.judged_as else None

    @property
    def is_withdrawn(self) -> bool:
        return not self.is_active or self.binned_at is not None

    @property
    def is_supplement(self) -> bool:
        row = kinds().get(self.kind)
        return row is not None and row.is_swallowed

    @property
    def judged_as(self) -> str | None:
        """As what the claims check reads it."""
        return judged_as(self.kind)

    @property
    def kind_row(self):
        return kinds().get(self.kind)

    @property
    def form_row(self):
        return magnesium_forms().get(self.form)

    def url_in(self, region) -> str:
        return address_in(region.code, "catalogue:product", self.slug)

    def wording_in(self, region) -> "ProductWording | None":
        """The region's wording; no query where `with_wording` or a prefetch has brought it."""
        if self.__dict__.get("wording_region") == region.pk:
            return self.__dict__.get("wording_here")  # unset where the region has none
        return next((row for row in self.wordings.all() if row.region_id == region.pk), None)

    def name_in(self, region) -> str:
        wording = self.wording_in(region)
        return (wording and wording.name) or self.name

    def summary_in(self, region) -> str:
        wording = self.wording_in(region)
        return (wording and wording.summary) or self.summary


class OldProduct(OldSlug):
    owner = "product"
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="old_slugs")


def with_wording(products, region: int):
    """A queryset of products, each with its wording in a region (its pk), in the same query."""
    return products.annotate(
        wording_here=models.FilteredRelation("wordings", condition=Q(wordings__region=region)),
        wording_region=models.Value(region),
    ).select_related("wording_here")


def kind_of(row) -> str | None:
    """As what a row's product is judged, also of one that is not saved yet; None while there is none to speak of."""
    product = row.product if row.product_id or "product" in row._state.fields_cache else None
    return product.judged_as if product else None


class ProductTag(Shelved):
    product = models.ForeignKey(Product, on_delete=models.CASCADE)
    tag = models.ForeignKey(RelatedProductTag, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "tag"], name="producttag_once")]
        indexes = [models.Index(fields=["tag", "-product"], name="producttag_newest")]

    def __str__(self):
        return self.tag.name


class ProductWording(Shelved):
    """What differs by region: words, legal name, directions, warnings and the daily amount."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="wordings")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120, blank=True, help_text="Empty: the product's own name.")
    summary = models.CharField(max_length=200, blank=True, help_text="Empty: the product's own.")
    description = models.TextField(blank=True, help_text="Empty: the product's own.")
    legal_name = models.CharField(max_length=120, help_text="“Food supplement with magnesium”.")
    directions = models.TextField()
    warnings = models.TextField(help_text="One warning per line.")
    units_per_day = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Pieces or scoops a day. Empty for cosmetics."
    )
    statements = models.TextField(
        blank=True, help_text="Sentences of the list, word for word, one per line. Empty for cosmetics."
    )

    review_by = models.DateTimeField(
        "facts good until",
        default=in_a_year,
        null=True,
        db_index=True,
        help_text="Compare all of this with the label, then move the day on. From then on it is not sold here.",
    )
    scheduled_by = ("review_by",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "region"], name="productwording_one_per_region"),
            models.CheckConstraint(
                condition=Q(units_per_day=None) | Q(units_per_day__gte=1), name="productwording_dose_positive"
            ),
        ]

    def __str__(self):
        return f"{self.product} in {self.region.short_name}"

    def clean(self):
        if self.statements and kind_of(self) and self.region_id:
            refuse_statements(self)

    def claim_scope(self):
        kind = kind_of(self)
        if kind is None or self.region_id is None:
            return None
        return Scope([self.region], (kind,), self.mg_a_day())

    def mg_a_day(self) -> int | None:
        """Of the pack with the least; None while the product has no packs yet."""
        if not self.product_id or not self.units_per_day:
            return None
        amounts = self.product.variants.exclude(magnesium_mg=None).values_list("magnesium_mg", flat=True)
        return min(amounts) * self.units_per_day if amounts else None

    @property
    def warning_list(self) -> list[str]:
        return [line.strip() for line in self.warnings.splitlines() if line.strip()]

    @property
    def statement_list(self) -> list[str]:
        return [line.strip() for line in self.statements.splitlines() if line.strip()]


class VariantQuerySet(ShelvedQuerySet):
    def priced(self, region, at=None):
        """With `offered_amount` (minor units, or None) and `offered_sellable` (or None) in `region`, whether or not its
        facts are told: for `shop.catalogue.offers.loaded_offers`, which looks at them itself. `offered_moved`: whether its
        price there has changed lately, so that it may be a reduction (shop.catalogue.reductions).
        """
        at = at or timezone.now()
        prices = Price.objects.begun(at).filter(variant=models.OuterRef("pk"), region=region)
        stocks = self.model._meta.get_field("stock").related_model.objects
        stock = stocks.filter(variant=models.OuterRef("pk"), region=region).order_by()
        return self.annotate(
            offered_amount=models.Subquery(prices.values("amount")[:1]),
            offered_sellable=models.Subquery(stock.values(left=F("on_hand") - F("held"))[:1]),
            offered_moved=models.Exists(
                PriceLog.objects.filter(variant=models.OuterRef("pk"), region=region, quiet_at__gt=at)
            ),
        )

    def offered_in(self, region, at=None):
        """The same, without an amount while a particular is not told that the region's law wants.

        The price row with the latest start decides. Read them through shop.catalogue.offers, nowhere else.
        """
        told = told_in(region, at or timezone.now(), ProductWording.objects.all())
        amount = models.Case(models.When(told, then=F("offered_amount")), default=None)
        return self.priced(region, at).annotate(offered_amount=amount)

    def buyable_in(self, region, visitor: str = ""):
        """What can be bought in `region` now, packs held for `visitor`'s own orders included: `Offer.can_buy` in SQL."""
        stocks = self.model._meta.get_field("stock").related_model
        own = (
            stocks.objects.filter(variant=models.OuterRef("pk"), region=region, holds__visitor=visitor)
            .values("variant")
            .annotate(packs=models.Sum("holds__quantity"))
            .values("packs")
        )
        rows = self.priced_in(region).filter(product__is_active=True, product__binned_at=None)
        if not visitor:
            return rows.filter(offered_sellable__gt=0)
        return rows.annotate(own=Coalesce(models.Subquery(own), 0)).filter(offered_sellable__gt=-F("own"))

    def priced_in(self, region, at=None):
        """Active variants whose price row in force says they are sold in `region`."""
        return self.filter(is_active=True).offered_in(region, at).exclude(offered_amount=None)


class Variant(Translated, Shelved):
    translatable = ("label", "unit_name", "unit_names", "net_quantity", "compound")

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField("SKU", max_length=20, unique=True)
    label = models.CharField(max_length=60, help_text="What tells it from its sisters: 90 capsules, 250 ml.")
    pack_units = models.PositiveSmallIntegerField(help_text="Pieces or scoops in the pack.")
    unit_name = models.CharField(max_length=20, help_text="capsule, tablet, scoop, bottle, pouch")
    net_quantity = models.CharField(max_length=60)
    net_weight_g = models.PositiveIntegerField("net weight (g)", null=True, blank=True)
    net_volume_ml = models.PositiveIntegerField("net volume (ml)", null=True, blank=True)
    compound = models.CharField(max_length=80, blank=True)
    compound_mg = models.PositiveIntegerField("compound per unit (mg)", null=True, blank=True)
    magnesium_mg = models.PositiveIntegerField(
        "elemental magnesium per unit (mg)", null=True, blank=True, help_text="Empty for cosmetics."
    )
    ship_weight_g = models.PositiveIntegerField("shipping weight (g)")
    hs_code = models.CharField("HS code", max_length=20, blank=True)
    barcode = models.CharField(max_length=14, blank=True)
    is_active = models.BooleanField("on sale", default=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = VariantQuerySet.as_manager()

    class Meta:
        ordering = ["product", "position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(pack_units__gte=1), name="variant_pack_not_empty"),
        ]

    def __str__(self):
        return f"{self.product.name}, {self.label} ({self.sku})"

    @property
    def unit_names(self) -> str:
        """Several of them; other languages say that in their own way."""
        return f"{self.unit_name}s" if self.unit_name else ""

    def clean(self):
        if self.barcode and not (self.barcode.isascii() and self.barcode.isdigit()):
            raise ValidationError({"barcode": "A barcode is digits alone: 8, 12, 13 or 14 of them."})
        kind = kind_of(self)
        form = self.product.form_row if kind else None
        if form is not None:
            form.refuse_sku(self.sku)
            form.refuse_magnesium(self.magnesium_mg, self.compound_mg)
        if kind and self.magnesium_mg is not None:
            if not self.product.is_supplement:
                raise ValidationError(
                    {"magnesium_mg": "What is not swallowed states no milligrams. Leave it empty."}
                )
            refuse_unstated(self.product, "magnesium_mg", kind, self.magnesium_mg)

    def claim_scope(self):
        kind = kind_of(self)
        return Scope(kinds=(kind,)) if kind else None

    def url_in(self, region) -> str:
        return f"{self.product.url_in(region)}?variant={self.sku}"

    def set_price(self, region, amount: int | None, begins: datetime | None = None) -> None:
        """From now on, or from a moment to come; None: not sold there. Rows are only added."""
        Price.objects.create(variant=self, region=region, amount=amount, valid_from=begins or timezone.now())

    @staticmethod
    def set_prices(prices: Iterable[tuple["Variant", Region, int]]) -> None:
        """From now on, of many packs at once."""
        now = timezone.now()
        Price.objects.bulk_create(
            Price(variant=pack, region=region, amount=amount, valid_from=now)
            for pack, region, amount in prices
        )

    def take_price_back(self, region, begins: datetime) -> bool:
        """One that is planned for that moment; False if it has begun, or is gone already."""
        rows = Price.objects.filter(variant=self, region=region, valid_from=begins)
        return bool(rows.filter(valid_from__gt=timezone.now()).delete()[0])


class ProductPicture(Content):
    """A picture of a product; with a variant, of that pack only."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="pictures")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["product", "picture"], name="productpicture_once"),
        ]

    def __str__(self):
        return str(self.picture)

    def clean(self):
        if self.picture_id:
            refuse_in("picture", self.picture.alt, self.picture_scope(), texts_of(Picture)["alt"])

    def picture_scope(self):
        """See `Picture.claim_scope`."""
        kind = kind_of(self)
        return Scope(kinds=(kind,)) if kind else None
