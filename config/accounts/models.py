from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils import timezone

from shop.basket.models import Basket
from shop.content.link_tokens import OpenedByLink, kept_token
from shop.regions.models import Region


class Account(models.Model):
    """A shopper who has proven an address by a link that was mailed there.

    Its user has no password, no name, no address and no rights; staff are other people, also where one of them buys here.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shopper")
    email = models.EmailField(unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    basket = models.ForeignKey(Basket, on_delete=models.SET_NULL, null=True, related_name="+")
    used_at = models.DateTimeField(
        "last sign-in", default=timezone.now, db_default=Now(), db_index=True, editable=False
    )
    warned_at = models.DateTimeField("told that it will go", null=True, editable=False)

    class Meta:
        verbose_name = "account"
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="account_lower_case")]

    def __str__(self):
        return f"Account {self.pk}"


class SavedAddress(models.Model):
    """Where an account has parcels sent, as its owner typed it; the checkout offers it. No more of it than a parcel needs."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="addresses")
    name = models.CharField(max_length=120)
    line1 = models.CharField(max_length=120)
    line2 = models.CharField(max_length=120, blank=True)
    town = models.CharField(max_length=80)
    state = models.CharField(max_length=8, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=2)
    is_default = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "saved addresses"
        ordering = ["-is_default", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(is_default=True), name="savedaddress_one_default"
            ),
        ]

    def __str__(self):
        return f"Address {self.pk}"

    @property
    def lines(self) -> list[str]:
        place = " ".join(part for part in (self.town, self.state, self.postcode) if part)
        country = countries().get(self.country, self.country)
        return [part for part in (self.name, self.line1, self.line2, place, country) if part]


def countries() -> dict[str, str]:
    """{code: name} of all that some open region delivers to."""
    return {
        row.code: row.translated.name for region in Region.open_markets() for row in region.countries.all()
    }


class SignInLink(OpenedByLink):
    """A link on its way to an address, whether that has an account or not. It works once, for an hour."""

    email = models.EmailField()
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    kept_token = kept_token("token")
    made_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self):
        return f"Link {self.pk}"
