import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from shop.attribution.count import count_add
from shop.attribution.origins import NOWHERE, Origin, with_origin
from shop.catalogue.models import Variant
from shop.catalogue.offers import Availability, Offer, offers
from shop.regions.models import Region

MOST_PER_LINE = 99


class Basket(models.Model):
    """One visitor's basket; the session knows its pk.

    `key` is part of what makes an order "the same order": it changes when an order of this basket is paid, so
    that buying the same again is a new order.
    """

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    touched_at = models.DateTimeField(auto_now=True)
    code = models.CharField("discount code", max_length=30, blank=True)

    def __str__(self):
        return f"basket {self.pk}"

    @property
    def visitor(self) -> str:
        """Names this basket on stock holds."""
        return f"basket:{self.pk}"

    def add(self, offer: Offer, quantity: int, origin: Origin = NOWHERE) -> int:
        """Put packs in at the offer's price; return how many were added. `origin`: what led the shopper to it.

        The offer must be buyable. Never more than can be sold or than a line takes; 0 when the line is full
        already. Call it inside a transaction.
        """
        most = min(offer.sellable, MOST_PER_LINE)
        line, is_new = BasketLine.objects.select_for_update(no_key=True).get_or_create(
            basket=self,
            variant=offer.variant,
            defaults={
                "quantity": min(quantity, most),
                "seen_region": offer.region,
                "seen_amount": offer.amount,
            },
        )
        added = line.quantity if is_new else max(0, min(quantity, most - line.quantity))
        if not is_new:
            line.quantity += added
            line.see(offer)
        if added:
            line.origins = with_origin(line.origins, origin, added)
            count_add(offer.region, offer.product.pk, origin)
        line.save()
        self.save(update_fields=["touched_at"])
        return added

    def rows(self, region, at=None) -> list["BasketRow"]:
        """The lines with their offers in `region`, in the order they were added. Five queries at most."""
        lines = list(
            self.lines.select_related("variant__product", "seen_region").prefetch_related(
                "variant__product__wordings", "variant__product__pictures__picture"
            )
        )
        found = offers([line.variant for line in lines], region, at, visitor=self.visitor)
        return [BasketRow(line, found[line.variant_id]) for line in lines]

    def accept_changes(self, region) -> list[str]:
        """See every line at its price and quantity of now; return a sentence for each change."""
        sentences = []
        for row in self.rows(region):
            if not row.offer.can_buy:
                continue
            sentences += row.changes
            row.line.quantity = min(row.line.quantity, row.most)
            row.line.see(row.offer)
            row.line.save()
        return sentences

    def consume(self, quantities: dict[int, int]) -> None:
        """Take paid packs ({variant pk: quantity}) out; what was added since stays. Gives a new `key`."""
        for line in self.lines.filter(variant__in=quantities):
            line.quantity -= quantities[line.variant_id]
            if line.quantity < 1:
                line.delete()
            else:
                line.save()
        self.key = uuid.uuid4()
        self.save(update_fields=["key", "touched_at"])


class BasketLine(models.Model):
    """Packs of one variant, with the price that the shopper saw when they put them in, and where."""

    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PER_LINE)]
    )
    seen_region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    seen_amount = models.PositiveIntegerField(help_text="Minor units of the region's currency.")
    origins = models.JSONField(default=list, editable=False)  # see shop/attribution/origins.py

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["basket", "variant"], name="basketline_one_per_variant"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MOST_PER_LINE), name="basketline_quantity_sane"
            ),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.variant.sku}"

    def see(self, offer: Offer) -> None:
        self.seen_region, self.seen_amount = offer.region, offer.amount


class BasketRow:
    """A line beside its offer of now: what it costs, whether it counts, and what changed since it was put in."""

    def __init__(self, line: BasketLine, offer: Offer):
        self.line = line
        self.offer = offer
        self.variant = line.variant
        self.product = line.variant.product
        self.quantity = line.quantity
        self.name = self.product.name_in(offer.region)
        self.url = self.variant.url_in(offer.region)

    @property
    def most(self) -> int:
        return min(self.offer.sellable, MOST_PER_LINE)

    @property
    def counts(self) -> bool:
        """Only what can be bought is counted; the rest stays in the basket, greyed, with its reason."""
        return self.offer.can_buy

    @property
    def total(self) -> int:
        return self.offer.amount * self.quantity if self.counts else 0

    @property
    def total_text(self) -> str:
        return self.offer.region.money(self.total)

    @property
    def reason(self) -> str:
        if self.offer.availability == Availability.SOLD_OUT:
            return f"Sold out in {self.offer.region.the_name} at the moment. It stays here and isn’t counted."
        if self.offer.availability == Availability.NOT_SOLD:
            return f"Not sold in {self.offer.region.the_name}. It stays here and isn’t counted."
        return "No longer sold. It isn’t counted."

    @property
    def changes(self) -> list[str]:
        """What differs from what the shopper saw, as sentences. Empty when nothing does, or it can't be bought."""
        if not self.counts:
            return []
        found = []
        seen, now = self.line.seen_region, self.offer.region
        if seen != now:
            found.append(
                f"{self.name}: {seen.money(self.line.seen_amount)} in {seen.the_name}, "
                f"here {self.offer.price} {now.tax_words}."
            )
        elif self.line.seen_amount != self.offer.amount:
            found.append(f"{self.name}: was {now.money(self.line.seen_amount)}, now {self.offer.price}.")
        if self.quantity > self.most:
            found.append(f"{self.name}: only {self.most} left, not {self.quantity}.")
        return found

    @property
    def picture(self):
        for row in self.product.pictures.all():
            if row.variant_id in {None, self.variant.pk}:
                return row.picture
        return None


def quantity_in(basket_pk) -> int:
    """How many packs lie in a basket, for the number in the header."""
    total = BasketLine.objects.filter(basket=basket_pk).aggregate(total=models.Sum(F("quantity")))
    return total["total"] or 0
