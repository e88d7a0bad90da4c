from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q, Subquery
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.catalogue.models import Stock, Variant
from shop.catalogue.references import basket_reference, order_reference
from shop.codes.automatic import release_automatic, use_automatic
from shop.codes.discount import release_code, use
from shop.codes.models import AutomaticDiscount, Code
from shop.content.link_tokens import OpenedByLink, kept_token
from shop.orders.models.queries import OrderQuerySet
from shop.orders.models.states import (
    ACTIVE,
    ENDED,
    LEGAL_MOVES,
    NUMBER_PREFIX,
    IllegalMove,
    OrderStatus,
    ReviewCause,
)
from shop.orders.models.tax import TaxWords
from shop.orders.models.words import FOUND_BY
from shop.pages.models import AgreedText
from shop.regions.delivery import arrival, days_words
from shop.regions.keys import MarketKey
from shop.regions.models import Region
from shop.regions.postcodes import states_of


class Order(TaxWords, OpenedByLink):
    """What somebody ordered, at the prices they saw. A snapshot: later changes of products touch nothing here.

    Amounts are in the minor unit of `currency`. `basket_key` names the basket, its lines and seen prices, the
    e-mail and the address; among active orders it is unique, so a second click finds the first order. A basket has one
    order that waits for payment, however many tabs order from it: so there is one page where it can be paid.
    """

    number = models.CharField(max_length=20, unique=True, null=True, editable=False)
    kept_token = kept_token("token")
    status = models.CharField(max_length=20, choices=OrderStatus.choices, default=OrderStatus.PENDING)
    payment_mode = models.CharField(max_length=8)
    region = MarketKey(Region, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(
        Region,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        editable=False,
    )  # of the region, where it was ordered in one: see `storefront`
    currency = models.CharField(max_length=3)
    basket_pk = models.BigIntegerField(null=True, blank=True, editable=False)
    basket_key = models.CharField(max_length=64, editable=False)

    email = models.EmailField()
    name = models.CharField(max_length=120)
    line1 = models.CharField(max_length=120)
    line2 = models.CharField(max_length=120, blank=True)
    town = models.CharField(max_length=80)
    state = models.CharField(max_length=3, blank=True)
    postcode = models.CharField(max_length=16)
    country = models.CharField(max_length=2)
    country_name = models.CharField(max_length=60)

    goods_total = models.PositiveIntegerField()
    code = models.CharField("discount code", max_length=30, blank=True)
    automatic = models.ForeignKey(
        AutomaticDiscount, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    automatic_name = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)
    discount_total = models.PositiveIntegerField(
        default=0, help_text="What the code, or the automatic discount, took off the goods."
    )
    delivery_total = models.PositiveIntegerField(default=0)
    tax_total = models.PositiveIntegerField(help_text="Inside the goods total, or on top of it (US).")
    tax_included = models.BooleanField()
    total = models.PositiveIntegerField()
    legal = models.JSONField(default=dict, help_text="Seller, terms and notes as shown when it was placed.")

    terms = models.ForeignKey(
        AgreedText,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text="The words that were agreed to. None of orders from before they were kept.",
    )

    placed_at = models.DateTimeField(default=timezone.now)
    hold_until = models.DateTimeField(help_text="The stock is given back after this, if nobody paid.")
    let_go_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When its packs were given back before it was paid; paying keeps them again.",
    )
    paid_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When nothing was left to send.")
    arrives_first = models.DateField(
        null=True, blank=True, help_text="Promised when it was paid: not before."
    )
    arrives_last = models.DateField(null=True, blank=True, help_text="Promised when it was paid: not later.")
    disputed_at = models.DateTimeField(null=True, blank=True, help_text="While a bank disputes the payment.")
    stopped = models.CharField(
        max_length=120,
        blank=True,
        help_text="Why nothing of it is sent any more, once its money is gone again.",
    )
    needs_review = models.CharField(max_length=250, blank=True, help_text="Why a person must look at it.")
    review_cause = models.CharField(max_length=8, choices=ReviewCause.choices, blank=True, editable=False)
    has_invoice = models.BooleanField(default=False, db_default=False, editable=False)
    placed_by = models.CharField(
        max_length=150,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="Who of the staff placed it by hand; empty: the shopper did.",
    )
    pay_by = models.DateTimeField(
        null=True,
        blank=True,
        help_text="It keeps its packs until then, however often a payment page is left.",
    )

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-placed_at", "-pk"]
        permissions = [("fulfil_order", "Can send, cancel and take back orders")]
        indexes = [
            models.Index(fields=["-placed_at"], name="order_placed"),
            models.Index(fields=["email"], name="order_email"),
            models.Index(Lower("email"), name="order_email_lower"),
            models.Index(fields=["placed_at"], condition=~Q(email=""), name="order_with_address"),
            models.Index(fields=["hold_until"], condition=Q(status="pending"), name="order_pending_hold"),
            models.Index(fields=["paid_at"], name="order_paid"),
            models.Index(
                fields=["paid_at"],
                condition=Q(has_invoice=False, paid_at__isnull=False),
                name="order_to_invoice",
            ),
            models.Index(
                fields=["-placed_at", "-id"],
                condition=Q(status="paid", sent_at=None),
                name="order_unsent_last",
            ),
            models.Index(fields=["paid_at"], condition=Q(status="paid", sent_at=None), name="order_unsent"),
            models.Index(fields=["-placed_at"], condition=~Q(review_cause=""), name="order_to_review"),
            models.Index(
                fields=["-placed_at"], condition=Q(disputed_at__isnull=False), name="order_disputed"
            ),
            models.Index(fields=["-placed_at"], condition=~Q(placed_by=""), name="order_by_hand"),
            models.Index(fields=["status", "-placed_at", "-id"], name="order_of_status"),
            models.Index(fields=["payment_mode", "-placed_at", "-id"], name="order_of_mode"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["basket_key"], condition=Q(status__in=ACTIVE), name="order_one_living_per_basket"
            ),
            models.UniqueConstraint(
                fields=["basket_pk", "payment_mode"],
                condition=Q(status=OrderStatus.PENDING),
                name="order_one_pending_per_basket",
            ),
            models.CheckConstraint(condition=Q(status__in=OrderStatus.values), name="order_status_known"),
            models.CheckConstraint(
                condition=~Q(status=OrderStatus.PAID) | Q(paid_at__isnull=False), name="order_paid_has_date"
            ),
            models.CheckConstraint(condition=Q(delivery_total=0), name="order_delivery_is_free"),
            models.CheckConstraint(
                condition=Q(tax_included=True, total=models.F("goods_total") - models.F("discount_total"))
                | Q(
                    tax_included=False,
                    total=models.F("goods_total") - models.F("discount_total") + models.F("tax_total"),
                ),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(needs_review="", review_cause="")
                | (~Q(needs_review="") & Q(review_cause__in=ReviewCause.values)),
                name="order_review_has_cause",
            ),
        ]

    def __str__(self) -> str:
        return self.number or "new order"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The number is made from the primary key, so it is unique without a counter to lock."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            if self.number is None:
                self.number = f"{NUMBER_PREFIX[self.payment_mode]}{100000 + self.pk}"
                super().save(update_fields=["number"])
            written = kwargs.get("update_fields")
            if written is None or set(FOUND_BY) & set(written):
                Order.objects.write_words_of([self.pk])

    def get_absolute_url(self) -> str:
        return reverse("checkout:order", args=[self.token])

    @property
    def storefront(self) -> Region:
        """Its region in the language it was ordered in: whose words its pages, mails and papers have. No query."""
        found = [row for row in Region.all_cached() if row.pk == self.edition_id] if self.edition_id else []
        return found[0] if found else self.region

    @property
    def full_url(self) -> str:
        return f"{settings.SITE_URL}{self.get_absolute_url()}"

    @property
    def hold_reference(self) -> str:
        return order_reference(self.pk)

    @property
    def is_test(self) -> bool:
        return self.payment_mode != "live"

    @property
    def is_paid(self) -> bool:
        return self.status == OrderStatus.PAID

    @property
    def was_paid(self) -> bool:
        """Paid now, or paid and cancelled since."""
        return self.paid_at is not None

    @property
    def is_pending(self) -> bool:
        return self.status == OrderStatus.PENDING

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED

    @property
    def waits(self) -> bool:
        """A payment page that ends, or is left, ends nothing of it before its day."""
        return self.pay_by is not None and self.pay_by > timezone.now()

    @property
    def total_text(self) -> str:
        return self.storefront.money(self.total)

    @property
    def goods_text(self) -> str:
        return self.storefront.money(self.goods_total)

    @property
    def tax_text(self) -> str:
        return self.storefront.money(self.tax_total)

    @property
    def discount_words(self) -> str:
        """What took something off."""
        return self.automatic_name or _("Code {code}").format(code=self.code)

    @property
    def discount_text(self) -> str:
        return "−" + self.storefront.money(self.discount_total)

    @property
    def delivery_text(self) -> str:
        return self.storefront.money(self.delivery_total)

    @property
    def address_lines(self) -> list[str]:
        """The address as the country writes it: postcode before or behind the town."""
        if self.country == "US":
            place = [f"{self.town}, {self.state} {self.postcode}"]
        elif self.state in states_of(self.country):
            place = [f"{self.town} {self.state} {self.postcode}"]
        elif self.country in {"GB", "IE"}:
            place = [self.town, self.postcode]
        else:
            place = [f"{self.postcode} {self.town}".strip()]
        return [line for line in [self.name, self.line1, self.line2, *place, self.country_name] if line]

    @property
    def arrives(self) -> str:
        """The days promised when it was paid, reckoned anew for orders older than the promise; "" before payment."""
        if self.paid_at is None:
            return ""
        if self.arrives_first is None or self.arrives_last is None:
            return arrival(self.storefront, self.paid_at, country=self.country, postcode=self.postcode).words
        return days_words(self.arrives_first, self.arrives_last, self.storefront)

    @property
    def quantities(self) -> dict[Variant, int]:
        return {line.variant: line.quantity for line in self.lines.select_related("variant")}

    # --- moves: each asks the database, and its answer (1 or 0 rows) is the lock -----------------------

    def move(self, to: str, *, who: str, why: str, **columns: Any) -> bool:
        """Move to another status and log it. True if this call did it, False if another was quicker.

        `columns` are further fields to set with it. Raises IllegalMove when the table does not allow it from
        any status.
        """
        sources = [status for status, targets in LEGAL_MOVES.items() if to in targets]
        if not sources:
            raise IllegalMove(f"Nothing moves to {to}.")
        with transaction.atomic():
            before = Order.objects.filter(pk=self.pk).values_list("status", flat=True).get()
            if before not in sources:
                if before == to:
                    return False
                raise IllegalMove(f"{self} is {before}; it can’t become {to}.")
            moved = Order.objects.filter(pk=self.pk, status=before).update(status=to, **columns)
            if moved:
                self.events.create(was=before, became=to, who=who, why=why)
        if moved:
            self.refresh_from_db()
            if to in {OrderStatus.EXPIRED, OrderStatus.CANCELLED}:
                self.lines.exclude(origins=[]).update(origins=[])
        return bool(moved)

    def mark_paid(self, *, at: datetime, who: str, why: str) -> bool:
        """The stock must be held already. True for one caller alone. The promise of delivery is made now, for good."""
        promise = arrival(self.region, at, country=self.country, postcode=self.postcode)
        days = {"arrives_first": promise.first, "arrives_last": promise.last}
        return self.move(OrderStatus.PAID, who=who, why=why, paid_at=at, **days)

    def note(self, why: str, *, who: str = "shop") -> None:
        """Log something that moved no status. This object may be older than the row, so the row says where it stands."""
        status = Subquery(Order.objects.filter(pk=self.pk).values("status")[:1])
        self.events.create(was=status, became=status, who=who[:80], why=why)

    def flag(self, why: str, cause: ReviewCause, *, who: str = "shop") -> None:
        """Ask staff to look."""
        Order.objects.filter(pk=self.pk).update(needs_review=why[:250], review_cause=cause)
        self.note(why, who=who)

    def forget_origins(self) -> None:
        """Delete what led the shopper here, and whose basket it was: nothing of a settled order leads to an article."""
        self.lines.exclude(origins=[]).update(origins=[])
        self.leave_basket()

    def hold_as_sold(self) -> None:
        """Its packs are no more to be had for its buyer than for others, and nobody waits for them."""
        Stock.objects.change_holds(self.hold_reference, visitor="", until=None)

    def leave_basket(self) -> None:
        """It is no longer what the basket is about: its packs are held without an end, and nobody orders them again."""
        self.hold_as_sold()
        Order.objects.filter(pk=self.pk).update(basket_pk=None)
        self.basket_pk = None

    def release_stock(self) -> int:
        """Give back its packs and its use of a discount, once. How many holds ended."""
        ended = Stock.objects.release(self.hold_reference)
        release_automatic(self.hold_reference)
        release_code(self.hold_reference)  # after the stock: in the reverse order two would deadlock
        return ended

    def let_go(self) -> None:
        """Others may have its packs, but it can still be paid. The caller holds the order's lock."""
        self.release_stock()
        self.let_go_at = timezone.now()
        self.save(update_fields=["let_go_at"])
        self.note("The shopper came back unpaid: its packs can be sold again, and it can still be paid.")

    def keep_again(self) -> None:
        """Hold what was let go, until `hold_until`. The caller holds the order's lock. Raises OutOfStock or CodeRefused."""
        self.reserve_stock()
        self.use_code()
        self.let_go_at = None
        self.save(update_fields=["let_go_at", "hold_until"])
        self.note("Its packs are kept again.")

    def use_code(self) -> None:
        """Raises CodeRefused; the caller's transaction must then be rolled back."""
        if self.code:
            use(Code.objects.get(code=self.code), self.hold_reference, self.email)
        if self.automatic_id is not None:
            use_automatic(self.automatic_id, self.hold_reference)

    def reserve_stock(self) -> None:
        """Raises OutOfStock; the caller's transaction must then be rolled back."""
        Stock.objects.reserve(
            self.quantities,
            self.region,
            reference=self.hold_reference,
            visitor=basket_reference(self.basket_pk),
            until=self.hold_until if self.is_pending else None,
        )
