"""The mails about an order. Each is a row of the outbox, once per order and kind."""

from shop.orders.models import Order
from shop.outbox.send import write_mail
from shop.regions.models import Seller


def order_mail(order: Order, kind: str, **context) -> None:
    """Write `emails/order_<kind>`; called in the transaction that causes it."""
    write_mail(
        key=f"order-{kind}:{order.pk}",
        to=order.email,
        template=f"order_{kind}",
        context={
            "order": order,
            "lines": list(order.lines.all()),
            "region": order.region,
            "seller": Seller.current(),
            "url": order.full_url,
            **context,
        },
    )
