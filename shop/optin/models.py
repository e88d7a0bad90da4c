from django.db import models
from django.utils import timezone

from shop.content.link_tokens import OpenedByLink, digest_of, kept_token
from shop.outbox.send import rename
from shop.regions.models import Region


class Wish(OpenedByLink):
    """Somebody wants mails to an address. None but the question is sent before `confirmed_at`; who stops is deleted.

    `token` opens it in the links of its mails; `kept_token` names its mails (Mail.person, and their keys).
    """

    email = models.EmailField()
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    kept_token = kept_token("token")
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def shut(self) -> None:
        before = self.kept_token
        super().shut()
        rename(before, digest_of(before))
