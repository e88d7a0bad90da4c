from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
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

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="account_lower_case")]

    def __str__(self):
        return f"Account {self.pk}"


class SignInLink(OpenedByLink):
    """A link on its way to an address, whether that has an account or not. It works once, for an hour."""

    email = models.EmailField()
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    kept_token = kept_token("token")
    made_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self):
        return f"Link {self.pk}"
