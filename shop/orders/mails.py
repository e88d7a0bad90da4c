"""The mails about an order. Each is a row of the outbox, once per order and kind, or per order, kind and thing."""

from shop.orders.models import Order
from shop.outbox.send import write_mail
from shop.regions.models import Seller


def order_mail(order: Order, kind: str, *, about="", **context) -> None:
    """Write `emails/order_<kind>`; called in the transaction that causes it.

    `about`: what it is about where an order can have several of a kind, such as the pk of a parcel or a refund.
    """
    write_mail(
        key=f"order-{kind}:{order.pk}" + (f":{about}" if about else ""),
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
