"""The receipt of a declaration, and the question to the buyer's own address whether it was them."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from shop.outbox.keys import about_order, withdrawal_key, withdrawal_kind
from shop.outbox.models import Mail
from shop.outbox.send import write_mail
from shop.regions.models import Seller
from shop.withdrawal.models import Withdrawal

# To one address, whoever typed it; the page that is shown is a receipt as well. What the buyer has proven always goes out.
MAX_PER_DAY = 5


def proof_url(withdrawal: Withdrawal) -> str:
    return settings.SITE_URL + reverse("withdrawal:prove", args=[withdrawal.token])


def receipt(withdrawal: Withdrawal) -> None:
    """What was declared, with date and time. To the buyer's own address it carries the question, too."""
    order = withdrawal.order
    is_own = order is not None and order.email.lower() == withdrawal.email.lower()
    _write(
        withdrawal, "receipt", withdrawal.email, asks=is_own and withdrawal.proven_at is None, is_own=is_own
    )
    if order is not None and not is_own and withdrawal.proven_at is not None:
        _write(withdrawal, "told", order.email, is_own=True)


def question(withdrawal: Withdrawal) -> None:
    """To the order's own address, where the declaration came with another one."""
    order = withdrawal.order
    if order is not None and order.email.lower() != withdrawal.email.lower():
        _write(withdrawal, "question", order.email, asks=True, is_own=True)


def _write(withdrawal: Withdrawal, kind: str, to: str, *, asks: bool = False, is_own: bool) -> None:
    if withdrawal.proven_at is None and _had_enough(to):
        return
    order = withdrawal.order if is_own else None
    write_mail(
        key=withdrawal_key(kind, withdrawal.pk),
        to=to,
        about=about_order(order.pk) if order else "",
        template=f"withdrawal_{kind}",
        context={
            "withdrawal": withdrawal,
            "order": order,
            "lines": list(withdrawal.lines.select_related("line")) if order else [],
            "region": withdrawal.region,
            "law": withdrawal.region.legal,
            "seller": Seller.current(),
            "url": proof_url(withdrawal) if asks else "",
        },
    )


def _had_enough(address: str) -> bool:
    since = timezone.now() - timedelta(days=1)
    today = Mail.objects.filter(to=address, written_at__gt=since, key__startswith=withdrawal_kind())
    return today.count() >= MAX_PER_DAY
