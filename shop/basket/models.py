import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from shop.attribution.count import count_add
from shop.attribution.origins import NOWHERE, Origin, with_origin
from shop.attribution.sealed import SealedOrigins
from shop.catalogue.models import ProductPicture, Variant
from shop.catalogue.offers import Availability, Offer, offers
from shop.catalogue.references import basket_reference
from shop.codes.discount import is_valid_in
from shop.regions.keys import MarketKey
from shop.regions.models import Region

MAX_PER_LINE = 99
MAX_LINES = 60  # kinds of packs in one basket
MAX_KEYS = 20  # one-time keys of a line: more presses than anybody makes while one answer is on its way


class Basket(models.Model):
    """One visitor's basket; the session knows its pk.

    `key` is part of what makes an order "the same order": it changes when an order of this basket is paid, so
    that buying the same again is a new order.
    """

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    touched_at = models.DateTimeField(auto_now=True)
    code = models.CharField("discount code", max_length=30, blank=True)
    region_code = models.CharField(max_length=8, blank=True, help_text="Where it was last counted.")
    codes = models.JSONField(default=dict, editable=False)  # the code by region, for those who come back

    class Meta:
        indexes = [models.Index(fields=["touched_at"], name="basket_touched")]

    def __str__(self):
        return f"basket {self.pk}"

    def is_full_for(self, variant: Variant) -> bool:
        """Whether it has no room for another kind of pack; more of what is in it always fits."""
        kinds = self.lines.exclude(variant=None).exclude(variant=variant)
        return kinds.count() >= MAX_LINES

    @property
    def visitor(self) -> str:
        """Names this basket on stock holds."""
        return basket_reference(self.pk)

    def add(self, offer: Offer, quantity: int, origin: Origin = NOWHERE, once: str = "") -> int:
        """Put packs in at the offer's price; return how many were added. `origin`: what led the shopper to it.

        The offer must be buyable. Never more than can be sold or than a line takes; 0 when the line is full
        already. The same `once` again (a form that was sent twice) adds nothing and returns what it added the
        first time. Call it inside a transaction.
        """
        most = min(offer.sellable, MAX_PER_LINE)
        line, is_new = BasketLine.objects.select_for_update(no_key=True).get_or_create(
            basket=self,
            variant=offer.variant,
            defaults={
                "quantity": min(quantity, most),
                "seen_region": offer.region,
                "seen_amount": offer.amount,
            },
        )
        for key, asked, added in line.keys:
            if once and (key, asked) == (once, quantity):
                return added
        added = line.quantity if is_new else line.add(offer, quantity, most)
        line.title = f"{offer.product.name_in(offer.region)}, {offer.variant.translated.label}"
        if once:
            line.keys = [*line.keys, [once, quantity, added]][-MAX_KEYS:]
        if added:
            line.origins = with_origin(line.origins, origin, added)
            count_add(offer.region, offer.product.pk, origin)
        line.save()
        self.region_code = self.region_code or offer.region.market.code
        self.save(update_fields=["touched_at", "region_code"])
        return added

    def rows(self, region, at=None) -> list["BasketRow"]:
        """The lines with their offers in `region`, in the order they were added. Six queries at most."""
        with_files = ProductPicture.objects.select_related("picture")
        lines = list(
            self.lines.exclude(variant=None)
            .select_related("variant__product", "seen_region")
            .prefetch_related(
                "variant__product__wordings", Prefetch("variant__product__pictures", with_files)
            )
        )
        found = offers([line.variant for line in lines if line.variant], region, at, visitor=self.visitor)
        return [BasketRow(line, found[line.variant_id]) for line in lines if line.variant_id]

    def gone(self) -> list[str]:
        """What lay in it and whose pack the shop has deleted since; shown until the shopper has read it."""
        return list(self.lines.filter(variant=None).values_list("title", flat=True))

    def accept_changes(self, region) -> None:
        """See every line at its price and quantity of now."""
        self._enter(region)
        for row in self.rows(region):
            if row.counts:
                row.line.enter(row)
                row.line.quantity = min(row.line.quantity, row.most)
                row.line.see(row.offer)
                row.line.save()
        self.lines.filter(variant=None).delete()

    def switch(self, region) -> list[str]:
        """Come along to another region; return a sentence for each line and code on what happened to it there.

        Prices seen for the first time there are seen with these sentences. What the shopper saw and wanted where
        they come from is kept, and is there again when they come back.
        """
        if self.region_code == region.market.code:
            return []
        changes = []
        for row in self.rows(region):
            if not row.counts:
                changes.append(f"{row.full_name}: {row.reason[0].lower()}{row.reason[1:]}")
                continue
            changes.append(row.line.enter(row))
            row.line.save()
        return [*changes, *self._enter(region)]

    def code_in(self, region) -> str:
        """The code that it would have in another region: the one left there, else the same if it holds there."""
        return self.codes.get(region.market.code) or (self.code if is_valid_in(self.code, region) else "")

    def _enter(self, region) -> list[str]:
        """The code of that region, and where the basket is from now on."""
        left, was = self.region_code, self.code
        if left == region.market.code:
            return []
        if was and left:
            self.codes[left] = was
        self.code = self.code_in(region)
        self.region_code = region.market.code
        self.save(update_fields=["code", "codes", "region_code", "touched_at"])
        if was and not self.code:
            words = _("The code {code} does not hold in {place}; it waits until you switch back.")
            return [words.format(code=was, place=region.the_name)]
        if self.code and self.code != was:
            return [_("The code {code} is on it again.").format(code=self.code)]
        return []

    def use_code(self, code: str) -> None:
        """Put a code on, or take it off with "": what was there before is forgotten in every region."""
        self.codes = {region: text for region, text in self.codes.items() if text != self.code}
        self.code = code
        self.save(update_fields=["code", "codes", "touched_at"])

    def consume(self, quantities: dict[int, int], code: str = "") -> None:
        """Take paid packs ({variant pk: quantity}) and their `code` out; what was added since stays. A new `key`."""
        for line in self.lines.filter(variant__in=quantities):
            line.quantity -= quantities[line.variant_id]
            line.wanted = None
            if line.quantity < 1:
                line.delete()
            else:
                line.save()
        self.key = uuid.uuid4()
        self.codes = {region: text for region, text in self.codes.items() if text != code}
        self.code = "" if self.code == code else self.code
        self.save(update_fields=["key", "code", "codes", "touched_at"])

    def put_back(self, lines, code: str, region: Region) -> None:
        """What `consume` took for an order that ended unpaid after all: its `lines`, at the prices seen then, and `code`."""
        for bought in lines:
            line, is_new = BasketLine.objects.select_for_update(no_key=True).get_or_create(
                basket=self,
                variant=bought.variant,
                defaults={
                    "quantity": min(bought.quantity, MAX_PER_LINE),
                    "seen_region": region,
                    "seen_amount": bought.unit_amount,
                    "title": f"{bought.title}, {bought.label}",
                    "origins": bought.origins,
                },
            )
            if not is_new:
                line.quantity = min(line.quantity + bought.quantity, MAX_PER_LINE)
                line.save(update_fields=["quantity"])
        self.code = self.code or code
        self.save(update_fields=["code", "touched_at"])


class BasketLine(models.Model):
    """Packs of one variant, with the price that the shopper saw when they put them in, and where."""

    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.SET_NULL, null=True, related_name="+")
    title = models.CharField(max_length=190, blank=True, help_text="What it was, should the pack be deleted.")
    quantity = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MAX_PER_LINE)]
    )
    wanted = models.PositiveSmallIntegerField(
        null=True, editable=False, help_text="What the shopper asked for, where a region has fewer."
    )
    seen_region = MarketKey(Region, on_delete=models.PROTECT, related_name="+")
    seen_amount = models.PositiveIntegerField(help_text="Minor units of the region's currency.")
    seen_elsewhere = models.JSONField(default=dict, editable=False)  # minor units by code of a region left
    keys = models.JSONField(default=list, editable=False)  # [one-time key, packs asked for, packs added]
    origins = SealedOrigins(default=list, editable=False)  # see shop/attribution/origins.py

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["basket", "variant"], name="basketline_one_per_variant"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MAX_PER_LINE), name="basketline_quantity_sane"
            ),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.title}"

    def see(self, offer: Offer) -> None:
        """The shopper knows the offer's price."""
        self._move(offer.region)
        self.seen_amount = offer.amount

    def add(self, offer: Offer, quantity: int, most: int) -> int:
        self.see(offer)
        added = max(0, min(quantity, most - self.quantity))
        self.quantity += added
        if self.wanted:
            self.wanted = min(self.wanted + added, MAX_PER_LINE)
        return added

    def enter(self, row: "BasketRow") -> str:
        """Count in the region of `row` from now on, as wanted and seen there before; what that means, in a sentence."""
        offer, left = row.offer, self.seen_region
        if left == offer.region.market:
            words = _("{name}: counted here, {price} {tax}.")
            return words.format(name=row.full_name, price=offer.price, tax=offer.tax_words)
        was, before = self.seen_amount, self.quantity
        self._move(offer.region)
        known = self.seen_elsewhere.pop(offer.region.market.code, None)
        self.seen_amount = known or offer.amount
        wanted = self.wanted or self.quantity
        self.quantity = min(wanted, row.most)
        self.wanted = wanted if wanted > self.quantity else None
        if known is None:
            change, there = _("{name}: {there} in {place}, here {price} {tax}"), left.money(was)
        elif known != offer.amount:
            change, there = _("{name}: was {there} here, now {price}"), offer.region.money(known)
        else:
            change, there = _("{name}: {price} {tax} again"), ""
        change = change.format(
            name=row.full_name, there=there, place=left.the_name, price=offer.price, tax=offer.tax_words
        )
        if self.wanted:
            words = _("{change}; {quantity} instead of {wanted}, {why}.")
            return words.format(change=change, quantity=self.quantity, wanted=wanted, why=row.why_most)
        if self.quantity > before:
            return _("{change}; {quantity} again.").format(change=change, quantity=self.quantity)
        return f"{change}."

    def _move(self, region) -> None:
        if self.seen_region_id != region.market_id:
            self.seen_elsewhere[self.seen_region.code] = self.seen_amount
            self.seen_region = region


class BasketRow:
    """A line beside its offer of now: what it costs, whether it counts, and what changed since it was put in."""

    def __init__(self, line: BasketLine, offer: Offer):
        assert line.variant is not None  # a line whose pack was deleted has no offer
        self.line = line
        self.offer = offer
        self.variant = line.variant
        self.product = line.variant.product
        self.quantity = line.quantity
        self.name = self.product.name_in(offer.region)
        self.full_name = f"{self.name}, {self.variant.translated.label}"
        self.url = self.variant.url_in(offer.region)
        self.off = 0  # its part of the discount, where one was looked for; minor units

    @property
    def off_text(self) -> str:
        return "−" + self.offer.region.money(self.off)

    @property
    def most(self) -> int:
        return min(self.offer.sellable, MAX_PER_LINE)

    @property
    def why_most(self) -> str:
        return why_most(self.offer)

    @property
    def counts(self) -> bool:
        """Only what can be bought is counted; the rest stays in the basket, greyed, with its reason."""
        return self.offer.can_buy

    @property
    def total(self) -> int:
        return self.offer.sold_at * self.quantity if self.counts else 0

    @property
    def total_text(self) -> str:
        return self.offer.region.money(self.total)

    @property
    def reason(self) -> str:
        place = self.offer.region.the_name
        if self.offer.availability == Availability.SOLD_OUT:
            words = _("Sold out in {place} at the moment. It stays here and isn’t counted.")
            return words.format(place=place)
        if self.offer.availability == Availability.NOT_SOLD:
            return _("Not sold in {place}. It stays here and isn’t counted.").format(place=place)
        return _("No longer sold. It isn’t counted.")

    @property
    def changes(self) -> list[str]:
        """What differs from what the shopper saw, as sentences. Empty when nothing does, or it can't be bought."""
        if not self.counts:
            return []
        found: list[str] = []
        told = {"name": self.full_name, "price": self.offer.price, "tax": self.offer.region.tax_words}
        seen, now = self.line.seen_region, self.offer.region
        if seen != now.market:
            there = seen.money(self.line.seen_amount)
            words = _("{name}: {there} in {place}, here {price} {tax}.")
            found.append(words.format(there=there, place=seen.the_name, **told))
        elif self.line.seen_amount != self.offer.amount:
            was = now.money(self.line.seen_amount)
            found.append(_("{name}: was {before}, now {price} {tax}.").format(before=was, **told))
        if self.quantity > self.most:
            words = _("{name}: only {left} left, not {quantity}.")
            found.append(words.format(name=self.full_name, left=self.most, quantity=self.quantity))
        return found

    @property
    def picture(self):
        for row in self.product.pictures.all():
            if row.variant_id in {None, self.variant.pk}:
                return row.picture
        return None


def why_most(offer: Offer) -> str:
    """Why a line takes no more than it does, as the end of a sentence."""
    if offer.sellable > MAX_PER_LINE:
        return _("one order takes {most} of a pack at most").format(most=MAX_PER_LINE)
    return _("we can sell {most} at most").format(most=offer.sellable)


def quantity_in(basket_pk, region) -> int:
    """How many packs of a basket can be bought in a region, for the number in the header. One query."""
    buyable = Variant.objects.buyable_in(region, Basket(pk=basket_pk).visitor)
    lines = BasketLine.objects.filter(basket=basket_pk, variant__in=buyable.values("pk"))
    return lines.aggregate(total=models.Sum("quantity"))["total"] or 0
