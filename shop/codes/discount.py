"""What a code takes off, and who may still use it."""

import hashlib
import hmac
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.attribution.origins import spread
from shop.codes.models import AutomaticDiscount, Code, CodeTerms, CodeUse, Kind
from shop.money import round_half_up, to_minor
from shop.regions.local import day_words
from shop.regions.models import Region
from shop.text.typed import typed_code, typed_mail

MIN_LEFT = "1"  # major units that stay to be paid, unless nothing does: Stripe charges no less
UNLIMITED_SLOTS = 10_000


class CodeRefused(Exception):
    """Why a code can't be used, in words for the shopper."""


@dataclass(frozen=True)
class Discount:
    """What a code, or an automatic discount, takes off: `parts` by line, in minor units, gross where prices include tax.

    `instead_of`: what the shopper's code would have taken off, where the automatic one takes as much or more.
    """

    code: Code | None
    parts: list[int]
    automatic: AutomaticDiscount | None = None
    instead_of: "Discount | None" = None

    @property
    def total(self) -> int:
        return sum(self.parts)

    @property
    def words(self) -> str:
        if self.code is None:
            return self.automatic.name if self.automatic else ""
        words = _("Code {code}").format(code=self.code.code)
        return words + (f" (−{self.code.percent} %)" if self.code.percent else "")


def discount_for(text: str, region: Region, lines: list[tuple[int, int]], *, at=None, email="") -> Discount:
    """The discount of a typed code on lines of (product pk, amount in minor units). Uses nothing up.

    With `email`, a person's own limit is looked at too. Raises CodeRefused.
    """
    code, terms = usable(text, region, at)
    if email and code.per_person is not None and _uses_of(code, email) >= code.per_person:
        raise CodeRefused(_too_often(code))
    goods = sum(amount for _, amount in lines)
    if goods < terms.minimum:
        raise CodeRefused(
            _("{code} holds from {amount} of goods on.").format(
                code=code.code, amount=region.money(terms.minimum)
            )
        )
    only = set(code.products.values_list("pk", flat=True))
    fitting = [amount if not only or product in only else 0 for product, amount in lines]
    if not any(fitting):
        raise CodeRefused(_("{code} is for other products than those in your basket.").format(code=code.code))
    return Discount(code, spread(_amount(code, terms, region, sum(fitting), goods), fitting))


def usable(text: str, region: Region, at=None) -> tuple[Code, CodeTerms]:
    """A typed code that could be used in a region now, whatever is bought. Raises CodeRefused."""
    now = at or timezone.now()
    typed = typed_code(text)[:30]
    code = Code.objects.filter(code=typed).first()
    if code is None or not code.is_active:
        raise CodeRefused(_("We don’t know the code “{code}”. Check how it is written.").format(code=typed))
    if code.starts_at > now:
        day = day_words(code.starts_at, region)
        raise CodeRefused(_("{code} begins on {day}.").format(code=code.code, day=day))
    if code.ends_at is not None and code.ends_at <= now:
        day = day_words(code.ends_at, region)
        raise CodeRefused(_("{code} ended on {day}.").format(code=code.code, day=day))
    terms = code.terms.filter(region=region).first()
    if terms is None:
        others = [row.region.the_name for row in code.terms.select_related("region")]
        words = _("{code} does not hold in {place}.").format(code=code.code, place=region.the_name)
        if others:
            words += " " + _("It holds in {places}.").format(places=_(" and ").join(others))
        raise CodeRefused(words)
    if code.limit is not None and code.used >= code.limit:
        raise CodeRefused(_("{code} has been used up.").format(code=code.code))
    return code, terms


def is_valid_in(text: str, region: Region) -> bool:
    """Whether a region has terms for a code; whether it can be used just now is another question."""
    return Code.objects.filter(code=text, terms__region=region).exists()


def _too_often(code: Code) -> str:
    words = _("{code} was used with this e-mail address before, as often as one person may.")
    return words.format(code=code.code)


def _amount(code, terms, region, fitting, goods) -> int:
    """Never more than the goods it is for; what stays to be paid is 1.00 at least, or nothing."""
    if code.kind == Kind.PERCENT:
        off = round_half_up(Decimal(fitting) * code.percent / 100)
    else:
        off = min(terms.amount or 0, fitting)
    return with_least_left(off, goods, region=region)


def with_least_left(off: int, goods: int, *, region: Region) -> int:
    """What may be taken off so that what stays to be paid is 1.00 at least, or nothing."""
    least = to_minor(MIN_LEFT, region.currency)
    return max(0, min(off, goods - least)) if 0 < goods - off < least else off


def person_of(email: str) -> str:
    """A keyed hash: the table of uses is no list of addresses."""
    return hmac.new(
        settings.SECRET_KEY.encode(), f"code-person:{typed_mail(email).lower()}".encode(), hashlib.sha256
    ).hexdigest()


def _uses_of(code, email) -> int:
    return CodeUse.objects.filter(code=code, person=person_of(email)).count()


def use(code: Code, reference: str, email: str) -> None:
    """Use a code up for an order, in the caller's transaction. Raises CodeRefused, and then roll back.

    The total limit is a conditional update with a CHECK behind it; a person's limit is a unique slot.
    """
    fresh = Code.objects.filter(pk=code.pk).filter(Q(limit=None) | Q(used__lt=F("limit")))
    if not fresh.update(used=F("used") + 1):
        raise CodeRefused(_("{code} has been used up: somebody was quicker.").format(code=code.code))
    person = person_of(email)
    taken = set(CodeUse.objects.filter(code=code, person=person).values_list("slot", flat=True))
    for slot in range(1, (code.per_person or UNLIMITED_SLOTS) + 1):
        if slot in taken:
            continue
        try:
            with transaction.atomic():
                CodeUse.objects.create(code=code, reference=reference, person=person, slot=slot)
            return
        except IntegrityError:
            if CodeUse.objects.filter(reference=reference).exists():
                raise
    raise CodeRefused(_too_often(code))


def release_code(reference: str) -> bool:
    """The order ended unpaid: its use of a code is free again, once, however often this is called."""
    row = CodeUse.objects.filter(reference=reference).first()
    if row is None or not CodeUse.objects.filter(pk=row.pk).delete()[0]:
        return False
    Code.objects.filter(pk=row.code_id, used__gte=1).update(used=F("used") - 1)
    return True
