"""Shoppers from many addresses, their orders and their cards."""

from django.test import Client

from shop.orders.models import Order
from tests.support.staff import fields_of

# --- who tries cards, and who shops ------------------------------------------------------------------------------


def from_address(address="203.0.113.9", **more):
    return Client(SERVER_NAME="127.0.0.1", HTTP_SEC_FETCH_SITE="same-origin", REMOTE_ADDR=address, **more)


def order_as(shopper, email, sku="CIT-CAP-90", line1=None):
    """The order's row, or None if the checkout takes none; and what it answered. Each to an address of their own."""
    before = set(Order.objects.values_list("pk", flat=True))
    shopper.post("/uk/basket/add/", {"variant": sku})
    page = shopper.get("/uk/checkout/").content.decode()
    sent = {**fields_of(page), "email": email, "name": "A", "country": "GB", "line2": "", "town": "Leeds",
            "line1": line1 or f"{len(before) + 1} High Street", "postcode": "LS1 4AP"}  # fmt: skip
    answer = shopper.post("/uk/checkout/", sent)
    return Order.objects.exclude(pk__in=before).first(), answer
