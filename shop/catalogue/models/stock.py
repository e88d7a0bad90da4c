"""How many packs there are, and which of them are kept for somebody who is paying."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from shop.catalogue.models.products import Variant
from shop.catalogue.models.shelf import ShelfRow
from shop.catalogue.models.shelved import products_changed, products_of
from shop.catalogue.models.shown import scopes_of_packs
from shop.catalogue.models.stock_log import StockCause, Told
from shop.content.models import content_changed
from shop.regions.keys import MarketKey
from shop.regions.models import Region

LOW = 5  # packs that can still be sold
LEFT = F("on_hand") - F("held")


class OutOfStock(Exception):
    """`variants` maps each variant that could not be reserved to the quantity that can still be sold."""

    def __init__(self, variants):
        self.variants = variants
        super().__init__(", ".join(f"{variant.sku}: {left} left" for variant, left in variants.items()))


def _changed(stock) -> None:
    """Packs of these stock rows, by pk, are sold out, or back. Called last, after the stock: locked in the reverse order,
    two of them would deadlock.
    """
    packs = Stock.objects.filter(pk__in=stock).order_by()
    content_changed(*scopes_of_packs(packs.values_list("variant_id", "region_id")))
    products_changed.send(Stock, products=products_of(Stock, sorted(stock)))


class StockQuerySet(models.QuerySet):
    def running_low(self):
        """Where a pack is sold now and few are left, the fewest first; found by an index."""
        now = timezone.now()
        here = {"variant": OuterRef("variant"), "region": OuterRef("region")}
        sold = Exists(ShelfRow.objects.filter(**here, since__lte=now, until__gt=now))
        rows = self.annotate(left=LEFT).filter(sold, left__lte=LOW, variant__is_active=True)
        rows = rows.filter(variant__product__is_active=True, variant__product__binned_at=None)
        return rows.order_by("left", "pk")

    @transaction.atomic
    def update(self, **kwargs):
        """Any change at all: lists hear of what is sold out by it, or back."""
        pks = list(self.order_by().values_list("pk", flat=True))
        before = self._sold_out(pks)
        rows = self._count(**kwargs)
        changed = before ^ self._sold_out(pks)
        if changed:
            products_changed.send(Stock, products=products_of(Stock, sorted(changed)))
        return rows

    def _sold_out(self, pks) -> set[int]:
        none_left, found = self.model.objects.filter(on_hand__lte=F("held")), set()
        for start in range(0, len(pks), 500):
            found.update(none_left.filter(pk__in=pks[start : start + 500]).values_list("pk", flat=True))
        return found

    def _count(self, told: Told | None = None, **kwargs) -> int:
        """Change quantities where the caller tells what is sold out by it, or back (see `_changed`).

        What changes `on_hand` has its `told` in the same statement, for the log.
        """
        return super().update(**kwargs, **(told.columns() if told else {}))

    @transaction.atomic
    def recount(self, variant, region, *, was: int | None, became: int, told: Told) -> bool:
        """Set what is on hand where it is still `was`; None: where there is no row yet. False, and nothing is changed, where
        it isn't, or where more than `became` is held.
        """
        if was is None:
            _, is_new = self.get_or_create(variant_id=variant, region_id=region)
            if not is_new:
                return False
        row = self.filter(variant=variant, region=region)
        sold_out = row.filter(on_hand__lte=F("held")).exists()
        if not row.filter(on_hand=was or 0, held__lte=became)._count(told, on_hand=became):
            return False
        now = row.get()
        if sold_out != (now.sellable <= 0):
            _changed([now.pk])
        return True

    def reserve(self, quantities, region, *, reference, visitor="", until=None) -> None:
        """Hold `quantities` ({variant: quantity}) in `region` under `reference`, all or nothing.

        One conditional UPDATE per row, in primary-key order, inside the caller's transaction. `visitor` names
        whose basket it is, so that a hold never blocks its owner; `until` when it ends if nobody pays, for other
        shoppers to know. Raises OutOfStock; the caller's transaction
        must then be rolled back.
        """
        wanted = {variant.pk: (variant, quantity) for variant, quantity in quantities.items()}
        rows = list(self.filter(region=region, variant__in=wanted).order_by("pk"))
        sold_out = []
        short = {variant: 0 for pk, (variant, _) in wanted.items() if pk not in {r.variant_id for r in rows}}
        for row in rows:
            variant, quantity = wanted[row.variant_id]
            free = self.filter(pk=row.pk, on_hand__gte=F("held") + quantity)
            changed = free._count(held=F("held") + quantity)
            row.refresh_from_db()
            if not changed:
                short[variant] = row.sellable
                continue
            Hold.objects.create(
                stock=row, quantity=quantity, reference=reference, visitor=visitor, until=until
            )
            if row.sellable == 0:
                sold_out.append(row.pk)
        if short:
            raise OutOfStock(short)
        if sold_out:
            _changed(sold_out)

    def release(self, reference) -> int:
        """Give back what `reserve` held under `reference`; return how many holds ended.

        Each hold is a row and ends by its deletion, so calling this twice, or twice at once, gives back once.
        """
        ended, back = 0, []
        for hold in Hold.objects.filter(reference=reference).order_by("stock_id"):
            if not Hold.objects.filter(pk=hold.pk).delete()[0]:
                continue
            self.filter(pk=hold.stock_id)._count(held=F("held") - hold.quantity)
            ended += 1
            if self.get(pk=hold.stock_id).sellable == hold.quantity:
                back.append(hold.stock_id)
        if back:
            _changed(back)
        return ended

    def send(self, reference, quantities, *, who: str = "") -> None:
        """Packs of `reference` left the house: what is on hand and what is held go down together.

        `quantities`: {variant pk: packs}. Call it in a transaction. Raises NotHeld, and then roll back.
        """
        self._lower(reference, quantities, leaves=Told(StockCause.SENT, who, reference=reference))

    def release_some(self, reference, quantities) -> None:
        """Give back some packs of `reference`, {variant pk: packs}. Raises NotHeld, and then roll back."""
        self._lower(reference, quantities, leaves=None)

    def _lower(self, reference, quantities, *, leaves: Told | None) -> None:
        back = []
        for hold in Hold.objects.filter(reference=reference, stock__variant__in=quantities).order_by(
            "stock_id"
        ):
            count = quantities[hold.stock.variant_id]
            if count == hold.quantity:
                done = Hold.objects.filter(pk=hold.pk, quantity=count).delete()[0]
            else:
                done = Hold.objects.filter(pk=hold.pk, quantity__gt=count).update(
                    quantity=F("quantity") - count
                )
            row = self.filter(pk=hold.stock_id, held__gte=count, on_hand__gte=count)
            gone = {"on_hand": F("on_hand") - count} if leaves else {}
            if not done or not row._count(leaves, held=F("held") - count, **gone):
                raise NotHeld(reference)
            if not leaves and self.get(pk=hold.stock_id).sellable == count:
                back.append(hold.stock_id)
            quantities = {pk: n for pk, n in quantities.items() if pk != hold.stock.variant_id}
        if quantities:
            raise NotHeld(reference)
        if back:
            _changed(back)

    def count_holds(self, pk, *, who: str = "") -> "Stock":
        """Bring `held` to the sum of the holds again. Where that is more than is on hand, both become that sum."""
        row = self.select_for_update(no_key=True).get(pk=pk)
        held = row.holds.aggregate(n=models.Sum("quantity"))["n"] or 0
        told = Told(StockCause.REPAIRED, who)
        self.filter(pk=pk)._count(told, held=held, on_hand=max(row.on_hand, held))
        was_sold_out = row.sellable <= 0
        row.refresh_from_db()
        if was_sold_out != (row.sellable <= 0):
            _changed([pk])
        return row

    def take_in(
        self,
        quantities,
        region,
        *,
        who: str = "",
        why: str = "",
        reference: str = "",
        cause: StockCause = StockCause.RETURNED,
    ) -> None:
        """Packs that came, or came back, can be sold: {variant pk: packs}, in the order of the stock rows."""
        told = Told(cause, who, why, reference)
        for pk in sorted(quantities):
            self.get_or_create(variant_id=pk, region=region)
        back = []
        for row in self.filter(variant__in=quantities, region=region).order_by("pk"):
            came = quantities[row.variant_id]
            self.filter(pk=row.pk)._count(told, on_hand=F("on_hand") + came)
            if self.get(pk=row.pk).sellable == came:
                back.append(row.pk)
        if back:
            _changed(back)

    def take_away(self, pk, packs: int, told: Told) -> None:
        """Packs that no order holds leave the stock. Raises NotHeld where there are not so many; then roll back."""
        row = self.filter(pk=pk, on_hand__gte=F("held") + packs)
        if not row._count(told, on_hand=F("on_hand") - packs):
            raise NotHeld(told.why)
        if self.get(pk=pk).sellable <= 0:
            _changed([pk])

    def change_holds(self, reference, **columns) -> None:
        """Change `until` or `visitor` of what is held under `reference`.

        The page of a pack that is sold out says when the first hold ends. It is drawn anew after the commit, since
        what comes later in the transaction may lock stock.
        """
        holds = Hold.objects.filter(reference=reference)
        holds.update(**columns)
        none_left = self.filter(holds__in=holds, on_hand__lte=F("held"))
        scopes = scopes_of_packs(none_left.values_list("variant_id", "region_id"), cards=False)
        if scopes:
            transaction.on_commit(lambda: content_changed(*scopes))


class NotHeld(Exception):
    """Packs were to be sent or given back that are not held for this order (any more)."""


class Stock(models.Model):
    """How many packs a region's warehouse has, and how many of them belong to orders not yet sent."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="stock")
    region = MarketKey(Region, on_delete=models.PROTECT, related_name="+")
    on_hand = models.PositiveIntegerField(default=0, validators=[MaxValueValidator(1_000_000)])
    held = models.PositiveIntegerField(default=0, editable=False)
    # Who changed `on_hand` last, and why: what the log's trigger writes down of a change that drew a new turn.
    log_turn = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)
    log_cause = models.CharField(
        max_length=10, choices=StockCause.choices, blank=True, default="", db_default="", editable=False
    )
    log_who = models.CharField(max_length=150, blank=True, default="", db_default="", editable=False)
    log_why = models.CharField(max_length=200, blank=True, default="", db_default="", editable=False)
    log_reference = models.CharField(max_length=60, blank=True, default="", db_default="", editable=False)

    objects = StockQuerySet.as_manager()

    class Meta:
        ordering = ["region"]
        verbose_name_plural = "stock"
        indexes = [
            models.Index(fields=["id"], condition=Q(held__gt=0), name="stock_held"),
            models.Index(LEFT, "id", name="stock_left"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["variant", "region"], name="stock_one_per_region"),
            models.CheckConstraint(
                condition=Q(held__gte=0, held__lte=F("on_hand")), name="stock_held_on_hand"
            ),
        ]

    def __str__(self):
        return f"{self.on_hand} on hand, {self.held} held"

    @property
    def sellable(self) -> int:
        return self.on_hand - self.held

    def clean(self):
        held = Stock.objects.filter(pk=self.pk).values_list("held", flat=True).first() or 0
        if self.on_hand is not None and self.on_hand < held:
            raise ValidationError(
                {"on_hand": f"{held} packs belong to orders that are not sent yet; the stock can't be lower."}
            )

    @transaction.atomic
    def save(self, *args, told: Told | None = None, **kwargs):
        """Staff set `on_hand`; `held` moves only through reserve and release, so it is never written here."""
        columns = told.columns() if told else {}
        for name, value in columns.items():
            setattr(self, name, value)
        if not self._state.adding and "update_fields" not in kwargs:
            kwargs["update_fields"] = ["on_hand", *columns]
        was_sold_out = self._is_sold_out()
        super().save(*args, **kwargs)
        if was_sold_out != self._is_sold_out():
            _changed([self.pk])

    def _is_sold_out(self) -> bool:
        """As the database has it."""
        return not Stock.objects.filter(pk=self.pk, on_hand__gt=F("held")).exists()


class Hold(models.Model):
    """Packs held for one order until they are sent or given back. `Stock.held` is the sum of these."""

    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="holds")
    quantity = models.PositiveIntegerField()
    reference = models.CharField(max_length=60, help_text="order:<pk>")
    visitor = models.CharField(max_length=60, blank=True, help_text="basket:<pk>")
    until = models.DateTimeField(null=True, blank=True, help_text="When it ends, unless it is paid before.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stock", "reference"], name="hold_once_per_reference"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="hold_not_empty"),
        ]
        indexes = [
            models.Index(fields=["reference"], name="hold_reference"),
            models.Index(fields=["visitor"], name="hold_visitor"),
        ]

    def __str__(self):
        return f"{self.quantity} for {self.reference}"
