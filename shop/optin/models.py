from django.db import models
from django.utils import timezone

from shop.regions.models import Region
from shop.web.tokens import new_token


class Wish(models.Model):
    """Somebody wants mails to an address. None but the question is sent before `confirmed_at`; who stops is deleted.

    `token` names it in the links of its mails, and its mails themselves (Mail.person).
    """

    email = models.EmailField()
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
