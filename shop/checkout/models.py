from django.db import models
from django.utils import timezone

from shop.orders.models import Order


class OrderStart(models.Model):
    """From where an order was placed, scrambled (see shop.content.throttle). Kept for a day, to know who tries cards.

    `site`: the /48 around an IPv6 network; `place`: the postal address.
    """

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="+")
    network = models.CharField(max_length=40)
    visitor = models.CharField(max_length=40, blank=True)
    site = models.CharField(max_length=40, blank=True)
    mailbox = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["network", "at"], name="orderstart_network"),
            models.Index(fields=["visitor", "at"], name="orderstart_visitor"),
            models.Index(fields=["site", "at"], name="orderstart_site"),
            models.Index(fields=["mailbox", "at"], name="orderstart_mailbox"),
            models.Index(fields=["place", "at"], name="orderstart_place"),
        ]

    def __str__(self) -> str:
        return f"start of {self.order_id}"
