"""The mails about an order. Each is a row of the outbox, once per order and kind, or per order, kind and thing."""

from typing import Any

from django.db.models import QuerySet

from shop.orders.models import Order, ReviewCause
from shop.outbox.keys import about_order, order_key, order_pk_in
from shop.outbox.models import Mail
from shop.outbox.send import TOO_MANY, had_enough, send_again, write_mail
from shop.regions.models import Seller


def order_mail(
    order: Order, kind: str, *, about: str | int = "", by_stranger: bool = False, **context: Any
) -> None:
    """Write `emails/order_<kind>`; called in the transaction that causes it.

    `about`: what it is about where an order can have several of a kind, such as the pk of a parcel or a refund.
    `by_stranger`: whoever typed the address has not shown that it is theirs; it gets few of these in a day, until one
    of its orders is paid.
    """
    too_many = by_stranger and not _has_paid(order) and had_enough(order.email)
    write_mail(
        key=order_key(kind, order.pk, about),
        to=order.email,
        about=about_order(order.pk),
        not_sent=TOO_MANY if too_many else "",
        template=f"order_{kind}",
        context={
            "order": order,
            "lines": list(order.lines.all()),
            "region": order.storefront,
            "seller": Seller.current(),
            "url": order.full_url,
            **context,
        },
    )


def _has_paid(order: Order) -> bool:
    return Order.objects.filter(email=order.email, paid_at__isnull=False).exists()


def mails_of(order: Order) -> QuerySet[Mail]:
    return Mail.objects.filter(about=about_order(order.pk))


def tell_order(sender: Any, mail: Mail, **kwargs: Any) -> None:
    """A mail was given up: staff see it at the order. Another reason to look at it is not overwritten."""
    pk = order_pk_in(mail.about)
    order = None if pk is None else Order.objects.filter(pk=pk).first()
    if order is None:
        return
    words = f"The mail “{mail.subject}” can’t be delivered to {mail.to}: {mail.last_error}"
    Order.objects.filter(pk=order.pk, review_cause="").update(
        needs_review=words[:250], review_cause=ReviewCause.MAIL
    )
    order.note(words, who="worker")


def correct_address(order: Order, email: str, *, by: str) -> int:
    """Write to another address from now on, and send what did not go out to it; how many mails that is."""
    Order.objects.filter(pk=order.pk).update(email=email)
    Order.objects.filter(pk=order.pk, review_cause=ReviewCause.MAIL).end_review()
    count = send_again(mails_of(order), to=email)
    order.note(f"E-mail address changed from {order.email} to {email}; {count} mails go out again.", who=by)
    return count
